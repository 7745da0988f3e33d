"""The terms of one parameter's update, in the order in which a person would compute them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec
import numpy as np

from nnviz.core.equation_update import rule_rows
from nnviz.core.looking_glass import added, equate
from nnviz.core.notation import Equation, Piece, Pieces, in_brackets, number, plain
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import OptimizerSpec
from nnviz.core.update_rules import defined_update
from nnviz.core.updated_parameter import UpdatedParameter

# The gradient before clipping and decay; without them it is g at once.
_RAW = plain("g₀", "g_0")
_TIMES = plain(" · ", r"\cdot")
_MEAN = "the mean of the gradients, the recent ones most"
_SQUARE = "the mean of their squares, the recent ones most"
_VELOCITY = "Velocity: gradients of the steps before go on"
_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sgd": {"v": _VELOCITY},
        "rmsprop": {"s": f"s: {_SQUARE}", "m": f"m: {_MEAN}", "v": _VELOCITY},
        "adam": {"m": f"m: {_MEAN}", "v": f"v: {_SQUARE}"},
        "adamw": {"m": f"m: {_MEAN}", "v": f"v: {_SQUARE}"},
        "adagrad": {"s": "s: the sum of all squares so far"},
    }
)
_CORRECTED = "Bias correction: the means began at 0"


@dataclass(frozen=True, slots=True)
class Term:
    """One row of an update: what it is, and how it is computed."""

    name: str
    equation: Equation


@dataclass(frozen=True, slots=True)
class UpdateSetting:
    """What stands around an update.

    Attributes
    ----------
    l1, l2
        Strengths of the penalties on this parameter; 0 for a bias.
    base_rate
        The learning rate before the schedule.
    norm
        The norm of the whole gradient, where it is clipped by norm.
    """

    l1: float
    l2: float
    base_rate: float
    norm: float


def rule_step(parameter: UpdatedParameter) -> float:
    """Return by how much the rule's definition moves a parameter, weight decay of AdamW aside."""
    if parameter.is_held:
        return 0.0
    rule = msgspec.structs.replace(
        parameter.rule, clip_norm=None, clip_value=None, weight_decay=0.0
    )
    state = {name: np.array(value) for name, value in parameter.before.items()}
    used, rate = np.array(parameter.used), parameter.rate.value or 0.0
    with np.errstate(all="ignore"):
        # Without decay no rule looks at the parameter itself.
        return float(defined_update(rule, np.zeros(()), used, state, rate))


def update_terms(parameter: UpdatedParameter, setting: UpdateSetting) -> tuple[Term, ...]:
    """Return the terms of an update: gradient, what became of it, the rule, rate, step, new value.

    Every number in a row stands in a row above it, or is a setting or the state before.
    """
    p = replace(parameter, step=rule_step(parameter))
    terms = [*_gradient(p, setting)]
    rate = _rate(p, setting)
    is_waiting = True
    for equation in rule_rows(p):
        left = equation.symbols[0].text
        # The rate comes right before it is first needed.
        if is_waiting and left in (p.letter, f"Δ{p.letter}"):
            terms.append(rate)
            is_waiting = False
        terms.append(Term(_name(p, left), equation))
    return tuple(terms)


def _name(p: UpdatedParameter, left: str) -> str:
    if p.is_held:
        return "Held: biases are not trained here"
    if left == p.letter:
        return "Weight decay, beside the gradient"
    if left == f"Δ{p.letter}":
        return "Step"
    if left.startswith("new"):
        return "New value"
    return _NAMES[p.rule.name].get(left, _CORRECTED)


def _gradient(p: UpdatedParameter, setting: UpdateSetting) -> Iterator[Term]:
    """Yield the gradient, and what clipping and coupled decay make of it."""
    rule = p.rule
    is_coupled = rule.resolved_weight_decay > 0 and rule.name != "adamw"
    is_clipped = rule.clip_norm is not None or rule.clip_value is not None
    is_read_as_it_is = p.is_held or not (is_coupled or is_clipped)
    left = plain("g") if is_read_as_it_is else _RAW
    has_penalty = bool(setting.l1 or setting.l2)
    name = "Gradient: of the data's loss D, and of the penalty" if has_penalty else "Gradient"
    yield Term(name, _gradient_row(p, setting, left))
    if is_read_as_it_is:
        return
    numbers = {"g": p.gradient, "l": number(rule.resolved_weight_decay), "w": p.old}
    if rule.clip_norm is not None:
        share = _share(p, rule.clip_norm, setting.norm)
        yield share
        numbers["c"] = number(share.equation.value or 0.0)
    elif rule.clip_value is not None:
        numbers |= {"c": number(rule.clip_value), "d": number(-rule.clip_value)}
    symbols, tex, pattern, pattern_tex = _clipping(rule)
    if is_coupled:
        symbols, tex = f"{symbols} + λ {p.letter}", rf"{tex} + \lambda {p.letter}"
        pattern, pattern_tex = f"{pattern} + «l» · «(w)»", rf"{pattern_tex} + «l» \cdot «(w)»"
    words = [word for word, is_on in (("clipped", is_clipped), ("decayed", is_coupled)) if is_on]
    yield Term(
        f"Gradient that the rule reads: {' and '.join(words)}",
        p.row("g", f"{symbols}|{pattern}", f"{tex}|{pattern_tex}", p.used, **numbers),
    )


