"""The equations of the forward pass and of the loss."""

import numpy as np

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray, run
from nnviz.core.looking_glass import (
    LookingGlass,
    added,
    equate,
    first_factor,
    left_out,
    shown,
)
from nnviz.core.loss_functions import LossBuffers
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
from nnviz.core.number_patterns import (
    ACTIVATION_PATTERNS,
    DERIVATIVE_PATTERNS,
    LOSS_PATTERNS,
)

_TIMES = plain(" · ", r"\cdot")
SHOWN_SAMPLES = 6


def affine(glass: LookingGlass) -> tuple[Equation, ...]:
    """Return z = sum of x w + b for one unit and sample."""
    line, focus = glass.line.line, glass.focus
    below, weights, biases = line.reads
    lead, j = glass.lead(), focus.unit
    terms: list[Pieces] = []
    for i in shown(glass.fan_in, focus.source):
        if i < 0:
            terms.append(left_out(i))
            continue
        x, w = glass.before(below, focus.sample, i), glass.before(weights, *lead, i, j)
        terms.append((*first_factor(x, terms), _TIMES, *in_brackets(w)))
    terms.append(in_brackets(glass.before(biases, *lead, j)))
    z = line.writes[0]
    symbols = (
        plain("Σᵢ ", rf"\sum_{{i=1}}^{{{glass.fan_in}}}"),
        symbol(below, ["i"]),
        plain(" ", r"\,"),
        symbol(weights, [*lead, "i", j]),
        plain(" + ", "+"),
        symbol(biases, [*lead, j]),
    )
    result = glass.after(z, *lead, focus.sample, j)
    return (equate(symbol(z, [*lead, j]), symbols, added(terms), result),)


def activation(glass: LookingGlass) -> tuple[Equation, ...]:
    """Return a = f(z) for one unit and sample."""
    line, focus = glass.line.line, glass.focus
    (z,), (a,) = line.reads, line.writes
    record = ACTIVATIONS[glass.layer.activation]
    name = symbol(a, [focus.unit])
    result = glass.after(a, focus.sample, focus.unit)
    if glass.has_pieces:
        pieces = range(glass.layer.piece_count)
        values = [glass.before(z, p, focus.sample, focus.unit) for p in pieces]
        return (
            equate(
                name,
                _call("max", r"\max", [symbol(z, [p, focus.unit]) for p in pieces]),
                _call("max", r"\max", values),
                result,
            ),
        )
    value = glass.before(z, focus.sample, focus.unit)
    pattern = ACTIVATION_PATTERNS[record.name](value.value or 0.0, glass.layer.resolved_alpha)
    numbers = from_pattern(*pattern, {"z": value})
    z_symbol = symbol(z, [focus.unit])
    tex_name = rf"\operatorname{{{record.label}}}"
    symbols = (z_symbol,) if record.name == "linear" else _call(record.label, tex_name, [z_symbol])
    return (equate(name, symbols, numbers, result),)


def local_gradient(glass: LookingGlass) -> tuple[Equation, ...]:
    """Return g = f'(z) for one unit and sample."""
    line, focus = glass.line.line, glass.focus
    (z, a), (g,) = line.reads, line.writes
    record, lead = ACTIVATIONS[glass.layer.activation], glass.lead()
    value = glass.before(z, *lead, focus.sample, focus.unit)
    pattern = DERIVATIVE_PATTERNS[record.name](value.value or 0.0, glass.layer.resolved_alpha)
    values = {"z": value, "a": glass.before(a, focus.sample, focus.unit)}
    a_symbol, z_symbol = symbol(a, [focus.unit]), symbol(z, [*lead, focus.unit])
    symbols = (
        Piece(
            f"∂{a_symbol.text}/∂{z_symbol.text}",
            rf"\frac{{\partial {a_symbol.tex}}}{{\partial {z_symbol.tex}}}",
        ),
    )
    result = glass.after(g, *lead, focus.sample, focus.unit)
    name = symbol(g, [*lead, focus.unit])
    return (equate(name, symbols, from_pattern(*pattern, values), result),)


def dropout(glass: LookingGlass) -> tuple[Equation, ...]:
    """Return d = a m for one unit and sample."""
    line, focus = glass.line.line, glass.focus
    (a,), (m, d) = line.reads, line.writes
    at = (focus.sample, focus.unit)
    symbols = (symbol(a, [focus.unit]), _TIMES, symbol(m, [focus.unit]))
    numbers = (glass.before(a, *at), _TIMES, *in_brackets(glass.after(m, *at)))
    return (equate(symbol(d, [focus.unit]), symbols, numbers, glass.after(d, *at)),)


