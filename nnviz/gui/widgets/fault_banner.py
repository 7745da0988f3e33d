"""FaultBanner: says, as long as a fault is on, that the numbers on the screen are wrong."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.icons import icon_pixmap
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import wrapping_label


class FaultBanner(QFrame):
    """A line that cannot be put away, only the fault switched off.

    Attributes
    ----------
    end_button
        Switches the fault off.
    """

    def __init__(
        self, control: BugLabControl, danger_colour: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("fault_banner")
        self.setProperty("role", "banner")
        self._control = control
        self._sign = QLabel(self)
        self._text = wrapping_label("", "plain", self)
        self._text.setObjectName("fault_banner_text")
        self.end_button = QPushButton("Switch off", self)
        self.end_button.setObjectName("fault_banner_end")
        self.end_button.setAccessibleName("Switch the fault off")
        reach_by_tab(self.end_button)
        self.end_button.clicked.connect(control.end)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self.end_button)
        self.set_danger_colour(danger_colour)
        control.lab_changed.connect(self.refresh)
        self.refresh()

    @property
    def words(self) -> str:
        """What it says; "" while no fault is on."""
        return self._control.banner

    def refresh(self) -> None:
        """Come up with a fault, and go with it."""
        words = self._control.banner
        if words == self._text.text() and self.isHidden() is not bool(words):
            return
        self._text.setText(words)
        self.setVisible(bool(words))
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def set_danger_colour(self, colour: str) -> None:
        """Draw the warning sign in this colour."""
        self._sign.setPixmap(icon_pixmap("triangle-alert", colour, 18, 2.0))
