"""Pixmaps that keep a part of the diagram, at the resolution of what is painted on."""

from math import ceil

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPixmap

from nnviz.gui.views.network_nodes import SMOOTH


def blank_pixmap(size: QSize, ratio: float, colour: str) -> QPixmap:
    """Return an opaque pixmap of a size in widget pixels, with so many device pixels each."""
    pixmap = QPixmap(ceil(size.width() * ratio), ceil(size.height() * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(colour))
    return pixmap


def painter_on(pixmap: QPixmap) -> QPainter:
    """Return a painter that smooths."""
    painter = QPainter(pixmap)
    painter.setRenderHints(SMOOTH)
    return painter
