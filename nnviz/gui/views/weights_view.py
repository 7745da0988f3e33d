"""WeightsView: the weights of a layer, or their gradients, number by number."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnviz.core.calls import FloatArray
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.view import View
from nnviz.gui.views.weights_grid import Matrix, WeightsGrid
from nnviz.gui.widgets.fields import Combo
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import number_text


class WeightsView(View):
    """The matrix of one layer, biases as its last row; a click selects the weight."""

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Weights")
        self._chosen_layer = 1
        self.grid = WeightsGrid(theme, self)
        self.grid.setAccessibleName("Weight matrix")
        self._layers = Combo("weights_layer", "Layer whose weights are shown", self)
        self._pieces = Combo("weights_piece", "Piece of the maxout units", self)
        self._kind = QButtonGroup(self)
        self.weights_button = self._button("weights_values", "W", "Weights")
        self.gradients_button = self._button("weights_gradients", "\N{NABLA}W", "Gradients")
        self.weights_button.setChecked(True)
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.weights_button)
        bar.addWidget(self.gradients_button)
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

    def _button(self, name: str, text: str, spoken: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(f"Show {spoken.lower()}")
        button.setToolTip(f"Show {spoken.lower()}")
        button.setCheckable(True)
        button.setProperty("role", "chip")
        reach_by_tab(button)
        self._kind.addButton(button)
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
        source = self.display.gradients if self._shows_gradients else self.display.network
        index = self.layer - 1
        weights = self._piece_of(source.weights[index], 2)
        biases = self._piece_of(source.biases[index], 1)
        values = np.vstack((weights, biases[np.newaxis])).astype(np.float64)
        self.grid.show_matrix(self._matrix(values), self.theme)
        self.set_facts(self._fact_text(values))

    @property
    def _shows_gradients(self) -> bool:
        return self.gradients_button.isChecked()

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
        name = "\N{NABLA}W" if self._shows_gradients else "W"
        rows, columns = values.shape
        return (
            f"{name} {rows - 1} \N{MULTIPLICATION SIGN} {columns} \N{MIDDLE DOT} "
            f"{number_text(float(values.min()), 3)} to {number_text(float(values.max()), 3)}"
        )

    def _fill_lists(self) -> None:
        layers = self.display.spec.layers
        last = len(layers)
        self._layers.set_entries(
            (str(number), "Output" if number == last else f"Hidden {number}")
            for number in range(1, last + 1)
        )
        self._layers.show_key(str(self.layer))
        pieces = layers[self.layer - 1].piece_count
        self._pieces.set_entries((str(piece), f"Piece {piece + 1}") for piece in range(pieces))
        self._pieces.setVisible(pieces > 1)

    def _choose_layer(self, key: str) -> None:
        self._chosen_layer = int(key)
        self.display.selection.select_unit(None)
        self.refresh()

    def _select(self, row: int, column: int) -> None:
        layer = self.layer
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
