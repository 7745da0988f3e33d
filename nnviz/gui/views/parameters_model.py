"""ParametersModel: the weights and biases as rows, in any order, made when they are asked for."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from nnviz.core.parameter_names import ParameterNames
from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, sign_colour
from nnviz.gui.views.network_values import exact
from nnviz.gui.views.parameter_query import ParameterQuery
from nnviz.gui.widgets.text import count_text, number_text

KEYS = ("name", "value", "gradient", "update", "ratio")
_HEADS = ("Name", "Value", "Gradient", "Update", "|Update / value|")
_TIPS = (
    "W2[3,1] leads from unit 3 to unit 1 of layer 2, b2[1] is the bias of that unit",
    "The weight or bias now; sorted by size",
    "dL/dw of the last step; sorted by size",
    "By how much the last step changed it; sorted by size",
    "The size of the change by the size of the value before it; 0.001 is usual",
)
_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class ParametersModel(QAbstractTableModel):
    """One row for each weight or bias that was found.

    Attributes
    ----------
    order
        Places in the flat vector, as the rows show them.
    columns
        The numbers of all places, by the keys of ``KEYS`` but the name.
    names
        What the places are called, ``None`` before the first network.
    marked
        Places of what is selected elsewhere.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.order = np.zeros(0, dtype=np.int64)
        self.columns: Mapping[str, NDArray[np.float64]] = {}
        self.names: ParameterNames | None = None
        self.marked: frozenset[int] = frozenset()
        self._layout: object = None

    def load(self, display: Display, query: ParameterQuery, key: str, is_falling: bool) -> None:
        """Show the numbers of the step on show that a query finds, sorted by a column."""
        network, snapshot = display.network, display.snapshot
        if self._layout is not network.layout:
            self._layout, self.names = network.layout, ParameterNames(network.layout)
        assert self.names is not None
        self.columns = columns_of(snapshot.parameters, snapshot.gradients, snapshot.last_update)
        found = query.places(self.names, self.columns)
        order = sorted_places(found, self.columns, key, is_falling)
        self.marked = frozenset(marked_places(display, self.names))
        if len(order) != len(self.order):
            self.beginResetModel()
            self.order = order
            self.endResetModel()
            return
        self.order = order
        if len(order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(order) - 1, len(KEYS) - 1))

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        place = int(self.order[row])
        assert self.names is not None
        if column == 0:
            return self.names.name(place)
        return number_text(float(self.columns[KEYS[column]][place]), 5)

    def csv_rows(self, rows: list[int]) -> list[tuple[str, ...]]:
        """Return heads and rows with every digit, for a file or the clipboard."""
        assert self.names is not None
        lines: list[tuple[str, ...]] = [KEYS]
        for row in rows:
            place = int(self.order[row])
            numbers = (repr(float(self.columns[key][place])) for key in KEYS[1:])
            lines.append((self.names.name(place), *numbers))
        return lines

    def rowCount(self, parent: _Index = _TOP) -> int:
        """Return how many were found."""
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: _Index = _TOP) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(KEYS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, colour, font or tip."""
        row, column = index.row(), index.column()
        if row >= len(self.order):
            return None
        place = int(self.order[row])
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                across = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                return across | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.FontRole if column == 0 and place in self.marked:
                return ui_font(11, QFont.Weight.Bold)
            case Qt.ItemDataRole.ForegroundRole if column == 0:
                colour = self.theme.accent if place in self.marked else self.theme.text
                return QColor(colour)
            case Qt.ItemDataRole.ForegroundRole if column in (1, 2, 3):
                value = float(self.columns[KEYS[column]][place])
                known = np.isfinite(value) and value != 0
                return QColor(
                    sign_colour(self.theme, value, for_text=True)
                    if known
                    else self.theme.text_secondary
                )
            case Qt.ItemDataRole.ToolTipRole if column:
                return exact(self.columns[KEYS[column]][place])
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the head of a column, or the rank of a row."""
        if orientation is Qt.Orientation.Vertical:
            return count_text(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        return _TIPS[section] if role == Qt.ItemDataRole.ToolTipRole else None


def columns_of(
    parameters: NDArray[np.floating],
    gradients: NDArray[np.floating],
    last_update: NDArray[np.floating],
) -> dict[str, NDArray[np.float64]]:
    """Return the numbers of all places; a value that was 0 has no ratio: NaN."""
    value, update = parameters.astype(np.float64), last_update.astype(np.float64)
    before = value - update
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(before == 0, np.nan, np.abs(update / before))
    return {
        "value": value,
        "gradient": gradients.astype(np.float64),
        "update": update,
        "ratio": ratio,
    }


def sorted_places(
    found: NDArray[np.int64],
    columns: Mapping[str, NDArray[np.float64]],
    key: str,
    is_falling: bool,
) -> NDArray[np.int64]:
    """Return places by the size of a column, or as they lie for the name; NaN comes last."""
    if key == "name":
        return found[::-1] if is_falling else found
    sizes = np.abs(columns[key][found])
    order = np.argsort(-sizes if is_falling else sizes, kind="stable")
    return found[order]


def marked_places(display: Display, names: ParameterNames) -> list[int]:
    """Return the places of the selected weight, or of all that lead to the selected unit."""
    unit, edge = display.selection.unit, display.selection.edge
    if edge is not None:
        is_it = (names.layer == edge.layer) & (names.target == edge.target)
        return list(np.flatnonzero(is_it & (names.source == edge.source)).tolist())
    if unit is not None and unit.layer:
        is_it = (names.layer == unit.layer) & (names.target == unit.index)
        return list(np.flatnonzero(is_it).tolist())
    return []
