"""Scrubber: the steps of a run on one line, to be dragged along."""

from dataclasses import dataclass
from itertools import cycle

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.axes import ticks
from nnviz.gui.views.plot_style import solid_pen
from nnviz.gui.widgets.fields import focus_ring
from nnviz.gui.widgets.keys import keep_keys
from nnviz.gui.widgets.slider import Slider
from nnviz.gui.widgets.text import count_text

_INSET = 9.0
_HIGH, _LOW = 48, 22
_TRACK = 16.0
_GROOVE = 6.0
_LEAST_GAP = 5.0
_LABEL_GAP = 14.0
_KEYS = frozenset(
    {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End},
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands along the steps.

    Attributes
    ----------
    epoch_start, epoch_length
        A step at which an epoch begins, and the steps of one.
    branches
        (step, colour) where other runs branched from this one.
    """

    epoch_start: int = 0
    epoch_length: int = 1
    branches: tuple[tuple[int, str], ...] = ()


class Scrubber(Slider):
    """A slider over the steps that can be shown; arrows go by one, PageUp and PageDown by an epoch.

    Parameters
    ----------
    theme
        The colours to begin with.
    parent
        The panel.
    name
        Object name.
    is_low
        Whether it does without labels and ticks, below a plot that has them.

    Attributes
    ----------
    marks
        What stands along it.

    Signals
    -------
    step_chosen
        A person wants to see this step.
    """

    step_chosen = Signal(int)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        name: str = "timeline_scrubber",
        is_low: bool = False,
    ) -> None:
        super().__init__(name, "Step of the run", parent)
        self.theme = theme
        self.marks = Marks()
        self._showing, self._is_low = False, is_low
        self._track = _LOW / 2 if is_low else _TRACK
        self.setRange(0, 0)
        self.setFixedHeight(_LOW if is_low else _HIGH)
        self.setToolTip(
            "Drag, or use the keys: arrows go by one step, PageUp and PageDown by one epoch"
        )
        keep_keys(self, _KEYS)
        self.valueChanged.connect(self._report)

    def sizeHint(self) -> QSize:
        """Return a size that suits a panel."""
        return QSize(240, self.height())

    def show_run(self, first: int, last: int, step: int, marks: Marks) -> None:
        """Show these steps, and the thumb at one of them unless it is being dragged."""
        self._showing = True
        self.marks = marks
        self.setRange(first, last)
        self.setPageStep(max(1, marks.epoch_length))
        if not self.isSliderDown():
            self.setValue(step)
        self._showing = False
        self.setAccessibleDescription(f"step {count_text(self.value())} of {count_text(last)}")
        self.update()

    def _report(self, step: int) -> None:
        if not self._showing:
            self.step_chosen.emit(step)

    def epoch_ticks(self) -> list[int]:
        """Return the steps at which epochs begin, as many as can be told apart."""
        length = max(1, self.marks.epoch_length)
        stride, room = length, self._pixels_per_step()
        factors = cycle((2, 5))
        while stride * room < _LEAST_GAP:
            stride *= next(factors)
        start = self.marks.epoch_start
        first = start + -(-(self.minimum() - start) // stride) * stride
        return list(range(first, self.maximum() + 1, stride))

    def _pixels_per_step(self) -> float:
        steps = max(1, self.maximum() - self.minimum())
        return max(self.width() - 2 * _INSET, 1.0) / steps

    def place_of(self, step: int) -> float:
        """Return the x of a step, px."""
        return _INSET + (step - self.minimum()) * self._pixels_per_step()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, epochs, branches, labels and the thumb."""
        theme = self.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here, end = self.place_of(self.sliderPosition()), self.place_of(self.maximum())
        end = max(end, self.width() - _INSET)
        painter.setPen(Qt.PenStyle.NoPen)
        top = self._track - _GROOVE / 2
        painter.setBrush(QColor(theme.border_strong))
        painter.drawRoundedRect(QRectF(_INSET, top, end - _INSET, _GROOVE), 3, 3)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(QRectF(_INSET, top, here - _INSET, _GROOVE), 3, 3)
        if not self._is_low:
            self._draw_ticks(painter)
        self._draw_branches(painter)
        painter.setPen(solid_pen(theme.card, 2))
        painter.setBrush(QColor(theme.text))
        painter.drawRoundedRect(QRectF(here - 4, self._track - 10, 8, 20), 4, 4)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), 6, self.palette())
        painter.end()

    def _draw_ticks(self, painter: QPainter) -> None:
        painter.setPen(solid_pen(self.theme.border_strong, 1))
        for step in self.epoch_ticks():
            x = round(self.place_of(step)) + 0.5
            painter.drawLine(QPointF(x, _TRACK + 8), QPointF(x, _TRACK + 12))
        font = ui_font(10)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text_tertiary))
        for left, step in self.labels(metrics):
            painter.drawText(QPointF(left, _TRACK + 25), count_text(step))

    def labels(self, metrics: QFontMetricsF) -> list[tuple[float, int]]:
        """Return (left, step) of the labels: both ends, and round steps where there is room."""
        first, last = self.minimum(), self.maximum()
        wanted = [first, last]
        if last > first:
            wanted += [round(tick) for tick in ticks(first, last, 6) if first < tick < last]
        placed: list[tuple[float, float, int]] = []
        for step in dict.fromkeys(wanted):
            width = metrics.horizontalAdvance(count_text(step))
            left = min(max(self.place_of(step) - width / 2, 2.0), self.width() - width - 2)
            if all(left > b + _LABEL_GAP or left + width < a - _LABEL_GAP for a, b, _ in placed):
                placed.append((left, left + width, step))
        return [(left, step) for left, _, step in placed]

    def _draw_branches(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for step, colour in self.marks.branches:
            x = self.place_of(step)
            painter.setBrush(QColor(colour))
            corners = [QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 6)]
            painter.drawPolygon(QPolygonF(corners))


def run_marks(display: Display, theme: Theme) -> Marks:
    """Return what stands along the run on show."""
    snapshot, runs = display.snapshot, display.runs
    length = snapshot.batches_per_epoch
    branches = tuple(
        (run.branch_step, run.colour(theme))
        for run in runs.others
        if run.parent == runs.current.number
    )
    return Marks((snapshot.step - snapshot.batch) % length, length, branches)
