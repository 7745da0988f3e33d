"""LossPointer: the crosshair of the loss plot and the exact values under it."""

from html import escape
from textwrap import wrap
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.loss_curves import EVEN
from nnviz.gui.views.loss_events import LossEvents
from nnviz.gui.views.plot_overlay import PlotNote, beside, coloured, quiet
from nnviz.gui.views.plot_style import solid_pen
from nnviz.gui.widgets.text import count_text, number_text

# Characters of a line of the box.
_COLUMNS = 44


class LossPointer:
    """A vertical line at one step, with a box that tells its losses.

    Attributes
    ----------
    step
        Where it stands; ``None`` while there is none.
    note
        The box.
    axis
        How steps lie on the axis.
    """

    def __init__(self, plot: Any, display: Display, theme: Theme, events: LossEvents) -> None:
        self.step: int | None = None
        self.axis = EVEN
        self._events = events
        self.note = PlotNote("loss_read_out", True, plot)
        self._plot, self._display, self._theme = plot, display, theme
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.setVisible(False)
        plot.getPlotItem().addItem(self._line, ignoreBounds=True)

    def apply_theme(self, theme: Theme) -> None:
        """Use these colours."""
        self._theme = theme
        self.note.wear(theme)
        self._line.setPen(solid_pen(theme.text_tertiary, 1))

    def move(self, step: int | None) -> None:
        """Stand at this step from now on, within the run; ``None`` takes the line away."""
        if step is not None:
            step = min(max(step, 1), self._display.losses.steps) or None
        self.step = step
        self.show_values()

    def show_values(self) -> None:
        """Read the losses of the step anew."""
        found = None if self.step is None else self._display.losses.at(self.step)
        self._line.setVisible(found is not None)
        if self.step is None or found is None:
            self.note.say("")
            return
        self._line.setValue(self.axis.place(self.step))
        low, high, _ = found
        # Once steps have been folded, a range is all that is known of one of them.
        loss = _exact(low) if not low < high else f"{_exact(low)} to {_exact(high)}"
        lines = [
            quiet(self._theme, f"step {count_text(self.step)}"),
            coloured(self._theme.train, loss) + self._validation_text(self.step),
        ]
        place = self._place()
        for sentence in self._events.text_near(place.x()).splitlines():
            lines += [quiet(self._theme, escape(line)) for line in wrap(sentence, _COLUMNS)]
        self.note.say("<br>".join(lines))
        self.note.move(beside(place, self.note.size(), self._room()).toPoint())

    def _validation_text(self, step: int) -> str:
        measured = [
            (evaluation.step, evaluation.validation_loss)
            for evaluation in self._display.evaluations
            if evaluation.step <= step and evaluation.validation_loss is not None
        ]
        if not measured:
            return ""
        at, loss = measured[-1]
        text = f"&nbsp;&nbsp;{coloured(self._theme.validation, _exact(loss))}"
        return text if at == step else text + quiet(self._theme, f" (step {count_text(at)})")

    def _room(self) -> QRectF:
        scene = self._plot.getPlotItem().getViewBox().sceneBoundingRect()
        return QRectF(self._plot.mapFromScene(scene).boundingRect())

    def _place(self) -> QPointF:
        """Return where the line meets the top of the box, in pixels of the plot."""
        box = self._plot.getPlotItem().getViewBox()
        scene = box.mapViewToScene(QPointF(self.axis.place(self.step or 1), 0.0))
        return QPointF(self._plot.mapFromScene(scene).x(), self._room().top() + 26)


def _exact(loss: float) -> str:
    return number_text(loss, 6)
