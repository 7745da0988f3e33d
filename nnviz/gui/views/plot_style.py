"""Themed pyqtgraph plots: the one place that configures pyqtgraph."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.log_ticks import log_tick_text, log_ticks

# Segmented lines keep wide antialiased curves fast; they need opaque pens.
pg.setConfigOptions(antialias=True, segmentedLineMode="on")

Floats = NDArray[np.float64]
MINUS = "\N{MINUS SIGN}"
AXIS_NAMES = ("left", "bottom")


def make_plot(theme: Theme, name: str, spoken: str, parent: QWidget | None = None) -> Any:
    """Return a bare plot whose ranges only its view sets.

    Parameters
    ----------
    theme
        Colours to begin with; see :func:`style_plot`.
    name, spoken
        Object name and accessible name.
    parent
        The view.
    """
    axes = {side: pg.AxisItem(side) for side in AXIS_NAMES}
    for axis in axes.values():
        _write_ticks_well(axis)
    plot = pg.PlotWidget(parent, axisItems=axes)
    plot.setObjectName(name)
    plot.setAccessibleName(spoken)
    plot.setFrameShape(plot.Shape.NoFrame)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    item = plot.getPlotItem()
    item.setMenuEnabled(False)
    item.hideButtons()
    item.setContentsMargins(0, 4, 6, 0)
    box = item.getViewBox()
    box.disableAutoRange()
    box.setDefaultPadding(0.0)
    item.showAxes((True, False, False, True), size=(44, 18))
    style_plot(plot, theme)
    return plot


def style_plot(plot: Any, theme: Theme) -> None:
    """Give a plot the colours of a theme."""
    plot.setBackground(QColor(theme.card))
    item = plot.getPlotItem()
    item.getViewBox().setBackgroundColor(QColor(theme.well))
    for side in AXIS_NAMES:
        axis = item.getAxis(side)
        axis.setPen(solid_pen(theme.border_strong, 1))
        axis.setTextPen(solid_pen(theme.text_tertiary, 1))
        axis.setTickFont(ui_font(10))
        axis.setStyle(tickLength=-4, tickTextOffset=4, autoExpandTextSpace=False)


def show_focus(plot: Any, theme: Theme) -> None:
    """Draw a ring round the curves while the keyboard is upon the plot."""
    ring = solid_pen(theme.accent, 2) if plot.hasFocus() else None
    plot.getPlotItem().getViewBox().setBorder(ring)


def draw_curve(item: Any, x: Floats, y: Floats) -> None:
    """Give a curve or a scatter new points, with a gap at every NaN.

    pyqtgraph cannot measure points that are all NaN: the curve is empty then.
    """
    fair = np.isfinite(y).any()
    options = {"connect": "finite"} if isinstance(item, pg.PlotCurveItem) else {}
    item.setData(x if fair else x[:0], y if fair else y[:0], **options)


def solid_pen(colour: str | QColor, width: float) -> QPen:
    """Return an opaque pen whose width does not scale with the plot."""
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    return pen


def _write_ticks_well(axis: Any) -> None:
    plain = axis.tickStrings

    def tick_strings(
        values: Sequence[float], scale: float, spacing: float | None
    ) -> list[str | None]:
        if axis.logMode:
            # The second level of log_tick_levels, which has no spacing, bears no labels.
            return [log_tick_text(value) if spacing else None for value in values]
        return [_readable(text) for text in plain(values, scale, spacing)]

    def log_tick_levels(
        low: float, high: float, size: float, _plain: object
    ) -> list[tuple[float | None, list[float]]]:
        # Labels need more room side by side than one above the other.
        labelled, minor = log_ticks(low, high, size if axis.orientation == "left" else size / 3)
        return [(1.0, labelled), (None, minor)]

    axis.tickStrings = tick_strings
    axis.logTickValues = log_tick_levels
    axis.enableAutoSIPrefix(False)


def _readable(text: str) -> str:
    """Write a tick with a true minus, and large whole numbers as ``1,000,000``."""
    value = float(text)
    if 1e4 <= abs(value) < 1e10 and value == int(value):
        text = f"{int(value):,}"
    return text.replace("-", MINUS)
