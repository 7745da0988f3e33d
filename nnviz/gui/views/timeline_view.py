"""TimelineView: look at any past step, play the training both ways, and branch from it."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.time_travel import PACES
from nnviz.gui.views.branch_form import BranchForm
from nnviz.gui.views.runs_table import RunsTable
from nnviz.gui.views.timeline_scrubber import Scrubber, run_marks
from nnviz.gui.views.view import View
from nnviz.gui.widgets.buttons import IconButton
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import count_text, role_label, section_head, wrapping_label
from nnviz.training.experiment import ExperimentSpec


class TimelineView(View):
    """A scrubber over the run, a player, a form for branches, and the runs.

    Attributes
    ----------
    scrubber, form, table
        The parts.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Timeline")
        self.travel = display.travel
        self.scrubber = Scrubber(theme)
        self.form = BranchForm(display)
        self.table = RunsTable(theme)
        self._make_controls()
        self._lay_out()
        self._connect()
        self.apply_theme()

    def _make_controls(self) -> None:
        self.mark = role_label("", "heading")
        self.mark.setObjectName("timeline_mark")
        # The mark is the first to give way where the pane is narrow.
        self.mark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.hint = wrapping_label("", "hint")
        self.hint.setObjectName("timeline_hint")
        self.present_button = _button("timeline_present", "Present", "Back to the present")
        self.backwards_button = IconButton(
            "timeline_backwards", "Play the training backwards", "arrow-left", 30
        )
        self.back_button = IconButton("timeline_back", "One step back", "step-back", 30)
        self.forth_button = IconButton("timeline_forth", "One step forwards", "step-forward", 30)
        self.forwards_button = IconButton(
            "timeline_forwards", "Play the training forwards", "arrow-right", 30
        )
        self.pace_box = Combo("timeline_pace", "Steps a second while it plays")
        self.pace_box.setToolTip("Steps a second while it plays")
        self.pace_box.set_entries((str(pace), f"{count_text(pace)} a second") for pace in PACES)
        self.pace_box.show_key(str(self.travel.pace))
        self.recall_button = _button(
            "runs_recall", "Recall", "Go back to the chosen run, at its end"
        )
        self.rename_button = _button("runs_rename", "Rename", "Change the name of the chosen run")
        self.remove_button = _button("runs_remove", "Remove", "Give up the chosen run")

    def _lay_out(self) -> None:
        content = QWidget()
        content.setProperty("role", "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.mark, 1)
        head.addWidget(self.present_button)
        player = QHBoxLayout()
        player.setSpacing(4)
        steps = (self.backwards_button, self.back_button, self.forth_button, self.forwards_button)
        for button in steps:
            player.addWidget(button)
        player.addSpacing(6)
        player.addWidget(self.pace_box, 1)
        runs = QHBoxLayout()
        runs.setSpacing(6)
        for choice in (self.recall_button, self.rename_button, self.remove_button):
            runs.addWidget(choice)
        runs.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.scrubber)
        column.addWidget(self.hint)
        column.addLayout(player)
        column.addWidget(self.form)
        column.addWidget(section_head("Runs"))
        column.addWidget(self.table)
        column.addLayout(runs)
        column.addStretch(1)
        self._frame(content)

    def _frame(self, content: QWidget) -> None:
        frame = QScrollArea(self)
        frame.setObjectName("timeline_scroll")
        frame.setAccessibleName("Timeline")
        frame.setFrameShape(QFrame.Shape.NoFrame)
        frame.setWidgetResizable(True)
        frame.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def _connect(self) -> None:
        travel = self.travel
        self.scrubber.step_chosen.connect(travel.go_to)
        self.present_button.clicked.connect(travel.return_to_present)
        self.backwards_button.clicked.connect(partial(travel.play, -1))
        self.forwards_button.clicked.connect(partial(travel.play, 1))
        self.back_button.clicked.connect(partial(travel.go_by, -1))
        self.forth_button.clicked.connect(partial(travel.go_by, 1))
        self.pace_box.key_chosen.connect(lambda key: travel.set_pace(int(key)))
        travel.state_changed.connect(self._show_place)
        self.form.branch_chosen.connect(self._branch)
        self.table.rename_chosen.connect(self._rename)
        self.table.currentCellChanged.connect(self._enable_buttons)
        self.recall_button.clicked.connect(self._recall)
        self.remove_button.clicked.connect(self._remove)
        self.rename_button.clicked.connect(self._edit_name)

    def apply_theme(self) -> None:
        """Colour the parts that paint themselves."""
        self.scrubber.theme = self.theme
        self.table.wear(self.theme)

    def refresh(self) -> None:
        """Show where in the run the Display is, and the runs."""
        if self.display.is_ready:
            self._show_place()
            self.form.refresh()
            self.table.show_runs(self.display.runs.all, self.display.runs.current)
            self._enable_buttons()

    def _show_place(self) -> None:
        if not self.display.is_ready:
            return
        snapshot, travel = self.display.snapshot, self.travel
        at, last = count_text(snapshot.step), count_text(snapshot.last_step)
        words = (
            f"Step {at} of {last}: looking back" if snapshot.is_past else f"Step {at}: the present"
        )
        self.mark.setText(words)
        self.mark.setToolTip(words)
        colour = f"color: {self.theme.accent}" if snapshot.is_past else ""
        if colour != self.mark.styleSheet():
            self.mark.setStyleSheet(colour)
        self.present_button.setEnabled(snapshot.is_past)
        step = snapshot.step if travel.wish is None else travel.wish
        marks = run_marks(self.display, self.theme)
        self.scrubber.show_run(snapshot.first_step, snapshot.last_step, step, marks)
        self._show_hint()
        self.backwards_button.set_icon_name("pause" if travel.direction < 0 else "arrow-left")
        self.forwards_button.set_icon_name("pause" if travel.direction > 0 else "arrow-right")
        for button in (self.backwards_button, self.back_button):
            button.setEnabled(snapshot.step > snapshot.first_step)
        for button in (self.forth_button, self.forwards_button):
            button.setEnabled(snapshot.is_past)
        self.set_facts(f"{len(self.display.runs.all)} runs" if self.display.runs.others else "")

    def _show_hint(self) -> None:
        snapshot, run = self.display.snapshot, self.display.runs.current
        words = ""
        if snapshot.first_step:
            words = f"{run.name} begins at step {count_text(snapshot.first_step)}"
            words += "." if run.parent is None else ", where it branched."
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    # What a person does with runs.

    def _enable_buttons(self, *_: object) -> None:
        chosen = self.table.chosen
        is_other = chosen is not None and chosen is not self.display.runs.current
        self.recall_button.setEnabled(is_other)
        self.remove_button.setEnabled(is_other)
        self.rename_button.setEnabled(chosen is not None)

    def _branch(self, experiment: ExperimentSpec, edits: Mapping[int, float]) -> None:
        self.travel.branch(self.display.snapshot.step, experiment, edits)

    def _recall(self) -> None:
        if self.table.chosen is not None:
            self.travel.recall(self.table.chosen.generation)

    def _remove(self) -> None:
        if self.table.chosen is not None:
            self.travel.forget(self.table.chosen.generation)

    def _edit_name(self) -> None:
        item = self.table.item(max(0, self.table.currentRow()), 0)
        if item is not None:
            self.table.editItem(item)

    def _rename(self, generation: int, name: str) -> None:
        for run in self.display.runs.all:
            if run.generation == generation and name:
                run.name = name
        self.refresh()


def _button(name: str, words: str, spoken: str) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(spoken)
    button.setToolTip(spoken)
    reach_by_tab(button)
    return button
