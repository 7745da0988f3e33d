"""LossGhosts: the losses of the other runs behind this one's, and the step that is looked at."""

from typing import Any

import numpy as np
import pyqtgraph as pg

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.loss_curves import EVEN, LossCurves, StepAxis, loss_curves
from nnviz.gui.views.plot_style import draw_curve, solid_pen


class LossGhosts:
    """A thin smoothed line for each run that can be recalled, in its colour.

    Attributes
    ----------
    curves
        The lines, by the numbers of their runs.
    here
        A vertical line at the past step on show.
    """

    def __init__(self, plot: Any, display: Display) -> None:
        self.curves: dict[int, Any] = {}
        self.here = pg.InfiniteLine(angle=90, movable=False)
        self.here.setVisible(False)
        self._item, self._display = plot.getPlotItem(), display
        self._item.addItem(self.here, ignoreBounds=True)

    @property
    def last_step(self) -> int:
        """The last step of the longest of all runs."""
        others = (run.losses.steps for run in self._display.runs.others)
        return max(self._display.losses.steps, *others, 1)

    def draw(
        self,
        theme: Theme,
        first: int,
        last: int,
        points: int,
        logarithmic: bool,
        axis: StepAxis = EVEN,
    ) -> list[tuple[float, float]]:
        """Draw what is new; return the lowest and the highest y of each line."""
        runs = {run.number: run for run in self._display.runs.others}
        for number in self.curves.keys() - runs.keys():
            self._item.removeItem(self.curves.pop(number))
        extents = []
        for number, run in runs.items():
            # Up to where it branched, its losses are those of the run it came from.
            begin = max(first, run.branch_step)
            found = loss_curves(run.losses, (), begin, last, points, logarithmic, axis)
            curve = self._curve(number)
            curve.setPen(solid_pen(run.colour(theme), 1))
            draw_curve(curve, found.x, found.smoothed)
            extents += _extent(found)
        self._show_here(theme, axis)
        return extents

    def _curve(self, number: int) -> Any:
        if number not in self.curves:
            curve = pg.PlotCurveItem(connect="finite")
            curve.setZValue(-1)
            self._item.addItem(curve)
            self.curves[number] = curve
        return self.curves[number]

    def _show_here(self, theme: Theme, axis: StepAxis) -> None:
        snapshot = self._display.snapshot
        place = axis.place(snapshot.step)
        self.here.setVisible(snapshot.is_past and bool(np.isfinite(place)))
        self.here.setPen(solid_pen(theme.accent, 1))
        if np.isfinite(place):
            self.here.setValue(place)


def _extent(curves: LossCurves) -> list[tuple[float, float]]:
    values = curves.smoothed[np.isfinite(curves.smoothed)]
    return [(float(values.min()), float(values.max()))] if len(values) else []
