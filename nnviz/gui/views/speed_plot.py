"""SpeedPlot: how long an epoch takes, over the run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.gui.theme import Theme
from nnviz.gui.views.plot_style import make_plot, solid_pen, style_plot


class SpeedPlot(QWidget):
    """Milliseconds of an epoch over steps, as the trainer measured its speed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot: Any = make_plot(theme, "speed_plot", "Milliseconds of an epoch over steps", self)
        self.plot.setToolTip("Milliseconds that an epoch takes, over the steps of the run")
        self._curve = pg.PlotCurveItem()
        item = self.plot.getPlotItem()
        item.getViewBox().setMouseEnabled(x=False, y=False)
        item.addItem(self._curve)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        style_plot(self.plot, theme)
        self._curve.setPen(solid_pen(theme.accent, 2))

    def show_speeds(self, speeds: Sequence[tuple[int, float]], batches_per_epoch: int) -> None:
        """Show (step, steps per second) as the time of an epoch."""
        steps = np.array([step for step, _ in speeds], dtype=np.float64)
        times = np.array([1000.0 * batches_per_epoch / rate for _, rate in speeds])
        self._curve.setData(steps, times)
        right = float(steps[-1]) if len(steps) else 1.0
        # A pause of the machine must not flatten everything else.
        top = float(np.percentile(times, 98)) if len(times) else 1.0
        self.plot.getPlotItem().getViewBox().setRange(
            xRange=(0, max(right, 1.0)), yRange=(0, 1.25 * top), padding=0
        )
