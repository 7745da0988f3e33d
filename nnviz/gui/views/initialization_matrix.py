"""MatrixCard: one layer's weight matrix, with fan_in, fan_out and the formula of its start."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from nnviz.core.calls import FloatArray
from nnviz.core.initializer_numbers import WorkedStart
from nnviz.core.notation import Piece
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.equation_painting import Inks, paint_box
from nnviz.gui.views.initialization_formulas import captions, formulas
from nnviz.gui.views.tex_boxes import Box
from nnviz.gui.views.tex_nodes import read_pieces
from nnviz.gui.views.tex_setting import Typesetter
from nnviz.gui.views.weights_image import colours_of, strongest

_LETTERS, _SMALLEST = 13.0, 8.5
_MARGIN, _MOST_SIDE, _LEAST_SIDE = 4.0, 80.0, 12.0
_RULER = 14.0
_LEAST_MARK = 6.0
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class _Placed:
    box: Box
    y: float


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    area: QRectF
    font: QFont
    role: str


def matrix_area(fan_in: int, fan_out: int, left: float, top: float) -> QRectF:
    """Return where a matrix is drawn: in proportion, but no side too short to see."""
    longest = max(fan_in, fan_out)
    width, height = (
        max(_LEAST_SIDE, round(_MOST_SIDE * side / longest)) for side in (fan_out, fan_in)
    )
    return QRectF(left, top, width, height)


class MatrixCard(QWidget):
    """The weights of a layer as pixels, its two fans marked, and how they decide the spread.

    Attributes
    ----------
    layer, start
        What is shown; ``start`` is ``None`` before there is anything.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("initialization_matrix")
        self.setAccessibleName("Weight matrix of the chosen layer")
        self.theme = theme
        self.layer = 1
        self.start: WorkedStart | None = None
        self._weights: FloatArray = np.zeros((1, 1))
        self._image = QImage()
        self._matrix = QRectF()
        self._formulas: list[_Placed] = []
        self._words: list[_Words] = []

    def wear(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme = theme
        self._draw_image()
        self.update()

    def show_start(self, layer: int, start: WorkedStart, weights: FloatArray) -> None:
        """Show a layer: the numbers of its start, and the weights that were drawn."""
        self.layer, self.start, self._weights = layer, start, weights
        self.setAccessibleDescription(" ".join(captions(start)))
        self._lay_out()
        self._draw_image()

    def _draw_image(self) -> None:
        if self.start is None:
            return
        ratio = self.devicePixelRatioF()
        most = round(_MOST_SIDE * ratio)
        pixels = colours_of(strongest(self._weights.astype(np.float64), most, most), self.theme)
        rows, columns = pixels.shape
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        self._image = image.copy()

    def _lay_out(self) -> None:
        start = self.start
        self._formulas.clear()
        self._words.clear()
        if start is None:
            return
        title = ui_font(12, QFont.Weight.DemiBold)
        y = self._write(f"W{self.layer}: {start.fan_in} × {start.fan_out}", _MARGIN, title, "text")
        self._matrix = matrix_area(start.fan_in, start.fan_out, _MARGIN + _RULER, y + _RULER + 2)
        self._write_fans(start)
        y = self._matrix.bottom() + 10
        for text in captions(start):
            y = self._write(text, y, ui_font(11), "text_secondary") + 2
        y += 6
        for tex in formulas(start):
            box = self._fitted(tex)
            self._formulas.append(_Placed(box, y + box.ascent))
            y += box.ascent + box.descent + 7
        self.setMinimumHeight(round(y + 4))
        self.update()

    def _fitted(self, tex: str) -> Box:
        """Lay a formula out in letters that leave it in the card, if they can be read."""
        nodes = read_pieces((Piece("", tex),))
        box = Typesetter(_LETTERS).row(nodes)
        room = self.width() - 2 * _MARGIN
        if box.width <= room:
            return box
        return Typesetter(max(_SMALLEST, _LETTERS * room / box.width)).row(nodes)

    def _write(self, text: str, y: float, font: QFont, role: str) -> float:
        room = QRectF(_MARGIN, y, max(self.width() - 2 * _MARGIN, 40), 1000)
        area = QFontMetricsF(font).boundingRect(room, _WRAP, text)
        self._words.append(_Words(text, area.adjusted(0, 0, 4, 2), font, role))
        return area.bottom()

    def _write_fans(self, start: WorkedStart) -> None:
        """Write both fans beside the matrix, to its right, where there is room for words."""
        font, area = ui_font(11, QFont.Weight.Medium), self._matrix
        left = area.right() + 10
        room = self.width() - left - _MARGIN
        lines = (
            (f"→ fan_out = {start.fan_out}", area.top() - 1),
            (f"↓ fan_in = {start.fan_in}", area.top() + 17),
        )
        for text, y in lines:
            self._words.append(_Words(text, QRectF(left, y, room, 16), font, "text"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw matrix, rulers, words and formulas."""
        if self.start is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_matrix(painter)
        for words in self._words:
            painter.setFont(words.font)
            painter.setPen(QColor(getattr(self.theme, words.role)))
            painter.drawText(words.area, _WRAP, words.text)
        for placed in self._formulas:
            paint_box(painter, placed.box.moved(_MARGIN, placed.y), Inks(self.theme))
        painter.end()

    def _paint_matrix(self, painter: QPainter) -> None:
        area, theme, start = self._matrix, self.theme, self.start
        painter.drawImage(area, self._image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.drawRect(area)
        if start is None:
            return
        # One column feeds one unit; one row carries the gradients back to one input.
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        width = max(_LEAST_MARK, area.width() / start.fan_out)
        height = max(_LEAST_MARK, area.height() / start.fan_in)
        painter.drawRect(QRectF(area.left(), area.top(), width, area.height()))
        pen = QPen(QColor(theme.text), 1.5, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.drawRect(QRectF(area.left(), area.top(), area.width(), height))
        painter.setPen(QPen(QColor(theme.text_secondary), 1))
        _ruler(painter, QPointF(area.left(), area.top() - 7), QPointF(area.right(), area.top() - 7))
        side = area.left() - 7
        _ruler(painter, QPointF(side, area.top()), QPointF(side, area.bottom()))


def _ruler(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """Draw a measure: a line with a tick at each end."""
    painter.drawLine(QLineF(start, end))
    across = QPointF(0, 3) if start.y() == end.y() else QPointF(3, 0)
    for point in (start, end):
        painter.drawLine(QLineF(point - across, point + across))
