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
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, diverging_lut
from nnviz.gui.widgets.text import number_text

LEFT, TOP = 52.0, 18.0
NUMBER_WIDTH, NUMBER_HEIGHT = 30.0, 14.0
LARGEST_CELL = 46.0


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
        (row, column) was clicked.
    """

    cell_clicked = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weights_grid")
        self.setMinimumSize(120, 80)
        self.setMouseTracking(True)
        self.theme = theme
        self.matrix: Matrix | None = None
        self._pixels = np.zeros((1, 1), dtype=np.uint32)

    def show_matrix(self, matrix: Matrix, theme: Theme) -> None:
        """Draw this matrix from now on."""
        self.matrix, self.theme = matrix, theme
        values = matrix.values
        sizes = np.abs(values[np.isfinite(values)])
        largest = float(sizes.max(initial=0.0)) or 1.0
        # A number that is not finite has no colour of its own: the middle one.
        shares = np.nan_to_num(values / largest, nan=0.0, posinf=0.0, neginf=0.0)
        levels = np.rint((shares + 1) * 127.5).astype(np.intp)
        self._pixels = np.ascontiguousarray(diverging_lut(theme)[np.clip(levels, 0, 255)])
        self.update()

    def grid_rect(self) -> QRectF:
        """Return where the cells are."""
        if self.matrix is None:
            return QRectF()
        rows, columns = self.matrix.values.shape
        room = QRectF(self.rect()).adjusted(LEFT, TOP, -4, -4)
        width = min(room.width(), LARGEST_CELL * 1.6 * columns)
        height = min(room.height(), LARGEST_CELL * rows)
        return QRectF(room.left(), room.top(), width, height)

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
            rect = self.grid_rect()
            rows, columns = matrix.values.shape
            image = QImage(
                self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32
            )
            painter.drawImage(rect, image)
            cell = QRectF(0, 0, rect.width() / columns, rect.height() / rows)
            if cell.width() >= 6 and cell.height() >= 6:
                self._paint_lines(painter, rect, rows, columns)
            if cell.width() >= NUMBER_WIDTH and cell.height() >= NUMBER_HEIGHT:
                self._paint_numbers(painter, matrix, rect, cell)
            self._paint_names(painter, matrix, rect, cell)
            self._paint_marks(painter, matrix, rect, cell)
        painter.end()

    def _paint_lines(self, painter: QPainter, rect: QRectF, rows: int, columns: int) -> None:
        painter.setPen(QPen(QColor(self.theme.card), 1))
        for row in range(1, rows):
            y = rect.top() + row * rect.height() / rows
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        for column in range(1, columns):
            x = rect.left() + column * rect.width() / columns
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))

    def _paint_numbers(self, painter: QPainter, matrix: Matrix, rect: QRectF, cell: QRectF) -> None:
        painter.setFont(ui_font(10))
        for (row, column), value in np.ndenumerate(matrix.values):
            colour = QColor.fromRgb(int(self._pixels[row, column]))
            is_bright = colour.lightnessF() > 0.52
            painter.setPen(QColor("#10151C" if is_bright else "#F2F6FA"))
            place = cell.translated(
                rect.left() + column * cell.width(), rect.top() + row * cell.height()
            )
            digits = 3 if cell.width() >= 40 else 2
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, cell_text(float(value), digits))

    def _paint_names(self, painter: QPainter, matrix: Matrix, rect: QRectF, cell: QRectF) -> None:
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        metrics = QFontMetricsF(painter.font())
        if cell.height() >= 10:
            for row, name in enumerate(matrix.row_names):
                box = QRectF(0, rect.top() + row * cell.height(), LEFT - 6, cell.height())
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
                align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, align, shown)
        if cell.width() >= 14:
            for column, name in enumerate(matrix.column_names):
                box = QRectF(rect.left() + column * cell.width(), 0, cell.width(), TOP - 3)
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
                align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
                painter.drawText(box, align, shown)

    def _paint_marks(self, painter: QPainter, matrix: Matrix, rect: QRectF, cell: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.accent), 2))
        if matrix.marked_column is not None:
            left = rect.left() + matrix.marked_column * cell.width()
            painter.drawRect(QRectF(left, rect.top(), cell.width(), rect.height()))
        if matrix.marked_cell is not None:
            row, column = matrix.marked_cell
            painter.drawRect(
                cell.translated(
                    rect.left() + column * cell.width(), rect.top() + row * cell.height()
                )
            )

    # Pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report the cell that is clicked."""
        cell = self.cell_at(event.position())
        if cell is not None:
            self.cell_clicked.emit(*cell)

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
