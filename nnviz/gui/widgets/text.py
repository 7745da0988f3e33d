"""Labels by their role, and numbers as people read them."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "\N{EN DASH}"


def role_label(text: str, role: str, parent: QWidget | None = None) -> QLabel:
    """Return a label that the style sheet dresses by its role."""
    label = QLabel(text, parent)
    label.setProperty("role", role)
    return label


def as_sentence(message: str) -> str:
    """Begin a message with a capital, unless it begins with a name or a path."""
    first = message.split(maxsplit=1)[0] if message.strip() else ""
    return message[:1].upper() + message[1:] if first.isalpha() else message


def section_head(text: str, parent: QWidget | None = None) -> QLabel:
    """Return the small upper-case head of a section."""
    label = role_label(text.upper(), "section", parent)
    font = label.font()
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.8)
    label.setFont(font)
    return label


class ElidedLabel(QLabel):
    """One line that ends in dots where there is no room, with all of it in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "label")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def set_text(self, text: str) -> None:
        """Show this text, or as much of it as fits."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        text = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(text)
        self.setToolTip("" if text == self._whole else self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text anew."""
        super().resizeEvent(event)
        self._fit()


def wrapping_label(text: str, role: str, parent: QWidget | None = None) -> QLabel:
    """Return a label of several lines whose text can be selected with the mouse."""
    label = role_label(text, role, parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label


def number_text(value: float | None, digits: int = 4) -> str:
    """Write a number with so many significant digits, and a true minus sign.

    Small and large ones get an exponent, as in ``8.8e-05``; ``None`` is a dash.
    """
    if value is None:
        return NO_VALUE
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: f"{MINUS}∞"}.get(value, "not a number")
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 10**digits:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        text = f"{value:.{min(decimals, digits)}f}"
    else:
        mantissa, exponent = f"{value:.{max(digits - 3, 1)}e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def count_text(value: int) -> str:
    """Write a whole number with commas between thousands."""
    return f"{value:,}".replace("-", MINUS)


def percent_text(share: float | None) -> str:
    """Write a share of 0 to 1 in percent with one decimal."""
    return NO_VALUE if share is None else f"{100 * share:.1f} %"
