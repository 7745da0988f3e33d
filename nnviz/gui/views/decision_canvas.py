"""DecisionCanvas: the painted part of the decision view."""

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
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

from nnviz.gui.theme import Theme
from nnviz.gui.views.axes import Axes, unit_to_pixels
from nnviz.gui.views.decision_frame import paint_frame, paint_read_out, plot_rect
from nnviz.gui.views.decision_ghosts import Ghost
from nnviz.gui.views.decision_picture import MapPicture
from nnviz.gui.views.decision_points import DISC, mark_scale, nearest, paint_points
from nnviz.gui.views.decision_scene import Scene
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys


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
        self.ghosts: tuple[Ghost, ...] = ()
        self.ring: int | None = None
        self.read_out = ""
        self._points: QPixmap | None = None

    @property
    def axes(self) -> Axes | None:
        """Where values lie on the canvas; ``None`` before there is a scene."""
        if self.scene is None:
            return None
        return Axes(plot_rect(self.scene, QRectF(self.rect())), self.scene.low, self.scene.high)

    def show_scene(self, scene: Scene, theme: Theme) -> None:
        """Take over new data, another plane or other colours."""
        self.scene, self.theme = scene, theme
        self._points = None
        self.update()

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
            paint_frame(painter, scene, axes.rect, self.theme, self.hasFocus())
            if self.read_out:
                paint_read_out(painter, self.read_out, axes.rect, self.theme)
        painter.end()

    def _paint_answers(self, painter: QPainter, axes: Axes) -> None:
        painter.save()
        painter.setClipRect(axes.rect)
        if self.picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(axes.rect, self.picture.image)
        for ghost in self.ghosts:
            self._paint_ghost(painter, axes, ghost)
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

    def _paint_ghost(self, painter: QPainter, axes: Axes, ghost: Ghost) -> None:
        pen = QPen(QColor(ghost.colour), 1.3, Qt.PenStyle.CustomDashLine)
        # Each run has dashes of its own, so that colour is not all that tells them apart.
        pen.setDashPattern([2.0 + ghost.number % 4 * 2.0, 2.5])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(unit_to_pixels(axes.rect).map(ghost.contour))
        if ghost.curve is not None:
            painter.drawPolyline(QPolygonF([axes.to_pixel(x, y) for x, y in ghost.curve.tolist()]))

    def _paint_points(self, painter: QPainter, scene: Scene, axes: Axes) -> None:
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            paint_points(painter, scene.train, scene.validation, axes, self.theme)
        else:
            painter.drawPixmap(0, 0, self._drawn_points(scene, axes))
        if self.ring is not None and self.ring < len(scene.train.places):
            x, y = scene.train.places[self.ring]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            radius = DISC * mark_scale(axes) + 3.5
            painter.drawEllipse(axes.to_pixel(x, y), radius, radius)

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
