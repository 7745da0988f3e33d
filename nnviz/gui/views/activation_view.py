"""ActivationView: f and f' of a layer, with the batch and the selected unit on them."""

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnviz.core.activations import ACTIVATIONS
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.activation_curves import ActivationCurves, activation_curves
from nnviz.gui.views.activation_dots import DOT, draw_jumps
from nnviz.gui.views.plot_overlay import PlotNote, coloured, quiet, swatch
from nnviz.gui.views.plot_style import draw_curve, make_plot, solid_pen, style_plot
from nnviz.gui.views.view import View
from nnviz.gui.widgets.card import SEPARATOR, FactsLabel
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.text import ElidedLabel, number_text

# Share of the plot's height that the tallest bar of the histogram takes.
_BAR_HEIGHT = 0.45
_CHOOSER_WIDTH = 104
_JUMP_TIP = "Where a curve jumps, the filled dot is its value: {}"


class ActivationView(View):
    """The activation function where the network uses it.

    Shows the layer of the selected unit or weight; while none is selected, the layer
    of the list (at first the last hidden one).
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Activation")
        self._chosen_layer: int | None = None
        self.plot = make_plot(theme, "activation_plot", "Activation function and derivative", self)
        self.plot.getPlotItem().getViewBox().setMouseEnabled(x=False, y=False)
        self.read_out = FactsLabel(self)
        self.read_out.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._layers = Combo("activation_layer", "Layer whose activation is shown", self)
        self._layers.setFixedWidth(_CHOOSER_WIDTH)
        self._layers.key_chosen.connect(self._choose_layer)
        self._along = ElidedLabel(self)
        self._along.setObjectName("activation_along")
        self._along.setTextFormat(Qt.TextFormat.PlainText)
        self._along.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._along.hide()
        bar = QHBoxLayout()
        bar.addWidget(self.read_out, 1)
        bar.addWidget(self._layers)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addWidget(self.plot, 1)
        column.addWidget(self._along)
        self._add_curves()
        self._axis_note = PlotNote("activation_axis_name", False, self.plot)
        self.plot.getPlotItem().getViewBox().sigResized.connect(self._place_notes)
        self.apply_theme()

    def _add_curves(self) -> None:
        self._layer_bars = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self._unit_bars = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self._derivative, self._function = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._pieces = pg.PlotCurveItem(connect="finite")
        self._zeros = [pg.InfiniteLine(0.0, angle=angle, movable=False) for angle in (90, 0)]
        self._guides = [pg.InfiniteLine(angle=angle, movable=False) for angle in (90, 0)]
        self._derivative_dots = pg.ScatterPlotItem(size=DOT)
        self._function_dots = pg.ScatterPlotItem(size=DOT)
        self._marker = pg.ScatterPlotItem(size=10)
        items = (
            *self._zeros,
            self._layer_bars,
            self._unit_bars,
            *self._guides,
            self._pieces,
            self._derivative,
            self._function,
            self._derivative_dots,
            self._function_dots,
            self._marker,
        )
        for item in items:
            self.plot.getPlotItem().addItem(item)

    def apply_theme(self) -> None:
        """Colour plot and curves."""
        theme = self.theme
        style_plot(self.plot, theme)
        no_pen = solid_pen(theme.well, 1)
        self._layer_bars.setOpts(pen=no_pen, brush=mix(theme.well, theme.text_tertiary, 0.28))
        self._unit_bars.setOpts(pen=no_pen, brush=mix(theme.well, theme.accent, 0.55))
        self._function.setPen(solid_pen(theme.accent, 2.4))
        self._derivative.setPen(solid_pen(theme.derivative, 1.6))
        self._function_dots.setPen(solid_pen(theme.accent, 1.6))
        self._derivative_dots.setPen(solid_pen(theme.derivative, 1.6))
        self._pieces.setPen(solid_pen(mix(theme.well, theme.text_secondary, 0.55), 1))
        for line in self._zeros:
            line.setPen(solid_pen(theme.border, 1))
        for guide in self._guides:
            pen = solid_pen(mix(theme.well, theme.text_secondary, 0.6), 1)
            pen.setStyle(Qt.PenStyle.DashLine)
            guide.setPen(pen)
        self._marker.setPen(solid_pen(theme.card, 1.5))
        self._marker.setBrush(QColor(theme.text))

    @property
    def layer(self) -> int:
        """The layer on show, counted from 1."""
        count = len(self.display.spec.layers)
        selection = self.display.selection
        picked = selection.edge or selection.unit
        if picked is not None and picked.layer >= 1:
            return min(picked.layer, count)
        return min(self._chosen_layer or max(1, count - 1), count)

    @property
    def unit(self) -> int | None:
        """The selected unit of that layer, if there is one."""
        unit = self.display.selection.unit
        return unit.index if unit is not None and unit.layer >= 1 else None

    def refresh(self) -> None:
        """Draw the layer with the newest parameters."""
        if not self.display.is_ready:
            return
        self._fill_layers()
        curves = activation_curves(self.display, self.layer, self.unit)
        self._draw(curves)
        self._show_marker(curves)
        self._say(curves)

    def _draw(self, curves: ActivationCurves) -> None:
        draw_curve(self._function, curves.x, curves.function)
        draw_curve(self._derivative, curves.x, curves.derivative)
        theme = self.theme
        draw_jumps(self._function_dots, curves.function_jumps, theme.accent, theme.well)
        draw_jumps(self._derivative_dots, curves.derivative_jumps, theme.derivative, theme.well)
        # One item for all pieces, each ended by a NaN.
        ends = np.full((len(curves.pieces), 1), np.nan)
        x = np.concatenate((curves.x, [np.nan]))
        lines = np.hstack((curves.pieces, ends)).reshape(-1)
        draw_curve(self._pieces, np.tile(x, len(ends)), lines)
        low, high = _extent(curves)
        box = self.plot.getPlotItem().getViewBox()
        box.setRange(
            xRange=(float(curves.x[0]), float(curves.x[-1])), yRange=(low, high), padding=0
        )
        tallest = max(1, int(curves.layer_counts.max(initial=0)))
        height = _BAR_HEIGHT * (high - low) / tallest
        for bars, counts in (
            (self._layer_bars, curves.layer_counts),
            (self._unit_bars, curves.unit_counts),
        ):
            bars.setOpts(x0=curves.bins[:-1], x1=curves.bins[1:], y0=low, y1=low + counts * height)

    def _show_marker(self, curves: ActivationCurves) -> None:
        marker = curves.marker
        place = (marker.x, marker.a) if marker is not None else (math.nan, math.nan)
        is_seen = all(math.isfinite(value) for value in place)
        self._marker.setVisible(is_seen)
        for guide in self._guides:
            guide.setVisible(is_seen)
        if is_seen:
            self._marker.setData([place[0]], [place[1]])
            for guide, value in zip(self._guides, place, strict=True):
                guide.setValue(value)

    def _say(self, curves: ActivationCurves) -> None:
        record = ACTIVATIONS[self.display.spec.layers[self.layer - 1].activation]
        self.read_out.set_facts(self._read_out_text(curves, record.has_pieces))
        if record.has_pieces:
            self._along.set_text(self._along_text(curves))
        self._along.setVisible(record.has_pieces)
        self._axis_note.say("" if record.has_pieces else quiet(self.theme, curves.axis_name))
        self._place_notes()
        self.set_facts(self._fact_text(record.label, record.has_pieces))
        has_jumps = bool(curves.function_jumps or curves.derivative_jumps)
        self.plot.setToolTip(_JUMP_TIP.format(record.kink) if has_jumps else "")

    def _read_out_text(self, curves: ActivationCurves, has_pieces: bool) -> str:
        marker, theme = curves.marker, self.theme
        if marker is None:
            return "select a unit to see its z and a"
        slope = "slope" if has_pieces else "a\N{PRIME}"
        values = (
            f"unit {(self.unit or 0) + 1}",
            f"z {coloured(theme.text, number_text(marker.z))}",
            f"a {coloured(theme.accent, number_text(marker.a))}",
            f"{slope} {coloured(theme.derivative, number_text(marker.g))}",
        )
        return SEPARATOR.join(values)

    def _along_text(self, curves: ActivationCurves) -> str:
        text = f"over {curves.axis_name}"
        if self.display.spec.layer_sizes[self.layer - 1] == 1:
            return text
        return f"{text}; the other inputs are as in the sample"

    def _place_notes(self, *_: Any) -> None:
        scene = self.plot.getPlotItem().getViewBox().sceneBoundingRect()
        corner = self.plot.mapFromScene(scene).boundingRect().bottomRight()
        size = self._axis_note.size()
        self._axis_note.move(corner.x() - size.width() - 5, corner.y() - size.height() - 3)

    def _fact_text(self, label: str, has_pieces: bool) -> str:
        parts = [
            swatch(self.theme.accent, label),
            swatch(self.theme.derivative, "derivative"),
        ]
        rows = len(self.display.batch_rows)
        counted = "input" if has_pieces else "z"
        grey = mix(self.theme.card, self.theme.text_tertiary, 0.6).name()
        parts.append(swatch(grey, f"{counted} of {rows} sample{'' if rows == 1 else 's'}"))
        return "&nbsp;&nbsp;".join(parts)

    def _fill_layers(self) -> None:
        layers = self.display.spec.layers
        self._layers.set_entries(
            (str(number), _layer_name(number, len(layers))) for number in range(1, len(layers) + 1)
        )
        self._layers.show_key(str(self.layer))

    def _choose_layer(self, key: str) -> None:
        self._chosen_layer = int(key)
        selection = self.display.selection
        picked = selection.edge or selection.unit
        if picked is not None and picked.layer != self._chosen_layer:
            selection.select_unit(None)
        self.refresh()


def _layer_name(number: int, count: int) -> str:
    return "Output" if number == count else f"Hidden {number}"


def _extent(curves: ActivationCurves) -> tuple[float, float]:
    drawn = np.concatenate((curves.function, curves.derivative))
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return 0.0, 1.0
    low, high = float(drawn.min()), float(drawn.max())
    margin = 0.12 * (high - low) or 0.5
    return low - margin, high + margin
