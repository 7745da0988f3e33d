"""StandingBanner: a line that stands as long as something is so, with the button that ends it."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from nnviz.gui.icons import icon_pixmap
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import wrapping_label


class StandingBanner(QFrame):
    """A line that cannot be put away, only what it tells of can be ended.

    Attributes
    ----------
    end_button
        Ends it; whoever makes the banner says how.
    """

    def __init__(
        self,
        name: str,
        button: tuple[str, str],
        danger_colour: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "banner")
        self._sign = QLabel(self)
        self._text = wrapping_label("", "plain", self)
        self._text.setObjectName(f"{name}_text")
        text, spoken = button
        self.end_button = QPushButton(text, self)
        self.end_button.setObjectName(f"{name}_end")
        self.end_button.setAccessibleName(spoken)
        reach_by_tab(self.end_button)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 8, 6)
        self._row.setSpacing(10)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self.end_button)
        self.set_danger_colour(danger_colour)
        self.hide()

    def show_words(self, words: str) -> None:
        """Come up with these words, or go with "" ."""
        if words == self._text.text() and self.isHidden() is not bool(words):
            return
        self._text.setText(words)
        self.setVisible(bool(words))
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def set_danger_colour(self, colour: str) -> None:
        """Draw the warning sign in this colour."""
        self._sign.setPixmap(icon_pixmap("triangle-alert", colour, 18, 2.0))
