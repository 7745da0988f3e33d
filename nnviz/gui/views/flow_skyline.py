"""FlowSkyline: how the numbers of each layer are spread, one ridge before the other."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QToolTip, QWidget

from nnviz.core.distributions import RIDGE_BINS, Ridge
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.flow_content import layer_colours
from nnviz.gui.widgets.text import count_text, number_text, percent_text

_NAME, _WORDS, _FOOT, _TOP = 58.0, 78.0, 18.0, 6.0
_LOWEST_ROW = 22.0
_OVERLAP = 1.7
# Below this width there is no room for words at the right.
_NARROW = 330.0


class FlowSkyline(QWidget):
    """A ridge for each layer, the first layer at the back.

    Attributes
    ----------
    rows
        (name, ridge) of each layer.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("flow_skyline")
        self.setAccessibleName("Histogram of each layer")
        self.theme = theme
        self.rows: tuple[tuple[str, Ridge], ...] = ()
        self._is_shared = True

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.update()

    def show_rows(self, rows: tuple[tuple[str, Ridge], ...], is_shared: bool) -> None:
        """Draw these ridges, on one scale or each on its own."""
        self.rows, self._is_shared = rows, is_shared
        self.setMinimumHeight(round(_TOP + _FOOT + _LOWEST_ROW * (len(rows) + 0.7)))
        self.setAccessibleDescription("; ".join(sentence(name, ridge) for name, ridge in rows))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what stands on it in its upper right corner."""
        super().resizeEvent(event)
        room = self._room()
        for button in self.findChildren(QAbstractButton):
            button.move(round(room.right()) - button.width() - 3, 3)

    def _room(self) -> QRectF:
        words = self._words_width()
        return QRectF(_NAME, 0, self.width() - _NAME - words - 6, self.height() - _FOOT)

    def _words_width(self) -> float:
        return _WORDS if self.width() >= _NARROW else 0.0

    def sizeHint(self) -> QSize:
        """Return a size that suits a panel."""
        return QSize(400, 240)

    def row_rect(self, index: int) -> QRectF:
        """Return the room of a row from its base line up, without what overlaps."""
        pitch = (self.height() - _TOP - _FOOT) / (len(self.rows) + _OVERLAP - 1)
        base = _TOP + pitch * (_OVERLAP + index)
        return QRectF(0, base - pitch, self.width(), pitch)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ridges from the back to the front."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        words, room = self._words_width(), self._room()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.well))
        painter.drawRoundedRect(room, 4, 4)
        painter.setPen(QPen(QColor(self.theme.border), 1))
        middle = room.center().x()
        painter.drawLine(QPointF(middle, room.top() + 4), QPointF(middle, room.bottom()))
        colours = layer_colours(self.theme, len(self.rows))
        for index, (name, ridge) in enumerate(self.rows):
            row = self.row_rect(index)
            self._paint_ridge(painter, ridge, room, row, colours[index])
            self._paint_words(painter, name, ridge, row, colours[index], words)
        if self._is_shared and self.rows:
            self._paint_scale(painter, room)
        painter.end()

    def _paint_ridge(
        self, painter: QPainter, ridge: Ridge, room: QRectF, row: QRectF, colour: str
    ) -> None:
        base = row.bottom() - 2
        painter.setPen(QPen(mix(self.theme.well, colour, 0.5), 1))
        painter.drawLine(QPointF(room.left() + 4, base), QPointF(room.right() - 4, base))
        if not ridge.counts.any():
            return
        x = room.left() + 4 + np.arange(RIDGE_BINS + 1) / RIDGE_BINS * (room.width() - 8)
        height = row.height() * _OVERLAP - 4
        y = base - ridge.counts / ridge.counts.max() * height
        # A stair: each count is as wide as its bin.
        corners = [QPointF(float(x[0]), base)]
        for left, right, top in zip(x[:-1].tolist(), x[1:].tolist(), y.tolist(), strict=True):
            corners += [QPointF(left, top), QPointF(right, top)]
        corners.append(QPointF(float(x[-1]), base))
        painter.setPen(Qt.PenStyle.NoPen)
        fill = mix(self.theme.well, colour, 0.42)
        fill.setAlphaF(0.85)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(corners))
        painter.setPen(QPen(QColor(colour), 1.2))
        painter.drawPolyline(QPolygonF(corners))

    def _paint_words(
        self, painter: QPainter, name: str, ridge: Ridge, row: QRectF, colour: str, words: float
    ) -> None:
        centre = Qt.AlignmentFlag.AlignVCenter
        line = QRectF(2, row.bottom() - 16, _NAME - 4, 14)
        painter.setFont(ui_font(10, QFont.Weight.DemiBold))
        painter.setPen(QColor(colour))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | centre, name)
        if not words:
            return
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_secondary))
        place = QRectF(self.width() - words - 2, row.bottom() - 27, words, 13)
        lines = self._short_words(ridge)
        for text in lines if row.height() >= 26 else lines[-1:]:
            if len(lines) == 1 or row.height() < 26:
                place.moveTop(row.bottom() - 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | centre, text)
            place.translate(0, 12)

    def _short_words(self, ridge: Ridge) -> list[str]:
        if ridge.not_finite == ridge.entries:
            return ["not a number"]
        if ridge.zeros == ridge.entries:
            return ["all 0"]
        spread = (
            f"rms {number_text(ridge.root_mean_square, 3)}"
            if self._is_shared
            else f"\N{PLUS-MINUS SIGN}{number_text(ridge.reach, 3)}"
        )
        if not ridge.zeros:
            return [spread]
        return [f"{percent_text(ridge.zeros / ridge.entries)} zero", spread]

    def _paint_scale(self, painter: QPainter, room: QRectF) -> None:
        reach = self.rows[0][1].reach
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        metrics = QFontMetricsF(painter.font())
        base = self.height() - 5.0
        for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
            text = number_text(share * reach, 3)
            width = metrics.horizontalAdvance(text)
            x = room.left() + 4 + (share + 1) / 2 * (room.width() - 8)
            left = min(max(x - width / 2, room.left()), room.right() - width)
            if abs(share) != 0.5 or room.width() > 5.5 * width:
                painter.drawText(QPointF(left, base), text)

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of the row under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = QPointF(event.pos())
            hit = [row for i, row in enumerate(self.rows) if self.row_rect(i).contains(place)]
            QToolTip.showText(event.globalPos(), sentence(*hit[0]) if hit else "", self)
            return True
        return super().event(event)


def sentence(name: str, ridge: Ridge) -> str:
    """Return what a ridge shows, in words."""
    plural = "y" if ridge.entries == 1 else "ies"
    parts = [f"{name}: {count_text(ridge.entries)} entr{plural}"]
    if math.isfinite(ridge.root_mean_square):
        parts.append(f"root mean square {number_text(ridge.root_mean_square)}")
    if ridge.zeros:
        parts.append(f"{count_text(ridge.zeros)} of them 0, which no bar counts")
    if ridge.beyond:
        parts.append(
            f"{count_text(ridge.beyond)} beyond \N{PLUS-MINUS SIGN}{number_text(ridge.reach)}"
        )
    if ridge.not_finite:
        parts.append(f"{count_text(ridge.not_finite)} not a number")
    return ", ".join(parts)
