"""Sparkline: how a number went, in one low row."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

_INSET = 3.0


class Sparkline(QWidget):
    """A line over steps between its least and its greatest value; gaps where it is not finite.

    Parameters
    ----------
    colour
        Of the line.
    well
        Of the background.
    parent
        The row that it stands in.
    """

    def __init__(self, colour: str, well: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._colour, self._well = colour, well
        self._x = np.zeros(0)
        self._y = np.zeros(0)

    def sizeHint(self) -> QSize:
        """Return a low row."""
        return QSize(80, 24)

    def wear(self, colour: str, well: str) -> None:
        """Use these colours from now on."""
        self._colour, self._well = colour, well
        self.update()

    def show_line(self, x: NDArray[np.int64], y: NDArray[np.float64]) -> None:
        """Show values y at rising x."""
        self._x, self._y = x.astype(np.float64), y
        self.update()

    def places(self) -> NDArray[np.float64]:
        """Return the points of the line in px, n x 2, NaN where it has a gap."""
        area = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        finite = np.isfinite(self._y)
        low, high = (self._y[finite].min(), self._y[finite].max()) if finite.any() else (0.0, 1.0)
        first = self._x[0] if len(self._x) else 0.0
        width = (self._x[-1] - first) if len(self._x) > 1 else 0.0
        across = (self._x - first) / (width or 1.0)
        up = (self._y - low) / (high - low) if high > low else np.where(finite, 0.5, np.nan)
        return np.stack(
            (area.left() + across * area.width(), area.bottom() - up * area.height()), axis=1
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line and a dot at its end."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._well))
        painter.drawRoundedRect(self.rect(), 4, 4)
        places = self.places()
        painter.setPen(QPen(QColor(self._colour), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for piece in np.split(places, np.flatnonzero(~np.isfinite(places[:, 1]))):
            fair = piece[np.isfinite(piece).all(axis=1)]
            if len(fair) > 1:
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in fair.tolist()]))
        if len(places) and np.isfinite(places[-1]).all():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(QPointF(*places[-1]), 2.2, 2.2)
        painter.end()
