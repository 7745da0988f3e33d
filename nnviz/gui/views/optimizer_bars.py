"""RuleBars: the same step under several rules, below one another."""

from collections.abc import Sequence
from math import isfinite

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, sign_colour
from nnviz.gui.views.network_values import exact
from nnviz.gui.views.optimizer_content import RuleRow
from nnviz.gui.widgets.text import number_text

PADDING = 12
_HEAD = 22
_ROW = 38
_BAR = 9
_LABEL, _NUMBER = 0.36, 84
_WRAP = Qt.TextFlag.TextWordWrap


class RuleBars(QWidget):
    """One row for each rule: its step as a bar from 0, the number, and what it remembers.

    Attributes
    ----------
    rows
        What is shown.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("optimizer_rules")
        self.setAccessibleName("The same step under other rules")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.theme = theme
        self.rows: tuple[RuleRow, ...] = ()
        self._note = ""

    def show_rows(self, rows: Sequence[RuleRow], note: str) -> None:
        """Show these rows, and a sentence about them."""
        self.rows, self._note = tuple(rows), note
        spoken = (f"{row.label}: step {number_text(row.step)}, {row.memory_text}" for row in rows)
        self.setAccessibleDescription("; ".join((*spoken, note)))
        self._fit()
        self.update()

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.update()

    # Where things are.

    @property
    def scale(self) -> float:
        """The size of the longest step that is a number; 1 where none moves anything."""
        sizes = [abs(row.step) for row in self.rows if isfinite(row.step)]
        return max(sizes, default=0.0) or 1.0

    def row_area(self, index: int) -> QRectF:
        """Return where a row stands."""
        return QRectF(PADDING, _HEAD + index * _ROW, self.width() - 2 * PADDING, _ROW)

    def bar(self, index: int) -> QRectF:
        """Return where the bar of a row is; empty where its step is no number."""
        room, step = self._bar_room(index), self.rows[index].step
        if not isfinite(step):
            return QRectF()
        length = room.width() / 2 * abs(step) / self.scale
        middle = room.center().x()
        left = middle if step > 0 else middle - length
        return QRectF(left, room.top(), length, room.height())

    def _bar_room(self, index: int) -> QRectF:
        row = self.row_area(index)
        left = row.left() + self._label_width() + _NUMBER + 10
        return QRectF(left, row.top() + 7, max(row.right() - left, 10), _BAR)

    def _label_width(self) -> float:
        metrics = QFontMetricsF(ui_font(12, QFont.Weight.DemiBold))
        longest = max((metrics.horizontalAdvance(row.label) for row in self.rows), default=0.0)
        return min(longest + 8, _LABEL * self.width())

    def _note_height(self) -> float:
        room = QRectF(0, 0, max(self.width() - 2 * PADDING, 60), 1000)
        return QFontMetricsF(ui_font(11)).boundingRect(room, _WRAP, self._note).height()

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        if not self.rows:
            return QSize(200, 0)
        return QSize(240, round(_HEAD + len(self.rows) * _ROW + self._note_height() + 10))

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the sentence anew."""
        super().resizeEvent(event)
        self._fit()

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heads, rows and the sentence."""
        if not self.rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        for index, row in enumerate(self.rows):
            self._paint_row(painter, index, row)
        painter.setFont(ui_font(11))
        painter.setPen(QColor(self.theme.text_secondary))
        top = _HEAD + len(self.rows) * _ROW + 4
        area = QRectF(PADDING, top, self.width() - 2 * PADDING, self._note_height() + 2)
        painter.drawText(area, _WRAP, self._note)
        painter.end()

    def _paint_head(self, painter: QPainter) -> None:
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        row = self.row_area(0)
        head = QRectF(row.left(), 4, row.width(), _HEAD - 6)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, "rule")
        number = QRectF(row.left() + self._label_width(), 4, _NUMBER, _HEAD - 6)
        painter.drawText(number, Qt.AlignmentFlag.AlignRight, "step")
        room = self._bar_room(0)
        reach = number_text(self.scale, 3)
        ends = QRectF(room.left(), 4, room.width(), _HEAD - 6)
        painter.drawText(ends, Qt.AlignmentFlag.AlignRight, f"+{reach}")
        if room.width() > 130:
            painter.drawText(ends, Qt.AlignmentFlag.AlignLeft, f"−{reach}")
            painter.drawText(ends, Qt.AlignmentFlag.AlignHCenter, "0")

    def _paint_row(self, painter: QPainter, index: int, row: RuleRow) -> None:
        theme, area = self.theme, self.row_area(index)
        if index:
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(area.topLeft(), area.topRight())
        weight = QFont.Weight.DemiBold if row.is_actual else QFont.Weight.Normal
        font = ui_font(12, weight)
        painter.setFont(font)
        painter.setPen(QColor(theme.accent if row.is_actual else theme.text))
        width = self._label_width()
        text = QFontMetricsF(font).elidedText(row.label, Qt.TextElideMode.ElideRight, width - 4)
        upper = area.adjusted(0, 3, 0, -_ROW / 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, Qt.AlignmentFlag.AlignLeft | middle, text)
        painter.setPen(QColor(_colour(theme, row.step)))
        number = QRectF(area.left() + width, upper.top(), _NUMBER, upper.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | middle, number_text(row.step, 6))
        painter.setFont(ui_font(11))
        painter.setPen(QColor(theme.text_secondary))
        lower = area.adjusted(0, _ROW / 2 - 1, 0, -2)
        words = row.memory_text + ("   the run's rule, memory empty at first" if row.is_own else "")
        shown = QFontMetricsF(painter.font()).elidedText(
            words, Qt.TextElideMode.ElideRight, lower.width()
        )
        painter.drawText(lower, Qt.AlignmentFlag.AlignLeft | middle, shown)
        self._paint_bar(painter, index, row)

    def _paint_bar(self, painter: QPainter, index: int, row: RuleRow) -> None:
        theme, room = self.theme, self._bar_room(index)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.well))
        painter.drawRoundedRect(room, 2, 2)
        bar = self.bar(index)
        if row.step and not bar.isEmpty():
            # Even the shortest step has a direction.
            if bar.width() < 1.5:
                bar.setLeft(bar.left() - (1.5 if row.step < 0 else 0))
                bar.setWidth(1.5)
            painter.setBrush(QColor(sign_colour(theme, row.step)))
            painter.drawRect(bar)
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        x = room.center().x()
        painter.drawLine(QPointF(x, room.top() - 2), QPointF(x, room.bottom() + 2))

    def event(self, event: QEvent) -> bool:
        """Tell all digits of the row under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos().y()), self)
            return True
        return super().event(event)

    def tip_at(self, y: float) -> str:
        """Return what is told of the row at a height."""
        for index, row in enumerate(self.rows):
            area = self.row_area(index)
            if area.top() <= y < area.bottom():
                memory = "".join(f"\n{sign} = {exact(v)}" for sign, v in row.memory.items())
                return f"{row.label}: the step is {exact(row.step)}{memory}"
        return ""


def _colour(theme: Theme, step: float) -> str:
    if not isfinite(step) or step == 0:
        return theme.text_secondary
    return sign_colour(theme, step, for_text=True)
