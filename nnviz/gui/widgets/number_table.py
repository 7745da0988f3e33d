"""NumberTable: a small matrix of numbers to type or to paste."""

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from nnviz.gui.fonts import ui_font
from nnviz.gui.widgets.fields import parse_number
from nnviz.gui.widgets.text import MINUS

CELL_WIDTH, CELL_HEIGHT = 72, 26
_LABEL_WIDTH = 44
_FRAME = 2

Rows = tuple[tuple[float, ...], ...]


class BadNumberError(ValueError):
    """A cell that has no number; the message says which, and what to do."""


class NumberTable(QTableWidget):
    """A matrix whose size may change; what was typed comes back when there is room again.

    Attributes
    ----------
    words
        What its numbers are, for sentences about them.

    Signals
    -------
    numbers_edited
        A person typed or pasted something.
    """

    numbers_edited = Signal()

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setProperty("role", "numbers")
        self.setFont(ui_font(12))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        for header, size in (
            (self.horizontalHeader(), CELL_WIDTH),
            (self.verticalHeader(), CELL_HEIGHT),
        ):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setDefaultSectionSize(size)
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
        self.verticalHeader().setFixedWidth(_LABEL_WIDTH)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.horizontalHeader().setFixedHeight(CELL_HEIGHT)
        self._texts: dict[tuple[int, int], str] = {}
        self._labels: tuple[Sequence[str], Sequence[str]] = ((), ())
        self._is_filling = False
        self.cellChanged.connect(self._remember)

    @property
    def texts(self) -> dict[tuple[int, int], str]:
        """What was typed, by (row, column), there or not."""
        return dict(self._texts)

    def set_texts(self, texts: Mapping[tuple[int, int], str]) -> None:
        """Show what was typed before."""
        self._texts = dict(texts)
        self._is_filling = True
        for row in range(self.rowCount()):
            for column in range(self.columnCount()):
                self._fill(row, column)
        self._is_filling = False

    def set_labels(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """Give it this size; new cells have what was typed there before, or 0."""
        self._labels = rows, columns
        self._is_filling = True
        self.setRowCount(len(rows))
        self.setColumnCount(len(columns))
        self.setVerticalHeaderLabels(list(rows))
        self.setHorizontalHeaderLabels(list(columns))
        for row in range(len(rows)):
            for column in range(len(columns)):
                self._fill(row, column)
        self._is_filling = False
        self.setFixedSize(self.sizeHint())

    def set_numbers(self, numbers: Sequence[Sequence[float]]) -> None:
        """Show these numbers, to the last digit; whatever was typed is forgotten."""
        self.set_texts(
            {
                (row, column): _text(number)
                for row, line in enumerate(numbers)
                for column, number in enumerate(line)
            }
        )

    def numbers(self) -> Rows:
        """Return what is typed.

        Raises
        ------
        BadNumberError
            At the first cell without a number, which becomes the current one.
        """
        return tuple(
            tuple(self._number(row, column) for column in range(self.columnCount()))
            for row in range(self.rowCount())
        )

    def _number(self, row: int, column: int) -> float:
        text = self.text_at(row, column)
        number = parse_number(text)
        if number is not None:
            return number
        self.setCurrentCell(row, column)
        rows, columns = self._labels
        place = f"{self.words}, row {rows[row]}, column {columns[column]}"
        what = f"{text.strip()!r} is not a number" if text.strip() else "the cell is empty"
        raise BadNumberError(f"{place}: {what}; write it like 0.25")

    def text_at(self, row: int, column: int) -> str:
        """Return what is typed in a cell."""
        item = self.item(row, column)
        return item.text() if item is not None else ""

    def type_at(self, row: int, column: int, text: str) -> None:
        """Type this into a cell, as a person does."""
        item = self.item(row, column)
        if item is not None:
            item.setText(text)

    def _fill(self, row: int, column: int) -> None:
        item = QTableWidgetItem(self._texts.get((row, column), "0"))
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setItem(row, column, item)

    def _remember(self, row: int, column: int) -> None:
        if not self._is_filling:
            self._texts[row, column] = self.text_at(row, column)
            self.numbers_edited.emit()

    def sizeHint(self) -> QSize:
        """Return the room for all cells."""
        heading = 0 if self.horizontalHeader().isHidden() else CELL_HEIGHT
        return QSize(
            _LABEL_WIDTH + CELL_WIDTH * self.columnCount() + _FRAME,
            heading + CELL_HEIGHT * self.rowCount() + _FRAME,
        )

    # Keys: cells are copied and pasted as in a spreadsheet, and Tab leaves after the last one.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy or paste; everything else is the table's."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._selected_text())
        else:
            super().keyPressEvent(event)

    def paste(self, text: str) -> None:
        """Type the cells of a text from the current cell on; what lies outside is left out."""
        top, left = max(self.currentRow(), 0), max(self.currentColumn(), 0)
        for row, line in enumerate(text.strip("\r\n").splitlines(), start=top):
            for column, cell in enumerate(_cells(line), start=left):
                if row < self.rowCount() and column < self.columnCount():
                    self.type_at(row, column, cell.strip())

    def _selected_text(self) -> str:
        lines: dict[int, list[str]] = {}
        for index in sorted(self.selectedIndexes(), key=lambda each: (each.row(), each.column())):
            lines.setdefault(index.row(), []).append(self.text_at(index.row(), index.column()))
        return "\n".join("\t".join(line) for line in lines.values())

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go to the next cell, or from the last one (back: the first) to the next control."""
        if not self._is_at_end(forward):
            return super().focusNextPrevChild(forward)
        self.setTabKeyNavigation(False)
        has_moved = super().focusNextPrevChild(forward)
        self.setTabKeyNavigation(True)
        return has_moved

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """End typing in a cell; Tab in the last one goes on to the next control."""
        hints = QAbstractItemDelegate.EndEditHint
        for forward, leaving in ((True, hints.EditNextItem), (False, hints.EditPreviousItem)):
            if hint is leaving and self._is_at_end(forward):
                super().closeEditor(editor, hints.NoHint)
                self.focusNextPrevChild(forward)
                return
        super().closeEditor(editor, hint)

    def _is_at_end(self, forward: bool) -> bool:
        if not forward:
            return (self.currentRow(), self.currentColumn()) in ((0, 0), (-1, -1))
        return (self.currentRow(), self.currentColumn()) == (
            self.rowCount() - 1,
            self.columnCount() - 1,
        )


def _cells(line: str) -> list[str]:
    """Split a row of a spreadsheet, or numbers with blanks or semicolons between them."""
    for separator in ("\t", ";"):
        if separator in line:
            return line.split(separator)
    return re.split(r",?\s+", line.strip())


def _text(number: float) -> str:
    """Write the shortest text that gives the number back."""
    text = repr(float(number))
    return text.removesuffix(".0").replace("-", MINUS)
