"""WorkbenchPlot: a function, its slope, its flat parts, and the batch upon it."""

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from nnviz.core.activations import ACTIVATIONS
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.activation_curves import ActivationCurves
from nnviz.gui.views.activation_dots import DOT, draw_jumps
from nnviz.gui.views.plot_style import draw_curve, make_plot, solid_pen, style_plot
from nnviz.gui.views.workbench_content import Bench

_BAR_HEIGHT = 0.3
_TANGENT = 1.6
_MOST_OTHERS = len(ACTIVATIONS)


class WorkbenchPlot:
    """The items of the plot; what is drawn comes from a Bench or from maxout's curves.

    Attributes
    ----------
    plot
        The widget.
    labels
        The numbers of maxout's pieces, each where its line leaves the plot.
    """

    def __init__(self, theme: Theme, parent: Any) -> None:
        self.plot = make_plot(theme, "workbench_plot", "Activation function over z", parent)
        item = self.plot.getPlotItem()
        item.getViewBox().setMouseEnabled(x=False, y=False)
        self._zones: list[Any] = []
        self.labels: list[Any] = []
        self._bars = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self._zeros = [pg.InfiniteLine(0.0, angle=angle) for angle in (90, 0)]
        self._others = [pg.PlotCurveItem(connect="finite") for _ in range(_MOST_OTHERS)]
        self._pieces = pg.PlotCurveItem(connect="finite")
        self._derivative, self._function = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._tangent = pg.PlotCurveItem()
        self._dots = pg.ScatterPlotItem(size=5, pen=None)
        self._function_dots = pg.ScatterPlotItem(size=DOT)
        self._derivative_dots = pg.ScatterPlotItem(size=DOT)
        self._marker = pg.ScatterPlotItem(size=11)
        for part in (
            self._bars,
            *self._zeros,
            *self._others,
            self._pieces,
            self._derivative,
            self._function,
            self._dots,
            self._tangent,
            self._function_dots,
            self._derivative_dots,
            self._marker,
        ):
            item.addItem(part)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        style_plot(self.plot, theme)
        self._bars.setOpts(
            pen=solid_pen(theme.well, 1), brush=mix(theme.well, theme.text_tertiary, 0.28)
        )
        for line in self._zeros:
            line.setPen(solid_pen(theme.border, 1))
        self._pieces.setPen(solid_pen(mix(theme.well, theme.text_secondary, 0.7), 1.2))
        self._function.setPen(solid_pen(theme.accent, 2.4))
        self._derivative.setPen(solid_pen(theme.derivative, 1.6))
        self._function_dots.setPen(solid_pen(theme.accent, 1.6))
        self._derivative_dots.setPen(solid_pen(theme.derivative, 1.6))
        pen = solid_pen(theme.text, 1.6)
        pen.setStyle(Qt.PenStyle.DashLine)
        self._tangent.setPen(pen)
        self._dots.setBrush(mix(theme.well, theme.text, 0.75))
        self._marker.setPen(solid_pen(theme.card, 1.5))
        self._marker.setBrush(QColor(theme.text))

    def show_bench(self, bench: Bench) -> None:
        """Draw a function of one number."""
        draw_curve(self._function, bench.x, bench.function)
        draw_curve(self._derivative, bench.x, bench.derivative)
        theme = self._theme
        draw_jumps(self._function_dots, bench.function_jumps, theme.accent, theme.well)
        draw_jumps(self._derivative_dots, bench.derivative_jumps, theme.derivative, theme.well)
        self._pieces.setData([], [])
        self._hide_labels(0)
        self._dots.setData(bench.dots[:, 0], bench.dots[:, 1])
        low, high = self._range(bench.x, bench.function, bench.derivative)
        self._show_bars(bench.bins, bench.counts, low, high)
        self._show_zones(bench.zones)
        self._show_others(bench)
        self._show_tangent(bench)

    def show_pieces(self, curves: ActivationCurves) -> None:
        """Draw the pieces of a maxout unit and the greatest of them."""
        draw_curve(self._function, curves.x, curves.function)
        draw_curve(self._derivative, curves.x, curves.derivative)
        theme = self._theme
        draw_jumps(self._function_dots, curves.function_jumps, theme.accent, theme.well)
        draw_jumps(self._derivative_dots, curves.derivative_jumps, theme.derivative, theme.well)
        ends = np.full((len(curves.pieces), 1), np.nan)
        lines = np.hstack((curves.pieces, ends)).reshape(-1)
        draw_curve(self._pieces, np.tile(np.append(curves.x, np.nan), len(ends)), lines)
        low, high = self._range(curves.x, curves.function, curves.derivative)
        self._show_bars(curves.bins, curves.layer_counts, low, high)
        self._show_labels(curves, low, high)
        self._dots.setData([], [])
        self._show_zones(())
        self._hide_others(0)
        self._tangent.setData([], [])
        marker = curves.marker
        self._marker.setData(*(([marker.x], [marker.a]) if marker is not None else ([], [])))

    def clear(self) -> None:
        """Draw nothing but the axes."""
        curves = (self._function, self._derivative, self._pieces, self._tangent)
        for part in (*curves, self._dots, self._function_dots, self._derivative_dots, self._marker):
            part.setData([], [])
        self._bars.setOpts(x0=[], x1=[], y0=[], y1=[])
        self._show_zones(())
        self._hide_others(0)
        self._hide_labels(0)

    def _range(self, x: Any, function: Any, derivative: Any) -> tuple[float, float]:
        drawn = np.concatenate((function, derivative))
        drawn = drawn[np.isfinite(drawn)]
        low, high = (float(drawn.min()), float(drawn.max())) if len(drawn) else (0.0, 1.0)
        margin = 0.12 * (high - low) or 0.5
        low, high = low - margin, high + margin
        self.plot.getPlotItem().getViewBox().setRange(
            xRange=(float(x[0]), float(x[-1])), yRange=(low, high), padding=0
        )
        return low, high

    def _show_bars(self, bins: Any, counts: Any, low: float, high: float) -> None:
        unit = _BAR_HEIGHT * (high - low) / max(1, int(counts.max(initial=0)))
        self._bars.setOpts(x0=bins[:-1], x1=bins[1:], y0=low, y1=low + counts * unit)

    def _show_zones(self, zones: tuple[tuple[float, float], ...]) -> None:
        item = self.plot.getPlotItem()
        while len(self._zones) < len(zones):
            region = pg.LinearRegionItem(movable=False, pen=pg.mkPen(None))
            region.setZValue(-20)
            item.addItem(region)
            self._zones.append(region)
        shade = mix(self._theme.well, self._theme.danger, 0.16)
        for place, region in enumerate(self._zones):
            region.setVisible(place < len(zones))
            if place < len(zones):
                region.setBrush(shade)
                region.setRegion(zones[place])

    def _show_labels(self, curves: ActivationCurves, low: float, high: float) -> None:
        while len(self.labels) < len(curves.pieces):
            label = pg.TextItem(anchor=(1.0, 1.0))
            label.setFont(ui_font(10))
            self.plot.getPlotItem().addItem(label, ignoreBounds=True)
            self.labels.append(label)
        self._hide_labels(len(curves.pieces))
        for number, (label, values) in enumerate(
            zip(self.labels, curves.pieces, strict=False), start=1
        ):
            inside = np.flatnonzero((values >= low) & (values <= high))
            label.setVisible(len(inside) > 0)
            if len(inside):
                label.setText(str(number), color=self._theme.text_secondary)
                label.setPos(curves.x[inside[-1]], values[inside[-1]])

    def _hide_labels(self, first: int) -> None:
        for label in self.labels[first:]:
            label.setVisible(False)

    def _show_others(self, bench: Bench) -> None:
        for place, (_, values) in enumerate(bench.others):
            self._others[place].setPen(solid_pen(other_colour(self._theme, place), 1.5))
            draw_curve(self._others[place], bench.x, values)
        self._hide_others(len(bench.others))

    def _hide_others(self, first: int) -> None:
        for curve in self._others[first:]:
            curve.setData([], [])

    def _show_tangent(self, bench: Bench) -> None:
        tangent = bench.tangent
        if tangent is None or not all(map(math.isfinite, (tangent.z, tangent.a, tangent.g))):
            self._tangent.setData([], [])
            self._marker.setData([], [])
            return
        reach = _TANGENT / math.hypot(1.0, tangent.g) * max(1.0, float(bench.x[-1]) / 5)
        ends = np.array([-reach, reach])
        self._tangent.setData(tangent.z + ends, tangent.a + tangent.g * ends)
        self._marker.setData([tangent.z], [tangent.a])


def other_colour(theme: Theme, place: int) -> str:
    """Return the colour of a function to compare with."""
    # The first two categories look like signs.
    colours = theme.categories[2:]
    return colours[place % len(colours)]
