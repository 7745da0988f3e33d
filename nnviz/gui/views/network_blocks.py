"""Large layers: frames round grids of units, ribbons between them, thumbnails of W."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, diverging_lut, mix
from nnviz.gui.views.network_nodes import BORDER, image_of, rect_of
from nnviz.gui.views.network_places import Box, LayerPlace
from nnviz.gui.views.network_weights import ShownWeights

THUMBNAIL_GAP = 80.0
THUMBNAIL_SIZE = (74.0, 104.0)
LABEL_HEIGHT = 20.0
_CARD_PADDING = 5.0


def signed_extremes(weights: NDArray[np.floating], rows: int, columns: int) -> NDArray[np.float64]:
    """Shrink a matrix to at most rows x columns, each cell the entry of largest size in it.

    An average would hide large weights of opposite signs behind each other.
    """
    values = np.nan_to_num(weights.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    for axis, length in enumerate((rows, columns)):
        if values.shape[axis] > length:
            starts = np.linspace(0, values.shape[axis], length, endpoint=False).astype(np.int64)
            high = np.maximum.reduceat(values, starts, axis=axis)
            low = np.minimum.reduceat(values, starts, axis=axis)
            values = np.where(high >= -low, high, low)
    return values


def thumbnail_box(pair: tuple[LayerPlace, LayerPlace]) -> Box | None:
    """Return where the thumbnail of W stands, or ``None`` if there is no room."""
    left, right = pair
    gap = right.box.x - left.box.right
    if gap < THUMBNAIL_GAP or not (left.is_block or right.is_block):
        return None
    room = max(left.box.height, right.box.height) - LABEL_HEIGHT
    scale = min(1.0, 0.46 * gap / THUMBNAIL_SIZE[0], room / THUMBNAIL_SIZE[1])
    width, height = THUMBNAIL_SIZE[0] * scale, THUMBNAIL_SIZE[1] * scale
    x = (left.box.right + right.box.x) / 2
    y = left.box.middle[1]
    return Box(x - width / 2, y - (height + LABEL_HEIGHT) / 2, width, height)


class BlockPainter:
    """Draws what only large layers have.

    Attributes
    ----------
    theme
        The colours in use.
    """

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._lut = diverging_lut(theme)

    def thumbnail(self, shown: ShownWeights) -> QImage:
        """Return a picture of W: rows are inputs, columns outputs."""
        values = signed_extremes(shown.weights, 208, 148)
        shares = values / (shown.largest or 1.0) * 127.5 + 127.5
        pixels = np.ascontiguousarray(self._lut[np.clip(shares, 0, 255).astype(np.uint8)])
        return image_of(pixels).copy()

    def draw_ribbon(self, painter: QPainter, pair: tuple[LayerPlace, LayerPlace]) -> None:
        """Draw the band that stands for all weights between two layers."""
        left, right = pair[0].box, pair[1].box
        half = (left.right + right.x) / 2
        path = QPainterPath(QPointF(left.right, left.y))
        path.cubicTo(half, left.y, half, right.y, right.x, right.y)
        path.lineTo(right.x, right.bottom)
        path.cubicTo(half, right.bottom, half, left.bottom, left.right, left.bottom)
        path.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(self.theme.card, self.theme.raised, 0.8))
        painter.drawPath(path)

    def draw_frame(self, painter: QPainter, place: LayerPlace) -> None:
        """Draw the frame of a block, and its size below where there is room."""
        radius = min(10.0, 0.2 * place.box.width)
        painter.setPen(QPen(QColor(self.theme.node_border), BORDER))
        painter.setBrush(QColor(self.theme.well))
        painter.drawRoundedRect(rect_of(place.box), radius, radius)
        if place.has_caption:
            self._label(
                painter,
                (place.box.middle[0], place.box.bottom + 14),
                f"{place.size:,} units · {place.columns}×{place.rows} grid",
                place.slot - 8,
            )

    def draw_thumbnail(
        self, painter: QPainter, box: Box, image: QImage, shown: ShownWeights
    ) -> None:
        """Draw a thumbnail of W on a card of its own, with its shape below."""
        card = Box(
            box.x - _CARD_PADDING,
            box.y - _CARD_PADDING,
            box.width + 2 * _CARD_PADDING,
            box.height + _CARD_PADDING + LABEL_HEIGHT,
        )
        painter.setPen(QPen(QColor(self.theme.border_strong), 1))
        painter.setBrush(QColor(self.theme.card))
        painter.drawRoundedRect(rect_of(card), 6, 6)
        painter.drawImage(rect_of(box), image)
        fan_in, fan_out = shown.weights.shape
        self._label(
            painter,
            (card.middle[0], box.bottom + LABEL_HEIGHT / 2 - 1),
            f"W{shown.layer} {fan_in}×{fan_out}",
            card.width - 2,
        )

    def _label(
        self, painter: QPainter, middle: tuple[float, float], text: str, room: float
    ) -> None:
        font = ui_font(10)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text)
        if width > room:
            text = text.split(" ")[0] if "W" in text else text.split(" · ")[0]
        painter.setPen(QColor(self.theme.text_secondary))
        rect = QRectF(middle[0] - 100, middle[1] - 10, 200, 20)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
