"""The equations of the backward pass, and its gradients as local x downstream."""

from math import isfinite

from nnviz.core.equation_forward import table_formula
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
from nnviz.core.losses import LOSSES
from nnviz.core.notation import (
    Equation,
    Piece,
    Pieces,
    from_pattern,
    in_brackets,
    number,
    plain,
    symbol,
)
from nnviz.core.number_patterns import LOSS_GRADIENT_PATTERNS

_TIMES = plain(" · ", r"\cdot")


def loss_gradient(glass: LookingGlass) -> tuple[tuple[Equation, ...], Factors]:
    """Return dL/dy of one output and sample."""
    trace, focus, name = glass.trace, glass.focus, glass.line.line.writes[0]
    record = LOSSES[trace.spec.loss]
    at = (focus.sample, focus.unit)
    outputs = f"a{len(trace.spec.layers)}"
    y, t = glass.before(outputs, *at), glass.before("t", *at)
    count = trace.spec.output_size * trace.batch_size if record.per_element else trace.batch_size
    result = glass.after(name, *at)
    values = {
        "y": y,
        "t": t,
        "p": glass.before("p", *at),
        "count": _whole((result.value or 0.0) * count),
    }
    pattern = LOSS_GRADIENT_PATTERNS[record.name](y.value or 0.0, t.value or 0.0)
    numbers = from_pattern(*pattern, values)
    if count > 1:
        numbers = (*numbers, plain(f" / {count}", rf"/ {count}"))
    left = symbol(name, [focus.unit])
    equation = equate(
        left, table_formula(f"gradient of {record.label}", record.gradient_formula), numbers, result
    )
    meaning = "how much the loss of the batch changes with this output"
    one = Factor(plain("∂L/∂L", r"\frac{\partial L}{\partial L}"), 1.0, None, "the start: 1")
    own = factor(left, result, meaning)
    return (equation,), Factors(own, one, own)


def _whole(value: float) -> Piece:
    """Return a count, whose product with 1/n may miss it by rounding, or may be no number."""
    return number(round(value) if isfinite(value) else value)


def through_activation(glass: LookingGlass) -> tuple[tuple[Equation, ...], Factors]:
    """Return dL/dz = dL/da g of one unit and sample."""
    line, focus, lead = glass.line.line, glass.focus, glass.lead()
    (grad, g), (delta,) = line.reads, line.writes
    factors = _product(
        (symbol(g, [*lead, focus.unit]), glass.before(g, *lead, focus.sample, focus.unit)),
        (symbol(grad, [focus.unit]), glass.before(grad, focus.sample, focus.unit)),
        (symbol(delta, [*lead, focus.unit]), glass.after(delta, *lead, focus.sample, focus.unit)),
        (
            "local gradient f'(z): how much the activation changes with z",
            "downstream gradient: how much the loss changes with the activation",
            "how much the loss changes with z (often called delta)",
        ),
    )
    return (_multiplied(factors),), factors


def through_dropout(glass: LookingGlass) -> tuple[tuple[Equation, ...], Factors]:
    """Return dL/da = dL/dd m of one unit and sample."""
    line, unit = glass.line.line, glass.focus.unit
    (grad, mask), (out,) = line.reads, line.writes
    at = (glass.focus.sample, unit)
    factors = _product(
        (symbol(mask, [unit]), glass.before(mask, *at)),
        (symbol(grad, [unit]), glass.before(grad, *at)),
        (symbol(out, [unit]), glass.after(out, *at)),
        (
            "the mask: 0 where the unit was left out",
            "downstream gradient: how much the loss changes with what was handed on",
            "how much the loss changes with the activation",
        ),
    )
    return (_multiplied(factors),), factors


def to_layer_below(glass: LookingGlass) -> tuple[tuple[Equation, ...], Factors]:
    """Return dL/da = sum over the units above of delta x w, of one unit and sample."""
    line, focus = glass.line.line, glass.focus
    (delta, weights), (out,) = line.reads, line.writes
    size, pieces = glass.layer.size, glass.layer.piece_count
    count = size * pieces
    terms: list[Pieces] = []
    for index in shown(count, focus.source):
        if index < 0:
            terms.append(left_out(index))
            continue
        d, w = _edge(glass, index)
        terms.append((*first_factor(d, terms), _TIMES, *in_brackets(w)))
    below = symbol(out, [focus.unit])
    lead = ["p"] if glass.has_pieces else []
    symbols = (
        plain("Σⱼ ", rf"\sum_{{j=1}}^{{{size}}}"),
        symbol(delta, [*lead, "j"]),
        plain(" · ", r"\cdot"),
        symbol(weights, [*lead, focus.unit, "j"]),
    )
    result = glass.after(out, focus.sample, focus.unit)
    own_delta, own_weight = _edge(glass, min(focus.source, count - 1))
    piece, j = divmod(min(focus.source, count - 1), size)
    entry = [piece] if glass.has_pieces else []
    share = number((own_delta.value or 0.0) * (own_weight.value or 0.0))
    factors = Factors(
        factor(symbol(weights, [*entry, focus.unit, j]), own_weight, "local gradient: the weight"),
        factor(
            symbol(delta, [*entry, j]),
            own_delta,
            f"downstream gradient: delta of unit {j + 1} in layer {line.layer}",
        ),
        factor(below, result if count == 1 else share, f"what comes back over unit {j + 1}"),
        f"added over {count} units: {result.text}" if count > 1 else "",
    )
    return (equate(below, symbols, added(terms), result),), factors


def _edge(glass: LookingGlass, index: int) -> tuple[Piece, Piece]:
    """Return delta and weight of the index-th connection upwards from the unit in focus."""
    delta, weights = glass.line.line.reads
    piece, j = divmod(index, glass.layer.size)
    lead = (piece,) if glass.has_pieces else ()
    return (
        glass.before(delta, *lead, glass.focus.sample, j),
        glass.before(weights, *lead, glass.focus.unit, j),
    )


_Named = tuple[Piece, Piece]


def _product(
    local: _Named, downstream: _Named, product: _Named, meanings: tuple[str, str, str]
) -> Factors:
    return Factors(
        factor(*local, meanings[0]),
        factor(*downstream, meanings[1]),
        factor(*product, meanings[2]),
    )


def factor(name: Piece, value: Piece, meaning: str) -> Factor:
    """Return a factor, or the product, from its symbol and its number."""
    return Factor(name, value.value or 0.0, value.source, meaning)


def _multiplied(factors: Factors) -> Equation:
    downstream, local, product = (
        number(factor.value, factor.source)
        for factor in (factors.downstream, factors.local, factors.product)
    )
    return equate(
        factors.product.symbol,
        (factors.downstream.symbol, _TIMES, factors.local.symbol),
        (downstream, _TIMES, *in_brackets(local)),
        product,
    )
