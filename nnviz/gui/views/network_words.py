"""The words of the network diagram: names, headers, tips and what was left out."""

import re
from html import escape, unescape

import numpy as np

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.losses import LOSSES
from nnviz.core.spec import NetworkSpec
from nnviz.data.prepared import PreparedData
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.network_ghosts import ghost_lines
from nnviz.gui.views.network_values import exact, is_bounded, is_probability, significant
from nnviz.gui.views.network_weights import ShownWeights

LARGEST_WORDS = ", those with the largest |w·a|"


def layer_name(spec: NetworkSpec, layer: int) -> str:
    """Return what a layer is called."""
    if layer == 0:
        return "Input"
    return "Output" if layer == len(spec.layers) else f"Hidden {layer}"


def layer_detail(spec: NetworkSpec, layer: int) -> str:
    """Return the second line of a layer's header, such as ``6 · tanh``."""
    size = spec.layer_sizes[layer]
    if layer == 0:
        return f"{size:,} feature" + ("" if size == 1 else "s")
    record = spec.layers[layer - 1]
    label = ACTIVATIONS[record.activation].label
    if record.piece_count > 1:
        label = f"{label} of {record.piece_count}"
    if layer == len(spec.layers) and is_probability(spec):
        label = LOSSES[spec.loss].link_label
    return f"{size:,} · {label}"


def unit_name(display: Display, unit: UnitRef) -> str:
    """Return what a unit is called in a sentence."""
    spec = display.spec
    if unit.layer == 0:
        return f"Input {display.data.raw.feature_names[unit.index]}"
    if unit.layer == len(spec.layers):
        label = output_label(display.data, spec, unit.index)
        return "Output" if spec.output_size == 1 else f"Output {label}"
    return f"{layer_name(spec, unit.layer)}, unit {unit.index + 1}"


def output_label(data: PreparedData, spec: NetworkSpec, index: int) -> str:
    """Return the name of an output: its class, or what it predicts."""
    if data.is_classification:
        if spec.output_size == data.class_count:
            return data.raw.class_names[index]
        return data.raw.class_names[1] if is_probability(spec) else "ŷ"
    return data.raw.target_name if spec.output_size == 1 else f"ŷ {index + 1}"


def unit_tip(
    display: Display, unit: UnitRef, scale: float, shows_responses: bool, shows_raw: bool = False
) -> str:
    """Return the tooltip of a unit: exact numbers, and what its picture shows."""
    sample = display.sample_index
    lines = [f"<b>{escape(unit_name(display, unit))}</b>"]
    if unit.layer == 0:
        scaled = display.batch_inputs[sample, unit.index]
        raw = display.data.scaling.undo(
            display.batch_inputs[sample : sample + 1].astype(np.float64)
        )
        lines.append(f"x = {exact(scaled)}")
        lines.append(f"in its own units {significant(float(raw[0, unit.index]), 8)}")
    else:
        spec = display.spec.layers[unit.layer - 1]
        z = display.batch_pass.pre_activations[unit.layer - 1][..., sample, unit.index]
        _, g = evaluate(spec.activation, np.atleast_1d(z), spec.resolved_alpha)
        shown = ", ".join(exact(value) for value in np.atleast_1d(z))
        lines.append(f"z = {shown}")
        lines.append(
            f"a = {exact(display.batch_pass.activations[unit.layer - 1][sample, unit.index])}"
        )
        if z.ndim == 0:
            lines.append(f"slope f′(z) = {exact(g[0])}")
    lines.append(f"for sample {sample + 1} of {len(display.batch_inputs)} of the batch")
    lines.append(_scale_sentence(display, unit.layer, scale, shows_responses, shows_raw))
    return "<br>".join(lines)


def _scale_sentence(
    display: Display, layer: int, scale: float, shows_responses: bool, shows_raw: bool
) -> str:
    what = "the activation all over the inputs" if shows_responses else "the value of this sample"
    if is_bounded(display.spec, layer):
        end = "±1"
    elif layer == 0 and not shows_responses and shows_raw:
        what, end = "the value in its own units", f"±{significant(scale)}, the largest of the batch"
    elif not shows_responses and layer == len(display.spec.layers) and is_probability(display.spec):
        what, end = "the probability", "1"
    else:
        end = f"±{significant(scale)}, the largest |a| of the layer"
    return f"<i>Colour: {what}; full at {end}</i>"


