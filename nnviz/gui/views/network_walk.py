"""What the diagram shows at a place of a walk: values of units, of edges, and what is lit.

The units of the present line's layer show what the line writes; the others show
activations in the forward pass and gradients in the backward pass. What is not
computed yet is blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.notation import Source, symbol
from nnviz.core.program import LineKind, Phase
from nnviz.core.trace import Trace
from nnviz.core.walk import Size, Walk
from nnviz.gui.display import Display
from nnviz.gui.edge_content import EdgeContent
from nnviz.gui.predictor import Predictor
from nnviz.gui.selection import EdgeRef
from nnviz.gui.views.network_values import is_probability, layer_scale

_OF_UNITS = frozenset("zagd")
_FLOWS: Mapping[LineKind, int] = {
    LineKind.AFFINE: +1,
    LineKind.TO_LAYER_BELOW: -1,
    LineKind.WEIGHT_GRADIENT: -1,
}
_OF_EDGES = frozenset(
    {
        LineKind.AFFINE,
        LineKind.TO_LAYER_BELOW,
        LineKind.WEIGHT_GRADIENT,
        LineKind.PENALTY_GRADIENT,
        LineKind.UPDATE,
    }
)


@dataclass(frozen=True, slots=True)
class Lit:
    """What the present line works on.

    Attributes
    ----------
    layer
        The edges that lead to this layer; 0 for none.
    sources, targets
        Which of them: units at either end, ``None`` for all.
    units
        (layer, units) that are worked out; units ``None`` for all of them.
    flow
        +1 where activations flow along the edges, -1 where gradients flow back.
    """

    layer: int
    sources: NDArray[np.int64] | None
    targets: NDArray[np.int64] | None
    units: tuple[int, NDArray[np.int64] | None]
    flow: int

    def edges_among(
        self, sources: NDArray[np.int64], targets: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the positions of the edges that are lit, of these to the lit layer."""
        chosen = np.ones(len(sources), dtype=np.bool_)
        if self.sources is not None:
            chosen &= np.isin(sources, self.sources)
        if self.targets is not None:
            chosen &= np.isin(targets, self.targets)
        return np.flatnonzero(chosen).astype(np.int64)


@dataclass(frozen=True, slots=True)
class WalkPicture:
    """The diagram's numbers at one place of a walk.

    Attributes
    ----------
    units, scales
        One value per unit for the selected sample, NaN where it is not computed,
        and the value of full colour; one entry per layer, the inputs first.
    names, buffers
        What the values of each layer are, such as ``a₁``, and the buffers' names.
    edges
        By the layer they lead to: fan_in x fan_out (maxout: with pieces), zeros
        where it is not computed.
    edge_name
        What these are, in words.
    shows_gradients
        Whether the edges are gradients.
    edge_key
        The same for pictures whose edges are the same.
    hidden
        The number that a person is to predict.
    lit
        What the present line works on; ``None`` at the start of the step.
    """

    units: tuple[NDArray[np.float64], ...]
    scales: tuple[float, ...]
    names: tuple[str, ...]
    buffers: tuple[str, ...]
    edges: Mapping[int, FloatArray]
    edge_name: str
    shows_gradients: bool
    edge_key: object
    hidden: Source | None
    lit: Lit | None

    def hides_edge(self, edge: EdgeRef) -> bool:
        """Whether a person is to predict what this edge shows."""
        if self.hidden is None or self.hidden.buffer.lstrip("d") != f"W{edge.layer}":
            return False
        return self.hidden.index[-2:] == (edge.source, edge.target)


def walk_picture(display: Display) -> WalkPicture | None:
    """Return what to show of the walk, or ``None`` while nobody walks."""
    walk = display.playback.walk
    if walk is None or walk.trace.spec != display.spec:
        return None
    sample = min(display.selection.sample, walk.trace.batch_size - 1)
    hidden = Predictor.of(display.playback).hidden
    values, scales, names, buffers = [], [], [], []
    for layer in range(len(walk.trace.spec.layers) + 1):
        name, array = _units_of(walk, layer)
        names.append(_symbol_text(walk.trace, name) if array is not None else "")
        buffers.append(name)
        one, whole = _of_sample(walk.trace, layer, array, sample)
        if hidden is not None and hidden.buffer == name and sample in hidden.index[-2:-1]:
            one = one.copy()
            one[hidden.index[-1]] = np.nan
        values.append(one)
        is_activation = name.startswith(("a", "p"))
        scales.append(
            layer_scale(display.spec, layer if is_activation else 0, whole)
            if not (name == "p" and is_probability(display.spec))
            else 1.0
        )
    shown = _content_of(walk, display.playback.edge_content)
    edges = {
        layer: _edges_of(walk, layer, shown, hidden)
        for layer in range(1, len(walk.trace.spec.layers) + 1)
    }
    return WalkPicture(
        tuple(values),
        tuple(scales),
        tuple(names),
        tuple(buffers),
        edges,
        _EDGE_WORDS[shown],
        shown is EdgeContent.GRADIENT,
        (hidden, *_edge_key(walk, shown, sample)),
        hidden,
        _lit(walk, display.playback.size),
    )


