"""FlowCurves: one number of every layer over the steps, on a logarithmic axis."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.flow_content import Series, layer_colours, logarithms
from nnviz.gui.views.plot_overlay import PlotNote, beside, coloured, quiet
from nnviz.gui.views.plot_style import draw_curve, make_plot, show_focus, solid_pen, style_plot
from nnviz.gui.views.step_pointer import POINTER_KEYS, StepPointer
from nnviz.gui.widgets.keys import keep_keys
from nnviz.gui.widgets.text import count_text, number_text

_NAME_ROOM = 62.0
_LINE = 12.0
_MOST_READ = 12
_LONG = 160
_LEAST_STEPS = 8
RULE = -3.0


class FlowCurves(QWidget):
    """A curve for each layer with its name at its end.

    Attributes
    ----------
    pointer
        Which step the mouse points at.
    ends
        (name, y in px) of the names as they are drawn, from above.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.pointer = StepPointer(self)
        self.plot: Any = make_plot(
            theme, "flow_plot", "Layers over steps: arrow keys read, Enter goes there", self
        )
        self.plot.setToolTip("Click to see this step")
        self._curves: list[Any] = []
        self._series = Series(np.zeros(0, dtype=np.int64), np.zeros((0, 0)), True)
        self._rule = pg.InfiniteLine(RULE, angle=0, movable=False)
        self._cursor = pg.InfiniteLine(0.0, angle=90, movable=False)
        self._line = pg.InfiniteLine(0.0, angle=90, movable=False)
        item = self.plot.getPlotItem()
        item.getAxis("left").setLogMode(True)
        box = item.getViewBox()
        box.setMouseEnabled(x=False, y=False)
        for line in (self._rule, self._cursor, self._line):
            line.setVisible(False)
            item.addItem(line, ignoreBounds=True)
        self._dots = pg.ScatterPlotItem(size=6, pen=None)
        item.addItem(self._dots)
        self._names = _CurveNames(self)
        self.read_out = PlotNote("flow_read_out", True, self.plot)
        self._gap_note = PlotNote("flow_gaps", False, self.plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self._layers: tuple[str, ...] = ()
        self._last_step = 1
        self._gap_text = ""
        self.plot.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self.plot, POINTER_KEYS)
        self.plot.installEventFilter(self)
        self.plot.viewport().installEventFilter(self)
        self.plot.scene().sigMouseMoved.connect(self._point)
        self.plot.scene().sigMouseClicked.connect(lambda _: self.pointer.choose())
        box.sigResized.connect(lambda _: self._fit())
        self.pointer.moved.connect(self._read)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        style_plot(self.plot, theme)
        self.read_out.wear(theme)
        dashed = solid_pen(theme.text_tertiary, 1)
        dashed.setStyle(Qt.PenStyle.DashLine)
        self._rule.setPen(dashed)
        self._cursor.setPen(solid_pen(theme.accent, 2))
        self._line.setPen(solid_pen(theme.text_tertiary, 1))
        self._colour()

    def _colour(self) -> None:
        colours = layer_colours(self.theme, len(self._curves))
        # Wide lines with many corners take long: they are drawn thin.
        width = 1 if len(self._series.steps) > _LONG else 2
        for curve, colour in zip(self._curves, colours, strict=True):
            curve.setPen(solid_pen(colour, width))

    # What is shown.

    def show_series(
        self, series: Series, layers: tuple[str, ...], last_step: int, gaps: str, has_rule: bool
    ) -> None:
        """Draw these curves.

        Parameters
        ----------
        series
            Steps and values.
        layers
            Names of the layers.
        last_step
            Where the axis ends; the cursor is drawn where the series ends before it.
        gaps
            What to say of layers without a point, or "".
        has_rule
            Whether 1e-3 is marked.
        """
        self._series, self._layers, self._last_step = series, layers, max(last_step, _LEAST_STEPS)
        self._gap_text = gaps
        while len(self._curves) < len(layers):
            curve = pg.PlotCurveItem(connect="finite")
            self.plot.getPlotItem().addItem(curve)
            self._curves.append(curve)
        while len(self._curves) > len(layers):
            self.plot.getPlotItem().removeItem(self._curves.pop())
        self._colour()
        steps = series.steps.astype(np.float64)
        heights = logarithms(series.values)
        for column, curve in enumerate(self._curves):
            # A short curve looks smoother in one piece.
            curve.setSegmentedLineMode("on" if len(steps) > _LONG else "off")
            draw_curve(curve, steps, heights[:, column])
        self._rule.setVisible(has_rule)
        here = int(series.steps[-1]) if len(series.steps) else 0
        self._cursor.setVisible(here < last_step)
        self._cursor.setValue(here)
        self.pointer.show_steps(series.steps)
        self._fit()

    def _fit(self) -> None:
        """Fit everything to the size that the plot has."""
        self._set_ranges()
        self._settle()
        self._read()

    def _set_ranges(self) -> None:
        heights = logarithms(self._series.values)
        fair = heights[np.isfinite(heights)]
        ends = [*([float(fair.min()), float(fair.max())] if len(fair) else [-3.0, 0.0])]
        low, high = min(ends), max(ends)
        if self._rule.isVisible():
            low, high = min(low, RULE), max(high, RULE)
        margin = max(0.06 * (high - low), 0.15)
        room = max(self.plot_rect().width(), 2 * _NAME_ROOM)
        right = self._last_step * room / (room - _NAME_ROOM)
        self.plot.getPlotItem().getViewBox().setRange(
            xRange=(0.0, right), yRange=(low - margin, high + margin), padding=0
        )

    def plot_rect(self) -> QRectF:
        """Return where the curves are, in pixels of the plot widget."""
        scene = self.plot.getPlotItem().getViewBox().sceneBoundingRect()
        return QRectF(self.plot.mapFromScene(scene).boundingRect())

    def to_pixel(self, step: float, height: float) -> QPointF:
        """Return where a step and a decimal logarithm are, in pixels of the plot widget."""
        box = self.plot.getPlotItem().getViewBox()
        return QPointF(self.plot.mapFromScene(box.mapViewToScene(QPointF(step, height))))

    @property
    def ends(self) -> list[tuple[str, float]]:
        """(name, y in px) of the names as they are drawn, from above."""
        return [(end.name, end.y) for end in self._names.ends]

    def _settle(self) -> None:
        """Place names and notes where the curves are now."""
        room = self.plot_rect()
        self._names.setGeometry(self.plot.rect())
        heights = logarithms(self._series.values)
        ends, dots = [], []
        colours = layer_colours(self.theme, len(self._layers))
        for column, name in enumerate(self._layers):
            fair = np.flatnonzero(np.isfinite(heights[:, column]))
            if len(fair):
                last = float(self._series.steps[fair[-1]]), float(heights[fair[-1], column])
                place = self.to_pixel(*last)
                dots.append({"pos": last, "brush": colours[column]})
                ends.append(_End(name, colours[column], place.x() + 5, place.y()))
        self._dots.setData(dots)
        self._names.show_ends(ends, room)
        self._place_notes(room)

    def _place_notes(self, room: QRectF) -> None:
        grey = self.theme.text_secondary
        self._gap_note.say(f'<span style="color:{grey}">{self._gap_text}</span>')
        self._gap_note.setVisible(bool(self._gap_text))
        corner = room.bottomLeft().toPoint()
        self._gap_note.move(corner.x() + 6, corner.y() - self._gap_note.height() - 3)

    # What a person does.

    def _point(self, place: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        inside = box.sceneBoundingRect().contains(place)
        self.pointer.point_at(box.mapSceneToView(place).x() if inside else None)

    def _read(self) -> None:
        """Tell the numbers of the step that is pointed at."""
        place = self.pointer.place
        self._line.setVisible(place is not None)
        if place is None or place >= len(self._series.values):
            self.read_out.say("")
            return
        step = int(self._series.steps[place])
        self._line.setValue(step)
        lines = [quiet(self.theme, f"step {count_text(step)}")]
        colours = layer_colours(self.theme, len(self._layers))
        rows = zip(self._layers, colours, self._series.values[place].tolist(), strict=True)
        lines += [
            f"{coloured(colour, name)} {number_text(value)}"
            for name, colour, value in list(rows)[:_MOST_READ]
        ]
        if len(self._layers) > _MOST_READ:
            lines.append(quiet(self.theme, f"and {len(self._layers) - _MOST_READ} more"))
        self.read_out.say("<br>".join(lines))
        room = self.plot_rect()
        at = QPointF(self.to_pixel(step, 0.0).x(), room.top() + 6)
        self.read_out.move(beside(at, self.read_out.size(), room).toPoint())
        self.read_out.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read with the arrow keys; forget the pointer when the mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self.pointer.point_at(None)
        elif watched is self.plot and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self.pointer.press(event.key())
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            show_focus(self.plot, self.theme)
        return super().eventFilter(watched, event)


class _End:
    """The name at the end of a curve."""

    def __init__(self, name: str, colour: str, x: float, y: float) -> None:
        self.name, self.colour, self.x, self.y = name, colour, x, y


class _CurveNames(QWidget):
    """Writes the names of the curves at their ends; lets the mouse through."""

    def __init__(self, owner: FlowCurves) -> None:
        super().__init__(owner.plot)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.ends: list[_End] = []

    def show_ends(self, ends: Sequence[_End], room: QRectF) -> None:
        """Write as many of these names as there is room for, one below the other."""
        most = max(1, int(room.height() // _LINE))
        kept = list(ends)
        if len(kept) > most:
            # First and last say most: the rest is spread between them.
            places = np.unique(np.linspace(0, len(kept) - 1, most).round().astype(int))
            kept = [kept[place] for place in places]
        kept.sort(key=lambda end: end.y)
        low = room.top() + _LINE / 2
        for end in kept:
            end.y = low = max(end.y, low)
            low += _LINE
        high = room.bottom() - _LINE / 2 - 2
        for end in reversed(kept):
            end.y = high = min(end.y, high)
            high -= _LINE
        self.ends = kept
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the names."""
        painter = QPainter(self)
        font = ui_font(10, QFont.Weight.DemiBold)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        for end in self.ends:
            painter.setPen(QColor(end.colour))
            x = min(end.x, self.width() - metrics.horizontalAdvance(end.name) - 8)
            painter.drawText(QPointF(x, end.y + metrics.ascent() / 2 - 1), end.name)
        painter.end()
