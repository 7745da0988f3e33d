"""FaultBanner: says, as long as a fault is on, that the numbers on the screen are wrong."""

from PySide6.QtWidgets import QWidget

from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.widgets.standing_banner import StandingBanner


class FaultBanner(StandingBanner):
    """A line that cannot be put away, only the fault switched off."""

    def __init__(
        self, control: BugLabControl, danger_colour: str, parent: QWidget | None = None
    ) -> None:
        button = "Switch off", "Switch the fault off"
        super().__init__("fault_banner", button, danger_colour, parent)
        self._control = control
        self.end_button.clicked.connect(control.end)
        control.lab_changed.connect(self.refresh)
        self.refresh()

    @property
    def words(self) -> str:
        """What it says; "" while no fault is on."""
        return self._control.banner

    def refresh(self) -> None:
        """Come up with a fault, and go with it."""
        self.show_words(self._control.banner)