def _slope(p: UpdatedParameter, of: str) -> Piece:
    """Return the name of a derivative by the parameter."""
    return plain(f"∂{of}/∂{p.letter}", rf"\frac{{\partial {of}}}{{\partial {p.letter}}}")


def _clipping(rule: OptimizerSpec) -> tuple[str, str, str, str]:
    """Return the clipped gradient in symbols and as a pattern, each as text and as TeX."""
    text, tex = _RAW.text, _RAW.tex
    if rule.clip_norm is not None:
        return f"c · {text}", rf"c \cdot {tex}", "«c» · «(g)»", r"«c» \cdot «(g)»"
    if rule.clip_value is None:
        return text, tex, "«g»", "«g»"
    limits = f"min(C, max(−C, {text}))", rf"\min(C, \max(-C, {tex}))"
    return *limits, "min(«c», max(«d», «g»))", r"\min(«c», \max(«d», «g»))"


def _share(p: UpdatedParameter, most: float, norm: float) -> Term:
    """Return which share of the gradient its norm leaves."""
    return Term(
        "Clipping: how much of the gradient is left",
        p.row(
            "c",
            "min(1, C / (‖∂L/∂θ‖ + ε))|min(1, «c» / («n» + «e»))",
            r"\min(1, \frac{C}{\lVert \partial L / \partial \theta \rVert + \epsilon})"
            r"|\min(1, \frac{«c»}{«n» + «e»})",
            min(1.0, most / (norm + 1e-6)),
            c=number(most),
            n=number(norm),
            e=number(1e-6),
        ),
    )


def _gradient_row(p: UpdatedParameter, setting: UpdateSetting, left: Piece) -> Equation:
    """Return the gradient as what the data want and what the penalties want."""
    if not (setting.l1 or setting.l2):
        return equate(left, (_slope(p, "L"),), (), p.gradient)
    w, total = p.old.value or 0.0, p.gradient.value or 0.0
    own = setting.l1 * float(np.sign(w)) + setting.l2 * w
    terms: list[Pieces] = [(number(total - own),)]
    names: list[Pieces] = [
        (_slope(p, "D"),),
    ]
    if setting.l1:
        terms.append((number(setting.l1), _TIMES, plain("sign("), p.old, plain(")")))
        names.append(
            (plain(f"λ₁ sign({p.letter})", rf"\lambda_1 \operatorname{{sign}}({p.letter})"),)
        )
    if setting.l2:
        terms.append((number(setting.l2), _TIMES, *in_brackets(p.old)))
        names.append((plain(f"λ₂ {p.letter}", rf"\lambda_2 {p.letter}"),))
    return equate(left, added(names), added(terms), p.gradient)


def _rate(p: UpdatedParameter, setting: UpdateSetting) -> Term:
    """Return the learning rate of this step."""
    schedule = p.rule.schedule
    eta = plain("η", r"\eta")
    if schedule.name == "constant":
        return Term("Learning rate", equate(eta, (plain("η₀", r"\eta_0"),), (), p.rate))
    record = SCHEDULES[schedule.name]
    t = int(p.before.get("schedule_count", 0.0))
    numbers = (number(setting.base_rate), _TIMES, number(record.factor(schedule, t)))
    symbols = (plain("η₀ · f(t)", rf"\eta_0 \cdot ({record.formula})"),)
    told = {"steps": f", T = {schedule.steps}", "factor": f", γ = {schedule.factor:g}"}
    settings = "".join(told[option] for option in record.options)
    return Term(
        f"Learning rate: {record.label}, t = {t}{settings}",
        equate(eta, symbols, numbers, p.rate),
    )
