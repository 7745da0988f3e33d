"""Banner: sentences about what went wrong, until a person puts them away."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from nnviz.gui.icons import icon_pixmap
from nnviz.gui.widgets.buttons import IconButton
from nnviz.gui.widgets.text import as_sentence, role_label, wrapping_label


class Banner(QFrame):
    """Shows the oldest message that was not put away yet, and how many follow.

    Attributes
    ----------
    messages
        What is still to be read, oldest first; a sentence is held only once.
    """

    def __init__(self, danger_colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("role", "banner")
        self.messages: list[str] = []
        self._sign = QLabel(self)
        self._text = wrapping_label("", "plain", self)
        self._more = role_label("", "hint", self)
        self.dismiss_button = IconButton("dismiss_message", "Put this message away", "x", 24, self)
        self.dismiss_button.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self.dismiss_button)
        self.set_danger_colour(danger_colour)
        self._show_oldest()

    def set_danger_colour(self, colour: str) -> None:
        """Draw the warning sign in this colour."""
        self._sign.setPixmap(icon_pixmap("triangle-alert", colour, 18, 2.0))

    def show_message(self, message: str) -> None:
        """Add a message, unless the same one is waiting already."""
        if message and message not in self.messages:
            self.messages.append(message)
            self._show_oldest()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message))

    def withdraw(self, message: str) -> None:
        """Take a message back that is no longer true."""
        if message in self.messages:
            self.messages.remove(message)
            self._show_oldest()

    def dismiss(self) -> None:
        """Put the message away that is on show."""
        del self.messages[:1]
        self._show_oldest()

    def _show_oldest(self) -> None:
        self._text.setText(as_sentence(self.messages[0]) if self.messages else "")
        waiting = len(self.messages) - 1
        self._more.setText(f"{waiting} more" if waiting > 0 else "")
        self.setVisible(bool(self.messages))
