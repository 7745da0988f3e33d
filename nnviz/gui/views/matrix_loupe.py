"""The loupe: the numbers around a pixel of a heatmap, with their rows and columns."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nnviz.gui.theme import Theme
from nnviz.gui.views.matrix_painting import colours, fitting_number
from nnviz.gui.views.matrix_tiles import Cell, Tile

REACH = 2
CELL_WIDTH, CELL_HEIGHT = 52.0, 17.0
HEAD_WIDTH, HEAD_HEIGHT = 30.0, 15.0
PADDING, DISTANCE = 6.0, 14.0


def neighbourhood(shape: tuple[int, int], cell: Cell) -> tuple[range, range]:
    """Return the rows and columns around a cell, within the matrix."""
    return _around(cell[0], shape[0]), _around(cell[1], shape[1])


def _around(at: int, count: int) -> range:
    # At an edge the loupe looks further to the other side, so that its size stays.
    start = max(0, min(at - REACH, count - 2 * REACH - 1))
    return range(start, min(count, start + 2 * REACH + 1))


def paint_loupe(
    painter: QPainter, theme: Theme, tile: Tile, cell: Cell, scale: float, pointer: QPointF
) -> None:
    """Paint the loupe beside the pointer, within the widget.

    Parameters
    ----------
    painter, theme
        Where and how.
    tile, cell
        What is looked at.
    scale
        The size of number that has the full colour.
    pointer
        The pixel that is looked at.
    """
    assert tile.values is not None
    rows, columns = neighbourhood(tile.shape, cell)
    box = _box(painter, len(rows), len(columns), pointer)
    painter.setPen(QPen(QColor(theme.border_strong), 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(box, 6, 6)
    left, top = box.left() + PADDING + HEAD_WIDTH, box.top() + PADDING + HEAD_HEIGHT
    painter.setPen(QColor(theme.text_tertiary))
    for slot, row in enumerate(rows):
        head = QRectF(left - HEAD_WIDTH, top + slot * CELL_HEIGHT, HEAD_WIDTH - 4, CELL_HEIGHT)
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(head, align, str(row + 1))
    for slot, column in enumerate(columns):
        head = QRectF(left + slot * CELL_WIDTH, top - HEAD_HEIGHT, CELL_WIDTH, HEAD_HEIGHT)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, str(column + 1))
    values = tile.values[np.ix_(list(rows), list(columns))]
    fills = colours(values, scale, theme)
    metrics = QFontMetricsF(painter.font())
    for (i, j), value in np.ndenumerate(values):
        place = QRectF(left + j * CELL_WIDTH, top + i * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT)
        is_looked_at = (rows[i], columns[j]) == cell
        fill = QColor.fromRgb(int(fills[i, j]))
        painter.setPen(QPen(QColor(theme.text), 1.5) if is_looked_at else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 3, 3)
        if not (tile.is_partial and np.isnan(value)):
            painter.setPen(QColor("#10151C" if fill.lightnessF() > 0.52 else "#F2F6FA"))
            text = fitting_number(float(value), CELL_WIDTH - 5, metrics)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _box(painter: QPainter, rows: int, columns: int, pointer: QPointF) -> QRectF:
    width = HEAD_WIDTH + columns * CELL_WIDTH + 2 * PADDING
    height = HEAD_HEIGHT + rows * CELL_HEIGHT + 2 * PADDING
    room = QRectF(painter.window())
    x = pointer.x() + DISTANCE
    if x + width > room.right():
        x = max(room.left() + 1, pointer.x() - DISTANCE - width)
    y = pointer.y() + DISTANCE
    if y + height > room.bottom():
        y = max(room.top() + 1, pointer.y() - DISTANCE - height)
    return QRectF(min(x, room.right() - width), min(y, room.bottom() - height), width, height)
