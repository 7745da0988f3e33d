"""Cards: a title with facts at its right, and a body, under one rounded outline."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnviz.gui.widgets.buttons import IconButton
from nnviz.gui.widgets.text import role_label

TITLE_HEIGHT = 38
PADDING = 10
SEPARATOR = " · "


class FactsLabel(QLabel):
    """One line of rich text that drops its last facts where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "facts")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._facts = ""

    def set_facts(self, facts: str) -> None:
        """Show these facts, parted by middle dots."""
        if facts != self._facts:
            self._facts = facts
            self._fit()

    def _fit(self) -> None:
        parts = self._facts.split(SEPARATOR)
        for count in range(len(parts), 0, -1):
            text = SEPARATOR.join(parts[:count])
            if _is_balanced(text):
                self.setText(text)
                if super().sizeHint().width() <= self.width():
                    return
        self.setText("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the facts anew."""
        super().resizeEvent(event)
        self._fit()


def _is_balanced(rich_text: str) -> bool:
    return rich_text.count("</") * 2 == rich_text.count("<") - rich_text.count("<br")


class CardTitle(QWidget):
    """The top of a card.

    Attributes
    ----------
    close_button
        Closes the card; ``None`` where it cannot be closed. It is drawn while the
        mouse is over the title or the keyboard upon the button.
    """

    def __init__(self, key: str, title: str, closable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{key}_title")
        self.setProperty("role", "card_title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(TITLE_HEIGHT)
        self._facts = FactsLabel(self)
        self.close_button: IconButton | None = None
        name = role_label(title, "title", self)
        name.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 6 if closable else 14, 0)
        row.setSpacing(4)
        row.addWidget(name)
        row.addWidget(self._facts, 1)
        if closable:
            self.close_button = _CloseButton(f"close_{key}", f"Close {title}", self)
            row.addWidget(self.close_button)

    def set_facts(self, facts: str) -> None:
        """Show facts at the right, and all of them in the tooltip."""
        self._facts.set_facts(facts)
        self.setToolTip(facts)

    def sizeHint(self) -> QSize:
        """Ask for no more width than the title itself needs."""
        return QSize(120, TITLE_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Allow narrow cards."""
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the close button."""
        super().enterEvent(event)
        self._refresh_button()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the close button again."""
        super().leaveEvent(event)
        self._refresh_button()

    def _refresh_button(self) -> None:
        if self.close_button is not None:
            self.close_button.update()


class _CloseButton(IconButton):
    """Takes room always, so that nothing moves, but is drawn only when of use."""

    def __init__(self, name: str, spoken: str, title: QWidget) -> None:
        super().__init__(name, spoken, "x", 22, title)
        self._title = title

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw only with the mouse over the title or the keyboard here."""
        if self.hasFocus() or self._title.underMouse():
            super().paintEvent(event)


class CardBody(QWidget):
    """The lower part of a card; holds an empty well until its content exists."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{key}_body")
        self.setProperty("role", "card_body")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(PADDING, 0, PADDING, PADDING)
        self._column.setSpacing(8)
        self._well: QFrame | None = QFrame(self)
        self._well.setProperty("role", "well")
        self._column.addWidget(self._well, 1)

    def add_content(self, widget: QWidget, stretch: int = 1) -> None:
        """Put a widget in, below what is there; the well goes."""
        if self._well is not None:
            self._column.removeWidget(self._well)
            self._well.hide()
            self._well.deleteLater()
            self._well = None
        self._column.addWidget(widget, stretch)


class Card(QWidget):
    """Title and body as one widget, for the centre of the window."""

    def __init__(self, key: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = CardTitle(key, title, closable=False, parent=self)
        self.body = CardBody(key, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.body, 1)
