"""LayerRow: one hidden layer's size, activation and place."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.spec import LayerSpec
from nnviz.gui.widgets.buttons import IconButton
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField, WholeNumberField
from nnviz.gui.widgets.text import role_label

LARGEST_LAYER = 1024


class LayerRow(QWidget):
    """Edits one LayerSpec.

    Signals
    -------
    change_chosen
        The fields of the LayerSpec that a person wants to be different, as a dict.
    removal_requested, earlier_requested, later_requested
        A person wants the layer gone, or one place nearer to inputs or outputs.
    """

    change_chosen = Signal(object)
    removal_requested = Signal()
    earlier_requested = Signal()
    later_requested = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = f"Hidden {number}"
        key = f"hidden_{number}"
        self.earlier = IconButton(f"{key}_earlier", f"{words}: move up", "arrow-up", 20, self)
        self.later = IconButton(f"{key}_later", f"{words}: move down", "arrow-down", 20, self)
        self.remove = IconButton(f"{key}_remove", f"{words}: remove", "x", 20, self)
        self.size_field = WholeNumberField(f"{key}_size", f"{words}: units", 1, LARGEST_LAYER, self)
        self.activation = Combo(f"{key}_activation", f"{words}: activation", self)
        self.activation.set_records(ACTIVATIONS.values())
        self.alpha = NumberField(f"{key}_alpha", f"{words}: alpha", 1e-6, 100.0, self)
        self.pieces = WholeNumberField(f"{key}_pieces", f"{words}: pieces", 2, 16, self)
        self.dropout = NumberField(f"{key}_dropout", f"{words}: dropout", 0, 0.99, self)
        self.dropout.setToolTip("Share of the units that each step leaves out at random")
        self._alpha_line = _labelled("α, slope or bound below 0", self.alpha, self)
        self._pieces_line = _labelled("Linear pieces per unit", self.pieces, self)
        self._dropout_line = _labelled("Dropout", self.dropout, self)
        self._lay_out(words)
        self._connect()

    def _lay_out(self, words: str) -> None:
        heads = QHBoxLayout()
        heads.setSpacing(0)
        heads.addWidget(role_label(words, "label", self))
        heads.addStretch(1)
        for button in (self.earlier, self.later, self.remove):
            heads.addWidget(button)
        fields = QHBoxLayout()
        fields.setSpacing(6)
        self.size_field.setFixedWidth(66)
        fields.addWidget(self.size_field)
        fields.addWidget(self.activation, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(heads)
        column.addLayout(fields)
        column.addWidget(self._alpha_line)
        column.addWidget(self._pieces_line)
        column.addWidget(self._dropout_line)

    def _connect(self) -> None:
        self.earlier.clicked.connect(self.earlier_requested)
        self.later.clicked.connect(self.later_requested)
        self.remove.clicked.connect(self.removal_requested)
        change = self.change_chosen
        self.size_field.number_chosen.connect(lambda size: change.emit({"size": size}))
        self.activation.key_chosen.connect(
            lambda key: change.emit({"activation": key, "alpha": None})
        )
        self.alpha.number_chosen.connect(lambda alpha: change.emit({"alpha": alpha}))
        self.pieces.number_chosen.connect(lambda count: change.emit({"pieces": count}))
        self.dropout.number_chosen.connect(lambda share: change.emit({"dropout": share}))

    def show_layer(
        self, layer: LayerSpec, is_first: bool, is_last: bool, has_dropout: bool
    ) -> None:
        """Show a layer, which moves it can make, and its dropout where any layer has some."""
        record = ACTIVATIONS[layer.activation]
        self.size_field.show_number(layer.size)
        self.activation.show_key(layer.activation)
        self._alpha_line.setVisible(record.uses_alpha)
        if record.uses_alpha:
            self.alpha.show_number(layer.resolved_alpha)
        self._pieces_line.setVisible(record.has_pieces)
        self.pieces.show_number(layer.pieces)
        self._dropout_line.setVisible(has_dropout)
        self.dropout.show_number(layer.dropout)
        self.earlier.setEnabled(not is_first)
        self.later.setEnabled(not is_last)


def _labelled(words: str, field: QWidget, parent: QWidget) -> QWidget:
    line = QWidget(parent)
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 2, 0, 0)
    row.setSpacing(6)
    label = role_label(words, "hint", line)
    label.setBuddy(field)
    row.addWidget(label, 1)
    field.setFixedWidth(72)
    row.addWidget(field)
    return line