def edge_tip(display: Display, edge: EdgeRef, shown: ShownWeights) -> str:
    """Return the tooltip of an edge."""
    source, target = UnitRef(edge.layer - 1, edge.source), UnitRef(edge.layer, edge.target)
    names = f"{unit_name(display, source)} → {unit_name(display, target)}"
    weight = shown.weights[edge.source, edge.target]
    lines = [f"<b>{escape(names)}</b>", f"w = {exact(weight)}"]
    grads = display.gradients.weights[edge.layer - 1]
    if shown.pieces is not None:
        piece = int(shown.pieces[edge.target])
        grads = grads[piece]
        lines.append(
            f"of piece {piece + 1}, which wins for sample {display.sample_index + 1}; "
            "each piece has a weight of its own"
        )
    lines += ghost_lines(display, edge)
    lines.append(f"dL/dw of the last step = {exact(grads[edge.source, edge.target])}")
    lines.append(
        f"<i>Width and colour: share of the layer's largest |w|, {significant(shown.largest)}</i>"
    )
    return "<br>".join(lines)


def plain_text(tip: str) -> str:
    """Return a tooltip without its tags, for reading aloud."""
    return unescape(re.sub(r"<[^>]*>", "", tip.replace("<br>", "; ")))


def left_out_text(shown: tuple[ShownWeights, ...], total: int, hidden: tuple[str, ...]) -> str:
    """Say what is not drawn; empty if everything is.

    Parameters
    ----------
    shown
        The pairs of layers that are drawn.
    total
        Number of weights that could be drawn: one per pair of units.
    hidden
        Names of runs of layers that are left out.
    """
    drawn = sum(len(pair.bins) for pair in shown)
    missing = sum(pair.not_finite for pair in shown)
    parts = []
    if drawn + missing < total:
        parts.append(f"showing {drawn:,} of {total:,} weights")
        if any(len(pair.bins) + pair.not_finite < pair.total for pair in shown):
            parts[-1] += LARGEST_WORDS
    if missing:
        parts.append(f"{missing:,} weights are not finite and cannot be drawn")
    return " · ".join((*parts, *hidden))


def facts_text(
    spec: NetworkSpec, parameters: int, left_out: str, theme: Theme, walk_edges: str = ""
) -> str:
    """Return the legend and key numbers for the card's title.

    In a walk, what the edges stand for comes first.
    """
    sizes = "–".join(_run_lengths(spec.layer_sizes))
    legend = [
        f'<span style="color:{colour}">━</span> {word}'
        for colour, word in ((theme.positive, "positive"), (theme.negative, "negative"))
    ]
    if walk_edges:
        return " · ".join((f"edges: {walk_edges}", " ".join(legend), sizes))
    parts = [sizes, f"{parameters:,} parameters", " ".join(legend), "edge width ∝ |w|"]
    if left_out:
        parts.insert(1, left_out.replace(LARGEST_WORDS, ""))
    return " · ".join(parts)


def _run_lengths(sizes: tuple[int, ...]) -> list[str]:
    # 2–16×30–1 rather than thirty times the same number.
    words: list[tuple[int, int]] = []
    for size in sizes:
        if words and words[-1][0] == size:
            words[-1] = (size, words[-1][1] + 1)
        else:
            words.append((size, 1))
    return [
        f"[{size}]×{count}" if count > 3 else "–".join([str(size)] * count) for size, count in words
    ]


def matrix_tip(display: Display, shown: ShownWeights) -> str:
    """Return the tooltip of a thumbnail of W."""
    spec = display.spec
    names = f"{layer_name(spec, shown.layer - 1)} → {layer_name(spec, shown.layer)}"
    fan_in, fan_out = shown.weights.shape
    lines = [
        f"<b>W{shown.layer}, {names}</b>",
        f"{fan_in:,} × {fan_out:,} = {shown.total:,} weights; rows are the units they come from",
        f"{len(shown.bins):,} of them are drawn as edges, those with the largest |w·a|",
        f"<i>Each dot: its largest weight; full colour at ±{significant(shown.largest)}</i>",
    ]
    if shown.pieces is not None:
        lines.insert(2, f"of the winning pieces for sample {display.sample_index + 1}")
    return "<br>".join(lines)
