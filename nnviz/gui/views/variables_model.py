"""VariablesModel: the variables of the code as rows of a table."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from nnviz.core.code_variables import Variable
from nnviz.gui.views.code_values import Hides, Span, shape_text, spans_of, tip_of

NAME, SHAPE, VALUE = range(3)
_HEADS = ("Variable", "Shape", "Value")
_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class VariablesModel(QAbstractTableModel):
    """One row for each variable; texts are made when they are asked for.

    Attributes
    ----------
    variables
        What is shown.
    written
        Number of the line whose variables are marked.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.variables: tuple[Variable, ...] = ()
        self.written = 0
        self._hides: Hides = lambda _source, _number: False

    def show(self, variables: Sequence[Variable], written: int, hides: Hides) -> None:
        """Show these variables, and mark those that this line wrote."""
        self.beginResetModel()
        self.variables, self.written, self._hides = tuple(variables), written, hides
        self.endResetModel()

    def is_written(self, row: int) -> bool:
        """Whether the current line wrote this variable."""
        return bool(self.written) and self.variables[row].made_at == self.written

    def spans(self, row: int) -> tuple[Span, ...]:
        """Return the pieces of a value's text."""
        return spans_of(self.variables[row], self._hides)

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        if column == NAME:
            return self.variables[row].name
        if column == SHAPE:
            return shape_text(self.variables[row])
        return "".join(span.text for span in self.spans(row))

    def rowCount(self, parent: _Index = _TOP) -> int:
        """Return how many variables there are."""
        return 0 if parent.isValid() else len(self.variables)

    def columnCount(self, parent: _Index = _TOP) -> int:
        """Return the number of columns: name, shape and value."""
        return 0 if parent.isValid() else len(_HEADS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, or its tip."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_of(self.variables[row], self._hides)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == NAME and self.is_written(row):
            return f"{self.text(row, column)}, written by this line"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(row, column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the head of a column."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return _HEADS[section]
        return None
