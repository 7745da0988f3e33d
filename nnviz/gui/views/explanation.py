"""The arithmetic of what is selected, as words and numbers, before anything is drawn.

Every number is read from the Display in full precision and rounded only for
showing, to 4 significant digits.
"""

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.losses import LOSSES
from nnviz.core.program import LineKind
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.views.explanation_spans import (
    Explanation,
    Span,
    Spans,
    factor,
    product,
    signed_number,
    subscript,
    tone_of,
)
from nnviz.gui.views.network_values import is_probability, significant
from nnviz.gui.views.network_words import output_label, unit_name

HINT = "Select a unit or a weight in the diagram: here stands its arithmetic, number by number"
FUNCTION_NAMES = {"sigmoid": "σ", "linear": ""}


def explain(display: Display) -> Explanation:
    """Return the arithmetic of the selected unit or edge for the selected sample."""
    selection = display.selection
    if selection.unit is not None:
        if selection.unit.layer == 0:
            return _explain_input(display, selection.unit)
        return _explain_unit(display, selection.unit)
    if selection.edge is not None:
        return _explain_edge(display, selection.edge)
    return Explanation(head=(Span(HINT, "quiet"),))


def _explain_input(display: Display, unit: UnitRef) -> Explanation:
    data, sample, column = display.data, display.sample_index, unit.index
    value = float(display.batch_inputs[sample, column])
    raw = _raw_value(display, sample, column)
    head = [Span(f"x{subscript(column + 1)} = ")]
    if data.scaling.kind != "none":
        offset, scale = float(data.scaling.offset[column]), float(data.scaling.scale[column])
        sign = "+" if offset < 0 else "−"
        head.append(
            Span(
                f"( {significant(raw)} {sign} {significant(abs(offset))} ) "
                f"/ {significant(scale)} = "
            )
        )
    head.append(Span(significant(value), "accent"))
    extras = (_sample_words(display),)
    return Explanation(
        unit_name(display, unit), tuple(head), extras=extras, total=raw, result=value
    )


def _raw_value(display: Display, sample: int, column: int) -> float:
    """Return an input in the units of its source, as it is written there if it is from there."""
    data = display.data
    if len(display.batch_rows):
        return float(data.raw.inputs[data.train_rows[display.batch_rows[sample]], column])
    scaled = display.batch_inputs[sample : sample + 1].astype(np.float64)
    return float(data.scaling.undo(scaled)[0, column])


def _explain_unit(display: Display, unit: UnitRef) -> Explanation:
    sample, index, layer = display.sample_index, unit.index, unit.layer
    z = display.batch_pass.pre_activations[layer - 1][..., sample, index]
    a = float(display.batch_pass.activations[layer - 1][sample, index])
    weights, biases = display.network.weights[layer - 1], display.network.biases[layer - 1]
    piece = None
    if weights.ndim == 3:
        piece = int(np.argmax(z))
        weights, biases = weights[piece], biases[piece]
    total = float(z if piece is None else z[piece])
    column = weights[:, index].copy()
    values = layer_values(display, layer - 1)
    head, tail = _frame(display, unit, np.atleast_1d(z), a, piece)
    bias = float(biases[index])
    terms = tuple(
        product(float(w), float(x), is_first=i == 0)
        for i, (w, x) in enumerate(zip(column, values, strict=True))
    )
    return Explanation(
        unit_name(display, unit),
        head,
        terms,
        (signed_number(bias), *tail),
        _extras(display, unit, np.atleast_1d(z), piece),
        column,
        values,
        bias,
        total,
        a,
    )


def _frame(
    display: Display, unit: UnitRef, z: NDArray[np.floating], a: float, piece: int | None
) -> tuple[Spans, Spans]:
    """Return what stands before the sum and after the bias."""
    activation = display.spec.layers[unit.layer - 1].activation
    symbol = f"{subscript(unit.layer)},{subscript(unit.index + 1)}"
    result = Span(significant(a), "accent")
    if piece is not None:
        pieces = ", ".join(significant(float(value)) for value in z)
        head = (Span(f"a{symbol} = max( {pieces} ) = "), result)
        return (*head, Span(f"    piece {piece + 1}: ", "quiet")), (Span(" = "), result)
    if activation == "linear":
        letter = "z" if _is_logit(display, unit) else "a"
        return (Span(f"{letter}{symbol} = "),), (Span(" = "), result)
    name = FUNCTION_NAMES.get(activation, ACTIVATIONS[activation].label)
    total = Span(significant(float(z[0])), "strong")
    tail = (Span(f" ) = {name}( "), total, Span(" ) = "), result)
    return (Span(f"a{symbol} = {name}( "),), tail


def _extras(
    display: Display, unit: UnitRef, z: NDArray[np.floating], piece: int | None
) -> tuple[Spans, ...]:
    extras: list[Spans] = []
    spec, data = display.spec, display.data
    if unit.layer == len(spec.layers):
        extras += _output_extras(display, unit)
    layer = spec.layers[unit.layer - 1]
    if piece is None and layer.activation != "linear":
        _, slope = evaluate(layer.activation, z, layer.resolved_alpha)
        extras.append((Span(f"slope = {significant(float(slope[0]))}", "quiet"),))
    elif unit.layer == len(spec.layers) and not data.is_classification:
        extras += _own_units(display, unit)
    return (*extras, _sample_words(display))


