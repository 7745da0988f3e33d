"""SweepForm: what a sweep shall be, and the buttons that begin, end, read and save it."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QProgressBar, QPushButton, QWidget

from nnviz.gui.panels.section import FieldColumn
from nnviz.gui.views.sweep_varied import VariedSetting
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import WholeNumberField
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import as_sentence, wrapping_label
from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.spec import MOST_STARTS, MOST_STEPS, SweepSpec
from nnviz.sweeps.toml_file import read_sweep
from nnviz.training.experiment import ExperimentSpec

_USUAL_STARTS, _USUAL_STEPS = 10, 1000
_MEASURES = (("train_loss", "Training loss"), ("validation_loss", "Validation loss"))


class SweepForm(FieldColumn):
    """The fields of a sweep.

    Attributes
    ----------
    opened
        The sweep of a file that was opened, until a field or the experiment changes.

    Signals
    -------
    run_requested, cancel_requested, save_requested, save_spec_requested
        The button was pressed.
    measure_chosen
        ``"train_loss"`` or ``"validation_loss"`` shall be shown.
    """

    run_requested = Signal()
    cancel_requested = Signal()
    save_requested = Signal()
    save_spec_requested = Signal()
    measure_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep_form")
        self.opened: SweepSpec | None = None
        self.starts = WholeNumberField("sweep_starts", "Number of starts", 1, MOST_STARTS)
        self.starts.setToolTip("How many starts: seeds counted up from that of the experiment")
        self.starts.show_number(_USUAL_STARTS)
        self.steps = WholeNumberField("sweep_steps", "Steps of each run", 1, MOST_STEPS)
        self.steps.setToolTip("How many steps each run is long")
        self.steps.show_number(_USUAL_STEPS)
        self.varied = (VariedSetting(1, self), VariedSetting(2, self))
        self.measure = Combo("sweep_measure", "What the colours show")
        self.measure.set_entries(_MEASURES)
        self.measure.show_key("train_loss")
        self.measure.setToolTip("What the colours show: the loss over the whole set at the end")
        self.run_button = _button("sweep_run", "Run", "Train all of it, on every processor")
        self.run_button.setDefault(True)
        self.cancel_button = _button("sweep_cancel", "Cancel", "Give up what has not finished")
        self.open_button = _button("sweep_open", "Open", "Open a sweep from a TOML file")
        self.save_spec_button = _button(
            "sweep_save_spec", "Save sweep", "Save this sweep as a TOML file, for `nnviz sweep`"
        )
        self.save_button = _button(
            "sweep_save", "Save results", "Save a row for each run as CSV or Parquet"
        )
        self.progress = QProgressBar()
        self.progress.setObjectName("sweep_progress")
        self.progress.setAccessibleName("Runs that have finished")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.note = wrapping_label("", "hint")
        self.note.setObjectName("sweep_note")
        self.note.hide()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.column.addWidget(self.note)
        self.column.addWidget(self.progress)
        self.add_fields_in_row(("Starts", self.starts), ("Steps", self.steps))
        self.add_field("Settings that vary", self.varied[0])
        self.column.addWidget(self.varied[1])
        self.add_field("Colours show", self.measure)
        buttons = QGridLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.run_button, 0, 0)
        buttons.addWidget(self.cancel_button, 0, 1)
        buttons.addWidget(self.open_button, 1, 0)
        buttons.addWidget(self.save_spec_button, 1, 1)
        buttons.addWidget(self.save_button, 2, 0, 1, 2)
        self.column.addLayout(buttons)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.starts.number_chosen.connect(self._forget_file)
        self.steps.number_chosen.connect(self._forget_file)
        for row in self.varied:
            row.changed.connect(self._forget_file)
            row.values.returnPressed.connect(self.run_requested)
        self.measure.key_chosen.connect(self.measure_chosen)
        self.run_button.clicked.connect(self.run_requested)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.save_button.clicked.connect(self.save_requested)
        self.save_spec_button.clicked.connect(self.save_spec_requested)
        self.open_button.clicked.connect(self._ask_for_file)

    def spec(self, experiment: ExperimentSpec) -> SweepSpec:
        """Return the sweep that the fields describe, of this experiment.

        Raises
        ------
        SweepError
            With a sentence; the field that is wrong gets a frame.
        """
        if self.opened is not None:
            return self.opened
        settings = []
        for row in self.varied:
            try:
                setting = row.setting()
            except SweepError:
                row.mark(True)
                raise
            row.mark(False)
            if setting is not None:
                settings.append(setting)
        try:
            return SweepSpec(
                experiment=experiment,
                steps=self.steps.value(),
                seeds=self.starts.value(),
                settings=tuple(settings),
            )
        except ValueError as error:
            raise SweepError(str(error)) from error

    def measure_of(self, results: Iterable[RunResult]) -> str:
        """Return what the colours show; validation losses only if there are any."""
        has_none = all(result.validation_loss is None for result in results)
        reason = "These runs have no validation rows" if has_none else None
        self.measure.explain("validation_loss", reason)
        return "train_loss" if has_none else str(self.measure.currentData())

    def open_file(self, path: Path) -> None:
        """Show the sweep of a file, or say why it is none."""
        try:
            spec = read_sweep(path)
        except SweepError as error:
            self.say(str(error), is_problem=True)
            return
        self.opened = spec
        self.starts.show_number(len(spec.seed_list))
        self.steps.show_number(spec.steps or _USUAL_STEPS)
        for row, setting in zip(self.varied, (*spec.settings, None, None), strict=False):
            row.show_setting(setting)
        length = "" if spec.epochs is None else f" It trains for {spec.epochs:,} epochs."
        self.say(f"{path.name} is open, with an experiment of its own.{length} Press Run.")

    def say(self, words: str, is_problem: bool = False) -> None:
        """Show a sentence above the fields."""
        words = as_sentence(words)
        role = "problem" if is_problem else "hint"
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def show_progress(self, done: int, planned: int, is_busy: bool) -> None:
        """Show how much of a sweep has finished, and which buttons make sense."""
        self.progress.setVisible(is_busy)
        self.progress.setRange(0, max(planned, 1))
        self.progress.setValue(done)
        self.run_button.setEnabled(not is_busy)
        self.run_button.setDefault(not is_busy)
        self.cancel_button.setEnabled(is_busy)
        self.save_button.setEnabled(done > 0)

    def _forget_file(self, *_: object) -> None:
        if self.opened is not None:
            self.opened = None
            self.say("Every run begins from the loaded experiment now, not from that of the file.")

    def _ask_for_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open a sweep", "", "Sweeps (*.toml)")
        if name:
            self.open_file(Path(name))


def _button(name: str, words: str, spoken: str) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(spoken)
    button.setToolTip(spoken)
    button.setAutoDefault(False)
    reach_by_tab(button)
    return button