_EDGE_WORDS = {
    EdgeContent.WEIGHT: "weights",
    EdgeContent.GRADIENT: "gradients ∂L/∂w",
    EdgeContent.CHANGE: "changes of the weights",
}


def has_same_edges(one: WalkPicture | None, other: WalkPicture | None) -> bool:
    """Whether two pictures of walks have the same edges, for certain."""
    return one is not None and other is not None and one.edge_key == other.edge_key


def _content_of(walk: Walk, content: EdgeContent) -> EdgeContent:
    if content is not EdgeContent.AUTOMATIC:
        return content
    phase = None if walk.line is None else walk.line.phase
    if phase is Phase.BACKWARD:
        return EdgeContent.GRADIENT
    return EdgeContent.CHANGE if phase is Phase.UPDATE else EdgeContent.WEIGHT


def _edges_of(walk: Walk, layer: int, content: EdgeContent, hidden: Source | None) -> FloatArray:
    weights = walk.read(f"W{layer}")
    assert weights is not None
    name, values = f"W{layer}", weights
    if content is EdgeContent.CHANGE:
        values = weights - walk.trace.value(name, 0)
    elif content is EdgeContent.GRADIENT:
        name = f"dW{layer}"
        gradients = walk.read(name) if name in walk.trace.names else None
        values = np.zeros_like(weights) if gradients is None else np.nan_to_num(gradients, nan=0.0)
    if hidden is not None and hidden.buffer == name:
        values = values.copy()
        values[hidden.index] = 0.0
    return values


def _edge_key(walk: Walk, content: EdgeContent, sample: int) -> tuple[object, ...]:
    letter = "dW" if content is EdgeContent.GRADIENT else "W"
    layers = range(1, len(walk.trace.spec.layers) + 1)
    names = [f"{letter}{layer}" for layer in layers if f"{letter}{layer}" in walk.trace.names]
    # By identity: the arrays of a trace never change, and its keeper keeps them.
    arrays = tuple(id(walk.trace.read(name, walk.position)) for name in names)
    place, line = walk.place, walk.line
    is_in_part = line is not None and not place.is_line_done and line.line.writes[0] in names
    part = (place.line, place.unit, place.is_unit_done) if is_in_part else None
    has_pieces = any(layer.piece_count > 1 for layer in walk.trace.spec.layers)
    return id(walk.trace), content, arrays, part, sample if has_pieces else None


def _units_of(walk: Walk, layer: int) -> tuple[str, FloatArray | None]:
    """Return the buffer that the units of a layer show, and its values so far."""
    line = walk.line
    if line is not None:
        for name in reversed(line.line.writes):
            if _is_of_layer(name, layer):
                return name, walk.read(name)
    last = len(walk.trace.spec.layers)
    is_backward = line is not None and line.phase is Phase.BACKWARD
    if is_backward:
        names = ["dx"] if layer == 0 else [f"dz{layer}", f"da{layer}"]
    else:
        names = ["x"] if layer == 0 else [f"a{layer}", f"z{layer}"]
        if layer == last:
            names.insert(0, "p")
    for name in names:
        array = walk.read(name) if name in walk.trace.names else None
        if array is not None:
            return name, array
    return names[0], None


def _is_of_layer(name: str, layer: int) -> bool:
    if name == "dx":
        return layer == 0
    letters = name.rstrip("0123456789")
    return name[len(letters) :] == str(layer) and (letters[-1:] or " ") in _OF_UNITS


def _symbol_text(trace: Trace, name: str) -> str:
    if name == "p":
        last = len(trace.spec.layers)
        return "p" if is_probability(trace.spec) else symbol(f"a{last}").text
    return symbol(name).text


def _of_sample(
    trace: Trace, layer: int, array: FloatArray | None, sample: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    size = trace.spec.layer_sizes[layer]
    if array is None:
        blank = np.full(size, np.nan)
        return blank, blank
    whole = array.astype(np.float64)
    if whole.ndim == 3:
        # Of a maxout unit the piece that wins; in the backward pass, the one with the gradient.
        winners = np.argmax(np.nan_to_num(np.abs(whole[:, sample, :])), axis=0)
        return whole[winners, sample, np.arange(size)], whole
    return whole[sample], whole


def _lit(walk: Walk, size: Size) -> Lit | None:
    line, place = walk.line, walk.place
    if line is None:
        return None
    layer, kind = line.line.layer, line.line.kind
    is_one = size in (Size.TERM, Size.UNIT) or not place.is_line_done
    unit = np.array([place.unit - 1]) if is_one else None
    term = place.term - 1 if size is Size.TERM or not place.is_unit_done else None
    if kind is LineKind.TO_LAYER_BELOW:
        width = walk.trace.spec.layers[layer - 1].size
        targets = None if term is None else np.array([term % width])
        return Lit(layer, unit, targets, (layer - 1, unit), -1)
    if kind in _OF_EDGES:
        # The last term is the bias, which has no edge: then none of them is lit.
        fan_in = walk.trace.spec.layer_sizes[layer - 1]
        sources = None if term is None else np.array([term % (fan_in + 1)])
        return Lit(layer, sources, unit, (layer, unit), _FLOWS.get(kind, 0))
    return Lit(0, None, None, (layer, unit), 0)