def _output_extras(display: Display, unit: UnitRef) -> list[Spans]:
    if not is_probability(display.spec):
        return []
    row = display.batch_inputs[display.sample_index : display.sample_index + 1]
    probability = float(display.network.predict(row)[0, unit.index])
    link = LOSSES[display.spec.loss].link_label
    label = output_label(display.data, display.spec, unit.index)
    words = Span(f"logit; probability of {label} = {link} = ", "quiet")
    return [(words, Span(significant(probability), "strong"))]


def _own_units(display: Display, unit: UnitRef) -> list[Spans]:
    data = display.data
    if data.target_scaling.kind == "none":
        return []
    outputs = display.batch_pass.outputs[display.sample_index : display.sample_index + 1]
    value = float(data.target_scaling.undo(np.asarray(outputs, dtype=np.float64))[0, unit.index])
    words = Span(f"{data.raw.target_name} = ", "quiet")
    return [(words, Span(significant(value), "strong"))]


def _is_logit(display: Display, unit: UnitRef) -> bool:
    return unit.layer == len(display.spec.layers) and is_probability(display.spec)


def _explain_edge(display: Display, edge: EdgeRef) -> Explanation:
    layer, source, target = edge.layer, edge.source, edge.target
    ends = UnitRef(layer - 1, source), UnitRef(layer, target)
    names = " → ".join(unit_name(display, unit) for unit in ends)
    sample = display.sample_index
    weights, grads = display.network.weights[layer - 1], display.gradients.weights[layer - 1]
    head: list[Span] = []
    piece = None
    if weights.ndim == 3:
        piece = int(np.argmax(display.batch_pass.pre_activations[layer - 1][:, sample, target]))
        weights, grads = weights[piece], grads[piece]
        head.append(Span(f"piece {piece + 1}, the winner: ", "quiet"))
    weight, last_gradient = float(weights[source, target]), float(grads[source, target])
    activations, deltas = edge_products(display, edge, piece)
    gradient, activation = float(activations @ deltas), float(activations[sample])
    head += [
        Span("w = "),
        Span(significant(weight), tone_of(weight)),
        Span("    w·a = ", "quiet"),
        Span(f"{significant(weight)}·{factor(activation)} = "),
        Span(significant(weight * activation), "strong"),
        Span("    dL/dw = Σ a·δ = ", "quiet"),
        Span(significant(gradient), "accent"),
    ]
    extras = _gradient_extras(display, activations, deltas, last_gradient)
    return Explanation(
        names,
        tuple(head),
        extras=extras,
        weights=activations,
        values=deltas,
        total=gradient,
        result=last_gradient,
    )


def _gradient_extras(
    display: Display,
    activations: NDArray[np.floating],
    deltas: NDArray[np.floating],
    last_gradient: float,
) -> tuple[Spans, ...]:
    count, sample = len(activations), display.sample_index
    activation, delta = float(activations[sample]), float(deltas[sample])
    product_text = f"{significant(activation)}·{factor(delta)} = {significant(activation * delta)}"
    extras: list[Spans] = [
        (Span(f"over {count:,} sample{'s' if count > 1 else ''}", "quiet"),),
        (Span(f"of it from sample {sample + 1}: ", "quiet"), Span(product_text)),
    ]
    if display.snapshot.step:
        extras.append((Span(f"in the last step it was {significant(last_gradient)}", "quiet"),))
    return tuple(extras)


def edge_products(
    display: Display, edge: EdgeRef, piece: int | None
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return a of the source and dL/dz of the target for each sample of the batch.

    Both with the parameters on show, so their products sum to dL/dw as it is now.
    The last step's own gradient belongs to the parameters before that step. In a walk
    they are what was recorded: with dropout's masks, and with the fault of the bug lab.
    """
    trace = display.playback.trace
    if trace is not None:
        kind, layer = LineKind.WEIGHT_GRADIENT, edge.layer
        lines = (line.line for line in trace.lines)
        below, delta = next(
            line.reads for line in lines if (line.kind, line.layer) == (kind, layer)
        )
        recorded = trace.value(delta)
        return trace.value(below)[:, edge.source], (
            recorded[:, edge.target] if piece is None else recorded[piece, :, edge.target]
        )
    passed = display.network.backward(display.batch_inputs, display.batch_targets)
    deltas = passed.deltas[edge.layer - 1]
    column = deltas[..., edge.target] if piece is None else deltas[piece, :, edge.target]
    if edge.layer == 1:
        return display.batch_inputs[:, edge.source], column
    return display.batch_pass.activations[edge.layer - 2][:, edge.source], column


def layer_values(display: Display, layer: int) -> NDArray[np.floating]:
    """Return the activations of a layer (0: the inputs) for the selected sample."""
    batch = (display.batch_inputs, *display.batch_pass.activations)[layer]
    values: NDArray[np.floating] = batch[display.sample_index]
    return values.astype(display.network.parameters.dtype)


def _sample_words(display: Display) -> Spans:
    count = len(display.batch_inputs)
    return (Span(f"sample {display.sample_index + 1:,} of {count:,}", "quiet"),)
