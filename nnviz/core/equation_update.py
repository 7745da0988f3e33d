"""The equations of the update of one parameter, for every optimiser of the table."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import sqrt
from types import MappingProxyType

from nnviz.core.looking_glass import LookingGlass
from nnviz.core.notation import Equation, Piece, number
from nnviz.core.updated_parameter import UpdatedParameter, updated_parameter

# Which of Adam's two shares belongs to which moment.
_BETAS = MappingProxyType({"m": ("β₁", r"\beta_1"), "v": ("β₂", r"\beta_2")})


def update(glass: LookingGlass) -> tuple[Equation, ...]:
    """Return how one weight or bias was updated, row by row."""
    rule = glass.trace.optimizer
    if rule is None:
        return ()
    return update_rows(updated_parameter(glass, rule))


def update_rows(parameter: UpdatedParameter) -> tuple[Equation, ...]:
    """Return the rows of the update of one weight or bias, in the order of the arithmetic."""
    if parameter.is_held:
        return rule_rows(parameter)
    return (*_prepared(parameter), *rule_rows(parameter))


def rule_rows(parameter: UpdatedParameter) -> tuple[Equation, ...]:
    """Return what the rule does with the gradient that it reads, row by row."""
    if parameter.is_held:
        return (_held(parameter),)
    return _ROWS[parameter.rule.name](parameter)


def _held(p: UpdatedParameter) -> Equation:
    """Return the row of a bias that stays what it is."""
    assert p.new.value is not None
    return p.row("new b|b'", "b, held|«w»", r"b \text{ (held)}|«w»", p.new.value, w=p.old)


def _prepared(p: UpdatedParameter) -> tuple[Equation, ...]:
    """Return what became of the gradient before the rule read it, if anything."""
    if p.used == p.gradient.value:
        return ()
    decay = p.rule.resolved_weight_decay
    is_clipped = p.rule.clip_norm is not None or p.rule.clip_value is not None
    if is_clipped:
        words = "clip(∂L/∂θ)" + (" + λ θ" if decay else "")
        tex = r"\operatorname{clip}(\partial L / \partial \theta)" + (
            r" + \lambda \theta" if decay else ""
        )
        inner = ("clip(«g»)", r"\operatorname{clip}(«g»)")
    else:
        words, tex = "∂L/∂θ + λ θ", r"\partial L / \partial \theta + \lambda \theta"
        inner = ("«g»", "«g»")
    tail = (" + «l» · «(w)»", r" + «l» \cdot «(w)»") if decay else ("", "")
    numbers = {"g": p.gradient, "l": number(decay), "w": p.old}
    if not decay:
        numbers = {"g": p.gradient}
    return (
        p.row(
            "g",
            f"{words}|{inner[0]}{tail[0]}",
            f"{tex}|{inner[1]}{tail[1]}",
            p.used,
            **numbers,
        ),
    )


def _used(p: UpdatedParameter) -> Piece:
    """Return the gradient that the rule read, with its place if nothing was done to it."""
    return p.gradient if p.used == p.gradient.value else number(p.used)


def _descent(p: UpdatedParameter, text: str, tex: str, **numbers: Piece) -> tuple[Equation, ...]:
    """Return the last row: the old parameter minus something; or the step and then the sum."""
    assert p.new.value is not None
    words, pattern = text.split("|")
    words_tex, pattern_tex = tex.split("|")
    left = f"new {p.letter}|{p.letter}'"
    if p.step is None:
        whole = f"{p.letter} − {words}|«(w)» − {pattern}"
        whole_tex = f"{p.letter} - {words_tex}|«(w)» - {pattern_tex}"
        return (p.row(left, whole, whole_tex, p.new.value, w=p.old, **numbers),)
    name, name_tex = f"Δ{p.letter}", rf"\Delta {p.letter}"
    alone, alone_tex = f"−{words}|−{pattern}", f"-{words_tex}|-{pattern_tex}"
    added, added_tex = f"{p.letter} + {name}", f"{p.letter} + {name_tex}"
    return (
        p.row(f"{name}|{name_tex}", alone, alone_tex, p.step, **numbers),
        p.row(
            left,
            f"{added}|«(w)» + «(d)»",
            f"{added_tex}|«(w)» + «(d)»",
            p.new.value,
            w=p.old,
            d=number(p.step, p.source),
        ),
    )


def _sgd(p: UpdatedParameter) -> tuple[Equation, ...]:
    if p.rule.momentum == 0:
        return _descent(p, "η g|«r» · «(g)»", r"\eta g|«r» \cdot «(g)»", r=p.rate, g=_used(p))
    before, after = p.state("velocity")
    is_first = p.rule.dampening and p.before.get("count", 0.0) == 0
    share = 1.0 if is_first else 1.0 - p.rule.dampening
    mu, g = number(p.rule.momentum), _used(p)
    damped = ("«s» · «(g)»", r"«s» \cdot «(g)»") if share != 1 else ("«(g)»", "«(g)»")
    more = {"s": number(share)} if share != 1 else {}
    factor = ("(1 − τ) ", r"(1 - \tau) ") if share != 1 else ("", "")
    rows = (
        p.row(
            "v",
            f"μ v + {factor[0]}g|«m» · «(v)» + {damped[0]}",
            rf"\mu v + {factor[1]}g|«m» \cdot «(v)» + {damped[1]}",
            after,
            m=mu,
            v=before,
            g=g,
            **more,
        ),
    )
    v = number(after, p.source)
    if not p.rule.nesterov:
        return (
            *rows,
            *_descent(p, "η v|«r» · «(v)»", r"\eta v|«r» \cdot «(v)»", r=p.rate, v=v),
        )
    return (
        *rows,
        *_descent(
            p,
            "η (g + μ v)|«r» · («g» + «m» · «(v)»)",
            r"\eta (g + \mu v)|«r» \cdot («g» + «m» \cdot «(v)»)",
            r=p.rate,
            g=g,
            m=mu,
            v=v,
        ),
    )


def _moving(p: UpdatedParameter, letter: str, state: str, keep: float, square: bool) -> Equation:
    """Return the row of a moving mean of the gradient or of its square."""
    before, after = p.state(state)
    power = ("²", "^2") if square else ("", "")
    return p.row(
        letter,
        f"β {letter} + (1 − β) g{power[0]}|«k» · «(old)» + «a» · «(g)»{power[0]}",
        rf"\beta {letter} + (1 - \beta) g{power[1]}|«k» \cdot «(old)» + «a» \cdot «(g)»{power[1]}",
        after,
        k=number(keep),
        old=before,
        a=number(1.0 - keep),
        g=_used(p),
    )


def _rmsprop(p: UpdatedParameter) -> tuple[Equation, ...]:
    rows = [_moving(p, "s", "square", p.rule.smoothing, square=True)]
    spread = rows[0].value or 0.0
    if p.rule.centred:
        rows.append(_moving(p, "m", "mean", p.rule.smoothing, square=False))
        spread -= (rows[1].value or 0.0) ** 2
    root = ("√(s − m²)", r"\sqrt{s - m^2}") if p.rule.centred else ("√s", r"\sqrt{s}")
    epsilon = p.rule.resolved_epsilon
    numbers = {"g": _used(p), "root": number(sqrt(max(spread, 0.0))), "e": number(epsilon)}
    quotient = ("«(g)» / («root» + «e»)", r"\frac{«(g)»}{«root» + «e»}")
    words = (f"g / ({root[0]} + ε)", rf"\frac{{g}}{{{root[1]} + \epsilon}}")
    if p.rule.momentum == 0:
        return (
            *rows,
            *_descent(
                p,
                f"η {words[0]}|«r» · {quotient[0]}",
                rf"\eta {words[1]}|«r» \cdot {quotient[1]}",
                r=p.rate,
                **numbers,
            ),
        )
    before, after = p.state("velocity")
    rows.append(
        p.row(
            "v",
            f"μ v + {words[0]}|«m» · «(v)» + {quotient[0]}",
            rf"\mu v + {words[1]}|«m» \cdot «(v)» + {quotient[1]}",
            after,
            m=number(p.rule.momentum),
            v=before,
            **numbers,
        )
    )
    v = number(after, p.source)
    return (*rows, *_descent(p, "η v|«r» · «(v)»", r"\eta v|«r» \cdot «(v)»", r=p.rate, v=v))


def _adam(p: UpdatedParameter) -> tuple[Equation, ...]:
    rule, t = p.rule, int(p.after["count"])
    m = _moment(p, "m", "mean", rule.beta1, square=False)
    v = _moment(p, "v", "square", rule.beta2, square=True)
    m_hat = _corrected(p, "m", m, rule.beta1, t)
    v_hat = _corrected(p, "v", v, rule.beta2, t)
    rows = [m, v, m_hat, v_hat]
    if rule.name == "adamw" and rule.resolved_weight_decay:
        rows.append(_shrunk(p))
        p = replace(p, old=number(rows[-1].value or 0.0, p.source))
    rows.extend(
        _descent(
            p,
            "η m̂ / (√v̂ + ε)|«r» · «(m)» / (√«v» + «e»)",
            r"\eta \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}|"
            r"«r» \cdot \frac{«(m)»}{\sqrt{«v»} + «e»}",
            r=p.rate,
            m=number(m_hat.value or 0.0, p.source),
            v=number(v_hat.value or 0.0, p.source),
            e=number(rule.resolved_epsilon),
        )
    )
    return tuple(rows)


def _corrected(p: UpdatedParameter, letter: str, row: Equation, beta: float, t: int) -> Equation:
    """Return the row of a moment's bias correction in update t."""
    value, (keep, keep_tex) = row.value or 0.0, _BETAS[letter]
    return p.row(
        rf"{letter}̂|\hat{{{letter}}}",
        f"{letter} / (1 − {keep}^t)|«(m)» / (1 − «b»^{t})",
        rf"\frac{{{letter}}}{{1 - {keep_tex}^t}}|\frac{{«(m)»}}{{1 - «b»^{{{t}}}}}",
        value / (1 - beta**t),
        m=number(value, p.source),
        b=number(beta),
    )


