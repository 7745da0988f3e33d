"""Painting of matrices: cells with numbers, heatmaps, and what is lit in them."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, diverging_lut, mix
from nnviz.gui.views.matrix_axes import (
    SHEET_STEP,
    SHEETS_DRAWN,
    TAB_WIDTH,
    TITLE_HEIGHT,
    Arrangement,
    PlacedTile,
)
from nnviz.gui.views.matrix_tiles import Cell, Tile
from nnviz.gui.views.walk_links import neat_number
from nnviz.gui.views.weights_image import strongest

_DIGITS = (6, 5, 4, 3, 2, 1)
_KEPT_IMAGES = 64
_DARK_INK, _LIGHT_INK = "#10151C", "#F2F6FA"


@dataclass(frozen=True, slots=True)
class Heatmap:
    """A matrix as pixels; Qt does not own their memory, and so they are kept here."""

    pixels: NDArray[np.uint32]
    image: QImage


class HeatmapCache:
    """The newest heatmaps and scales, so that hovering and stepping compute nothing anew."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Heatmap] = OrderedDict()
        self._scales: dict[object, float] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()
        self._scales.clear()

    def scale(self, tile: Tile) -> float:
        """Return the size of number that gets the full colour."""
        if tile.key not in self._scales:
            sizes = np.abs(tile.finished[np.isfinite(tile.finished)])
            self._scales[tile.key] = float(sizes.max(initial=0.0)) or 1.0
        return self._scales[tile.key]

    def heatmap(self, tile: Tile, height: int, width: int, theme: Theme) -> Heatmap:
        """Return the picture of a tile of at most so many pixels."""
        assert tile.values is not None
        size = (max(height, 1), max(width, 1))
        if tile.is_partial:
            return self._draw(tile.values, size, self.scale(tile), theme)
        key = (tile.key, size)
        if key not in self._kept:
            self._kept[key] = self._draw(tile.values, size, self.scale(tile), theme)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT_IMAGES:
            self._kept.popitem(last=False)
        return self._kept[key]

    @staticmethod
    def _draw(
        values: NDArray[np.floating], size: tuple[int, int], scale: float, theme: Theme
    ) -> Heatmap:
        pixels = colours(strongest(values.astype(np.float64), *size), scale, theme)
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        return Heatmap(pixels, image)


def colours(values: NDArray[np.floating], scale: float, theme: Theme) -> NDArray[np.uint32]:
    """Return ``0xffRRGGBB`` per number; what is not a number looks empty."""
    with np.errstate(invalid="ignore"):
        levels = np.rint((np.nan_to_num(values / scale) + 1) * 127.5)
    found = diverging_lut(theme)[np.clip(levels, 0, 255).astype(np.intp)]
    found[np.isnan(values)] = QColor(theme.well).rgb()
    return np.ascontiguousarray(found)


def fitting_number(value: float, width: float, metrics: QFontMetricsF) -> str:
    """Write a number with as many significant digits, up to six, as have room."""
    for digits in _DIGITS:
        text = neat_number(value, digits)
        if metrics.horizontalAdvance(text) <= width:
            return text
    return "…"