def loss(glass: LookingGlass) -> tuple[Equation, ...]:
    """Return the loss of one sample, and the mean over the samples."""
    trace, focus = glass.trace, glass.focus
    record = LOSSES[trace.spec.loss]
    total = glass.after("L")
    of_sample = _sample_loss(glass, focus.sample)
    own = equate(
        plain("ℓ", r"\ell"),
        table_formula(record.label, record.formula),
        _sample_terms(glass),
        total if trace.batch_size == 1 else of_sample,
    )
    if trace.batch_size == 1:
        return (own,)
    terms: list[Pieces] = []
    for sample in shown(trace.batch_size, focus.sample, SHOWN_SAMPLES):
        if sample < 0:
            terms.append(left_out(sample))
        else:
            terms.append(first_factor(_sample_loss(glass, sample), terms))
    count = str(trace.batch_size)
    share = plain(f"1/{count} · (", rf"\frac{{1}}{{{count}}} (")
    symbols = (share, plain("Σₙ ℓ⁽ⁿ⁾", r"\sum_n \ell^{\langle n \rangle}"), plain(")"))
    return own, equate(plain("L"), symbols, (share, *added(terms), plain(")")), total)


def table_formula(words: str, tex: str) -> Pieces:
    """Return a formula of a table as the symbols of an equation; in plain text, words."""
    return (Piece(words, tex),)


def _sample_terms(glass: LookingGlass) -> Pieces:
    """Return what each output adds to the loss of the sample in focus."""
    spec, sample = glass.trace.spec, glass.focus.sample
    record, outputs = LOSSES[spec.loss], glass.line.line.reads[0]
    targets = glass.trace.value("t")[sample]
    right = int(np.argmax(targets))
    terms: list[Pieces] = []
    for k in range(spec.output_size):
        t = float(targets[k])
        # Only the right class counts, and only the wrong ones have a margin to it.
        if record.name == "softmax_cross_entropy" and t == 0:
            continue
        if record.name == "multi_class_hinge" and k == right:
            continue
        y = glass.before(outputs, sample, k)
        pattern = LOSS_PATTERNS[record.name](y.value or 0.0, t)
        values = {
            "y": y,
            "t": glass.before("t", sample, k),
            "p": glass.after("p", sample, k),
            "right": glass.before(outputs, sample, right),
        }
        terms.append(from_pattern(*pattern, values))
    count = spec.output_size if record.per_element else 1
    if len(terms) == 1 and count == 1:
        return terms[0]
    share = plain(f"1/{count} · (", rf"\frac{{1}}{{{count}}} (") if count > 1 else plain("(")
    return (share, *added(terms), plain(")"))


def _sample_loss(glass: LookingGlass, sample: int) -> Piece:
    """Return the loss of one sample, computed by the calls that train."""
    trace = glass.trace
    record = LOSSES[trace.spec.loss]
    outputs = _column(trace.value(glass.line.line.reads[0], glass.line.number), sample)
    buffers = LossBuffers(
        outputs,
        _column(trace.value("t"), sample),
        np.empty_like(outputs),
        np.empty_like(outputs),
        np.zeros((), dtype=outputs.dtype),
    )
    bound = record.bind(buffers)
    with np.errstate(all="ignore"):
        run(bound.link + bound.value)
    return number(float(buffers.total) * record.scale(len(outputs), 1))


def _column(array: FloatArray, sample: int) -> FloatArray:
    return np.ascontiguousarray(array[sample : sample + 1].T)


def penalty(glass: LookingGlass) -> tuple[Equation, ...]:
    """Return the penalty on all weights."""
    trace = glass.trace
    weights = [trace.value(name, glass.line.number) for name in glass.line.line.reads]
    terms: list[Pieces] = []
    symbols: list[Pieces] = []
    if trace.spec.l1:
        size = sum(float(np.abs(w).sum()) for w in weights)
        terms.append((number(trace.spec.l1), _TIMES, number(size)))
        symbols.append((plain("λ₁ Σ|w|", r"\lambda_1 \sum |w|"),))
    if trace.spec.l2:
        squares = sum(float((w * w).sum()) for w in weights)
        terms.append((number(trace.spec.l2), plain(" / 2 · ", r"/ 2 \cdot"), number(squares)))
        symbols.append((plain("λ₂/2 Σw²", r"\tfrac{\lambda_2}{2} \sum w^2"),))
    return (equate(plain("R"), added(symbols), added(terms), glass.after("R")),)


def _call(text: str, tex: str, arguments: list[Piece]) -> Pieces:
    pieces: list[Piece] = [plain(f"{text}(", f"{tex}(")]
    for index, argument in enumerate(arguments):
        if index:
            pieces.append(plain(", ", ","))
        pieces.append(argument)
    return (*pieces, plain(")"))
