"""CheckCard: one gradient beside its central difference, the error and the badge."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from nnviz.core.verdicts import Comparison
from nnviz.gui.fonts import monospace_font
from nnviz.gui.theme import Theme, sign_colour
from nnviz.gui.views.check_rows import error_text, many_digits, meaning_of
from nnviz.gui.views.verdict_badge import VerdictBadge
from nnviz.gui.widgets.text import ElidedLabel, role_label, wrapping_label


class CheckCard(QWidget):
    """Two numbers that should be the same.

    Attributes
    ----------
    badge
        The verdict.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("check_card")
        self.setAccessibleName("The gradient that is checked")
        self.theme = theme
        self.name_label = ElidedLabel(self)
        self.name_label.setObjectName("check_name")
        self.name_label.setProperty("role", "heading")
        self.badge = VerdictBadge(theme, self)
        self.claimed_head = role_label("", "label", self)
        self.measured_head = role_label("", "label", self)
        self.claimed_label = self._number("check_claimed", "Recorded number")
        self.measured_label = self._number("check_measured", "Number to compare with")
        self.error_label = self._number("check_error", "Relative error")
        self.meaning_label = wrapping_label("", "hint", self)
        self.meaning_label.setObjectName("check_meaning")
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 6)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.name_label, 0, 0, 1, 2)
        grid.addWidget(self.badge, 0, 2)
        heads = (self.claimed_head, self.measured_head, role_label("Relative error", "label", self))
        values = (self.claimed_label, self.measured_label, self.error_label)
        for row, (head, value) in enumerate(zip(heads, values, strict=True), start=1):
            grid.addWidget(head, row, 0)
            grid.addWidget(value, row, 1, 1, 2)
        grid.addWidget(self.meaning_label, 4, 0, 1, 3)
        grid.setColumnStretch(1, 1)

    def _number(self, name: str, spoken: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setAccessibleName(spoken)
        label.setFont(monospace_font(12))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return label

    def show_comparison(
        self, name: str, heads: tuple[str, str], found: Comparison, is_hidden: bool
    ) -> None:
        """Show a comparison; a number that is to be predicted is a question mark."""
        self.name_label.set_text(name)
        self.claimed_head.setText(heads[0])
        self.measured_head.setText(heads[1])
        for label, value in (
            (self.claimed_label, found.claimed),
            (self.measured_label, found.measured),
        ):
            label.setText("?" if is_hidden else many_digits(value))
            label.setAccessibleDescription(label.text())
            colour = sign_colour(self.theme, value, for_text=True) if value else self.theme.text
            label.setStyleSheet("" if is_hidden else f"color: {colour};")
        self.error_label.setText("?" if is_hidden else error_text(found.error))
        self.meaning_label.setText(meaning_of(found))
        self.badge.show_verdict(found.verdict)

    def show_waiting(self) -> None:
        """Say that the numbers are still to come."""
        for label in (self.claimed_label, self.measured_label, self.error_label):
            label.setText("…")
        self.meaning_label.setText("Measured when the cursor rests.")
        self.badge.show_verdict(None)

    def wear(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme = self.badge.theme = theme
        self.badge.update()
