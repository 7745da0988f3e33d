"""WeightsView: the weights of a layer, their gradients or changes, number by number."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.core.calls import FloatArray
from nnviz.core.layout import ParameterViews
from nnviz.core.network import Network
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.view import View
from nnviz.gui.views.weights_grid import Matrix, WeightsGrid
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import number_text


class WeightsView(View):
    """The matrix of one layer, biases as its last row; a click selects the weight."""

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Weights")
        self._chosen_layer = 1
        self.grid = WeightsGrid(theme, self)
        self.grid.setAccessibleName("Weight matrix, arrow keys select a weight")
        self._layers = Combo("weights_layer", "Layer whose weights are shown", self)
        self._pieces = Combo("weights_piece", "Piece of the maxout units", self)
        self._layers.setMaximumWidth(104)
        self._pieces.setMaximumWidth(84)
        self._kind = QButtonGroup(self)
        self.weights_button = self._button("weights_values", "W", "Weights")
        self.gradients_button = self._button("weights_gradients", "\N{NABLA}W", "Gradients")
        self.updates_button = self._button(
            "weights_updates", "\N{GREEK CAPITAL LETTER DELTA}W", "What the last step changed"
        )
        self.weights_button.setChecked(True)
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.weights_button)
        bar.addWidget(self.gradients_button)
        bar.addWidget(self.updates_button)
        bar.addStretch(1)
        bar.addWidget(self._pieces)
        bar.addWidget(self._layers)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addWidget(self.grid, 1)
        self._kind.buttonClicked.connect(self.refresh)
        self._pieces.key_chosen.connect(self.refresh)
        self._layers.key_chosen.connect(self._choose_layer)
        self.grid.cell_clicked.connect(self._select)

    def _button(self, name: str, text: str, spoken: str) -> PlotButton:
        button = PlotButton(name, text, f"Show {spoken.lower()}", self)
        button.setCheckable(True)
        self._kind.addButton(button)
        keep_keys(button, CHOICE_KEYS)
        return button

    @property
    def layer(self) -> int:
        """The layer on show, counted from 1: that of the selection, or of the list."""
        selection, count = self.display.selection, len(self.display.spec.layers)
        picked = selection.edge or selection.unit
        if picked is not None and picked.layer >= 1:
            return min(picked.layer, count)
        return min(self._chosen_layer, count)

    def refresh(self) -> None:
        """Show the newest numbers."""
        if not self.display.is_ready:
            return
        self._fill_lists()
        source, index = self._source(), self.layer - 1
        weights = self._piece_of(source.weights[index], 2)
        biases = self._piece_of(source.biases[index], 1)
        values = np.vstack((weights, biases[np.newaxis])).astype(np.float64)
        self.grid.show_matrix(self._matrix(values), self.theme)
        self.set_facts(self._fact_text(values))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell whether all weights have a pixel of their own at this size."""
        super().resizeEvent(event)
        self.refresh()

    def _source(self) -> ParameterViews | Network:
        if self.gradients_button.isChecked():
            return self.display.gradients
        if self.updates_button.isChecked():
            return self.display.network.layout.views(self.display.snapshot.last_update)
        return self.display.network

    def _piece_of(self, array: FloatArray, dimensions: int) -> FloatArray:
        if array.ndim == dimensions:
            return array
        piece: FloatArray = array[int(self._pieces.currentData() or 0)]
        return piece

    def _matrix(self, values: NDArray[np.float64]) -> Matrix:
        selection, layer = self.display.selection, self.layer
        unit, edge = selection.unit, selection.edge
        return Matrix(
            values=values,
            row_names=(*_unit_names(self.display, layer - 1), "bias"),
            column_names=_unit_names(self.display, layer),
            marked_column=unit.index if unit is not None and unit.layer == layer else None,
            marked_cell=(edge.source, edge.target) if edge is not None else None,
        )

    def _fact_text(self, values: NDArray[np.float64]) -> str:
        low, high = (number_text(float(end), 3) for end in (values.min(), values.max()))
        below, here = self._layer_name(self.layer - 1), self._layer_name(self.layer)
        parts = [f"{below} \N{RIGHTWARDS ARROW} {here}", f"{low} to {high}"]
        if self.grid.is_reduced():
            parts.append("a dot is the strongest of its block")
        return SEPARATOR.join(parts)

    def _layer_name(self, number: int) -> str:
        if number == 0:
            return "Input"
        return "Output" if number == len(self.display.spec.layers) else f"Hidden {number}"

    def _fill_lists(self) -> None:
        layers = self.display.spec.layers
        last = len(layers)
        self._layers.set_entries(
            (str(number), self._layer_name(number)) for number in range(1, last + 1)
        )
        self._layers.show_key(str(self.layer))
        pieces = layers[self.layer - 1].piece_count
        self._pieces.set_entries((str(piece), f"Piece {piece + 1}") for piece in range(pieces))
        if self._pieces.currentIndex() < 0:
            self._pieces.setCurrentIndex(0)
        self._pieces.setVisible(pieces > 1)

    def _choose_layer(self, key: str) -> None:
        self._chosen_layer = int(key)
        self.display.selection.select_unit(None)
        self.refresh()

    def _select(self, row: int, column: int) -> None:
        layer = self.layer
        # The last row is the biases, and a bias belongs to its unit.
        if row < self.display.spec.layer_sizes[layer - 1]:
            self.display.selection.select_edge(EdgeRef(layer, row, column))
        else:
            self.display.selection.select_unit(UnitRef(layer, column))
        self.refresh()


def _unit_names(display: Display, layer: int) -> tuple[str, ...]:
    if layer == 0:
        return display.data.raw.feature_names
    size = display.spec.layer_sizes[layer]
    if layer == len(display.spec.layers) and size == display.data.class_count:
        return display.data.raw.class_names
    return tuple(str(index) for index in range(1, size + 1))
