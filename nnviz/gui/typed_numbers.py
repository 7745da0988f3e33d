"""TypedNumbersDialog: asks for the numbers of one sample to walk over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnviz.gui.display import Display
from nnviz.gui.views.network_words import output_label
from nnviz.gui.widgets.text import MINUS, wrapping_label
from nnviz.training.commands import RecordStep

_WORDS = (
    "What the network sees: inputs as they are scaled, and targets as the loss compares "
    "the outputs with them (1 for the right class, 0 for the others)."
)


class TypedNumbersDialog(QDialog):
    """A table of the inputs and targets of one sample, as it is now.

    Attributes
    ----------
    table
        A row for each input, then one for each target.
    problem
        Says what is wrong, or nothing.

    Signals
    -------
    subject_chosen
        A person settled on this RecordStep.
    """

    subject_chosen = Signal(object)

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("typed_numbers_dialog")
        self.setWindowTitle("nnviz: numbers of your own")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sample = display.sample_index
        self._inputs = display.spec.input_size
        names = [*display.data.raw.feature_names]
        names += [
            f"target: {output_label(display.data, display.spec, index)}"
            for index in range(display.spec.output_size)
        ]
        self._names = tuple(names)
        values = [*display.batch_inputs[sample], *display.batch_targets[sample]]
        self.table = QTableWidget(len(names), 1, self)
        self.table.setObjectName("typed_numbers")
        self.table.setAccessibleName("Inputs and targets")
        self.table.setProperty("role", "numbers")
        self.table.setVerticalHeaderLabels(names)
        self.table.setHorizontalHeaderLabels(["number"])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for row, value in enumerate(values):
            self.type_at(row, repr(float(value)))
        self.problem = wrapping_label("", "problem", self)
        self.problem.setObjectName("typed_numbers_problem")
        ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
        self.buttons = QDialogButtonBox(ok | cancel, self)
        self.buttons.accepted.connect(self._settle)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        column.addWidget(wrapping_label(_WORDS, "label", self))
        column.addWidget(self.table, 1)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)
        self.resize(380, 420)

    def text_at(self, row: int) -> str:
        """Return what is typed in a row."""
        item = self.table.item(row, 0)
        return item.text() if item else ""

    def type_at(self, row: int, text: str) -> None:
        """Type this in a row."""
        self.table.setItem(row, 0, QTableWidgetItem(text))

    def _settle(self) -> None:
        numbers = []
        for row, name in enumerate(self._names):
            text = self.text_at(row).strip().replace(MINUS, "-")
            try:
                numbers.append(float(text))
            except ValueError:
                self.problem.setText(f"{text!r} at {name} is not a number; write it like 0.25")
                self.table.setCurrentCell(row, 0)
                return
        inputs, targets = tuple(numbers[: self._inputs]), tuple(numbers[self._inputs :])
        self.subject_chosen.emit(RecordStep(inputs=(inputs,), targets=(targets,)))
        self.accept()
