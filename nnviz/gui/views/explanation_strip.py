"""ExplanationStrip: one line with the exact arithmetic of what is selected."""

from html import escape

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.explanation import explain
from nnviz.gui.views.explanation_spans import Explanation, Span, Spans, Tone
from nnviz.gui.views.view import View

HEIGHT = 40
RADIUS = 8.0
PADDING = 14.0
TITLE_GAP = 16.0
FEWEST_TERMS = 2
MOST_TERMS = 24
_PLAIN, _STRONG = QFont.Weight.Normal, QFont.Weight.DemiBold


class ExplanationStrip(View):
    """The selected unit's or weight's arithmetic for the selected sample.

    Attributes
    ----------
    explanation
        What is said, with the unrounded numbers.
    shown
        The spans for which there is room.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.explanation = Explanation()
        self.shown: Spans = ()
        self._fonts = {weight: ui_font(13, weight) for weight in (_PLAIN, _STRONG)}
        self._metrics = {weight: QFontMetricsF(font) for weight, font in self._fonts.items()}
        self.setObjectName("explanation_view")
        self.setAccessibleName("Explanation")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        return QSize(600, HEIGHT)

    def refresh(self) -> None:
        """Work out the newest numbers."""
        if not self.display.is_ready:
            return
        self.explanation = explain(self.display)
        self.setAccessibleDescription(self.explanation.text())
        self.setToolTip(self._rich_text() if self.explanation.title else "")
        self._fit()

    def apply_theme(self) -> None:
        """Colours are read when painting."""
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose anew how much there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out extras first, then products in the middle, until the line fits."""
        room = self.width() - 2 * PADDING - self._title_width()
        said = self.explanation
        most = min(len(said.terms), MOST_TERMS)
        extras = len(said.extras)
        choices = [(most, count) for count in range(extras, -1, -1)]
        choices += [(count, 0) for count in range(most - 1, FEWEST_TERMS - 1, -1)]
        for terms, count in choices:
            self.shown = said.spans(terms, count)
            if self._width(self.shown) <= room:
                break
        self.update()

    def _title_width(self) -> float:
        title = self.explanation.title
        return self._metrics[_PLAIN].horizontalAdvance(title) + TITLE_GAP if title else 0.0

    def _width(self, spans: Spans) -> float:
        return sum(self._metrics[_weight(s.tone)].horizontalAdvance(s.text) for s in spans)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the well and the line in it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.setBrush(QColor(self.theme.well))
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        x, end = PADDING, self.width() - PADDING
        if self.explanation.title:
            self._write(painter, Span(self.explanation.title, "quiet"), x, end)
            x += self._title_width()
        for span in self.shown:
            if x >= end:
                break
            self._write(painter, span, x, end)
            x += self._metrics[_weight(span.tone)].horizontalAdvance(span.text)
        painter.end()

    def _write(self, painter: QPainter, span: Span, x: float, end: float) -> None:
        weight = _weight(span.tone)
        metrics = self._metrics[weight]
        text = metrics.elidedText(span.text, Qt.TextElideMode.ElideRight, end - x + 0.5)
        painter.setFont(self._fonts[weight])
        painter.setPen(QColor(self._colour(span.tone)))
        rect = QRectF(x, 0, end - x + 2, self.height())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _colour(self, tone: Tone) -> str:
        theme = self.theme
        return {
            "plain": theme.text,
            "strong": theme.text,
            "quiet": theme.text_secondary,
            "positive": theme.positive,
            "negative": theme.negative_text,
            "accent": theme.accent,
        }[tone]

    def _rich_text(self) -> str:
        line = "".join(
            f'<span style="color:{self._colour(span.tone)}">{escape(span.text)}</span>'
            for span in self.explanation.spans(MOST_TERMS)
        )
        return f"<b>{escape(self.explanation.title)}</b><br>{line}"


def _weight(tone: Tone) -> QFont.Weight:
    return _PLAIN if tone in ("plain", "quiet") else _STRONG
