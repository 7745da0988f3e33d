"""View: what every view has in common."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme


class View(QWidget):
    """A picture of the Display; it shows and requests, and changes no model.

    Subclasses override :meth:`refresh` and :meth:`apply_theme`.

    Attributes
    ----------
    display
        What to show; shared by all views.
    theme
        The colours in use.
    facts
        Short rich text for the right of the title bar: legend and key numbers.

    Signals
    -------
    facts_changed
        ``facts`` is different now.
    """

    facts_changed = Signal(str)

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.display = display
        self.theme = theme
        self.facts = ""

    def refresh(self) -> None:
        """Show what the Display holds now. Called on a schedule, only while visible."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme = theme
        self.apply_theme()
        if self.display.is_ready:
            self.refresh()

    def apply_theme(self) -> None:
        """Take over ``self.theme`` in anything that keeps colours of its own."""

    @property
    def is_working(self) -> bool:
        """Whether something is under way in the background that will be shown."""
        return False

    def release(self) -> None:
        """End what works in the background; the view is about to go."""

    def set_facts(self, text: str) -> None:
        """Change the title bar's right side, if it is different."""
        if text != self.facts:
            self.facts = text
            self.facts_changed.emit(text)
