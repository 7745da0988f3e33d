"""SurfaceMesh: a loss surface as a landscape that can be turned."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
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
from nnviz.gui.theme import Theme
from nnviz.gui.views.surface_colours import heights, surface_lut
from nnviz.gui.views.surface_track import SurfaceTrack
from nnviz.gui.widgets.keys import keep_keys

Floats = NDArray[np.float64]
_SPAN = 3.0
_HEIGHT = 0.62
_LIFT = 0.02
_TURN = {
    Qt.Key.Key_Left: (-0.15, 0.0),
    Qt.Key.Key_Right: (0.15, 0.0),
    Qt.Key.Key_Up: (0.0, 0.1),
    Qt.Key.Key_Down: (0.0, -0.1),
}


class SurfaceMesh(QWidget):
    """The landscape, drawn from the back to the front.

    Attributes
    ----------
    turn, tilt
        From where it is seen, in radians.

    Signals
    -------
    zoomed
        The reach shall be divided by this factor.
    """

    zoomed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surface_mesh")
        self.setAccessibleName("Loss as a landscape; arrow keys turn it")
        self.setToolTip("Drag to turn; the wheel looks closer. High and light is a large loss")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, frozenset(_TURN))
        self.theme = theme
        self.turn, self.tilt = 0.7, 0.65
        self._surface: Surface | None = None
        self._heights: Floats = np.zeros((0, 0))
        self._track: SurfaceTrack | None = None
        self._held: QPointF | None = None

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(360, 320)

    def show_surface(self, surface: Surface | None) -> None:
        """Draw another surface, or none."""
        self._surface = surface
        # Cells that are not finite tower above all others.
        found = np.zeros((0, 0)) if surface is None else heights(surface)
        self._heights = np.nan_to_num(found, nan=1.0)
        self.update()

    def show_track(self, track: SurfaceTrack | None) -> None:
        """Draw the paths and the ball."""
        self._track = track
        self.update()

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.update()

    # From weight space to pixels.

    def project(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Return px across, px down and depth of points in a cube from -1 to 1, z from 0 to 1."""
        sin, cos = np.sin(self.turn), np.cos(self.turn)
        across, depth = x * cos - y * sin, x * sin + y * cos
        rise = (z - 0.5) * 2 * _HEIGHT
        up = rise * np.cos(self.tilt) + depth * np.sin(self.tilt)
        away = depth * np.cos(self.tilt) - rise * np.sin(self.tilt)
        # From the side a corner is the square root of 2 away from the middle.
        unit = min(self.width(), self.height()) / _SPAN
        return self.width() / 2 + unit * across, self.height() / 2 - unit * up, away

    def _unit(self, places: Floats) -> tuple[Floats, Floats, Floats]:
        """Return n x 2 coordinates in the cube, at the height of the surface below them."""
        assert self._surface is not None
        shares = []
        for column, values in enumerate((self._surface.xs, self._surface.ys)):
            shares.append((places[:, column] - values[0]) / (values[-1] - values[0]))
        inside = np.logical_and.reduce([(share >= 0) & (share <= 1) for share in shares])
        last = len(self._heights) - 1
        columns, rows = (np.clip(np.rint(share * last), 0, last).astype(int) for share in shares)
        z = np.where(inside, self._heights[rows, columns] + _LIFT, np.nan)
        return 2 * shares[0] - 1, 2 * shares[1] - 1, z

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the landscape, then what lies upon it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        if self._surface is not None and len(self._heights):
            self._paint_mesh(painter)
            if self._track is not None:
                self._paint_track(painter, self._track)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _paint_mesh(self, painter: QPainter) -> None:
        count = len(self._heights)
        line = np.linspace(-1.0, 1.0, count)
        x, y = np.meshgrid(line, line)
        across, down, away = self.project(x, y, self._heights)
        corners = (slice(0, -1), slice(1, None))
        order = [(corners[0], corners[0]), (corners[0], corners[1])]
        order += [(corners[1], corners[1]), (corners[1], corners[0])]
        points = np.stack(
            [np.stack((across[part], down[part]), axis=-1) for part in order], axis=2
        ).reshape(-1, 4, 2)
        middle = np.mean([self._heights[part] for part in order], axis=0).ravel()
        depth = np.mean([away[part] for part in order], axis=0).ravel()
        lut = surface_lut(self.theme)
        shades = lut[np.clip(middle * 255, 0, 255).astype(np.uint8)]
        edge = QColor(self.theme.card)
        edge.setAlpha(255)
        painter.setPen(QPen(edge, 0.4))
        colours: dict[int, QColor] = {}
        quads, tones = points.tolist(), shades.tolist()
        for place in np.argsort(-depth).tolist():
            tone = tones[place]
            if tone not in colours:
                colours[tone] = QColor.fromRgb(tone)
            painter.setBrush(colours[tone])
            painter.drawPolygon([QPointF(*corner) for corner in quads[place]])

    def _paint_track(self, painter: QPainter, track: SurfaceTrack) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for each in (*track.others, track.own):
            if not len(each.places):
                continue
            across, down, _ = self.project(*self._unit(each.places))
            painter.setPen(QPen(QColor(each.colour), 2))
            points = np.stack((across, down), axis=1)
            breaks = np.flatnonzero(~np.isfinite(points).all(axis=1))
            for piece in np.split(points, breaks):
                fair = piece[np.isfinite(piece).all(axis=1)]
                painter.drawPolyline(QPolygonF([QPointF(*point) for point in fair.tolist()]))
        across, down, _ = self.project(*self._unit(np.array([track.ball])))
        if np.isfinite(down[0]):
            painter.setPen(QPen(QColor(self.theme.card), 2))
            painter.setBrush(QColor(self.theme.text))
            painter.drawEllipse(QPointF(float(across[0]), float(down[0])), 7, 7)

    # Turning.

    def turn_by(self, turn: float, tilt: float) -> None:
        """Look from elsewhere."""
        self.turn += turn
        self.tilt = min(max(self.tilt + tilt, 0.1), 1.5)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn."""
        if self._held is not None:
            moved = event.position() - self._held
            self._held = event.position()
            self.turn_by(moved.x() / 120, moved.y() / 160)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Look closer, or from further away."""
        if event.angleDelta().y():
            self.zoomed.emit(1.25 if event.angleDelta().y() > 0 else 0.8)
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with the arrow keys."""
        key = Qt.Key(event.key())
        if key in _TURN:
            self.turn_by(*_TURN[key])
        else:
            super().keyPressEvent(event)