class MatrixPainter:
    """Paints one arrangement.

    Parameters
    ----------
    painter
        Paints on the widget.
    theme
        The colours.
    ratio
        Device pixels per pixel.
    heatmaps
        Pictures that exist already.
    """

    def __init__(
        self, painter: QPainter, theme: Theme, ratio: float, heatmaps: HeatmapCache
    ) -> None:
        self.painter, self.theme, self.ratio = painter, theme, ratio
        self.heatmaps = heatmaps
        self.small = ui_font(10)
        self.metrics = QFontMetricsF(self.small)

    def paint(self, arrangement: Arrangement) -> None:
        """Paint tiles and signs."""
        for placed in arrangement.tiles:
            self._paint_tile(placed, arrangement.has_numbers)
        self.painter.setPen(QColor(self.theme.text))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for sign in arrangement.signs:
            box = QRectF(sign.x, sign.y - 12, 400, 24)
            self.painter.setFont(sign_font(sign.text))
            self.painter.drawText(box, align, sign.text)

    def ring(self, placed: PlacedTile, cell: Cell, colour: str, width: float) -> None:
        """Draw a ring around a cell, large enough to be seen."""
        box = placed.cell_box(*cell)
        if box is None:
            return
        rect = QRectF(*box)
        if rect.width() < 6 or rect.height() < 6:
            grow_x, grow_y = (max(0.0, (6 - side) / 2) for side in (rect.width(), rect.height()))
            rect.adjust(-grow_x, -grow_y, grow_x, grow_y)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(colour), width))
        self.painter.drawRoundedRect(rect, 3.5, 3.5)

    def _paint_tile(self, placed: PlacedTile, has_numbers: bool) -> None:
        self._paint_title(placed)
        self._paint_sheets(placed)
        if placed.tile.values is None:
            self._paint_blank(placed)
        elif has_numbers:
            self._paint_cells(placed)
        else:
            self._paint_heatmap(placed)
        self._paint_elisions(placed)
        self._paint_lit(placed)

    def _paint_title(self, placed: PlacedTile) -> None:
        tile, painter, theme = placed.tile, self.painter, self.theme
        font = ui_font(11, QFont.Weight.DemiBold)
        top = placed.y - TITLE_HEIGHT
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        name = f"{tile.title} {tile.note}".rstrip()
        painter.setFont(font)
        painter.setPen(QColor(theme.text if tile.values is not None else theme.text_tertiary))
        painter.drawText(QRectF(placed.x, top, 300, TITLE_HEIGHT - 2), align, name)
        left = placed.x + QFontMetricsF(font).horizontalAdvance(name) + 6
        painter.setFont(self.small)
        painter.setPen(QColor(theme.text_tertiary))
        shape = f"{tile.shape[0]} × {tile.shape[1]}" if placed.has_shape else ""
        painter.drawText(QRectF(left, top, 300, TITLE_HEIGHT - 2), align, shape)
        for piece, x, y in placed.tab_boxes(title_width):
            box = QRectF(x, y + 1, TAB_WIDTH - 2, TITLE_HEIGHT - 4)
            is_top = piece == tile.piece
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_fill if is_top else theme.raised))
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(QColor(theme.on_accent if is_top else theme.text_secondary))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(piece + 1))

    def _paint_sheets(self, placed: PlacedTile) -> None:
        painter = self.painter
        for step in range(min(placed.tile.pieces - 1, SHEETS_DRAWN), 0, -1):
            # The sheets behind look out to the right and below.
            rect = self._rect(placed).translated(SHEET_STEP * step, SHEET_STEP * step)
            painter.setPen(QPen(QColor(self.theme.border_strong), 1))
            painter.setBrush(QColor(self.theme.raised))
            painter.drawRoundedRect(rect, 4, 4)
        if placed.tile.pieces:
            painter.fillRect(self._rect(placed), QColor(self.theme.card))

    def _paint_blank(self, placed: PlacedTile) -> None:
        painter, rect = self.painter, self._rect(placed)
        painter.setPen(QPen(QColor(self.theme.border_strong), 1, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(self.theme.well))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        title = placed.tile.title
        if rect.width() >= self.metrics.horizontalAdvance(title) + 4 and rect.height() >= 13:
            painter.setFont(self.small)
            painter.setPen(QColor(self.theme.text_tertiary))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, title)

    def _paint_cells(self, placed: PlacedTile) -> None:
        tile, painter = placed.tile, self.painter
        assert tile.values is not None
        rows, columns = list(placed.rows.shown), list(placed.columns.shown)
        values = tile.values[np.ix_(rows, columns)]
        # Colours are those of the whole matrix, whatever part of it is shown.
        fills = colours(values, self.heatmaps.scale(tile), self.theme)
        width = placed.columns.cell
        painter.setFont(self.small)
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                box = placed.cell_box(row, column)
                assert box is not None
                rect = QRectF(*box)
                value = float(values[i, j])
                is_blank = tile.is_partial and np.isnan(value)
                colour = QColor.fromRgb(int(fills[i, j]))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3.5, 3.5)
                if not is_blank:
                    painter.setPen(QColor(_DARK_INK if colour.lightnessF() > 0.52 else _LIGHT_INK))
                    text = fitting_number(value, width - 5, self.metrics)
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_heatmap(self, placed: PlacedTile) -> None:
        rect = self._rect(placed)
        heatmap = self.heatmaps.heatmap(
            placed.tile,
            int(rect.height() * self.ratio),
            int(rect.width() * self.ratio),
            self.theme,
        )
        self.painter.drawImage(rect, heatmap.image)

    def _paint_elisions(self, placed: PlacedTile) -> None:
        painter, rect = self.painter, self._rect(placed)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.text_tertiary))
        for gap in placed.columns.gaps:
            for step in (-3.5, 0.0, 3.5):
                painter.drawEllipse(QPointF(placed.x + gap + step, rect.center().y()), 1.1, 1.1)
        for gap in placed.rows.gaps:
            for step in (-3.5, 0.0, 3.5):
                painter.drawEllipse(QPointF(rect.center().x(), placed.y + gap + step), 1.1, 1.1)

    def _paint_lit(self, placed: PlacedTile) -> None:
        lit, rect = placed.tile.lit, self._rect(placed)
        if placed.tile.values is None and lit.marked is None:
            return
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(mix(self.theme.card, self.theme.accent, 0.85), 1.5))
        top = None if lit.row is None else placed.rows.start(lit.row)
        if top is not None:
            band = QRectF(rect.left(), placed.y + top, rect.width(), placed.rows.cell)
            self._band(band)
        left = None if lit.column is None else placed.columns.start(lit.column)
        if left is not None:
            band = QRectF(placed.x + left, rect.top(), placed.columns.cell, rect.height())
            self._band(band)
        if lit.marked is not None:
            self.ring(placed, lit.marked, self.theme.accent, 2.5)

    def _band(self, band: QRectF) -> None:
        grow_x, grow_y = (max(0.0, (4 - side) / 2) for side in (band.width(), band.height()))
        self.painter.drawRoundedRect(band.adjusted(-grow_x, -grow_y, grow_x, grow_y), 4, 4)

    @staticmethod
    def _rect(placed: PlacedTile) -> QRectF:
        return QRectF(placed.x, placed.y, placed.columns.length, placed.rows.length)


def sign_font(text: str) -> QFont:
    """Return the font of what stands between tiles: a single sign is larger than words."""
    return ui_font(16 if len(text) == 1 else 13)


def title_width(text: str) -> float:
    """Return the width of a title, px."""
    return QFontMetricsF(ui_font(11, QFont.Weight.DemiBold)).horizontalAdvance(text) + 2


def sign_width(text: str) -> float:
    """Return the width of what stands between tiles, px."""
    return QFontMetricsF(sign_font(text)).horizontalAdvance(text) + 1
