"""Bundled SVG icons, drawn in a colour of the theme at the screen's own resolution."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nnviz.resource_paths import resource_path

PIXEL_RATIOS = (1.0, 1.5, 2.0, 3.0)


@lru_cache(maxsize=64)
def _svg_text(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def icon_pixmap(
    name: str, colour: str, size: int = 18, ratio: float = 1.0, filled: bool = False
) -> QPixmap:
    """Draw one icon.

    Parameters
    ----------
    name
        File name in ``resources/icons`` without ``.svg``.
    colour
        ``#RRGGBB`` of the strokes.
    size
        Side in logical pixels.
    ratio
        Device pixels per logical pixel.
    filled
        Whether closed shapes are filled as well.
    """
    svg = _svg_text(name).replace("currentColor", colour)
    if filled:
        svg = svg.replace('fill="none"', f'fill="{colour}"')
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=256)
def icon(name: str, colour: str, disabled_colour: str, size: int = 18) -> QIcon:
    """Return an icon in two colours, sharp at the usual pixel ratios."""
    result = QIcon()
    for ratio in PIXEL_RATIOS:
        result.addPixmap(icon_pixmap(name, colour, size, ratio), QIcon.Mode.Normal)
        result.addPixmap(icon_pixmap(name, disabled_colour, size, ratio), QIcon.Mode.Disabled)
    return result
