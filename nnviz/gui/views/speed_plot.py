"""SpeedPlot: how long an epoch takes and how many steps a second are done, over the run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnviz.gui.theme import Theme
from nnviz.gui.views.plot_style import make_plot, solid_pen, style_plot


class SpeedPlot(QWidget):
    """Milliseconds of an epoch, and beside them steps per second, as the trainer measured them.

    Attributes
    ----------
    plot, rates
        The two plots.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot: Any = make_plot(theme, "speed_plot", "Milliseconds of an epoch over steps", self)
        self.plot.setToolTip("Milliseconds that an epoch takes, over the steps of the run")
        self.rates: Any = make_plot(theme, "rate_plot", "Steps per second over steps", self)
        self.rates.setToolTip("Steps per second, over the steps of the run")
        self._curves = [pg.PlotCurveItem(), pg.PlotCurveItem()]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for plot, curve in zip((self.plot, self.rates), self._curves, strict=True):
            plot.getPlotItem().getViewBox().setMouseEnabled(x=False, y=False)
            plot.getPlotItem().addItem(curve)
            row.addWidget(plot, 1)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        for plot, curve in zip((self.plot, self.rates), self._curves, strict=True):
            style_plot(plot, theme)
            curve.setPen(solid_pen(theme.accent, 2))

    def show_speeds(self, speeds: Sequence[tuple[int, float]], batches: Sequence[int]) -> None:
        """Show (step, steps per second), and what that makes of epochs of so many batches."""
        steps = np.array([step for step, _ in speeds], dtype=np.float64)
        rates = np.array([rate for _, rate in speeds], dtype=np.float64)
        self._show(0, steps, 1000.0 * np.array(batches) / rates)
        self._show(1, steps, rates)

    def _show(self, place: int, steps: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        self._curves[place].setData(steps, values)
        right = float(steps[-1]) if len(steps) else 1.0
        # A pause of the machine must not flatten everything else.
        top = float(np.percentile(values, 98)) if len(values) else 1.0
        (self.plot, self.rates)[place].getPlotItem().getViewBox().setRange(
            xRange=(0, max(right, 1.0)), yRange=(0, 1.25 * top), padding=0
        )
