"""LossScrubber: the steps of the run below the loss, to be dragged along."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.timeline_scrubber import Scrubber, run_marks
from nnviz.gui.widgets.text import count_text, role_label

# The plot begins so far to the right, px.
_AXIS = 36


class LossScrubber(QWidget):
    """A low scrubber, the step that is looked at, and the way back to the present.

    Attributes
    ----------
    scrubber
        The line of steps.
    present_button
        Shows the last step again.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self.scrubber = Scrubber(theme, self, "loss_scrubber", is_low=True)
        self._words = role_label("", "hint", self)
        spoken = "Back to the present"
        self.present_button = PlotButton("loss_present", "Present", spoken, self, is_framed=True)
        self.scrubber.step_chosen.connect(display.travel.go_to)
        self.present_button.clicked.connect(display.travel.return_to_present)
        row = QHBoxLayout(self)
        row.setContentsMargins(_AXIS, 0, 4, 2)
        row.setSpacing(6)
        row.addWidget(self.scrubber, 1)
        row.addWidget(self._words)
        row.addWidget(self.present_button)
        self.hide()

    def refresh(self, theme: Theme) -> None:
        """Show where in the run the Display is; there is nothing to drag before the first step."""
        snapshot, travel = self._display.snapshot, self._display.travel
        self.setVisible(snapshot.last_step > snapshot.first_step)
        if self.isHidden():
            return
        self.scrubber.theme = theme
        step = snapshot.step if travel.wish is None else travel.wish
        marks = run_marks(self._display, theme)
        self.scrubber.show_run(snapshot.first_step, snapshot.last_step, step, marks)
        self._words.setText(f"step {count_text(snapshot.step)}" if snapshot.is_past else "")
        self._words.setVisible(snapshot.is_past)
        self.present_button.setVisible(snapshot.is_past)
