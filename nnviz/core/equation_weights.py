"""The equations of the gradients of weights and biases."""

import numpy as np

from nnviz.core.equation_backward import factor
from nnviz.core.equation_forward import SHOWN_SAMPLES
from nnviz.core.looking_glass import (
    Factor,
    Factors,
    LookingGlass,
    added,
    equate,
    first_factor,
    left_out,
    shown,
)
from nnviz.core.notation import Equation, Piece, Pieces, in_brackets, number, plain, symbol

_TIMES = plain(" · ", r"\cdot")
_CHANGE = "how much the loss changes with this parameter"


def weight_gradient(glass: LookingGlass) -> tuple[tuple[Equation, ...], Factors]:
    """Return dL/dw = sum over samples of input x delta, of one weight or bias."""
    line, focus, lead = glass.line.line, glass.focus, glass.lead()
    weights, biases = line.writes
    is_bias = focus.source >= glass.fan_in
    entry = [*lead, focus.unit] if is_bias else [*lead, focus.source, focus.unit]
    name = biases if is_bias else weights
    left, result = symbol(name, entry), glass.after(name, *entry)
    terms: list[Pieces] = []
    for sample in shown(glass.trace.batch_size, focus.sample, SHOWN_SAMPLES):
        if sample < 0:
            terms.append(left_out(sample))
            continue
        x, d = _factors_of(glass, sample)
        if is_bias:
            terms.append(first_factor(d, terms))
        else:
            terms.append((*first_factor(x, terms), _TIMES, *in_brackets(d)))
    equation = equate(left, _symbols(glass, is_bias), added(terms), result)
    return (equation,), _factors(glass, is_bias, left, result)


def _factors_of(glass: LookingGlass, sample: int) -> tuple[Piece, Piece]:
    """Return input and delta of one sample; the input of a bias is 1."""
    (below, delta), focus = glass.line.line.reads, glass.focus
    own_delta = glass.before(delta, *glass.lead(), sample, focus.unit)
    if focus.source >= glass.fan_in:
        return number(1.0), own_delta
    return glass.before(below, sample, focus.source), own_delta


def _symbols(glass: LookingGlass, is_bias: bool) -> Pieces:
    (below, delta), focus = glass.line.line.reads, glass.focus
    sums = glass.trace.batch_size > 1
    sample_mark = "n" if sums else ""
    symbols: Pieces = (symbol(delta, [*glass.lead(), focus.unit], sample_mark),)
    if not is_bias:
        symbols = (symbol(below, [focus.source], sample_mark), _TIMES, *symbols)
    return (plain("Σₙ ", r"\sum_n"), *symbols) if sums else symbols


def _factors(glass: LookingGlass, is_bias: bool, left: Piece, result: Piece) -> Factors:
    (below, delta), focus = glass.line.line.reads, glass.focus
    count = glass.trace.batch_size
    x, d = _factors_of(glass, focus.sample)
    share = result if count == 1 else number((x.value or 0.0) * (d.value or 0.0))
    role = "the bias is added as it is" if is_bias else "the input of the weight"
    return Factors(
        factor(
            plain("1") if is_bias else symbol(below, [focus.source]), x, f"local gradient: {role}"
        ),
        factor(
            symbol(delta, [*glass.lead(), focus.unit]),
            d,
            "downstream gradient: how much the loss changes with z (delta)",
        ),
        factor(left, share, f"the share of sample {focus.sample + 1}" if count > 1 else _CHANGE),
        f"added over {count} samples: {result.text}" if count > 1 else "",
    )


def penalty_gradient(glass: LookingGlass) -> tuple[tuple[Equation, ...], Factors]:
    """Return dL/dw with the penalty's part added, of one weight."""
    line, spec = glass.line.line, glass.trace.spec
    weights, grads = line.reads
    entry = (*glass.lead(), min(glass.focus.source, glass.fan_in - 1), glass.focus.unit)
    w, old, new = (
        glass.before(weights, *entry),
        glass.before(grads, *entry),
        glass.after(grads, *entry),
    )
    terms: list[Pieces] = [(old,)]
    names: list[Pieces] = [(symbol(grads, entry),)]
    if spec.l1:
        terms.append((number(spec.l1), _TIMES, plain("sign("), w, plain(")")))
        names.append((plain("λ₁ sign(w)", r"\lambda_1 \operatorname{sign}(w)"),))
    if spec.l2:
        terms.append((number(spec.l2), _TIMES, *in_brackets(w)))
        names.append((plain("λ₂ w", r"\lambda_2 w"),))
    own = spec.l1 * float(np.sign(w.value or 0.0)) + spec.l2 * (w.value or 0.0)
    part = Factor(
        plain("∂R/∂w", r"\frac{\partial R}{\partial w}"),
        own,
        w.source,
        "local gradient: how much the penalty changes with the weight",
    )
    one = Factor(plain("1"), 1.0, None, "downstream gradient: the penalty is added to the loss")
    total = Factor(part.symbol, own, None, "the penalty's part of the gradient")
    equation = equate(symbol(grads, entry), added(names), added(terms), new)
    return (equation,), Factors(part, one, total, f"added to {old.text}: {new.text}")
