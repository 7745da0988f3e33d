"""TrialBanner: says that the weights on show are tried out, and ends the trial."""

from PySide6.QtWidgets import QWidget

from nnviz.gui.trial import WORDS, Trial
from nnviz.gui.widgets.standing_banner import StandingBanner


class TrialBanner(StandingBanner):
    """Stands as long as weights are tried that training has not made."""

    def __init__(self, trial: Trial, danger_colour: str, parent: QWidget | None = None) -> None:
        button = "Back to the run", "Show the weights of the run again"
        super().__init__("trial_banner", button, danger_colour, parent)
        self._trial = trial
        self.end_button.clicked.connect(trial.end)
        trial.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Come up with a trial, and go with it."""
        self.show_words(WORDS if self._trial.is_on else "")
