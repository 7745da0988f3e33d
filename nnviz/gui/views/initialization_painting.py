"""Paints the picture of the initialisation lab: skylines, and curves with their bands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from nnviz.core.signal_skyline import Skyline
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.axes import Axes, tick_text, ticks
from nnviz.gui.views.initialization_layout import (
    Curves,
    Panel,
    Shape,
    column,
    curve_range,
    curves_of,
    finite_runs,
    histogram_shapes,
    labelled_layers,
)
from nnviz.gui.views.initialization_work import LabFindings
from nnviz.gui.views.log_ticks import log_tick_text, log_ticks

_NAMES = {
    "activations": "activations a",
    "gradients": "gradients dL/da",
    "std": "standard deviation of both, logarithmic",
}
_TICK_ROOM = 14.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SkylinePicture:
    """A skyline, laid out.

    Attributes
    ----------
    panel
        Where.
    shapes
        All bars.
    ticks
        (pixel, text) along the values; none where each layer has its own scale.
    """

    panel: Panel
    shapes: tuple[Shape, ...]
    ticks: tuple[tuple[float, str], ...]
    is_shared: bool


@dataclass(frozen=True, slots=True)
class CurvePicture:
    """The curves, laid out: a list of polygons for each figure."""

    panel: Panel
    axes: Axes
    curves: tuple[Curves, ...]
    bands: tuple[tuple[QPolygonF, ...], ...]
    medians: tuple[tuple[QPolygonF, ...], ...]
    predictions: tuple[tuple[QPolygonF, ...], ...]


def skyline_picture(panel: Panel, skyline: Skyline, is_shared: bool) -> SkylinePicture:
    """Lay a skyline out."""
    found = skyline.shared if is_shared else skyline.own
    depth, area = len(found) - 1, panel.area
    # The scale of bounded activations means nothing to the inputs.
    is_back = panel.name == "gradients"
    shapes = [
        shape
        for layer, histogram in enumerate(found)
        for shape in histogram_shapes(histogram, column(area, layer, depth), layer > 0 or is_back)
    ]
    marks: list[tuple[float, str]] = []
    if is_shared:
        low, high = found[-1].low, found[-1].high
        values = ticks(low, high, max(2, int(area.height() / _TICK_ROOM / 1.6)))
        for value in values:
            y = area.bottom() - (value - low) / (high - low) * area.height()
            marks.append((y, tick_text(value, values)))
    return SkylinePicture(panel, tuple(shapes), tuple(marks), is_shared)


def curve_picture(panel: Panel, findings: LabFindings) -> CurvePicture:
    """Lay the curves of activations and gradients out."""
    curves = (curves_of(findings, "std"), curves_of(findings, "gradient_std"))
    low, high = curve_range(curves)
    # Points stand in the middle of their strips.
    axes = Axes(panel.area, (-0.5, low), (findings.depth + 0.5, high))
    return CurvePicture(
        panel,
        axes,
        curves,
        tuple(_bands(axes, part) for part in curves),
        tuple(_lines(axes, part.middle) for part in curves),
        tuple(_lines(axes, part.predicted) for part in curves),
    )


def _lines(axes: Axes, values: Floats | None) -> tuple[QPolygonF, ...]:
    if values is None:
        return ()
    return tuple(
        QPolygonF([axes.to_pixel(layer, float(values[layer])) for layer in run])
        for run in finite_runs(values)
    )


def _bands(axes: Axes, curves: Curves) -> tuple[QPolygonF, ...]:
    bands = []
    for run in finite_runs(curves.low + curves.high):
        up = [axes.to_pixel(layer, float(curves.high[layer])) for layer in run]
        down = [axes.to_pixel(layer, float(curves.low[layer])) for layer in reversed(run)]
        bands.append(QPolygonF(up + down))
    return tuple(bands)


class Painting:
    """Draws what was laid out, in the colours of a theme."""

    def __init__(self, painter: QPainter, theme: Theme) -> None:
        self.painter, self.theme = painter, theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def well(self, panel: Panel, extra: str = "") -> None:
        """Draw a panel's background and caption."""
        painter, theme, area = self.painter, self.theme, panel.area
        painter.fillRect(area, QColor(theme.well))
        painter.setFont(ui_font(11, QFont.Weight.Medium))
        painter.setPen(QColor(theme.text_secondary))
        room = QRectF(0, area.top() - 17, area.right(), 16)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, _NAMES[panel.name] + extra)

    def strip(self, panel: Panel, layer: int, depth: int, is_chosen: bool) -> None:
        """Mark the strip of a layer."""
        theme = self.theme
        fill = mix(theme.well, theme.accent if is_chosen else theme.text, 0.14)
        self.painter.fillRect(column(panel.area, layer, depth), fill)

    def skyline(self, picture: SkylinePicture) -> None:
        """Draw a skyline with its ticks and its line of zero."""
        painter, theme, area = self.painter, self.theme, picture.panel.area
        self._ticks(area, picture.ticks)
        colours = {-1: theme.negative, 0: theme.text_secondary, 1: theme.positive}
        painter.setPen(Qt.PenStyle.NoPen)
        for shape in picture.shapes:
            painter.setBrush(QColor(colours.get(shape.sign, theme.danger)))
            painter.drawPolygon(shape.polygon)

    def curves(self, picture: CurvePicture) -> None:
        """Draw bands, medians, predictions, and marks for layers at 0."""
        painter, theme, axes = self.painter, self.theme, picture.axes
        area = picture.panel.area
        low, high = axes.low[1], axes.high[1]
        labelled, minor = log_ticks(low, high, area.height())
        del minor
        self._ticks(
            area,
            tuple((axes.to_pixel(0, tick).y(), log_tick_text(tick)) for tick in labelled),
        )
        colours = (theme.accent, theme.derivative)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, bands in zip(colours, picture.bands, strict=True):
            painter.setBrush(mix(theme.well, colour, 0.38))
            for band in bands:
                painter.drawPolygon(band)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, lines in zip(colours, picture.medians, strict=True):
            self._draw_lines(lines, QPen(QColor(colour), 1.8), picture)
        dashes = QPen(QColor(theme.text), 1.1)
        dashes.setDashPattern([4.0, 3.0])
        for lines in picture.predictions:
            for line in lines:
                painter.setPen(dashes)
                painter.drawPolyline(line)
        self._zeros(picture, colours)

    def _draw_lines(self, lines: tuple[QPolygonF, ...], pen: QPen, picture: CurvePicture) -> None:
        painter = self.painter
        few = picture.panel.area.width() / max(picture.axes.high[0], 1) > 9
        for line in lines:
            painter.setPen(pen)
            painter.drawPolyline(line)
            if few or line.count() == 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(pen.color())
                for index in range(line.count()):
                    painter.drawEllipse(line.at(index), 2.4, 2.4)
                painter.setBrush(Qt.BrushStyle.NoBrush)

    def _zeros(self, picture: CurvePicture, colours: tuple[str, ...]) -> None:
        """Draw an arrow at the bottom for each layer whose spread is exactly 0."""
        painter, area = self.painter, picture.panel.area
        painter.setPen(Qt.PenStyle.NoPen)
        for side, colour, part in zip((-3.5, 3.5), colours, picture.curves, strict=True):
            painter.setBrush(QColor(colour))
            for layer in part.zeros:
                x = picture.axes.to_pixel(layer, 0.0).x() + side
                y = area.bottom() - 2
                corners = [QPointF(x - 3, y - 6), QPointF(x + 3, y - 6), QPointF(x, y)]
                painter.drawPolygon(QPolygonF(corners))
        if any(part.zeros for part in picture.curves):
            painter.setPen(QColor(self.theme.text_secondary))
            painter.setFont(ui_font(10))
            room = QRectF(area.left() + 4, area.bottom() - 24, area.width() - 8, 14)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, flags, "▾ exactly 0")

    def axis(self, area: QRectF, depth: int) -> None:
        """Write the numbers of the layers below the lowest panel."""
        painter = self.painter
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        for layer in labelled_layers(area, depth):
            strip = column(area, layer, depth)
            room = QRectF(strip.center().x() - 20, area.bottom() + 2, 40, 14)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, str(layer) if layer else "x")
        room = QRectF(0, area.bottom() + 2, area.left() - 6, 14)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "layer")

    def _ticks(self, area: QRectF, marks: tuple[tuple[float, str], ...]) -> None:
        painter, theme = self.painter, self.theme
        painter.setFont(ui_font(10))
        faint = QPen(mix(theme.well, theme.text, 0.09), 1)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for y, text in marks:
            painter.setPen(faint)
            painter.drawLine(QLineF(area.left(), round(y) + 0.5, area.right(), round(y) + 0.5))
            painter.setPen(QColor(theme.text_tertiary))
            middle = min(max(y, area.top() + 5), area.bottom() - 5)
            painter.drawText(QRectF(0, middle - 7, area.left() - 6, 14), flags, text)
