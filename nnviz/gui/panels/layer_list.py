"""LayerList: the hidden layers, to be added, changed, moved and removed."""

from functools import partial

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from nnviz.core.spec import LayerSpec
from nnviz.gui.panels.layer_row import LayerRow
from nnviz.gui.widgets.keys import reach_by_tab

MOST_LAYERS = 64
NEW_LAYER = LayerSpec(4)


class LayerList(QWidget):
    """Edits a tuple of LayerSpec.

    Signals
    -------
    layers_chosen
        The tuple that a person wants instead.
    """

    layers_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[LayerSpec, ...] = ()
        self.rows: list[LayerRow] = []
        self._row_column = QVBoxLayout()
        self._row_column.setSpacing(6)
        self.add_button = QPushButton("Add layer", self)
        self.add_button.setObjectName("add_layer")
        self.add_button.setAccessibleName("Add a hidden layer")
        self.add_button.setToolTip("Add a hidden layer before the output layer")
        reach_by_tab(self.add_button)
        self.add_button.clicked.connect(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._row_column)
        column.addWidget(self.add_button)

    def show_layers(self, layers: tuple[LayerSpec, ...]) -> None:
        """Show these layers; rows that stay keep the keyboard."""
        self._layers = layers
        while len(self.rows) > len(layers):
            row = self.rows.pop()
            self._row_column.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(layers):
            self._append_row()
        last = len(layers) - 1
        has_dropout = any(layer.dropout for layer in layers)
        for index, (row, layer) in enumerate(zip(self.rows, layers, strict=True)):
            row.show_layer(layer, index == 0, index == last, has_dropout)
        self.add_button.setEnabled(len(layers) < MOST_LAYERS)

    def _append_row(self) -> None:
        index = len(self.rows)
        row = LayerRow(index + 1, self)
        row.change_chosen.connect(partial(self._change, index))
        row.removal_requested.connect(partial(self._remove, index))
        row.earlier_requested.connect(partial(self._swap, index - 1))
        row.later_requested.connect(partial(self._swap, index))
        self.rows.append(row)
        self._row_column.addWidget(row)
        # Tab comes to a new row after the older ones and before the button.
        self.setTabOrder(row.dropout, self.add_button)

    def _change(self, index: int, changes: dict[str, object]) -> None:
        layers = list(self._layers)
        if index < len(layers):
            layers[index] = msgspec.structs.replace(layers[index], **changes)
            self._choose(layers)

    def _remove(self, index: int) -> None:
        self._choose([*self._layers[:index], *self._layers[index + 1 :]])

    def _swap(self, index: int) -> None:
        """Exchange the layers at ``index`` and ``index + 1``."""
        layers = list(self._layers)
        if index + 1 < len(layers):
            layers[index], layers[index + 1] = layers[index + 1], layers[index]
            self._choose(layers)

    def _add(self) -> None:
        self._choose([*self._layers, self._layers[-1] if self._layers else NEW_LAYER])

    def _choose(self, layers: list[LayerSpec]) -> None:
        # The next change builds on this one, even before a snapshot shows it.
        self._layers = tuple(layers)
        self.layers_chosen.emit(self._layers)
