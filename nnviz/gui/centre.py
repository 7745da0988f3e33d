"""CentrePane: the banners, the network card and the explanation strip."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.theme import Theme
from nnviz.gui.trial import Trial
from nnviz.gui.view_table import VIEWS
from nnviz.gui.views.view import View
from nnviz.gui.widgets.banner import Banner
from nnviz.gui.widgets.card import Card
from nnviz.gui.widgets.fault_banner import FaultBanner
from nnviz.gui.widgets.trial_banner import TrialBanner


class CentrePane(QWidget):
    """What cannot be closed.

    Attributes
    ----------
    banner
        Messages about what went wrong.
    fault_banner, trial_banner
        Say so while the recorded steps have a fault, and while weights are tried out.
    card
        The network, the explanation strip below it.
    """

    def __init__(
        self, theme: Theme, bug_lab: BugLabControl, trial: Trial, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        network = VIEWS["network"]
        self.banner = Banner(theme.danger, self)
        self.fault_banner = FaultBanner(bug_lab, theme.danger, self)
        self.trial_banner = TrialBanner(trial, theme.danger, self)
        self.card = Card(network.key, network.title, self)
        width, height = network.minimum_size
        self.card.body.setMinimumSize(width, height)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.banner)
        column.addWidget(self.fault_banner)
        column.addWidget(self.trial_banner)
        column.addWidget(self.card, 1)

    def set_danger_colour(self, colour: str) -> None:
        """Draw the signs of warnings in this colour."""
        self.banner.set_danger_colour(colour)
        self.fault_banner.set_danger_colour(colour)
        self.trial_banner.set_danger_colour(colour)

    def hold_view(self, view: View) -> None:
        """Show the network, with its facts in the title."""
        self.card.body.add_content(view)
        view.facts_changed.connect(self.card.title.set_facts)
        self.card.title.set_facts(view.facts)

    def hold_strip(self, view: View) -> None:
        """Show the explanation strip below the network."""
        view.setMinimumHeight(VIEWS["explanation"].minimum_size[1])
        self.card.body.add_content(view, stretch=0)
