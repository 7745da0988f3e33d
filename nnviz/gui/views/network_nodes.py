"""The pictures of the units: responses over the inputs, or values of one sample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, diverging_lut
from nnviz.gui.views.network_places import Box, LayerPlace, NetworkLayout
from nnviz.gui.views.network_values import (
    brief,
    is_probability,
    layer_scale,
    sample_values,
    short,
)
from nnviz.gui.views.network_walk import WalkPicture

RADIUS = 0.2
BORDER = 1.25
FINE_CELLS, COARSE_CELLS = 40, 20
MOST_FINE_UNITS, MOST_RESPONSES = 80, 2000
NUMBER_SIDE = 30.0
WALK_NUMBER_SIDE = 26.0
CURVE_SIDE = 18.0
ROUNDED_SIDE = 16.0
SMOOTH = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
_MEDIUM = QFont.Weight.Medium
_DARK_INK, _LIGHT_INK = QColor("#0B0E13"), QColor("#FFFFFF")


@dataclass(frozen=True, slots=True)
class LayerPicture:
    """What the units of one layer look like.

    Attributes
    ----------
    scale
        The value that full colour stands for.
    values
        One number per unit, for the selected sample.
    first_tile
        Position of the first unit in the atlas, or ``None`` for tiles of values.
    """

    scale: float
    values: NDArray[np.float64]
    first_tile: int | None


class UnitPictures:
    """The pictures of all units of a snapshot, ready to be drawn.

    Attributes
    ----------
    layers
        One per layer, the inputs first.
    shows_responses
        Whether the tiles are responses over the inputs.
    shows_raw_inputs
        Whether the inputs are shown in the units of the source, which makes an
        image of pixels look like itself.
    """

    def __init__(
        self,
        display: Display,
        theme: Theme,
        layout: NetworkLayout,
        walk: WalkPicture | None = None,
    ) -> None:
        self._lut = diverging_lut(theme)
        self._theme = theme
        sizes = display.spec.layer_sizes
        self._has_walk = walk is not None
        self.shows_responses = walk is None and sizes[0] <= 2 and sum(sizes) <= MOST_RESPONSES
        self.has_curves = self.shows_responses and sizes[0] == 1
        if walk is not None:
            self.shows_raw_inputs = False
            blank = [None] * len(sizes)
            self.layers = tuple(map(LayerPicture, walk.scales, walk.units, blank))
            return
        self._cells = FINE_CELLS if sum(sizes) <= MOST_FINE_UNITS else COARSE_CELLS
        values = sample_values(display)
        self.shows_raw_inputs = not self.shows_responses and layout.places[0].is_block
        self._curves: list[NDArray[np.float64]] = []
        if self.shows_responses:
            responses = display.responses(self._cells)
            scales = [layer_scale(display.spec, i, layer) for i, layer in enumerate(responses)]
            starts = np.cumsum([0, *sizes]).tolist()
            self._make_atlas(responses, scales)
        else:
            batch = (display.batch_inputs, *display.batch_pass.activations)
            if self.shows_raw_inputs:
                batch, values = _with_raw_inputs(display, batch, values)
            scales = [layer_scale(display.spec, i, layer) for i, layer in enumerate(batch)]
            if is_probability(display.spec):
                scales[-1] = 1.0
            starts = [None] * len(sizes)
        self.layers = tuple(map(LayerPicture, scales, values, starts))

    def _make_atlas(self, responses: tuple[NDArray[np.floating], ...], scales: list[float]) -> None:
        """Put all tiles into one image, one below the other, with a repeated margin."""
        scaled = [
            self._shades(layer / scale) for layer, scale in zip(responses, scales, strict=True)
        ]
        if self.has_curves:
            self._curves = [
                np.clip(np.nan_to_num(layer[:, 0, :] / scale), -1, 1)
                for layer, scale in zip(responses, scales, strict=True)
            ]
        tiles = np.concatenate(scaled)[:, ::-1, :]
        padded = np.pad(tiles, ((0, 0), (1, 1), (1, 1)), mode="edge")
        # QImage does not own its pixels, so they are kept here.
        self._pixels = np.ascontiguousarray(self._lut[padded].reshape(-1, padded.shape[2]))
        self._atlas = image_of(self._pixels)

    def _shades(self, shares: NDArray[np.floating]) -> NDArray[np.uint8]:
        whole = np.nan_to_num(shares, nan=0.0, posinf=1.0, neginf=-1.0)
        shades: NDArray[np.uint8] = (np.clip(whole, -1.0, 1.0) * 127.5 + 127.5).astype(np.uint8)
        return shades

    def draw_layer(self, painter: QPainter, place: LayerPlace) -> None:
        """Draw all units of a layer."""
        picture = self.layers[place.layer]
        if place.is_block and picture.first_tile is None:
            self._draw_cells(painter, place, picture)
            return
        is_plain = place.is_block or place.side < ROUNDED_SIDE
        for index in range(place.size):
            box = place.unit_box(index)
            if picture.first_tile is not None:
                self._draw_tile(painter, box, picture.first_tile + index, is_plain)
                if self.has_curves and box.width >= CURVE_SIDE:
                    self._draw_curve(painter, box, self._curves[place.layer][index])
            else:
                value = float(picture.values[index])
                is_last = place.layer == len(self.layers) - 1
                least = WALK_NUMBER_SIDE if self._has_walk else NUMBER_SIDE
                has_number = box.width >= least and (self._has_walk or not is_last)
                self._draw_value(painter, box, value, picture.scale, has_number)
            if not is_plain:
                outline(painter, box, self._theme.node_border)
        if is_plain and not place.is_block:
            painter.setPen(QPen(QColor(self._theme.node_border), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects([rect_of(place.unit_box(index)) for index in range(place.size)])

    def _draw_tile(self, painter: QPainter, box: Box, tile: int, is_plain: bool) -> None:
        pitch = self._cells + 2
        target, source = rect_of(box), QRectF(1, tile * pitch + 1, self._cells, self._cells)
        if is_plain:
            painter.drawImage(target, self._atlas, source)
        elif painter.paintEngine().type() != painter.paintEngine().Type.Raster:
            painter.drawImage(target, self._rounded(tile))
        else:
            scale = box.width / self._cells
            brush = QBrush(self._atlas)
            move = QTransform(scale, 0, 0, scale, box.x - scale, box.y - scale * (tile * pitch + 1))
            brush.setTransform(move)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawRoundedRect(target, RADIUS * box.width, RADIUS * box.width)

    def _rounded(self, tile: int) -> QImage:
        # A vector picture cannot tile a texture: its corners are cut off beforehand.
        side = 4 * self._cells
        image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHints(SMOOTH)
        path = QPainterPath()
        path.addRoundedRect(QRectF(0, 0, side, side), RADIUS * side, RADIUS * side)
        painter.setClipPath(path)
        top = tile * (self._cells + 2) + 1
        painter.drawImage(
            QRectF(0, 0, side, side), self._atlas, QRectF(1, top, self._cells, self._cells)
        )
        painter.end()
        return image

    def _draw_curve(self, painter: QPainter, box: Box, curve: NDArray[np.float64]) -> None:
        xs = box.x + 2 + (box.width - 4) * (np.arange(len(curve)) + 0.5) / len(curve)
        ys = box.y + box.height * (0.5 - 0.42 * curve)
        painter.setPen(QPen(QColor(self._theme.text), 1.4))
        points = zip(xs.tolist(), ys.tolist(), strict=True)
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def _draw_value(
        self, painter: QPainter, box: Box, value: float, scale: float, has_number: bool
    ) -> None:
        is_blank = self._has_walk and np.isnan(value)
        colour = QColor(self._theme.well) if is_blank else self._colour(value / scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        radius = RADIUS * box.width
        painter.drawRoundedRect(rect_of(box), radius, radius)
        if has_number and not is_blank:
            painter.setFont(ui_font(9 if box.width < 32 else 10 if box.width < 44 else 11, _MEDIUM))
            painter.setPen(ink_on(colour))
            text = short(value) if not self._has_walk or box.width < 40 else brief(value)
            painter.drawText(rect_of(box), Qt.AlignmentFlag.AlignCenter, text)

    def _draw_cells(self, painter: QPainter, place: LayerPlace, picture: LayerPicture) -> None:
        shades = self._shades(picture.values / picture.scale)
        if place.side < place.pitch:
            for index, shade in enumerate(shades.tolist()):
                painter.fillRect(rect_of(place.unit_box(index)), QColor(int(self._lut[shade])))
            return
        grid = np.full(place.rows * place.columns, QColor(self._theme.well).rgb(), dtype=np.uint32)
        grid[: place.size] = self._lut[shades]
        pixels = np.ascontiguousarray(grid.reshape(place.rows, place.columns))
        corner = place.unit_box(0)
        width, height = place.columns * place.pitch, place.rows * place.pitch
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(corner.x, corner.y, width, height), image_of(pixels))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)

    def _colour(self, share: float) -> QColor:
        return QColor(int(self._lut[int(self._shades(np.array([share]))[0])]))


def _with_raw_inputs(
    display: Display,
    batch: tuple[NDArray[np.floating], ...],
    values: tuple[NDArray[np.float64], ...],
) -> tuple[tuple[NDArray[np.floating], ...], tuple[NDArray[np.float64], ...]]:
    raw = display.data.scaling.undo(batch[0].astype(np.float64))
    return (raw, *batch[1:]), (raw[display.sample_index], *values[1:])


def rect_of(box: Box) -> QRectF:
    """Return a box as Qt wants it."""
    return QRectF(box.x, box.y, box.width, box.height)


def outline(painter: QPainter, box: Box, colour: str, width: float = BORDER) -> None:
    """Draw the rounded outline of a unit."""
    painter.setPen(QPen(QColor(colour), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect_of(box), RADIUS * box.width, RADIUS * box.width)


def ink_on(colour: QColor) -> QColor:
    """Return the text colour, dark or light, that contrasts more with a background."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(p) for p in (colour.redF(), colour.greenF(), colour.blueF()))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return _DARK_INK if luminance > 0.1833 else _LIGHT_INK


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Return an image of 0xffRRGGBB pixels; it lives only as long as they do."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