def _shrunk(p: UpdatedParameter) -> Equation:
    """Return the row of AdamW's own weight decay."""
    decay = p.rule.resolved_weight_decay
    return p.row(
        p.letter,
        f"(1 − η λ) {p.letter}|(1 − «r» · «l») · «(w)»",
        rf"(1 - \eta \lambda) {p.letter}|(1 - «r» \cdot «l») \cdot «(w)»",
        (1 - (p.rate.value or 0.0) * decay) * (p.old.value or 0.0),
        r=p.rate,
        l=number(decay),
        w=p.old,
    )


def _moment(p: UpdatedParameter, letter: str, state: str, beta: float, square: bool) -> Equation:
    """Return the row of a moment of Adam, whose buffers leave the factor 1 - beta out."""
    before, after = p.state(state)
    keep, keep_tex = _BETAS[letter]
    power, power_tex = ("²", "^2") if square else ("", "")
    return p.row(
        letter,
        f"{keep} {letter} + (1 − {keep}) g{power}|«k» · «(old)» + «a» · «(g)»{power}",
        rf"{keep_tex} {letter} + (1 - {keep_tex}) g{power_tex}"
        rf"|«k» \cdot «(old)» + «a» \cdot «(g)»{power_tex}",
        after * (1 - beta),
        k=number(beta),
        old=number((before.value or 0.0) * (1 - beta), p.source),
        a=number(1.0 - beta),
        g=_used(p),
    )


def _adagrad(p: UpdatedParameter) -> tuple[Equation, ...]:
    before, after = p.state("total")
    row = p.row(
        "s", "s + g²|«old» + «(g)»²", "s + g^2|«old» + «(g)»^2", after, old=before, g=_used(p)
    )
    return row, *_descent(
        p,
        "η g / (√s + ε)|«r» · «(g)» / (√«s» + «e»)",
        r"\eta \frac{g}{\sqrt{s} + \epsilon}|«r» \cdot \frac{«(g)»}{\sqrt{«s»} + «e»}",
        r=p.rate,
        g=_used(p),
        s=number(after, p.source),
        e=number(p.rule.resolved_epsilon),
    )


_ROWS: Mapping[str, Callable[[UpdatedParameter], tuple[Equation, ...]]] = MappingProxyType(
    {
        "sgd": _sgd,
        "rmsprop": _rmsprop,
        "adam": _adam,
        "adamw": _adam,
        "adagrad": _adagrad,
    }
)
