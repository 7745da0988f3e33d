"""LossEvents: small labelled ticks on the axis of steps, where something happened to the run."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.event_layout import EventMark, event_marks

HEIGHT = 16
_TICK = 9.0
# The name of the axis keeps its corner, px.
_AXIS_NAME = 34.0
_REACH = 6.0


class LossEvents(QWidget):
    """The ticks, along the foot of the plot; the mouse goes through.

    Attributes
    ----------
    marks
        What is drawn, from left to right.
    """

    def __init__(self, plot: Any, display: Display, theme: Theme) -> None:
        super().__init__(plot)
        self.setObjectName("loss_events")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot, self._display, self._theme = plot, display, theme
        self._font = ui_font(10)
        self.marks: list[EventMark] = []

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.update()

    def refresh(self, room: QRectF, place: Callable[[int], float]) -> None:
        """Show the events of the run on show.

        Parameters
        ----------
        room
            Where the curves are, in pixels of the plot.
        place
            Where a step lies, in the same pixels.
        """
        run = self._display.runs.current
        events = run.events.all(run.losses.steps)
        self.setVisible(bool(events))
        strip = QRectF(room.left(), room.bottom() - HEIGHT, room.width(), HEIGHT).toRect()
        if strip != self.geometry():
            self.setGeometry(strip)
        metrics = QFontMetricsF(self._font)
        marks = event_marks(
            events,
            lambda step: place(step) - room.left(),
            (0.0, room.width()),
            metrics.horizontalAdvance,
            _AXIS_NAME,
        )
        if marks != self.marks:
            self.marks = marks
            told = "\n".join(mark.text for mark in marks)
            self._plot.setAccessibleDescription(told)
            self.update()

    def text_near(self, x: float) -> str:
        """Return the sentences of the tick beside this x of the plot, or ""."""
        inside = x - self.x()
        near = [mark for mark in self.marks if abs(mark.x - inside) <= _REACH]
        return min(near, key=lambda mark: abs(mark.x - inside)).text if near else ""

    def text_at(self, point: QPointF) -> str:
        """Return the sentences of the tick or label at a point of the plot, or ""."""
        if not QRectF(self.geometry()).adjusted(-_REACH, -4, _REACH, 4).contains(point):
            return ""
        inside = point.x() - self.x()
        metrics = QFontMetricsF(self._font)
        for mark in self.marks:
            if mark.label_x is None:
                continue
            if 0 <= inside - mark.label_x <= metrics.horizontalAdvance(mark.label):
                return mark.text
        return self.text_near(point.x())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ticks and labels, each label on a piece of the well so that curves pass behind."""
        theme, metrics = self._theme, QFontMetricsF(self._font)
        back = QColor(theme.well)
        back.setAlphaF(0.8)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        for mark in self.marks:
            colour = QColor(theme.danger if mark.is_bad else theme.text_secondary)
            if mark.label_x is not None:
                box = QRectF(mark.label_x - 2, 1, metrics.horizontalAdvance(mark.label) + 4, 13)
                painter.fillRect(box, back)
                painter.setPen(colour)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.label)
            painter.setPen(QPen(colour, 2))
            painter.drawLine(QPointF(mark.x, HEIGHT), QPointF(mark.x, HEIGHT - _TICK))
        painter.end()
