"""NetworkScene: everything that the diagram draws, worked out before it is painted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter, QPen

from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.network_blocks import BlockPainter, thumbnail_box
from nnviz.gui.views.network_edges import EdgePainter, edge_widths
from nnviz.gui.views.network_ghosts import draw_pills, weight_ghosts
from nnviz.gui.views.network_labels import (
    LabelPainter,
    has_labels,
    label_widths,
    name_width,
    side_labels,
)
from nnviz.gui.views.network_layout import arrange, edge_count
from nnviz.gui.views.network_nodes import UnitPictures
from nnviz.gui.views.network_overlay import Pill, draw_ring, edge_pill, unit_pills
from nnviz.gui.views.network_picking import edge_at, thumbnail_at
from nnviz.gui.views.network_places import LayerPlace, NetworkLayout
from nnviz.gui.views.network_walk import walk_picture
from nnviz.gui.views.network_walk_painting import draw_lit_units, draw_pulses, walk_labels
from nnviz.gui.views.network_weights import (
    CURVED_EDGES,
    ShownWeights,
    choose_weights,
    edge_budget,
    effective_weights,
)
from nnviz.gui.views.network_words import layer_name, left_out_text
from nnviz.training.snapshot import RunState

UNRELATED = 0.34


@dataclass(frozen=True, slots=True)
class Focus:
    """What the picture is about for the moment; at most one of the two.

    Attributes
    ----------
    unit, edge
        Under the mouse, or else selected.
    """

    unit: UnitRef | None = None
    edge: EdgeRef | None = None

    def __bool__(self) -> bool:
        """Whether there is a focus at all."""
        return self.unit is not None or self.edge is not None


class NetworkScene:
    """The diagram of one snapshot in one size and theme.

    A scene keeps what it needs from the Display, which may already hold another
    network when the mouse moves.

    Attributes
    ----------
    spec
        The network that is drawn.
    layout
        Where everything stands.
    walk
        The numbers at the place of a walk, ``None`` while nobody walks.
    pictures
        What the units look like.
    shown
        The weights between drawn neighbours, by the layer that they lead to.
    left_out
        What is not drawn, in words.
    """

    def __init__(
        self, display: Display, theme: Theme, size: tuple[float, float], focus: Focus
    ) -> None:
        self._display, self._theme, self._size = display, theme, size
        self._labels = side_labels(display)
        self._focus_layer = _layer_of(display)
        self.layout = self._arranged()
        self._edges = EdgePainter(theme)
        self._blocks = BlockPainter(theme)
        self._texts = LabelPainter(theme, name_width(size[0]))
        self.load(focus)

    def _arranged(self) -> NetworkLayout:
        sizes = self._display.spec.layer_sizes
        bare = arrange(sizes, *self._size, focus_layer=self._focus_layer)
        left, right = label_widths(self._labels, name_width(self._size[0]))
        room = (
            left if has_labels(bare.places[0]) else 0.0,
            right if has_labels(bare.places[-1]) else 0.0,
        )
        return arrange(sizes, *self._size, room, self._focus_layer)

    def fits(self, display: Display, theme: Theme, size: tuple[float, float]) -> bool:
        """Whether :meth:`load` is enough, or a new scene is needed."""
        return (
            self._theme is theme
            and self._size == size
            and self.spec == display.spec
            and self._raw is display.data.raw
            and (not self.layout.gaps or self._focus_layer == _layer_of(display))
        )

    def load(self, focus: Focus) -> None:
        """Take over the newest snapshot, the selected sample and what is in focus."""
        display = self._display
        self.spec, self._raw = display.spec, display.data.raw
        self._labels = side_labels(display)
        self.walk = walk_picture(display)
        # The numbers of a walk are not always weights.
        self.ghosts = () if self.walk is not None else weight_ghosts(display)
        if self.walk is not None:
            self._labels = walk_labels(self._labels, self.walk)
        self.pictures = UnitPictures(display, self._theme, self.layout, self.walk)
        self._is_running = display.snapshot.state is RunState.RUNNING
        self._node_edges = sum(
            left.size * right.size
            for left, right in self.layout.pairs
            if not (left.is_block or right.is_block)
        )
        self._weights = {
            right.layer: effective_weights(
                self._edge_values(right.layer),
                display.batch_pass,
                right.layer,
                display.sample_index,
            )
            for _, right in self.layout.pairs
        }
        batch, sample = display.batch_pass, display.sample_index
        self._activations = tuple(a[sample] for a in (display.batch_inputs, *batch.activations))
        self.choose(focus)
        self._thumbnails: dict[int, QImage] = {
            pair[1].layer: self._blocks.thumbnail(self.shown[pair[1].layer])
            for pair in self.layout.pairs
            if thumbnail_box(pair) is not None
        }

    def _edge_values(self, layer: int) -> NDArray[np.floating]:
        if self.walk is not None:
            return self.walk.edges[layer]
        return self._display.network.weights[layer - 1]

    def choose(self, focus: Focus) -> None:
        """Choose the edges to draw, those of the unit in focus among them."""
        self.shown: dict[int, ShownWeights] = {}
        for left, right in self.layout.pairs:
            weights, pieces = self._weights[right.layer]
            unit = focus.unit
            own = (
                unit.index if unit is not None and unit.layer == left.layer else None,
                unit.index if unit is not None and unit.layer == right.layer else None,
            )
            budget = self._budget(left, right)
            # In a walk, gradients and changes are large or small by themselves.
            source = self._activations[left.layer] if self.walk is None else np.ones(left.size)
            self.shown[right.layer] = choose_weights(
                right.layer, weights, pieces, source, budget, own
            )
        names = [
            f"{layer_name(self.spec, first)} to {layer_name(self.spec, last)} not drawn"
            for _, first, last in self.layout.gaps
        ]
        shown, total = tuple(self.shown.values()), edge_count(self.spec.layer_sizes)
        self.left_out = left_out_text(shown, total, tuple(names))

    def _budget(self, left: LayerPlace, right: LayerPlace) -> int | None:
        has_block = left.is_block or right.is_block
        gap = right.box.x - left.box.right
        return edge_budget(
            left.size * right.size, self._node_edges, self._is_running, has_block, gap
        )

    @property
    def depends_on_focus(self) -> bool:
        """Whether other edges are drawn for another focus."""
        return any(self._budget(*pair) is not None for pair in self.layout.pairs)

    @property
    def _is_straight(self) -> bool:
        return self._is_running and self._node_edges > CURVED_EDGES

    def unit_at(self, x: float, y: float) -> UnitRef | None:
        """Return the unit under a point."""
        found = self.layout.unit_at(x, y)
        return None if found is None else UnitRef(*found)

    def edge_at(self, x: float, y: float) -> EdgeRef | None:
        """Return the drawn edge within 5 px of a point; strong edges go first."""
        return edge_at(self.layout, self.shown, (x, y), self._is_straight)

    def thumbnail_at(self, x: float, y: float) -> int | None:
        """Return the layer whose W thumbnail is under a point."""
        return thumbnail_at(self.layout, x, y)

    def draw_edges(self, painter: QPainter) -> None:
        """Draw ribbons and all chosen edges."""
        for pair in self.layout.pairs:
            if pair[0].is_block or pair[1].is_block:
                self._blocks.draw_ribbon(painter, pair)
        for pair in self.layout.pairs:
            self._edges.draw(painter, pair, self.shown[pair[1].layer], None, self._is_straight)

    def is_about_a_part(self, focus: Focus) -> bool:
        """Whether some edges stand out, so that the others step back."""
        return bool(focus) or (self.walk is not None and self.walk.lit is not None)

    def draw_focus_edges(self, painter: QPainter, focus: Focus) -> None:
        """Draw the edges of the unit or the edge in focus, and the lit ones, at full strength."""
        lit = self.walk.lit if self.walk is not None else None
        for pair in self.layout.pairs:
            shown = self.shown[pair[1].layer]
            if lit is not None and lit.layer == pair[1].layer:
                positions = lit.edges_among(shown.sources, shown.targets)
                self._edges.draw(painter, pair, shown, positions, self._is_straight)
            if focus.edge is not None and focus.edge.layer == shown.layer:
                self._draw_one_edge(painter, pair, focus.edge)
            elif focus.unit is not None and focus.unit.layer in (pair[0].layer, pair[1].layer):
                is_incoming = focus.unit.layer == pair[1].layer
                positions = shown.incident(focus.unit.index, is_incoming)
                self._edges.draw(painter, pair, shown, positions, self._is_straight)

    def _draw_one_edge(
        self, painter: QPainter, pair: tuple[LayerPlace, LayerPlace], edge: EdgeRef
    ) -> None:
        shown = self.shown[edge.layer]
        weight = shown.weights[edge.source, edge.target]
        number = int(shown.bins_of(np.array([weight]))[0])
        width = edge_widths(pair)[number]
        glow = QPen(mix(self._theme.card, self._theme.accent, 0.55), width + 5)
        self._edges.draw_one(painter, pair, edge, glow)
        self._edges.draw_one(painter, pair, edge, self._edges.pen(float(weight), number, width))

    def draw_front(self, painter: QPainter) -> None:
        """Draw units, thumbnails and all texts."""
        for pair in self.layout.pairs:
            box = thumbnail_box(pair)
            if box is not None:
                layer = pair[1].layer
                self._blocks.draw_thumbnail(
                    painter, box, self._thumbnails[layer], self.shown[layer]
                )
        for place in self.layout.places:
            if place.is_block:
                self._blocks.draw_frame(painter, place)
            self.pictures.draw_layer(painter, place)
            if self.walk is not None:
                draw_lit_units(painter, self._theme, place, self.walk.lit)
        self._texts.draw_headers(painter, self.spec, self.layout)
        if self.walk is not None:
            self._texts.draw_names(painter, self.walk.names, self.layout)
        self._texts.draw_sides(painter, self._labels, self.layout)
        self._texts.draw_caption(painter, self.left_out, *self._size)

    def draw_pulses(self, painter: QPainter, share: float) -> None:
        """Draw what flows along the lit edges, a share of 0 to 1 of the way done."""
        lit = self.walk.lit if self.walk is not None else None
        for pair in self.layout.pairs:
            if lit is not None and lit.flow and lit.layer == pair[1].layer:
                draw_pulses(painter, self._theme, pair, self.shown[lit.layer], lit, share)

    def draw_rings(self, painter: QPainter, hovered: UnitRef | None) -> None:
        """Draw the rings of the unit under the mouse and of the selected one."""
        selected = self._display.selection.unit
        for unit in {hovered, selected}:
            place = self.layout.place_of(unit.layer) if unit is not None else None
            if place is not None and unit is not None:
                draw_ring(painter, self._theme, place.unit_box(unit.index), unit == selected)

    def draw_pills(self, painter: QPainter, focus: Focus) -> None:
        """Write the weights that matter most for the focus."""
        draw_pills(painter, self._theme, self.pills(focus), self.ghosts)

    def pills(self, focus: Focus) -> tuple[Pill, ...]:
        """Return the pills of the unit or of the edge in focus."""
        for pair in self.layout.pairs:
            layer = pair[1].layer
            if focus.edge is not None and focus.edge.layer == layer:
                if self.walk is not None and self.walk.hides_edge(focus.edge):
                    return ()
                return (edge_pill(self.shown[layer], pair, focus.edge),)
            if focus.unit is not None and focus.unit.layer == layer:
                return unit_pills(self.shown[layer], pair, focus.unit.index)
        return ()


def _layer_of(display: Display) -> int | None:
    selection = display.selection
    picked = selection.unit or selection.edge
    return None if picked is None else picked.layer
