"""The badge of a comparison: passes, fails, kink or unsure, in words and with a sign."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnviz.core.verdicts import Verdict
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.check_rows import WORDS

_PADDING = 9
_HEIGHT = 20


class VerdictBadge(QWidget):
    """Shows one verdict, or nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("check_badge")
        self.theme = theme
        self.verdict: Verdict | None = None
        self._font = ui_font(11, QFont.Weight.DemiBold)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Show another verdict."""
        self.verdict = verdict
        self.setAccessibleName("" if verdict is None else f"Check: {WORDS[verdict][2:]}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the longest verdict, so that nothing moves."""
        metrics = QFontMetricsF(self._font)
        widest = max(metrics.horizontalAdvance(words) for words in WORDS.values())
        return QSize(round(widest) + 2 * _PADDING, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pill."""
        if self.verdict is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = verdict_colour(self.theme, self.verdict)
        box = QRectF(0.5, (self.height() - _HEIGHT) / 2 + 0.5, self.width() - 1, _HEIGHT - 1)
        painter.setPen(QPen(QColor(colour), 1))
        painter.setBrush(mix(self.theme.card, colour, 0.14))
        painter.drawRoundedRect(box, _HEIGHT / 2, _HEIGHT / 2)
        painter.setFont(self._font)
        painter.setPen(QColor(colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, WORDS[self.verdict])
        painter.end()


def verdict_colour(theme: Theme, verdict: Verdict) -> str:
    """Return the colour of a verdict."""
    if verdict is Verdict.FAIL:
        return theme.danger
    return theme.text if verdict is Verdict.PASS else theme.text_secondary
