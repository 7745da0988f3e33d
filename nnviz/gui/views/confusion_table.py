"""ConfusionTable: how many rows of each class were taken for each class."""

from math import ceil, inf

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.core.metrics import precision, recall
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import count_text, percent_text

_GAP = 2
_HEAD = 20
_SIDE = 58
_MARGIN_WIDTH = 58
_LEAST_CELL = (30, 14)
_NARROW = 46
_VERY_NARROW = 34
_MOST_CELL = (150, 76)
# Lower than this there is room for the cells and the columns' heads only.
_LOW = 150
# Height of a line of text, px.
_LINE = 13.0
_WAYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionTable(QWidget):
    """Rows are true classes, columns what they were taken for; shares are of the row.

    Attributes
    ----------
    counts
        k x k, or ``None`` before there is anything.
    chosen
        (row, column) of the cell that a person has picked, or ``None``.

    Signals
    -------
    cell_chosen
        A person has picked another cell, or put it back.
    """

    cell_chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusion_table")
        self.setAccessibleName("Confusion matrix")
        self.setMouseTracking(True)
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, CHOICE_KEYS | {Qt.Key.Key_Escape})
        self.counts: NDArray[np.int64] | None = None
        self.chosen: tuple[int, int] | None = None
        self._names: tuple[str, ...] = ()

    def show_counts(self, counts: NDArray[np.int64] | None, names: tuple[str, ...]) -> None:
        """Show these counts of these classes."""
        if counts is None or self.counts is None or counts.shape != self.counts.shape:
            self.chosen = None
        self.counts, self._names = counts, names
        self.setAccessibleDescription("" if counts is None else "; ".join(self._sentences()))
        self.update()

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for comfortable cells."""
        count = max(2, len(self._names))
        return QSize(_SIDE + 60 * count + _MARGIN_WIDTH, 2 * _HEAD + 30 * (count + 1))

    # Where things are.

    def cell(self, row: int, column: int) -> QRectF:
        """Return where a count stands."""
        width, height = self._cell_size()
        left, top = self._corner()
        return QRectF(left + column * width, top + row * height, width - _GAP, height - _GAP)

    def _cell_size(self) -> tuple[float, float]:
        count = max(1, len(self._names))
        width = (self.width() - self._side() - _MARGIN_WIDTH) / count
        height = (self.height() - self._top() - (0 if self._is_low else _HEAD)) / count
        return min(max(width, 4.0), _MOST_CELL[0]), min(max(height, 4.0), _MOST_CELL[1])

    def _side(self) -> float:
        metrics = QFontMetricsF(ui_font(11))
        longest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        return min(max(_SIDE, longest + 26), 0.3 * self.width())

    @property
    def _is_low(self) -> bool:
        return self.height() < _LOW

    def _top(self) -> float:
        return _HEAD if self._is_low else 2 * _HEAD

    def _corner(self) -> tuple[float, float]:
        return self._side(), self._top()

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heads, cells and margins."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        if self.counts is not None:
            self._paint_heads(painter, self.counts)
            rows = np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
            for (row, column), count in np.ndenumerate(self.counts):
                self._paint_cell(painter, (row, column), int(count), count / rows[row, 0])
            self._paint_ring(painter)
        painter.end()

    def _paint_ring(self, painter: QPainter) -> None:
        if self.chosen is not None or self.hasFocus():
            colour = self.theme.accent if self.hasFocus() else self.theme.text
            painter.setPen(QPen(QColor(colour), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.cell(*(self.chosen or (0, 0))), 4, 4)

    def _paint_cell(
        self, painter: QPainter, place: tuple[int, int], count: int, share: float
    ) -> None:
        box, theme = self.cell(*place), self.theme
        strong = theme.accent if place[0] == place[1] else theme.danger
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(theme.well, strong, 0.62 * float(share) ** 0.7 if count else 0.0))
        painter.drawRoundedRect(box, 4, 4)
        if box.width() < _LEAST_CELL[0] or box.height() < _LEAST_CELL[1]:
            return
        painter.setPen(QColor(theme.text if count else theme.text_tertiary))
        has_share = box.height() >= 34
        painter.setFont(ui_font(13 if has_share else 11, QFont.Weight.DemiBold))
        upper = box.adjusted(0, 3, 0, -box.height() / 2 + 3) if has_share else box
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, count_text(count))
        if has_share:
            painter.setFont(ui_font(10))
            painter.setPen(QColor(theme.text_secondary if share < 0.6 else theme.text))
            lower = box.adjusted(0, box.height() / 2 - 1, 0, -4)
            painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, percent_text(float(share)))

    def _paint_heads(self, painter: QPainter, counts: NDArray[np.int64]) -> None:
        theme, names = self.theme, self._names
        last = len(names) - 1
        width, _ = self._cell_size()
        left, top = self._corner()
        if not self._is_low:
            painter.setFont(ui_font(10))
            painter.setPen(QColor(theme.text_tertiary))
            painter.drawText(QPointF(left, 13), "taken for")
        precisions, recalls = precision(counts), recall(counts)
        # Where cells are lower than a line of text, some of the names stand for all.
        stride = max(1, ceil(_LINE / self._cell_size()[1]))
        for index in range(len(names)):
            above = QRectF(left + index * width, top - _HEAD, width - _GAP, _HEAD)
            self._write(painter, above, names[index], theme.text_secondary, 11)
            if index % stride == 0:
                middle = self.cell(index, 0).center().y() - _LINE / 2
                before = QRectF(0, middle, left - 8, _LINE)
                self._write(painter, before, names[index], theme.text_secondary, 11, to_right=True)
                right = self.cell(index, last).right() + 6
                after = QRectF(right, middle, _MARGIN_WIDTH - 6, _LINE)
                self._write(painter, after, _share_text(recalls[index]), theme.text_secondary, 10)
            if not self._is_low:
                below = self.cell(last, index)
                under = QRectF(below.left() - 4, below.bottom() + 2, below.width() + 8, _HEAD - 4)
                text = _share_text(precisions[index], below.width())
                self._write(painter, under, text, theme.text_secondary, 10)
        corner, foot = self.cell(0, last), self.cell(last, 0)
        beside = QRectF(corner.right() + 6, top - _HEAD, _MARGIN_WIDTH - 6, _HEAD)
        self._write(painter, beside, "recall", theme.text_tertiary, 10)
        if not self._is_low:
            under = QRectF(0, foot.bottom() + 2, left - 8, _HEAD - 4)
            self._write(painter, under, "precision", theme.text_tertiary, 10, to_right=True)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawLine(QPointF(left - 4, top), QPointF(left - 4, foot.bottom()))

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        colour: str,
        size: int,
        to_right: bool = False,
    ) -> None:
        font = ui_font(size)
        elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.setFont(font)
        painter.setPen(QColor(colour))
        across = Qt.AlignmentFlag.AlignRight if to_right else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(box, across | Qt.AlignmentFlag.AlignVCenter, elided)

    # What a person does.

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return (row, column) of the cell at a point."""
        if self.counts is None:
            return None
        places = np.ndindex(*self.counts.shape)
        return next((place for place in places if self.cell(*place).contains(point)), None)

    def choose(self, place: tuple[int, int] | None) -> None:
        """Pick a cell, or none; the one that is picked already is put back."""
        place = None if place == self.chosen else place
        if place != self.chosen:
            self.chosen = place
            self.update()
            self.cell_chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the cell under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(self.cell_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick with the arrow keys; Escape puts the cell back."""
        way = _WAYS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.choose(None)
        elif way is not None and self.counts is not None:
            last = len(self.counts) - 1
            row, column = self.chosen or (0, 0)
            to = min(max(row + way[0], 0), last), min(max(column + way[1], 0), last)
            if to != self.chosen:
                self.choose(to)
        else:
            super().keyPressEvent(event)

    # Words.

    def sentence_at(self, point: QPointF) -> str:
        """Return what the cell under a point says, or ""."""
        place = self.cell_at(point)
        return "" if place is None else self.sentence(*place)

    def _sentences(self) -> list[str]:
        assert self.counts is not None
        return [self.sentence(row, column) for row, column in np.ndindex(*self.counts.shape)]

    def sentence(self, row: int, column: int) -> str:
        """Return what a cell counts, in words."""
        assert self.counts is not None
        count, total = int(self.counts[row, column]), int(self.counts[row].sum())
        share = f", {percent_text(count / total)}" if total else ""
        return (
            f"{count_text(count)} of {count_text(total)} rows of {self._names[row]} were taken "
            f"for {self._names[column]}{share}"
        )

    def event(self, event: QEvent) -> bool:
        """Say in words what the cell under the mouse counts."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.sentence_at(QPointF(event.pos())), self)
            return True
        return super().event(event)


def _share_text(share: float, room: float = inf) -> str:
    """Write a share with as much as there is room for, in pixels."""
    if np.isnan(share):
        return percent_text(None)
    if room < _VERY_NARROW:
        return f"{100 * share:.0f}"
    return f"{100 * share:.0f} %" if room < _NARROW else percent_text(float(share))
