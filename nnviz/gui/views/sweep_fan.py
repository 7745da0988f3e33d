"""SweepFan: the curves of all starts of a cell as a fan, with their median."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.plot_overlay import PlotNote, quiet
from nnviz.gui.views.plot_style import draw_curve, make_plot, solid_pen, style_plot
from nnviz.gui.views.sweep_content import SweepContent
from nnviz.gui.views.sweep_curves import Line, SweepLines, extent, joined, median_of, nearest

# How near the mouse must be to a curve, px.
_REACH = 12.0


class SweepFan(QWidget):
    """Training losses over steps: thin lines are starts, the strong one is their median.

    Paler lines are the medians of the other cells, a cross is where a run diverged.

    Attributes
    ----------
    cell
        The cell whose starts are shown.
    lines
        Their curves.

    Signals
    -------
    run_hovered
        The number of the run whose curve is under the mouse, or ``None``.
    run_chosen
        The number of a run that shall be opened.
    """

    run_hovered = Signal(object)
    run_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(110)
        self.theme = theme
        self.cell = 0
        self.lines: tuple[Line, ...] = ()
        self._made: SweepLines | None = None
        self.plot = make_plot(theme, "sweep_fan", "Training losses of the starts over steps", self)
        item = self.plot.getPlotItem()
        item.getAxis("left").setLogMode(True)
        item.getViewBox().setMouseEnabled(x=False, y=False)
        self.others, self.starts, self.median, self.lit = (
            pg.PlotCurveItem(connect="finite") for _ in range(4)
        )
        self.ends = pg.ScatterPlotItem(size=9, symbol="x")
        for curve in (self.others, self.starts, self.median, self.ends, self.lit):
            item.addItem(curve)
        self._title = PlotNote("sweep_fan_title", True, self.plot)
        self._axis_note = PlotNote("sweep_fan_axis", False, self.plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.plot.viewport().installEventFilter(self)
        self.plot.viewport().setMouseTracking(True)
        item.getViewBox().sigResized.connect(self._place_notes)
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Colour plot and curves."""
        self.theme = theme
        style_plot(self.plot, theme)
        self._title.wear(theme)
        self.others.setPen(solid_pen(mix(theme.well, theme.text_secondary, 0.4), 1))
        self.starts.setPen(solid_pen(mix(theme.well, theme.train, 0.5), 1))
        self.median.setPen(solid_pen(theme.train, 2.5))
        self.lit.setPen(solid_pen(theme.accent, 2.5))
        self.ends.setPen(solid_pen(theme.danger, 2))
        self._axis_note.say(f'<span style="color:{theme.text_tertiary}">step</span>')
        self._place_notes()

    def show_content(self, content: SweepContent | None, cell: int) -> None:
        """Show the starts of a cell, and the medians of the others."""
        self.cell = cell
        if content is None:
            self.lines = ()
            return
        if self._made is None or self._made.plan is not content.plan:
            self._made = SweepLines(content.plan)
        self.lines = self._made.of(content, cell)
        others_x, others_y = self._made.medians(content, cell)
        draw_curve(self.others, others_x, others_y)
        draw_curve(self.starts, *joined((line.x, line.y) for line in self.lines))
        fair = [line for line in self.lines if not line.diverged]
        draw_curve(self.median, *median_of(fair if len(fair) > 1 else ()))
        low, high = extent(self.lines, others_y)
        self._draw_ends(high - 0.05 * (high - low))
        box = self.plot.getPlotItem().getViewBox()
        box.setYRange(low, high, padding=0)
        ends = [line.x[-1] for line in self.lines if len(line.x)]
        box.setXRange(0, max([content.plan.spec.steps or 1, *ends, *others_x[-1:]]), padding=0.01)
        self._title.say(quiet(self.theme, content.cell_text(cell)))
        self._place_notes()

    def _draw_ends(self, top: float) -> None:
        # Where a run left the axis on its way up, the cross stays at its edge.
        ends = [
            (line.x[known[-1]], min(line.y[known[-1]], top))
            for line in self.lines
            if line.diverged and len(known := np.flatnonzero(np.isfinite(line.y)))
        ]
        self.ends.setData([x for x, _ in ends], [y for _, y in ends])

    def hover(self, run: int | None) -> None:
        """Light the curve of a run, if it is of this cell."""
        found = [line for line in self.lines if line.run == run]
        x, y = (found[0].x, found[0].y) if found else (np.empty(0), np.empty(0))
        draw_curve(self.lit, x, y)

    def line_at(self, place: QPointF) -> int | None:
        """Return the run whose curve is under a place of the plot's viewport."""
        box = self.plot.getPlotItem().getViewBox()
        scene = self.plot.mapToScene(place.toPoint())
        if not box.sceneBoundingRect().contains(scene):
            return None
        point = box.mapSceneToView(scene)
        across, up = (abs(size) * _REACH for size in box.viewPixelSize())
        return nearest(self.lines, point.x(), point.y(), across, up)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Light the curve under the mouse, and open its run with a click."""
        if event.type() == QEvent.Type.Leave:
            self.run_hovered.emit(None)
        elif isinstance(event, QMouseEvent):
            run = self.line_at(event.position())
            if event.type() == QEvent.Type.MouseMove:
                shape = Qt.CursorShape
                pointer = shape.ArrowCursor if run is None else shape.PointingHandCursor
                self.plot.viewport().setCursor(pointer)
                self.run_hovered.emit(run)
            elif event.type() == QEvent.Type.MouseButtonRelease and run is not None:
                self.run_chosen.emit(run)
        return super().eventFilter(watched, event)

    def _place_notes(self, *_: Any) -> None:
        box = self.plot.getPlotItem().getViewBox()
        room = self.plot.mapFromScene(box.sceneBoundingRect()).boundingRect()
        # A title that is cut off says less than none.
        self._title.setVisible(bool(self._title.text()) and self._title.width() + 12 < room.width())
        self._title.move(room.right() - self._title.width() - 6, room.top() + 4)
        note = self._axis_note
        note.move(room.right() - note.width() - 5, room.bottom() - note.height() - 3)
