"""GradientsView: for each layer the size of its gradient, then and now, and its entries."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QToolTip, QVBoxLayout, QWidget

from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.gradient_rows import GradientRow, gradient_rows
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.view import View
from nnviz.gui.widgets.text import count_text, number_text

NAME, VALUE, GAP = 60, 76, 10
LOWEST, HIGHEST = 26, 46
HEAD = 18
HEADINGS = (("Norm over time (log)", "Norm"), ("Entries of the last step", "Entries"))


class GradientsView(View):
    """One row per layer: name, norm over time (logarithmic), norm now, histogram."""

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Gradients per layer")
        self.canvas = GradientsCanvas(theme)
        self._area = QScrollArea(self)
        self._area.setObjectName("gradients_area")
        self._area.setAccessibleName("Gradients, one row per layer")
        self._area.setProperty("role", "ringed")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self.canvas)
        self.more = PlotButton("gradients_flow", "Flow", "Open Gradient flow", self)
        self.more.clicked.connect(lambda: display.wishes.open_view("flow"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        self.more.raise_()

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.canvas.theme = self.theme
        self.canvas.update()

    def refresh(self) -> None:
        """Take over the newest gradients."""
        if not self.display.is_ready:
            return
        rows = gradient_rows(self.display, max(20, self.canvas.width() // 3))
        self.canvas.show_rows(rows)
        self.canvas.setAccessibleDescription(
            "; ".join(f"{row.name}: {row.words or number_text(row.norm)}" for row in rows)
        )
        step = self.display.snapshot.step
        self.set_facts(f"step {count_text(step)}" if step else "before the first step")


class GradientsCanvas(QWidget):
    """Paints the rows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gradients_canvas")
        self.theme = theme
        self.rows: tuple[GradientRow, ...] = ()

    def show_rows(self, rows: tuple[GradientRow, ...]) -> None:
        """Draw these rows from now on."""
        if len(rows) != len(self.rows):
            self.setMinimumHeight(HEAD + LOWEST * len(rows))
        self.rows = rows
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for comfortable rows."""
        return QSize(400, HEAD + HIGHEST * max(1, len(self.rows)))

    def row_rect(self, index: int) -> QRectF:
        """Return where a row is."""
        room = (self.height() - HEAD) / max(1, len(self.rows))
        height = min(HIGHEST, max(LOWEST, room))
        return QRectF(0, HEAD + index * height, self.width(), height)

    def _parts(self, place: QRectF) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Return where name, history, value and entries of a row are."""
        inner = place.adjusted(0, 3, 0, -3)
        rest = place.width() - NAME - VALUE - 2 * GAP - 1
        name = QRectF(2, inner.top(), NAME, inner.height())
        line = QRectF(NAME + GAP, inner.top(), rest * 0.54, inner.height())
        value = QRectF(line.right(), inner.top(), VALUE, inner.height())
        bars = QRectF(value.right(), inner.top(), rest * 0.46 + GAP, inner.height())
        return name, line, value, bars

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that are seen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        self._paint_headings(painter)
        span = _common_span(self.rows)
        for index, row in enumerate(self.rows):
            place = self.row_rect(index)
            if place.intersects(QRectF(event.rect())):
                self._paint_row(painter, row, place, span)
        painter.end()

    def _paint_headings(self, painter: QPainter) -> None:
        _, line, _, bars = self._parts(QRectF(0, 0, self.width(), HEAD))
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        metrics = QFontMetricsF(painter.font())
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        for box, (long, short) in zip((line, bars), HEADINGS, strict=True):
            text = long if metrics.horizontalAdvance(long) <= box.width() else short
            painter.drawText(QRectF(box.left(), 0, box.width(), HEAD), align, text)

    def _paint_row(
        self, painter: QPainter, row: GradientRow, place: QRectF, span: tuple[float, float]
    ) -> None:
        name, line, value, bars = self._parts(place)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(ui_font(11, QFont.Weight.Medium))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | centre, row.name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.well))
        for box in (line, bars):
            painter.drawRoundedRect(box, 4, 4)
        self._paint_history(painter, row, line, span)
        painter.setFont(
            ui_font(11, QFont.Weight.DemiBold if not row.words else QFont.Weight.Normal)
        )
        painter.setPen(QColor(self.theme.text_secondary if row.words else self.theme.text))
        text = row.words or scientific(row.norm)
        painter.drawText(value, Qt.AlignmentFlag.AlignHCenter | centre, text)
        self._paint_entries(painter, row, bars.adjusted(4, 3, -4, -2))

    def _paint_history(
        self, painter: QPainter, row: GradientRow, box: QRectF, span: tuple[float, float]
    ) -> None:
        if not len(row.history):
            return
        low, high = span
        first, last = row.history[0, 0], row.history[-1, 0]
        x = box.left() + 5 + (row.history[:, 0] - first) / max(last - first, 1) * (box.width() - 11)
        y = box.bottom() - 4 - (row.history[:, 1] - low) / (high - low) * (box.height() - 8)
        painter.setPen(QPen(QColor(self.theme.accent), 1.4))
        # Where there was no gradient, or none that is a number, the line has a gap.
        for run in _runs(np.isfinite(y)):
            line = [QPointF(a, b) for a, b in zip(x[run].tolist(), y[run].tolist(), strict=True)]
            painter.drawPolyline(QPolygonF(line))
        if np.isfinite(y[-1]):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.accent))
            painter.drawEllipse(QPointF(x[-1], y[-1]), 2.2, 2.2)

    def _paint_entries(self, painter: QPainter, row: GradientRow, box: QRectF) -> None:
        base = box.bottom()
        middle = box.center().x()
        painter.setPen(QPen(QColor(self.theme.border_strong), 1))
        painter.drawLine(QPointF(middle, base), QPointF(middle, box.top()))
        if row.words:
            return
        if len(row.marks):
            for entry in row.marks.tolist():
                painter.setPen(QPen(QColor(self._colour(entry)), 1.6))
                x = middle + entry / row.reach * box.width() / 2
                painter.drawLine(QPointF(x, base), QPointF(x, box.top()))
        elif len(row.counts):
            self._paint_bars(painter, row, box, base)

    def _paint_bars(self, painter: QPainter, row: GradientRow, box: QRectF, base: float) -> None:
        width = box.width() / len(row.counts)
        tallest = max(1, int(row.counts.max()), row.zeros)
        for index, count in enumerate(row.counts.tolist()):
            left = box.left() + index * width
            colour = self._colour(index + 0.5 - len(row.counts) / 2)
            self._paint_bar(
                painter, QRectF(left, base, width, box.height()), count / tallest, colour
            )
        middle = QRectF(box.center().x() - 1, base, 2.5, box.height())
        self._paint_bar(painter, middle, row.zeros / tallest, self._colour(0))

    def _paint_bar(self, painter: QPainter, slot: QRectF, share: float, colour: str) -> None:
        if share:
            # One entry must be seen beside thousands.
            height = max(1.5, share * slot.height())
            width = max(1.0, slot.width() - 0.5)
            painter.fillRect(
                QRectF(slot.left(), slot.top() - height, width, height), QColor(colour)
            )

    def _colour(self, entry: float) -> str:
        if entry == 0:
            return self.theme.text_tertiary
        return self.theme.negative if entry < 0 else self.theme.positive

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of the row under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = QPointF(event.pos())
            hit = [i for i in range(len(self.rows)) if self.row_rect(i).contains(place)]
            QToolTip.showText(event.globalPos(), self.rows[hit[0]].sentence if hit else "", self)
            return True
        return super().event(event)


def scientific(value: float) -> str:
    """Write a number with three digits and an exponent, with true minus signs."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "\N{MINUS SIGN}")


def _runs(fair: NDArray[np.bool_]) -> list[slice]:
    """Return the stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], fair, [False])).astype(np.int8)))
    return [slice(start, stop) for start, stop in edges.reshape(-1, 2).tolist()]


def _common_span(rows: tuple[GradientRow, ...]) -> tuple[float, float]:
    """Return the range of log10 that all rows share, so that their heights compare."""
    if not rows:
        return 0.0, 1.0
    values = np.concatenate([row.history[:, 1] for row in rows])
    values = values[np.isfinite(values)]
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return (low, high) if high - low > 0.5 else (low - 0.25, high + 0.25)
