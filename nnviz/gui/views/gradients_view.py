"""GradientsView: for each layer the size of its gradient, then and now, and its entries."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.gradient_rows import GradientRow, gradient_rows
from nnviz.gui.views.view import View
from nnviz.gui.widgets.text import number_text

NAME, VALUE, GAP = 64, 84, 10
LOWEST, HIGHEST = 30, 52


class GradientsView(View):
    """One row per layer: name, norm over time (logarithmic), norm now, histogram."""

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Gradients per layer")
        self.canvas = GradientsCanvas(theme)
        self._area = QScrollArea(self)
        self._area.setObjectName("gradients_area")
        self._area.setAccessibleName("Gradients, one row per layer")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self.canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)

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
        self.set_facts("norm of each layer, logarithmic &nbsp;|&nbsp; entries of the last step")


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
            self.setMinimumHeight(LOWEST * len(rows))
        self.rows = rows
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for comfortable rows."""
        return QSize(400, HIGHEST * max(1, len(self.rows)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that are seen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        span = _common_span(self.rows)
        height = min(HIGHEST, max(LOWEST, self.height() / max(1, len(self.rows))))
        for index, row in enumerate(self.rows):
            place = QRectF(0, index * height, self.width(), height)
            if place.intersects(QRectF(event.rect())):
                self._paint_row(painter, row, place, span)
        painter.end()

    def _paint_row(
        self, painter: QPainter, row: GradientRow, place: QRectF, span: tuple[float, float]
    ) -> None:
        centre = Qt.AlignmentFlag.AlignVCenter
        name = QRectF(place.left() + 2, place.top(), NAME, place.height())
        painter.setFont(ui_font(11))
        painter.setPen(QColor(self.theme.text_secondary))
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | centre, row.name)
        rest = place.width() - NAME - VALUE - 3 * GAP
        line = QRectF(name.right() + GAP, place.top() + 4, rest * 0.55, place.height() - 8)
        self._paint_history(painter, row, line, span)
        value = QRectF(line.right() + GAP, place.top(), VALUE, place.height())
        painter.setFont(ui_font(12))
        painter.setPen(QColor(self.theme.text_secondary if row.words else self.theme.text))
        text = row.words or scientific(row.norm)
        painter.drawText(value, Qt.AlignmentFlag.AlignHCenter | centre, text)
        bars = QRectF(value.right() + GAP, line.top(), rest * 0.45 - 4, line.height())
        self._paint_entries(painter, row, bars)

    def _paint_history(
        self, painter: QPainter, row: GradientRow, box: QRectF, span: tuple[float, float]
    ) -> None:
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.setBrush(QColor(self.theme.well))
        painter.drawRoundedRect(box, 4, 4)
        fair = row.history[np.isfinite(row.history[:, 1])]
        if len(fair) < 2:
            return
        low, high = span
        first, last = fair[0, 0], fair[-1, 0]
        x = box.left() + 3 + (fair[:, 0] - first) / max(last - first, 1) * (box.width() - 6)
        y = box.bottom() - 3 - (fair[:, 1] - low) / (high - low) * (box.height() - 6)
        line = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        painter.setPen(QPen(QColor(self.theme.accent), 1.4))
        painter.drawPolyline(QPolygonF(line))

    def _paint_entries(self, painter: QPainter, row: GradientRow, box: QRectF) -> None:
        base = box.bottom() - 1
        painter.setPen(QPen(QColor(self.theme.border_strong), 1))
        painter.drawLine(QPointF(box.left(), base), QPointF(box.right(), base))
        middle = box.center().x()
        if len(row.marks):
            for entry in row.marks.tolist():
                sign = self.theme.negative if entry < 0 else self.theme.positive
                painter.setPen(QPen(QColor(sign), 1.6))
                x = middle + entry / row.reach * box.width() / 2
                painter.drawLine(QPointF(x, base), QPointF(x, base - box.height() * 0.6))
        elif len(row.counts):
            self._paint_bars(painter, row, box, base)
        painter.setPen(QPen(mix(self.theme.card, self.theme.text_tertiary, 0.7), 1))
        painter.drawLine(QPointF(middle, base), QPointF(middle, base - 4))

    def _paint_bars(self, painter: QPainter, row: GradientRow, box: QRectF, base: float) -> None:
        width = box.width() / len(row.counts)
        tallest = max(1, int(row.counts.max()))
        for index, count in enumerate(row.counts.tolist()):
            if not count:
                continue
            sign = self.theme.negative if index < len(row.counts) // 2 else self.theme.positive
            # One entry must be seen beside thousands.
            height = max(1.5, count / tallest * (box.height() - 2))
            left = box.left() + index * width
            painter.fillRect(
                QRectF(left, base - height, max(1.0, width - 0.5), height), QColor(sign)
            )


def scientific(value: float) -> str:
    """Write a number with three digits and an exponent, with true minus signs."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "\N{MINUS SIGN}")


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
