"""StatusLine: what the program is doing, and on what, in one line."""

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from nnviz.gui.display import Display
from nnviz.gui.widgets.text import ElidedLabel, as_sentence, count_text, role_label
from nnviz.training.snapshot import RunState, Snapshot

STATE_WORDS = {
    RunState.RUNNING: "Training",
    RunState.PAUSED: "Paused",
    RunState.DIVERGED: "Diverged",
    RunState.FAILED: "Failed",
    RunState.STOPPED_EARLY: "Stopped early",
    RunState.STOPPED_BY_RULE: "Stopped",
}


class StatusLine(QStatusBar):
    """The window's last line.

    Parameters
    ----------
    display
        What to report on.
    frames_per_second
        Asked for the measured rate of drawing.
    """

    def __init__(
        self,
        display: Display,
        frames_per_second: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("status_line")
        self.setSizeGripEnabled(False)
        self._display = display
        self._frames_per_second = frames_per_second
        self.state_label = ElidedLabel(self)
        self.state_label.set_text("Starting")
        self.facts_label: QLabel = role_label("", "label", self)
        self.state_label.setObjectName("state_label")
        self.facts_label.setObjectName("facts_label")
        self.addWidget(self.state_label, 1)
        self.addPermanentWidget(self.facts_label)
        self.setContentsMargins(10, 0, 10, 0)

    def refresh(self) -> None:
        """Show the newest snapshot's state and rates."""
        if self._display.is_ready:
            snapshot = self._display.snapshot
            self.state_label.set_text(_state_text(snapshot))
            self.facts_label.setText(self._facts_text(snapshot))

    def _facts_text(self, snapshot: Snapshot) -> str:
        experiment = snapshot.experiment
        facts = ["CPU", experiment.dtype, f"seed {experiment.seed}"]
        if snapshot.state is RunState.RUNNING:
            facts.append(f"{self._frames_per_second():.0f} fps")
            facts.append(f"{_rate_text(snapshot.steps_per_second)} steps/s")
        return " · ".join(facts)


def _rate_text(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _state_text(snapshot: Snapshot) -> str:
    word, message = STATE_WORDS[snapshot.state], snapshot.message
    step = f"step {count_text(snapshot.step)}"
    if message.startswith(word.lower()):
        # The message says the word itself.
        return f"{as_sentence(message)} · {step} on show"
    return " · ".join(part for part in (word, step, message) if part)
