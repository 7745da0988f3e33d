"""ParameterBars: how the numbers of a column are spread, in one low row."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.text import count_text, number_text

BINS = 81
_HEIGHT = 46
_CAPTION = 13


class ParameterBars(QWidget):
    """A histogram, symmetric about 0; what is not finite is counted in words.

    Attributes
    ----------
    counts
        Of the bins from ``-reach`` to ``reach``.
    reach
        The largest size.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("parameter_bars")
        self.setAccessibleName("Histogram")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.theme = theme
        self.counts = np.zeros(BINS, dtype=np.int64)
        self.reach = 1.0
        self._has_signs = True
        self._left_out = 0

    def sizeHint(self) -> QSize:
        """Return a low row."""
        return QSize(200, _HEIGHT)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.update()

    def show_values(self, values: NDArray[np.float64], key: str) -> None:
        """Show how these numbers are spread; a ratio has no sign."""
        finite = values[np.isfinite(values)]
        self._left_out = len(values) - len(finite)
        self._has_signs = key != "ratio"
        self.reach = float(np.abs(finite).max(initial=0.0)) or 1.0
        low = -self.reach if self._has_signs else 0.0
        self.counts, _ = np.histogram(finite, bins=BINS, range=(low, self.reach))
        words = f"{count_text(len(finite))} from {number_text(low)} to {number_text(self.reach)}"
        left_out = f"; {count_text(self._left_out)} are not finite" if self._left_out else ""
        self.setAccessibleDescription(words + left_out)
        self.setToolTip(f"{key.capitalize()}: {words}{left_out}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars in the colours of their signs, and the ends of the axis."""
        painter, theme = QPainter(self), self.theme
        area = QRectF(0, 0, self.width(), self.height() - _CAPTION)
        painter.fillRect(area, QColor(theme.well))
        most, width = max(1, int(self.counts.max())), area.width() / BINS
        for place, count in enumerate(self.counts.tolist()):
            if not count:
                continue
            # The square root keeps the few in the tails in sight.
            height = max(1.5, (count / most) ** 0.5 * (area.height() - 2))
            bar = QRectF(place * width, area.bottom() - height, max(1.0, width - 1), height)
            painter.fillRect(bar, QColor(self._colour(place)))
        painter.setFont(ui_font(10))
        painter.setPen(QColor(theme.text_tertiary))
        foot = QRectF(2, area.bottom(), self.width() - 4, _CAPTION)
        low = number_text(-self.reach if self._has_signs else 0.0, 3)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, low)
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, number_text(self.reach, 3))
        if self._has_signs:
            painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, "0")
        painter.end()

    def _colour(self, place: int) -> str:
        if not self._has_signs or place == BINS // 2:
            return self.theme.text_tertiary
        return self.theme.positive if place > BINS // 2 else self.theme.negative
