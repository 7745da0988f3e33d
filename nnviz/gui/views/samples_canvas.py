"""SamplesCanvas: a bar for each sample's gradient, and below it how well it agrees."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, sign_colour
from nnviz.gui.views.samples_content import SampleBars
from nnviz.gui.widgets.keys import keep_keys
from nnviz.gui.widgets.text import number_text

_LEFT, _GAP, _HEAD = 52, 6, 14
_SHARE_OF_BARS = 0.66
_LINE = 12
_KEYS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})


class SamplesCanvas(QWidget):
    """Gradients above, cosines below, one column for each sample.

    Attributes
    ----------
    bars
        What is drawn, ``None`` before there is anything.

    Signals
    -------
    sample_clicked
        The sample at this position of the batch was chosen.
    """

    sample_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samples_canvas")
        self.setAccessibleName("Gradient of each sample, arrow keys select a sample")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        keep_keys(self, _KEYS)
        self.theme = theme
        self.bars: SampleBars | None = None
        self._rows: tuple[int, ...] = ()
        self._selected: int | None = 0
        self._hovered: int | None = None

    def sizeHint(self) -> QSize:
        """Return room for a batch."""
        return QSize(420, 200)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.update()

    def show_bars(self, bars: SampleBars, rows: tuple[int, ...], selected: int | None) -> None:
        """Show these samples, of these rows, one of them selected or none."""
        self.bars, self._rows, self._selected = bars, rows, selected
        self.setAccessibleDescription("" if selected is None else self.sentence(selected))
        self.update()

    def show_nothing(self) -> None:
        """Draw nothing: there are no samples."""
        self.bars = None
        self.setAccessibleDescription("")
        self.update()

    def sentence(self, position: int) -> str:
        """Return what the bar of a sample says."""
        if self.bars is None:
            return ""
        row = self._rows[position] if position < len(self._rows) else None
        return self.bars.sentence(position, row)

    # Where things are.

    def areas(self) -> tuple[QRectF, QRectF]:
        """Return where gradients and cosines are drawn."""
        whole = QRectF(_LEFT, _HEAD, self.width() - _LEFT - 4, self.height() - _HEAD - 4)
        height = (whole.height() - _GAP - _HEAD) * _SHARE_OF_BARS
        upper = QRectF(whole.left(), whole.top(), whole.width(), height)
        top = upper.bottom() + _GAP + _HEAD
        return upper, QRectF(whole.left(), top, whole.width(), whole.bottom() - top)

    def column(self, place: int, area: QRectF) -> QRectF:
        """Return the column of the bar at a place from the left."""
        count = len(self.bars.order) if self.bars is not None else 1
        width = area.width() / max(1, count)
        return QRectF(area.left() + place * width, area.top(), width, area.height())

    def position_at(self, point: QPointF) -> int | None:
        """Return the sample whose column is under a point."""
        upper, lower = self.areas()
        if self.bars is None or not len(self.bars.order):
            return None
        if not upper.united(lower).contains(point):
            return None
        place = int((point.x() - upper.left()) / upper.width() * len(self.bars.order))
        return int(self.bars.order[min(place, len(self.bars.order) - 1)])

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both rows of bars."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        if self.bars is not None:
            upper, lower = self.areas()
            for area in (upper, lower):
                painter.fillRect(area, QColor(self.theme.well))
            self._paint_marks(painter, upper.united(lower))
            self._paint_values(painter, upper, self.bars)
            self._paint_cosines(painter, lower, self.bars)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self.theme.accent), 2))
                painter.drawRect(upper.united(lower))
        painter.end()

    def _paint_marks(self, painter: QPainter, area: QRectF) -> None:
        if self._hovered is not None:
            for column in self._columns(self._hovered, area):
                painter.fillRect(column, QColor(self.theme.raised))
        painter.setPen(QPen(QColor(self.theme.accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for column in [] if self._selected is None else self._columns(self._selected, area):
            painter.drawRect(column)

    def _columns(self, position: int, area: QRectF) -> list[QRectF]:
        """Return the column of a sample, none where it is not drawn."""
        assert self.bars is not None
        found = []
        for place in np.flatnonzero(self.bars.order == position).tolist():
            column = self.column(place, area)
            column.setWidth(max(column.width(), 3.0))
            found.append(column)
        return found

    def _paint_values(self, painter: QPainter, area: QRectF, bars: SampleBars) -> None:
        shown = bars.values[bars.order]
        finite = shown[np.isfinite(shown)]
        sizes = [float(np.abs(finite).max(initial=0.0)), abs(bars.mean)]
        largest = max((size for size in sizes if np.isfinite(size)), default=0.0)
        reach = largest or 1.0
        zero = area.center().y() if bars.is_signed else area.bottom()
        unit = (area.height() / 2 if bars.is_signed else area.height()) - 3
        for place, value in enumerate(shown.tolist()):
            colour = sign_colour(self.theme, value) if bars.is_signed else self.theme.accent
            self._paint_bar(painter, area, place, (zero, unit * value / reach), colour)
        self._paint_line(painter, area, zero, self.theme.border_strong, Qt.PenStyle.SolidLine)
        if np.isfinite(bars.mean):
            height = zero - unit * bars.mean / reach
            self._paint_line(painter, area, height, self.theme.text, Qt.PenStyle.DashLine)
        ends = (1.0, 0.0, -1.0) if bars.is_signed else (1.0, 0.0)
        self._write_scale(painter, area, [_scale_text(end, largest) for end in ends])
        self._write_head(painter, area, bars.name, f"dashed: {bars.crowd}")

    def _paint_cosines(self, painter: QPainter, area: QRectF, bars: SampleBars) -> None:
        zero, unit = area.center().y(), area.height() / 2 - 2
        for place, cosine in enumerate(bars.cosines[bars.order].tolist()):
            colour = self.theme.text_secondary if cosine >= 0 else self.theme.danger
            self._paint_bar(painter, area, place, (zero, unit * cosine), colour)
        self._paint_line(painter, area, zero, self.theme.border_strong, Qt.PenStyle.SolidLine)
        self._write_scale(painter, area, ["1", "0", "\N{MINUS SIGN}1"])
        self._write_head(painter, area, f"cosine to {bars.crowd}", "")

    def _paint_bar(
        self,
        painter: QPainter,
        area: QRectF,
        place: int,
        extent: tuple[float, float],
        colour: str,
    ) -> None:
        zero, height = extent
        if not np.isfinite(height) or height == 0:
            return
        column = self.column(place, area)
        gap = 1.0 if column.width() > 4 else 0.0
        top, size = (zero - height, height) if height >= 0 else (zero, -height)
        painter.fillRect(
            QRectF(column.left() + gap / 2, top, max(1.0, column.width() - gap), max(size, 1.0)),
            QColor(colour),
        )

    def _paint_line(
        self, painter: QPainter, area: QRectF, height: float, colour: str, style: Qt.PenStyle
    ) -> None:
        painter.setPen(QPen(QColor(colour), 1, style))
        painter.drawLine(QPointF(area.left(), height), QPointF(area.right(), height))

    def _write_scale(self, painter: QPainter, area: QRectF, ends: list[str]) -> None:
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        if area.height() < _LINE * len(ends):
            ends = [ends[0], ends[-1]] if area.height() >= 2 * _LINE else ends[:1]
        steps = np.linspace(area.top() + 5, area.bottom() - 5, len(ends)).tolist()
        for text, height in zip(ends, steps, strict=True):
            box = QRectF(0, height - 7, _LEFT - 5, 14)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _write_head(self, painter: QPainter, area: QRectF, left: str, right: str) -> None:
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        box = QRectF(area.left(), area.top() - _HEAD, area.width(), _HEAD)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)

    # Pointer and keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Bring out the sample under the mouse."""
        self._hover(self.position_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, position: int | None) -> None:
        if position != self._hovered:
            self._hovered = position
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the sample under the mouse."""
        position = self.position_at(event.position())
        if position is not None:
            self.sample_clicked.emit(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the next or the previous bar."""
        if self.bars is None or event.key() not in _KEYS:
            super().keyPressEvent(event)
            return
        selected = -1 if self._selected is None else self._selected
        places = np.flatnonzero(self.bars.order == selected)
        place = int(places[0]) if len(places) else 0
        step = 1 if event.key() == Qt.Key.Key_Right else -1
        order = self.bars.order
        self.sample_clicked.emit(int(order[(place + step) % len(order)]))

    def event(self, event: QEvent) -> bool:
        """Say the exact numbers of the sample under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = self.position_at(QPointF(event.pos()))
            text = "" if position is None else self.sentence(position)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


def _scale_text(end: float, largest: float) -> str:
    """Write an end of the scale; where there is nothing but zeros only the middle has a number."""
    return number_text(end * largest, 3) if largest or not end else ""
