"""ResidualPlot: by how much predictions miss, over what they are and how often."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.metrics_content import histogram_of
from nnviz.gui.views.plot_style import make_plot, solid_pen, style_plot

_BINS = 31


class ResidualPlot(QWidget):
    """Residuals (prediction minus target) against predictions, and their histogram."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot: Any = make_plot(theme, "residual_plot", "Residuals over predictions", self)
        self.bars: Any = make_plot(theme, "residual_histogram", "Histogram of residuals", self)
        self._dots = pg.ScatterPlotItem(size=5, pen=None)
        self._columns = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self._zeros = [pg.InfiniteLine(0.0, angle=0), pg.InfiniteLine(0.0, angle=0)]
        for plot, zero, item in zip(
            (self.plot, self.bars), self._zeros, (self._dots, self._columns), strict=True
        ):
            plot.getPlotItem().getViewBox().setMouseEnabled(x=False, y=False)
            plot.getPlotItem().addItem(zero)
            plot.getPlotItem().addItem(item)
        self.plot.setToolTip("Residual (prediction \N{MINUS SIGN} target) over the prediction")
        self.bars.setToolTip("How many rows have such a residual")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.plot, 3)
        row.addWidget(self.bars, 2)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        for plot, zero in zip((self.plot, self.bars), self._zeros, strict=True):
            style_plot(plot, theme)
            zero.setPen(solid_pen(theme.border_strong, 1))
        self._dots.setBrush(theme.accent)
        self._columns.setOpts(
            pen=solid_pen(theme.well, 1), brush=mix(theme.well, theme.accent, 0.7)
        )

    def show_residuals(
        self, predictions: NDArray[np.float64], residuals: NDArray[np.float64]
    ) -> None:
        """Show n residuals of n predictions; what is not finite is left out."""
        fair = np.isfinite(predictions) & np.isfinite(residuals)
        x, y = predictions[fair], residuals[fair]
        self._dots.setData(x, y)
        edges, counts = histogram_of(y, _BINS)
        empty = np.zeros_like(counts)
        self._columns.setOpts(x0=empty, x1=counts, y0=edges[:-1], y1=edges[1:])
        reach = float(edges[-1]) * 1.05
        left, right = (float(x.min()), float(x.max())) if len(x) else (0.0, 1.0)
        pad = 0.04 * ((right - left) or 1.0)
        self.plot.getPlotItem().getViewBox().setRange(
            xRange=(left - pad, right + pad), yRange=(-reach, reach), padding=0
        )
        most = float(counts.max(initial=1.0)) or 1.0
        self.bars.getPlotItem().getViewBox().setRange(
            xRange=(0, 1.08 * most), yRange=(-reach, reach), padding=0
        )
