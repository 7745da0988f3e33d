"""What stands around the map: ticks, names, the colour bar and the read-out."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, diverging_lut
from nnviz.gui.views.axes import Axes, tick_text, ticks
from nnviz.gui.views.decision_picture import signed_colours
from nnviz.gui.views.decision_scene import Scene

_LEFT, _BOTTOM, _TOP, _RIGHT, _BAR = 46.0, 36.0, 6.0, 10.0, 34.0
_TICK_DISTANCE = (46, 40)
_STOPS = 16


def plot_rect(scene: Scene, room: QRectF) -> QRectF:
    """Return the part of the room that the map takes."""
    rect = room.adjusted(_LEFT, _TOP, -(_BAR if scene.bar else _RIGHT), -_BOTTOM)
    if not scene.is_square:
        return rect
    side = min(rect.width(), rect.height())
    return QRectF(rect.center().x() - side / 2, rect.top(), side, side)


def paint_frame(
    painter: QPainter, scene: Scene, rect: QRectF, theme: Theme, has_focus: bool
) -> None:
    """Draw the edge of the map and everything outside of it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.accent), 2) if has_focus else QPen(QColor(theme.border), 1))
    painter.drawRect(rect)
    painter.setFont(ui_font(10))
    axes = Axes(rect, scene.tick_low, scene.tick_high)
    _paint_ticks_below(painter, axes, theme)
    if scene.names[1]:
        _paint_ticks_beside(painter, axes, theme)
    painter.setFont(ui_font(11))
    painter.setPen(QColor(theme.text_secondary))
    below = QRectF(rect.left(), rect.bottom() + 18, rect.width(), 16)
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, scene.names[0])
    beside = QPointF(max(0.0, rect.left() - 46), rect.bottom())
    _paint_upwards(painter, beside, rect.height(), Qt.AlignmentFlag.AlignHCenter, scene.names[1])
    if scene.bar:
        _paint_bar(painter, scene, rect, theme)


def tick_values(low: float, high: float, length: float, distance: float) -> list[float]:
    """Return ticks for an axis of this length, about this far apart; both in pixels."""
    most = max(4, int(length / distance))
    # One tick alone would not tell the scale.
    while len(values := ticks(low, high, most)) == 1:
        most += 1
    return values


def _paint_ticks_below(painter: QPainter, axes: Axes, theme: Theme) -> None:
    rect = axes.rect
    values = tick_values(axes.low[0], axes.high[0], rect.width(), _TICK_DISTANCE[0])
    for value in values:
        place = QPointF(axes.to_pixel(value, axes.low[1]).x(), rect.bottom())
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.drawLine(place, place + QPointF(0, 4))
        box = QRectF(place.x() - 40, place.y() + 5, 80, 14)
        painter.setPen(QColor(theme.text_tertiary))
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, tick_text(value, values))


def _paint_ticks_beside(painter: QPainter, axes: Axes, theme: Theme) -> None:
    rect = axes.rect
    values = tick_values(axes.low[1], axes.high[1], rect.height(), _TICK_DISTANCE[1])
    for value in values:
        place = QPointF(rect.left(), axes.to_pixel(axes.low[0], value).y())
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.drawLine(place, place - QPointF(4, 0))
        box = QRectF(place.x() - 46, place.y() - 7, 39, 14)
        painter.setPen(QColor(theme.text_tertiary))
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, align, tick_text(value, values))


def _paint_upwards(
    painter: QPainter, foot: QPointF, length: float, align: Qt.AlignmentFlag, text: str
) -> None:
    """Write text from the bottom to the top, its upper edge at the foot, or as much as fits."""
    painter.save()
    painter.translate(foot)
    painter.rotate(-90)
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, length)
    painter.drawText(QRectF(0, 0, length, 16), align | Qt.AlignmentFlag.AlignTop, shown)
    painter.restore()


def _paint_bar(painter: QPainter, scene: Scene, rect: QRectF, theme: Theme) -> None:
    bar = QRectF(rect.right() + 8, rect.top(), 8, rect.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_gradient(bar, signed_colours(theme)))
    painter.drawRect(bar)
    if scene.has_values:
        # The colours of the points, which are stronger, are the right half.
        painter.setBrush(_gradient(bar, diverging_lut(theme)))
        painter.drawRect(bar.adjusted(bar.width() / 2, 0, 0, 0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.border_strong), 1))
    painter.drawRect(bar)
    # The contour is where the map is in the middle of the bar.
    painter.setPen(QPen(QColor(theme.text), 1.6))
    middle = bar.center().y()
    painter.drawLine(QPointF(bar.left() - 1, middle), QPointF(bar.right() + 1, middle))
    painter.setFont(ui_font(10))
    painter.setPen(QColor(theme.text_tertiary))
    # Along the bar, so that long names of classes take no width from the map.
    length = rect.height() / 2 - 8
    low, high = scene.bar
    foot = QPointF(bar.right() + 4, rect.bottom())
    _paint_upwards(painter, foot, length, Qt.AlignmentFlag.AlignLeft, low)
    foot.setY(rect.top() + length)
    _paint_upwards(painter, foot, length, Qt.AlignmentFlag.AlignRight, high)


def _gradient(bar: QRectF, colours: NDArray[np.uint32]) -> QLinearGradient:
    gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
    for stop in range(_STOPS + 1):
        share = stop / _STOPS
        gradient.setColorAt(share, QColor.fromRgb(int(colours[round(share * (len(colours) - 1))])))
    return gradient


def paint_read_out(painter: QPainter, text: str, rect: QRectF, theme: Theme) -> None:
    """Draw the answer under the pointer at the foot of the map."""
    painter.setFont(ui_font(11))
    metrics = QFontMetricsF(painter.font())
    width = min(metrics.horizontalAdvance(text) + 16, rect.width() - 12)
    pill = QRectF(rect.left() + 6, rect.bottom() - 28, width, 22)
    painter.setPen(QPen(QColor(theme.border_strong), 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(pill, 6, 6)
    painter.setPen(QColor(theme.text))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 12)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, shown)
