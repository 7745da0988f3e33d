"""WeightsGrid: a weight matrix as coloured cells, with numbers where they fit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.weights_image import colours_of, strongest
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import number_text

TOP, MARGIN = 18.0, 6.0
NUMBER_WIDTH, NUMBER_HEIGHT = 30.0, 14.0
NAME_HEIGHT, NAME_WIDTH = 10.0, 14.0
LARGEST_CELL = 46.0
CELL_GAP = 2.0
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """What the grid shows.

    Attributes
    ----------
    values
        (fan_in + 1) x fan_out: the weights, the biases as the last row.
    row_names, column_names
        One name each.
    marked_column
        The column of the selected unit, or ``None``.
    marked_cell
        (row, column) of the selected edge, or ``None``.
    """

    values: NDArray[np.float64]
    row_names: Sequence[str]
    column_names: Sequence[str]
    marked_column: int | None
    marked_cell: tuple[int, int] | None


class WeightsGrid(QWidget):
    """Rows are inputs (the bias last), columns are units.

    Signals
    -------
    cell_clicked
        (row, column) was clicked, or reached with the arrow keys.
    """

    cell_clicked = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weights_grid")
        self.setMinimumSize(120, 70)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, CHOICE_KEYS)
        self.theme = theme
        self.matrix: Matrix | None = None
        self._colours = np.zeros((1, 1), dtype=np.uint32)
        # The memory of the small form; Qt does not own it.
        self._pixels = self._colours

    def show_matrix(self, matrix: Matrix, theme: Theme) -> None:
        """Draw this matrix from now on."""
        self.matrix, self.theme = matrix, theme
        self._colours = colours_of(matrix.values, theme)
        self.update()

    # Geometry.

    def grid_rect(self) -> QRectF:
        """Return where the cells are."""
        if self.matrix is None:
            return QRectF()
        rows, columns = self.matrix.values.shape
        room = QRectF(self.rect()).adjusted(self._name_room(), TOP, -4, -4)
        width = min(room.width(), LARGEST_CELL * 1.6 * columns)
        height = min(room.height(), LARGEST_CELL * rows)
        return QRectF(room.left(), room.top(), width, height)

    def _name_room(self) -> float:
        """Return the width of the longest row name, within a third of the widget."""
        if self.matrix is None or (self.height() - TOP) / len(self.matrix.row_names) < NAME_HEIGHT:
            return MARGIN
        metrics = QFontMetricsF(ui_font(10))
        widest = max(metrics.horizontalAdvance(name) for name in self.matrix.row_names)
        return min(widest + 2 + 2 * MARGIN, self.width() / 3)

    def is_reduced(self) -> bool:
        """Return whether a pixel has to stand for several weights."""
        rect = self.grid_rect()
        if self.matrix is None:
            return False
        rows, columns = self.matrix.values.shape
        return bool(rect.width() < columns or rect.height() < rows)

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return where a cell is, its share of the gaps included."""
        rect = self.grid_rect()
        if self.matrix is None:
            return rect
        rows, columns = self.matrix.values.shape
        width, height = rect.width() / columns, rect.height() / rows
        return QRectF(rect.left() + column * width, rect.top() + row * height, width, height)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return (row, column) at a pixel, or ``None``."""
        rect = self.grid_rect()
        if self.matrix is None or not rect.contains(place):
            return None
        rows, columns = self.matrix.values.shape
        row = int((place.y() - rect.top()) / rect.height() * rows)
        column = int((place.x() - rect.left()) / rect.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw cells, numbers, names and marks."""
        matrix = self.matrix
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        if matrix is not None:
            rect, cell = self.grid_rect(), self.cell_rect(0, 0)
            if min(cell.width(), cell.height()) >= 8:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_cells(painter, matrix, rect, cell)
            else:
                self._paint_image(painter, matrix, rect)
            self._paint_names(painter, matrix, rect, cell)
            self._paint_marks(painter, matrix, rect, cell)
        painter.end()

    def _paint_image(self, painter: QPainter, matrix: Matrix, rect: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        small = strongest(matrix.values, int(rect.height() * ratio), int(rect.width() * ratio))
        reduced = small.shape != matrix.values.shape
        self._pixels = colours_of(small, self.theme) if reduced else self._colours
        rows, columns = self._pixels.shape
        image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        painter.drawImage(rect, image)

    def _paint_cells(self, painter: QPainter, matrix: Matrix, rect: QRectF, cell: QRectF) -> None:
        has_numbers = cell.width() >= NUMBER_WIDTH and cell.height() >= NUMBER_HEIGHT
        gap = CELL_GAP if has_numbers else 1.0
        radius = min(4.0, cell.height() / 5)
        digits = 3 if cell.width() >= 40 else 2
        painter.setFont(ui_font(10))
        for (row, column), value in np.ndenumerate(matrix.values):
            place = cell.translated(column * cell.width(), row * cell.height())
            colour = QColor.fromRgb(int(self._colours[row, column]))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            half = gap / 2
            painter.drawRoundedRect(place.adjusted(half, half, -half, -half), radius, radius)
            if has_numbers:
                painter.setPen(QColor("#10151C" if colour.lightnessF() > 0.52 else "#F2F6FA"))
                text = cell_text(float(value), digits)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_names(self, painter: QPainter, matrix: Matrix, rect: QRectF, cell: QRectF) -> None:
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        metrics = QFontMetricsF(painter.font())
        if cell.height() >= NAME_HEIGHT:
            for row, name in enumerate(matrix.row_names):
                top = rect.top() + row * cell.height()
                box = QRectF(0, top, rect.left() - MARGIN, cell.height())
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
                align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, align, shown)
        if cell.width() >= NAME_WIDTH:
            for column, name in enumerate(matrix.column_names):
                left = rect.left() + column * cell.width()
                box = QRectF(left, 0, cell.width(), TOP - 3)
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width() - 2)
                align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
                painter.drawText(box, align, shown)

    def _paint_marks(self, painter: QPainter, matrix: Matrix, rect: QRectF, cell: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.accent), 2))
        if self.hasFocus():
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 5, 5)
        if matrix.marked_column is not None:
            left = rect.left() + matrix.marked_column * cell.width()
            painter.drawRoundedRect(QRectF(left, rect.top(), cell.width(), rect.height()), 4, 4)
        if matrix.marked_cell is not None:
            painter.drawRoundedRect(self.cell_rect(*matrix.marked_cell), 4, 4)

    # Pointer and keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report the cell that is clicked."""
        cell = self.cell_at(event.position())
        if cell is not None:
            self.cell_clicked.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next cell with the arrow keys."""
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None or self.matrix is None:
            super().keyPressEvent(event)
            return
        rows, columns = self.matrix.values.shape
        here = self.matrix.marked_cell
        if here is None:
            # The mark of a unit is at its bias.
            unit = self.matrix.marked_column
            here = (0, 0) if unit is None else (rows - 1, unit)
            move = (0, 0) if unit is None else move
        row, column = here[0] + move[0], here[1] + move[1]
        self.cell_clicked.emit(min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))

    def event(self, event: QEvent) -> bool:
        """Tell the number under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._words(cell), self)
            return True
        return super().event(event)

    def _words(self, cell: tuple[int, int] | None) -> str:
        if cell is None or self.matrix is None:
            return ""
        row, column = cell
        names = (
            f"{self.matrix.row_names[row]} \N{RIGHTWARDS ARROW} {self.matrix.column_names[column]}"
        )
        return f"{names}: {number_text(float(self.matrix.values[row, column]), 6)}"


def cell_text(value: float, digits: int) -> str:
    """Write a number for a small cell: two decimals, or an exponent when those say nothing."""
    if not math.isfinite(value):
        return "?"
    if value == 0 or 0.01 <= abs(value) < 100:
        return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
    mantissa, exponent = f"{value:.{max(0, digits - 3)}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "\N{MINUS SIGN}")
