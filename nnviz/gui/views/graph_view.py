"""GraphView: the computational graph of a step, or of the lecture's chain of functions."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.core.looking_glass import Focus
from nnviz.core.notation import Source
from nnviz.core.program import LineKind
from nnviz.core.trace import Trace
from nnviz.core.walk import Size, Walk
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.selection import Selection, UnitRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.graph_camera import LEGIBLE, MARGIN
from nnviz.gui.views.graph_canvas import GraphCanvas
from nnviz.gui.views.graph_chain import ChainValues, chain_graph
from nnviz.gui.views.graph_chain_bar import ChainBar
from nnviz.gui.views.graph_layout import CLOSED, SCALARS, GraphLook, network_graph
from nnviz.gui.views.graph_parts import Graph
from nnviz.gui.views.graph_sheet import TURN
from nnviz.gui.views.graph_values import WalkValues
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.view import View
from nnviz.gui.views.walk_links import WELCOME
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import ElidedLabel, number_text

_ZOOM_STEP = 1.2


class GraphView(View):
    """Values above each wire, gradients below; a click goes to the line that made them."""

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Computational graph")
        self._look = GraphLook(())
        self._drawn: tuple[object, ...] = ()
        self._graph: Graph | None = None
        self._sizes: tuple[int, ...] = ()
        self.canvas = GraphCanvas(theme, self)
        self.info = ElidedLabel(self)
        self.info.setObjectName("graph_info")
        self.chain_bar = ChainBar(self)
        self.chain_bar.hide()
        self._group = QButtonGroup(self)
        self.network_button = self._choice("graph_network", "Network", "Graph of the network")
        self.chain_button = self._choice("graph_chain", "Lecture's chain", "Graph of f5(...f1(x))")
        self.network_button.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(self._bar())
        column.addWidget(self.chain_bar)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.info)
        self._group.buttonClicked.connect(self.refresh)
        self.chain_bar.chain_changed.connect(self.refresh)
        self.canvas.line_clicked.connect(self._go_to)
        self.canvas.node_clicked.connect(self._choose_function)
        self.canvas.layer_opened.connect(self.open_layer)
        self.canvas.number_hovered.connect(self._hover)
        self.canvas.step_wanted.connect(self._step)

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.network_button)
        bar.addWidget(self.chain_button)
        bar.addStretch(1)
        for name, text, spoken, slot in (
            ("graph_smaller", "−", "Zoom out", lambda: self.canvas.zoom(1 / _ZOOM_STEP)),
            ("graph_larger", "+", "Zoom in", lambda: self.canvas.zoom(_ZOOM_STEP)),
            ("graph_fit", "Fit", "Show the whole graph", self.canvas.fit),
        ):
            button = PlotButton(name, text, spoken, self)
            button.clicked.connect(slot)
            bar.addWidget(button)
        return bar

    def _choice(self, name: str, text: str, spoken: str) -> PlotButton:
        button = PlotButton(name, text, spoken, self)
        button.setCheckable(True)
        self._group.addButton(button)
        keep_keys(button, CHOICE_KEYS)
        return button

    @property
    def shows_chain(self) -> bool:
        """Whether the lecture's chain is on show, and not the network."""
        return self.chain_button.isChecked()

    @property
    def _row_width(self) -> float:
        """How long a row of the graph may be to stay legible, px."""
        return (self.canvas.width() - 2 * MARGIN - 2 * TURN) / LEGIBLE

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the rows anew."""
        super().resizeEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show the graph at the cursor."""
        self.chain_bar.setVisible(self.shows_chain)
        playback = self.display.playback
        walk = playback.walk if playback.is_active else None
        if self.shows_chain:
            self._show_chain()
        elif walk is not None:
            self._show_network(walk, playback.focus)
        else:
            self._drawn = ()
            self.canvas.show_graph(None, None, self.theme)
            self.info.set_text(WELCOME)
            self.set_facts("")

    def _show_network(self, walk: Walk, focus: Focus) -> None:
        trace = walk.trace
        self._take_over(trace, walk, focus)
        key = (trace, self._look, self._row_width)
        if key != self._drawn or self._graph is None:
            self._drawn, self._graph = key, network_graph(trace, self._look, self._row_width)
        self.canvas.show_graph(
            self._graph, WalkValues(walk, Predictor.of(self.display.playback).hidden), self.theme
        )
        self.canvas.set_hovered(self.display.selection.hovered)
        line = walk.line
        self.info.set_text("Before the first line" if line is None else line.line.formula)
        where = f"line {walk.place.line} of {len(trace.lines)}"
        self.set_facts(SEPARATOR.join((where, f"sample {self._look.sample + 1}")))

    def _take_over(self, trace: Trace, walk: Walk, focus: Focus) -> None:
        """Look at the units that are in focus, and keep the others."""
        sizes = trace.spec.layer_sizes
        if sizes != self._sizes:
            self._sizes, self._look = sizes, GraphLook((0,) * len(sizes))
        units = list(self._look.units)
        selection = self.display.selection
        for chosen in _chosen_units(selection):
            if chosen.layer < len(units):
                units[chosen.layer] = chosen.index
        piece, line = self._look.piece, walk.line
        if line is not None:
            layer, piece = line.line.layer, focus.piece
            ends = (layer, focus.unit), (layer - 1, focus.source)
            if line.line.kind is LineKind.TO_LAYER_BELOW:
                piece, above = divmod(focus.source, sizes[layer])
                ends = (layer - 1, focus.unit), (layer, above)
            (at, unit), (other, far) = ends
            units[at] = unit
            # The far end counts where it is walked over or picked, and else is only 0.
            is_picked = selection.edge is not None and selection.edge.layer == layer
            if (is_picked or self.display.playback.size is Size.TERM) and far < sizes[other]:
                units[other] = far
        units = [min(unit, size - 1) for unit, size in zip(units, sizes, strict=True)]
        sample = min(selection.sample, trace.batch_size - 1)
        self._look = replace(self._look, units=tuple(units), sample=sample, piece=piece)

    def _show_chain(self) -> None:
        bar = self.chain_bar
        key = (bar.names, bar.given, self._row_width)
        if key != self._drawn or self._graph is None:
            self._drawn, self._graph = key, chain_graph(bar.run, self._row_width)
        self.canvas.show_graph(self._graph, ChainValues(bar.run, bar.position), self.theme)
        self.info.set_text(bar.code)
        count = len(bar.run.lines)
        gradient = number_text(bar.run.gradients[0], 6) if bar.position == count else ""
        facts = [f"line {bar.position} of {count}", *([f"dloss_x {gradient}"] if gradient else [])]
        self.set_facts(SEPARATOR.join(facts))

    # What a person does.

    def open_layer(self, layer: int, by: int) -> None:
        """Open a layer further (+1), close it (-1), or go through all degrees (0)."""
        depths = dict(self._look.depths)
        depth = depths.get(layer, CLOSED)
        depth = (depth + 1) % (SCALARS + 1) if by == 0 else min(max(depth + by, CLOSED), SCALARS)
        depths[layer] = depth
        self._look = replace(self._look, depths=depths)
        self.refresh()

    def _go_to(self, line: int) -> None:
        if self.shows_chain:
            self.chain_bar.go_to(line)
        else:
            self.display.playback.go_to(line)
            self.refresh()

    def _choose_function(self, key: str) -> None:
        if self.shows_chain and key.startswith("f"):
            self.chain_bar.choose(int(key[1:]) - 1)

    def _step(self, by: int) -> None:
        playback = self.display.playback
        if self.shows_chain:
            self.chain_bar.step(by)
        elif by > 0:
            playback.forward()
        else:
            playback.backward()
        self.refresh()

    def _hover(self, source: Source | None) -> None:
        self.display.selection.hover(source)


def _chosen_units(selection: Selection) -> Iterator[UnitRef]:
    """Yield the selected unit, or both ends of the selected weight."""
    if selection.unit is not None:
        yield selection.unit
    if selection.edge is not None:
        yield UnitRef(selection.edge.layer - 1, selection.edge.source)
        yield UnitRef(selection.edge.layer, selection.edge.target)
