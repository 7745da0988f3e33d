"""SurfaceMap: a loss surface from above, with contours, the path, and a ball to drag."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from nnviz.core.loss_surface import Surface
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.axes import Axes, tick_text, ticks, unit_to_pixels
from nnviz.gui.views.surface_colours import SurfacePicture, surface_picture
from nnviz.gui.views.surface_track import SurfaceTrack, Track
from nnviz.gui.widgets.keys import keep_keys

_LEFT, _BOTTOM, _TOP, _RIGHT = 44, 32, 6, 8
_BALL = 7.0
_GRASP = 16.0
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_KEYS = frozenset({*_STEPS, Qt.Key.Key_Escape})


class SurfaceMap(QWidget):
    """The map.

    Attributes
    ----------
    surface, track
        What is drawn; ``None`` before there is anything.

    Signals
    -------
    ball_moved
        A person wants the weights at these coordinates (a, b).
    place_hovered
        The pointer is at these coordinates, or has left: ``None``.
    zoomed
        The reach shall be divided by this factor.
    let_go
        A person pressed Escape.
    """

    ball_moved = Signal(float, float)
    place_hovered = Signal(object)
    zoomed = Signal(float)
    let_go = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surface_map")
        self.setAccessibleName("Loss from above; arrow keys move the ball, Escape lets it go")
        self.setToolTip("Drag the ball, or click, to try other weights; the wheel looks closer")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        keep_keys(self, _KEYS)
        self.theme = theme
        self.surface: Surface | None = None
        self.track: SurfaceTrack | None = None
        self.names = ("", "")
        self._picture: SurfacePicture | None = None
        self._is_dragging = False

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(360, 320)

    def show_surface(self, surface: Surface | None, names: tuple[str, str]) -> None:
        """Draw another surface, or none."""
        self.surface, self.names = surface, names
        self._picture = None if surface is None else surface_picture(surface, self.theme)
        self.update()

    def show_track(self, track: SurfaceTrack | None) -> None:
        """Draw the paths and the ball."""
        self.track = track
        self.update()

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.show_surface(self.surface, self.names)

    @property
    def axes(self) -> Axes | None:
        """Where coordinates lie on the widget; ``None`` before there is a surface."""
        surface = self.surface
        if surface is None:
            return None
        room = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        # Each value of the grid is the middle of its cell.
        half = [(values[1] - values[0]) / 2 for values in (surface.xs, surface.ys)]
        low = float(surface.xs[0] - half[0]), float(surface.ys[0] - half[1])
        high = float(surface.xs[-1] + half[0]), float(surface.ys[-1] + half[1])
        return Axes(room, low, high)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was worked out before."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        axes = self.axes
        if axes is not None and self._picture is not None and axes.rect.width() > 20:
            painter.save()
            painter.setClipRect(axes.rect)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(axes.rect, self._picture.image)
            painter.setPen(QPen(mix(self.theme.well, self.theme.text, 0.55), 1))
            painter.drawPath(unit_to_pixels(axes.rect).map(self._picture.contours))
            if self.track is not None:
                self._paint_tracks(painter, axes, self.track)
            painter.restore()
            self._paint_frame(painter, axes)
        painter.end()

    def _paint_tracks(self, painter: QPainter, axes: Axes, track: SurfaceTrack) -> None:
        for other in track.others:
            self._paint_path(painter, axes, other, 1.4)
        self._paint_path(painter, axes, track.own, 2.0)
        if len(track.own.places):
            start = axes.to_pixel(*track.own.places[0])
            painter.setPen(QPen(QColor(self.theme.text), 1.5))
            painter.setBrush(QColor(self.theme.card))
            painter.drawRect(QRectF(start.x() - 4, start.y() - 4, 8, 8))
        ball = axes.to_pixel(*track.ball)
        painter.setPen(QPen(QColor(self.theme.card), 2))
        painter.setBrush(QColor(self.theme.text))
        painter.drawEllipse(ball, _BALL, _BALL)

    def _paint_path(self, painter: QPainter, axes: Axes, track: Track, width: float) -> None:
        points = [axes.to_pixel(x, y) for x, y in track.places.tolist()]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.card), width + 2))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(QPen(QColor(track.colour), width))
        painter.drawPolyline(QPolygonF(points))

    def _paint_frame(self, painter: QPainter, axes: Axes) -> None:
        theme, area = self.theme, axes.rect
        painter.setBrush(Qt.BrushStyle.NoBrush)
        focused = self.hasFocus()
        edge = QColor(theme.accent if focused else theme.border_strong)
        painter.setPen(QPen(edge, 2 if focused else 1))
        painter.drawRect(area)
        painter.setFont(ui_font(10))
        painter.setPen(QColor(theme.text_tertiary))
        across = ticks(axes.low[0], axes.high[0], max(2, int(area.width() / 70)))
        for value in across:
            x = axes.to_pixel(value, axes.low[1]).x()
            box = QRectF(x - 30, area.bottom() + 2, 60, 13)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tick_text(value, across))
        up = ticks(axes.low[1], axes.high[1], max(2, int(area.height() / 36)))
        for value in up:
            y = axes.to_pixel(axes.low[0], value).y()
            box = QRectF(0, y - 7, _LEFT - 5, 14)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, right, tick_text(value, up))
        below = QRectF(area.left(), area.bottom() + 15, area.width(), 14)
        words = f"\N{RIGHTWARDS ARROW} {self.names[0]}   \N{UPWARDS ARROW} {self.names[1]}"
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, words)

    # Pointer and keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the ball, or put it here."""
        axes = self.axes
        if axes is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if axes.rect.contains(event.position()):
            self._is_dragging = True
            if not self._is_on_ball(axes, event.position()):
                self._move(axes, event.position())

    def _is_on_ball(self, axes: Axes, position: QPointF) -> bool:
        if self.track is None:
            return False
        away = axes.to_pixel(*self.track.ball) - position
        return bool(np.hypot(away.x(), away.y()) <= _GRASP)

    def _move(self, axes: Axes, position: QPointF) -> None:
        area = axes.rect
        inside = QPointF(
            min(max(position.x(), area.left()), area.right()),
            min(max(position.y(), area.top()), area.bottom()),
        )
        self.ball_moved.emit(*axes.to_value(inside))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the ball, or read the loss under the pointer."""
        axes = self.axes
        if axes is None:
            return
        if self._is_dragging:
            self._move(axes, event.position())
        inside = axes.rect.contains(event.position())
        self.place_hovered.emit(axes.to_value(event.position()) if inside else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave the ball where it is."""
        self._is_dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the pointer has left."""
        super().leaveEvent(event)
        self.place_hovered.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Look closer, or from further away."""
        if event.angleDelta().y():
            self.zoomed.emit(1.25 if event.angleDelta().y() > 0 else 0.8)
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the ball by a twentieth of the map, or let it go."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.let_go.emit()
        elif key in _STEPS and self.track is not None and self.surface is not None:
            across, up = _STEPS[key]
            steps = [np.ptp(values) / 20 for values in (self.surface.xs, self.surface.ys)]
            a, b = self.track.ball
            self.ball_moved.emit(a + across * float(steps[0]), b + up * float(steps[1]))
        else:
            super().keyPressEvent(event)
