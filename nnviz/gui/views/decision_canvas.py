"""DecisionCanvas: the painted part of the decision view."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPaintEngine,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.axes import Axes, tick_text, ticks, unit_to_pixels
from nnviz.gui.views.decision_picture import MapPicture
from nnviz.gui.views.decision_points import DISC, PointSet, nearest, paint_points
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys

LEFT, BOTTOM, TOP, RIGHT, BAR = 46.0, 36.0, 6.0, 10.0, 34.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What stays the same from snapshot to snapshot.

    Attributes
    ----------
    low, high
        Corner values of the plot, in the units that the network sees.
    tick_low, tick_high
        The same corners in the units of the data, for the ticks.
    names
        What the axes show.
    bar
        What the two ends of the colour bar stand for; empty without one.
    is_square
        Whether the plot is drawn square, as it is for two inputs.
    train, validation
        The points.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    tick_low: tuple[float, float]
    tick_high: tuple[float, float]
    names: tuple[str, str]
    bar: tuple[str, ...]
    is_square: bool
    train: PointSet
    validation: PointSet


class DecisionCanvas(QWidget):
    """Map, contour, points and axes.

    Signals
    -------
    place_hovered
        The pointer is at this value (x, y), or has left: ``None``.
    point_clicked
        The training point with this index was clicked.
    sample_stepped
        The next (1) or the previous (-1) sample of the batch is wanted.
    """

    place_hovered = Signal(object)
    point_clicked = Signal(int)
    sample_stepped = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("decision_canvas")
        self.setMouseTracking(True)
        self.setMinimumSize(140, 110)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, CHOICE_KEYS)
        self.theme = theme
        self.scene: Scene | None = None
        self.picture: MapPicture | None = None
        self.contour = QPainterPath()
        self.curve: np.ndarray | None = None
        self.ring: int | None = None
        self.read_out = ""
        self._points: QPixmap | None = None

    @property
    def axes(self) -> Axes | None:
        """Where values lie on the canvas; ``None`` before there is a scene."""
        if self.scene is None:
            return None
        return Axes(self._plot_rect(self.scene), self.scene.low, self.scene.high)

    def show_scene(self, scene: Scene, theme: Theme) -> None:
        """Take over new data, another plane or other colours."""
        self.scene, self.theme = scene, theme
        self._points = None
        self.update()

    def _plot_rect(self, scene: Scene) -> QRectF:
        right = BAR if scene.bar else RIGHT
        rect = QRectF(self.rect()).adjusted(LEFT, TOP, -right, -BOTTOM)
        if scene.is_square:
            side = min(rect.width(), rect.height())
            rect = QRectF(rect.center().x() - side / 2, rect.top(), side, side)
        return rect

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was worked out before."""
        scene, axes = self.scene, self.axes
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if scene is not None and axes is not None and axes.rect.width() > 20:
            painter.fillRect(axes.rect, QColor(self.theme.well))
            self._paint_answers(painter, axes)
            self._paint_points(painter, scene, axes)
            self._paint_axes(painter, scene, axes.rect)
            if scene.bar:
                self._paint_bar(painter, scene.bar, axes.rect)
            if self.read_out:
                self._paint_read_out(painter, axes.rect)
        painter.end()

    def _paint_answers(self, painter: QPainter, axes: Axes) -> None:
        painter.save()
        painter.setClipRect(axes.rect)
        if self.picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(axes.rect, self.picture.image)
        if not self.contour.isEmpty():
            # Ends that reach out close the joints; round ones take ten times as long.
            pen = QPen(QColor(self.theme.text), 1.6)
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
            painter.setPen(pen)
            painter.drawPath(unit_to_pixels(axes.rect).map(self.contour))
        if self.curve is not None:
            line = QPolygonF([axes.to_pixel(x, y) for x, y in self.curve.tolist()])
            painter.setPen(QPen(QColor(self.theme.accent), 2.2))
            painter.drawPolyline(line)
        painter.restore()

    def _paint_points(self, painter: QPainter, scene: Scene, axes: Axes) -> None:
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            paint_points(painter, scene.train, scene.validation, axes, self.theme)
        else:
            painter.drawPixmap(0, 0, self._drawn_points(scene, axes))
        if self.ring is not None and self.ring < len(scene.train.places):
            x, y = scene.train.places[self.ring]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.drawEllipse(axes.to_pixel(x, y), DISC + 3.5, DISC + 3.5)

    def _drawn_points(self, scene: Scene, axes: Axes) -> QPixmap:
        """Return all points as a picture, drawn once for this data, size and screen."""
        ratio = self.devicePixelRatioF()
        if self._points is None or self._points.devicePixelRatio() != ratio:
            self._points = QPixmap(self.size() * ratio)
            self._points.setDevicePixelRatio(ratio)
            self._points.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._points)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_points(painter, scene.train, scene.validation, axes, self.theme)
            painter.end()
        return self._points

    def _paint_axes(self, painter: QPainter, scene: Scene, rect: QRectF) -> None:
        border = QColor(self.theme.border)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = QPen(QColor(self.theme.accent), 2) if self.hasFocus() else QPen(border, 1)
        painter.setPen(edge)
        painter.drawRect(rect)
        painter.setFont(ui_font(10))
        across = Axes(rect, scene.tick_low, scene.tick_high)
        tertiary, secondary = QColor(self.theme.text_tertiary), QColor(self.theme.text_secondary)
        values = ticks(scene.tick_low[0], scene.tick_high[0], max(4, int(rect.width() / 46)))
        for value in values:
            x = across.to_pixel(value, scene.tick_low[1]).x()
            self._tick(painter, QPointF(x, rect.bottom()), QPointF(0, 4))
            box = QRectF(x - 40, rect.bottom() + 5, 80, 14)
            painter.setPen(tertiary)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, tick_text(value, values))
        values = ticks(scene.tick_low[1], scene.tick_high[1], max(4, int(rect.height() / 40)))
        for value in values if scene.names[1] else []:
            y = across.to_pixel(scene.tick_low[0], value).y()
            self._tick(painter, QPointF(rect.left(), y), QPointF(-4, 0))
            box = QRectF(rect.left() - 46, y - 7, 39, 14)
            painter.setPen(tertiary)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, align, tick_text(value, values))
        painter.setFont(ui_font(11))
        painter.setPen(secondary)
        below = QRectF(rect.left(), rect.bottom() + 18, rect.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, scene.names[0])
        self._paint_vertical_name(painter, scene.names[1], rect)

    def _tick(self, painter: QPainter, start: QPointF, length: QPointF) -> None:
        painter.setPen(QPen(QColor(self.theme.border_strong), 1))
        painter.drawLine(start, start + length)

    def _paint_vertical_name(self, painter: QPainter, name: str, rect: QRectF) -> None:
        painter.save()
        painter.translate(max(8.0, rect.left() - 38), rect.center().y())
        painter.rotate(-90)
        box = QRectF(-rect.height() / 2, -8, rect.height(), 16)
        shown = QFontMetricsF(painter.font()).elidedText(
            name, Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
        painter.restore()

    def _paint_bar(self, painter: QPainter, ends: Sequence[str], rect: QRectF) -> None:
        bar = QRectF(rect.right() + 8, rect.top(), 8, rect.height())
        gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        gradient.setColorAt(0.0, QColor(self.theme.negative))
        gradient.setColorAt(0.5, QColor(self.theme.zero))
        gradient.setColorAt(1.0, QColor(self.theme.positive))
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 2, 2)
        # The contour is where the map is in the middle of the bar.
        painter.setPen(QPen(QColor(self.theme.text), 1.6))
        middle = bar.center().y()
        painter.drawLine(QPointF(bar.left() - 1, middle), QPointF(bar.right() + 1, middle))
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        metrics = QFontMetricsF(painter.font())
        shown = [
            metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.height() / 2 - 8)
            for text in ends
        ]
        # Along the bar, so that long names of classes take no width from the map.
        painter.save()
        painter.translate(bar.right() + 4, rect.bottom())
        painter.rotate(-90)
        along = QRectF(0, 0, rect.height(), 14)
        painter.drawText(along, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown[0])
        painter.drawText(along, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, shown[1])
        painter.restore()

    def _paint_read_out(self, painter: QPainter, rect: QRectF) -> None:
        painter.setFont(ui_font(11))
        metrics = QFontMetricsF(painter.font())
        width = min(metrics.horizontalAdvance(self.read_out) + 16, rect.width() - 12)
        pill = QRectF(rect.left() + 6, rect.bottom() - 28, width, 22)
        painter.setPen(QPen(QColor(self.theme.border_strong), 1))
        painter.setBrush(QColor(self.theme.raised))
        painter.drawRoundedRect(pill, 6, 6)
        painter.setPen(QColor(self.theme.text))
        shown = metrics.elidedText(self.read_out, Qt.TextElideMode.ElideRight, width - 12)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, shown)

    # Pointer.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the points anew for the new size."""
        super().resizeEvent(event)
        self._points = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the value under the pointer."""
        axes = self.axes
        inside = axes is not None and axes.rect.contains(event.position())
        self.place_hovered.emit(axes.to_value(event.position()) if axes and inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the pointer has left."""
        super().leaveEvent(event)
        self.place_hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report the training point under the pointer."""
        axes = self.axes
        if axes is not None and self.scene is not None:
            index = nearest(self.scene.train, axes, event.position())
            if index is not None:
                self.point_clicked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for the next or the previous sample with the arrow keys."""
        forward = (Qt.Key.Key_Right, Qt.Key.Key_Down)
        if event.key() in (*forward, Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.sample_stepped.emit(1 if event.key() in forward else -1)
        else:
            super().keyPressEvent(event)
