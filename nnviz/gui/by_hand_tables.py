"""ByHandTables: the matrices of a network to compute by hand, to be filled in."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.examples import ByHandSpec, Rows
from nnviz.core.spec import LayerSpec
from nnviz.gui.by_hand_form import ByHandShape
from nnviz.gui.widgets.number_table import NumberTable
from nnviz.gui.widgets.text import role_label

Texts: TypeAlias = Mapping[tuple[int, int], str]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class _LayerTables(QWidget):
    """Weights of one layer, and its biases below them in the same columns."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.title = role_label("", "title", self)
        self.weights = NumberTable(f"by_hand_W{number}", f"weights of layer {number}", self)
        self.biases = NumberTable(f"by_hand_b{number}", f"biases of layer {number}", self)
        self.biases.horizontalHeader().hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.weights)
        column.addWidget(self.biases)

    def show_layer(self, fan_in: int, layer: LayerSpec) -> None:
        """Show tables of the right size."""
        label = ACTIVATIONS[layer.activation].label
        self.title.setText(f"Layer {self._number}, {label}: weights and biases (b)")
        columns = [
            f"unit {unit}" if layer.piece_count == 1 else f"{unit}, piece {piece}"
            for piece in range(1, layer.piece_count + 1)
            for unit in range(1, layer.size + 1)
        ]
        self.weights.set_labels(_names("x" if self._number == 1 else "a", fan_in), columns)
        self.biases.set_labels(["b"], columns)


class ByHandTables(QWidget):
    """Inputs, targets, and the weights and biases of each layer.

    Attributes
    ----------
    inputs, targets
        A row for each sample.
    layers
        Weights and biases, first layer first.

    Signals
    -------
    numbers_edited
        A person typed or pasted something.
    """

    numbers_edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "scrolled")
        self.inputs = NumberTable("by_hand_x", "inputs", self)
        self.targets = NumberTable("by_hand_t", "targets", self)
        self.layers: list[_LayerTables] = []
        # Tables of layers that are left out for now, with what was typed in them.
        self._spare: list[_LayerTables] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(16)
        data = QHBoxLayout()
        data.setSpacing(24)
        for words, table in (("Inputs x", self.inputs), ("Targets t", self.targets)):
            part = QVBoxLayout()
            part.setSpacing(4)
            part.addWidget(role_label(words, "title", self))
            part.addWidget(table)
            part.addStretch(1)
            data.addLayout(part)
            table.numbers_edited.connect(self.numbers_edited)
        data.addStretch(1)
        self._column.addLayout(data)
        self._column.addStretch(1)

    def show_shape(self, shape: ByHandShape) -> None:
        """Show tables of the right sizes; what was typed stays where it was."""
        samples = [f"{number}" for number in range(1, shape.samples + 1)]
        self.inputs.set_labels(samples, _names("x", shape.inputs))
        self.targets.set_labels(samples, _names("t", shape.layers[-1].size))
        while len(self.layers) < len(shape.layers):
            self.layers.append(self._next_layer())
        while len(self.layers) > len(shape.layers):
            self._spare.append(self.layers.pop())
            self._spare[-1].hide()
        fan_in = shape.inputs
        for tables, layer in zip(self.layers, shape.layers, strict=True):
            tables.show_layer(fan_in, layer)
            tables.show()
            fan_in = layer.size

    def _next_layer(self) -> _LayerTables:
        if self._spare:
            return self._spare.pop()
        tables = _LayerTables(len(self.layers) + 1, self)
        for table in (tables.weights, tables.biases):
            table.numbers_edited.connect(self.numbers_edited)
        self._column.insertWidget(self._column.count() - 1, tables, 0, Qt.AlignmentFlag.AlignLeft)
        return tables

    def show_numbers(self, example: ByHandSpec) -> None:
        """Fill the tables, which have the right sizes."""
        self.inputs.set_numbers(example.inputs)
        self.targets.set_numbers(example.targets)
        for tables, weights, biases in zip(
            self.layers, example.weights, example.biases, strict=True
        ):
            tables.weights.set_numbers(weights)
            tables.biases.set_numbers([biases])

    def set_weights(self, weights: Sequence[Rows]) -> None:
        """Fill the tables of the weights alone."""
        for tables, numbers in zip(self.layers, weights, strict=True):
            tables.weights.set_numbers(numbers)

    def texts(self) -> tuple[Texts, ...]:
        """Return what was typed, table by table, right or wrong."""
        return tuple(table.texts for table in self._tables())

    def set_texts(self, texts: Sequence[Texts]) -> None:
        """Show what was typed before in tables of the same shape."""
        for table, typed in zip(self._tables(), texts, strict=True):
            table.set_texts(typed)

    def _tables(self) -> list[NumberTable]:
        of_layers = [table for each in self.layers for table in (each.weights, each.biases)]
        return [self.inputs, self.targets, *of_layers]

    def filled(self, shape: ByHandShape) -> ByHandSpec:
        """Return what is typed; title, source and rule are somebody else's.

        Raises
        ------
        BadNumberError
            At the first cell without a number.
        """
        return ByHandSpec(
            title="",
            source="",
            layers=shape.layers,
            loss=shape.loss,
            inputs=self.inputs.numbers(),
            targets=self.targets.numbers(),
            weights=tuple(tables.weights.numbers() for tables in self.layers),
            biases=tuple(tables.biases.numbers()[0] for tables in self.layers),
        )


def _names(letter: str, count: int) -> list[str]:
    return [f"{letter}{str(number).translate(_SUBSCRIPTS)}" for number in range(1, count + 1)]
