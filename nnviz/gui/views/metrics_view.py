"""MetricsView: what the answers are worth: classes, thresholds, residuals, and the time."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from nnviz.core.metrics import (
    confusion_matrix,
    overall_r_squared,
    overall_root_mean_squared_error,
)
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.confusion_table import ConfusionTable
from nnviz.gui.views.metrics_content import (
    SetContent,
    accuracy_of,
    place_in_batch,
    rows_text,
    set_content,
    threshold_words,
)
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.residual_plot import ResidualPlot
from nnviz.gui.views.roc_plot import RocPlot
from nnviz.gui.views.speed_plot import SpeedPlot
from nnviz.gui.views.view import View
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import (
    ElidedLabel,
    count_text,
    number_text,
    percent_text,
    wrapping_label,
)
from nnviz.training.history_table import batches_at

_SETS = (("train", "Train"), ("validation", "Val"))
_SPOKEN = {"train": "Training rows", "validation": "Validation rows"}
_PICTURES = (
    ("confusion", "Confusion"),
    ("roc", "ROC"),
    ("residuals", "Residuals"),
    ("speed", "Time"),
)
_NO_ROWS = "There are no validation rows: hold some back in the Setup panel, or look at Train."
_NOT_FINITE = "The outputs are not finite: there is nothing to count."
_ONE_CLASS = "These rows are all of one class: a ROC curve needs both."
_NO_SPEED = "Train for a moment: here stands how long an epoch takes."


class MetricsView(View):
    """One picture of the answers to the training or the validation rows.

    Attributes
    ----------
    confusion, roc, residuals, speed
        The pictures.
    threshold
        Above this score a row counts as class 1, in the confusion matrix too; 0 is
        what the network itself decides by.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Metrics")
        self.threshold = 0.0
        self._generation: int | None = None
        self._content: SetContent | None = None
        self._meant = np.zeros(0, dtype=bool)
        self.confusion = ConfusionTable(theme)
        self.roc = RocPlot(theme)
        self.residuals = ResidualPlot(theme)
        self.speed = SpeedPlot(theme)
        self._note = wrapping_label("", "hint")
        self._note.setObjectName("metrics_note")
        self._note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget(self)
        self._pages = {
            "confusion": self.confusion,
            "roc": self.roc,
            "residuals": self.residuals,
            "speed": self.speed,
        }
        for page in (*self._pages.values(), self._note):
            self._stack.addWidget(page)
        self._read_out = ElidedLabel(self)
        self._read_out.setObjectName("metrics_read_out")
        self._outputs = Combo("metrics_output", "Output whose residuals are shown", self)
        self._outputs.key_chosen.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._make_bar())
        column.addWidget(self._read_out)
        column.addWidget(self._stack, 1)
        self.roc.threshold_chosen.connect(self._choose_threshold)
        self.confusion.cell_chosen.connect(self._choose_cell)

    def _make_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(4, 2, 4, 0)
        bar.setSpacing(2)
        self._sets, self._pictures = QButtonGroup(self), QButtonGroup(self)
        self._buttons: dict[str, PlotButton] = {}
        for group, entries in ((self._pictures, _PICTURES), (self._sets, _SETS)):
            for key, text in entries:
                spoken = _SPOKEN.get(key, f"Show: {text}")
                button = PlotButton(f"metrics_{key}", text, spoken, self)
                button.setCheckable(True)
                keep_keys(button, CHOICE_KEYS)
                group.addButton(button)
                self._buttons[key] = button
                bar.addWidget(button)
            group.buttonClicked.connect(self.refresh)
            if group is self._pictures:
                bar.addStretch(1)
        bar.addWidget(self._outputs)
        self._buttons["confusion"].setChecked(True)
        self._buttons["train"].setChecked(True)
        return bar

    @property
    def picture(self) -> str:
        """The key of the picture that is chosen."""
        return next(key for key, _ in _PICTURES if self._buttons[key].isChecked())

    def show_picture(self, key: str) -> None:
        """Choose a picture, as a click on its button does."""
        self._buttons[key].setChecked(True)
        self.refresh()

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        for page in (self.confusion, self.roc, self.residuals, self.speed):
            page.wear(self.theme)

    # What is shown.

    def refresh(self) -> None:
        """Count and draw anew."""
        if not self.display.is_ready:
            return
        self._offer()
        snapshot = self.display.snapshot
        if snapshot.generation != self._generation:
            self._generation = snapshot.generation
            self._choose_threshold(0.0, refreshes=False)
        if self.picture == "speed":
            self._show_speed()
            return
        content = set_content(self.display, self._buttons["validation"].isChecked())
        self._content = content
        if not content.rows:
            self._say(_NO_ROWS)
        elif content.classes is not None:
            self._show_classes(content)
        else:
            self._show_values(content)

    def _offer(self) -> None:
        """Offer the pictures that these data have."""
        data = self.display.data
        fitting = {
            "confusion": data.is_classification,
            "roc": data.class_count == 2,
            "residuals": not data.is_classification,
        }
        for key, fits in fitting.items():
            self._buttons[key].setVisible(fits)
        if not fitting.get(self.picture, True):
            first = "confusion" if data.is_classification else "residuals"
            self._buttons[first].setChecked(True)
        several = not data.is_classification and data.target_size > 1
        self._outputs.setVisible(several and self.picture == "residuals")
        if several:
            entries = [(str(index), f"y{index + 1}") for index in range(data.target_size)]
            if self._outputs.count() != len(entries):
                self._outputs.set_entries(entries)
                self._outputs.show_key("0")

    def _show_classes(self, content: SetContent) -> None:
        assert content.classes is not None
        assert content.predicted is not None
        roc = content.roc() if content.scores is not None else None
        is_moved = self.threshold != 0.0
        taken = content.taken_at(self.threshold) if is_moved else content.predicted
        predicted = content.predicted if taken is None else taken
        right = accuracy_of(content.classes, predicted)
        words = [f"{percent_text(right)} of {self._rows_text(content)} right"]
        if content.scores is not None:
            words.append(self._threshold_text())
        if self.picture == "roc":
            if roc is None:
                self._say(_NOT_FINITE if _has_nan(content.scores) else _ONE_CLASS)
                return
            false, true = roc.rates_at(float(np.nextafter(self.threshold, np.inf)))
            words.insert(0, f"true positives {percent_text(true)}, false {percent_text(false)}")
            self.roc.show_curve(roc)
            self.set_facts(f"area {number_text(roc.area)}")
        else:
            counts = confusion_matrix(predicted, content.classes, self.display.data.class_count)
            self.confusion.show_counts(counts, self.display.data.raw.class_names)
            if self.confusion.chosen is not None:
                words = self._cell_words(content, predicted, *self.confusion.chosen)
            self.set_facts(f"accuracy {percent_text(right)}")
        self._show(self.picture, " · ".join(words))

    def _cell_words(
        self, content: SetContent, predicted: NDArray[np.int64], row: int, column: int
    ) -> list[str]:
        self._meant = (content.classes == row) & (predicted == column)
        rows = rows_text(self.display, content, self._meant)
        return [text for text in (self.confusion.sentence(row, column), rows) if text]

    def _choose_cell(self) -> None:
        """Name the rows of a cell, and select the first of them that is in the batch."""
        self.refresh()
        if self.confusion.chosen is None or self._content is None:
            return
        place = place_in_batch(self.display, self._content, self._meant)
        if place is not None:
            self.display.selection.select_sample(place)

    def _threshold_text(self) -> str:
        words = threshold_words(self.display, self.threshold)
        name = self.display.data.raw.class_names[1]
        return f"{name} where {words.name} > {number_text(words.value)}"

    def _show_values(self, content: SetContent) -> None:
        assert content.targets is not None
        assert content.predictions is not None
        y, t = content.predictions, content.targets
        chosen = int(self._outputs.currentData() or 0) if y.shape[1] > 1 else 0
        self.residuals.show_residuals(y[:, chosen], y[:, chosen] - t[:, chosen])
        if not np.isfinite(y).all():
            self._say(_NOT_FINITE)
            return
        part = slice(chosen, chosen + 1)
        error = overall_root_mean_squared_error(y[:, part], t[:, part])
        share = overall_r_squared(y[:, part], t[:, part])
        unit = self.display.data.raw.target_name
        self._show(
            "residuals",
            f"prediction \N{MINUS SIGN} target of {self._rows_text(content)}, in units of {unit}",
        )
        self.set_facts(f"RMSE {number_text(error)} · R² {number_text(share)}")

    def _show_speed(self) -> None:
        record = self.display.runs.current
        if not record.speeds:
            self._say(_NO_SPEED)
            return
        batches = [batches_at(record.epochs, step) for step, _ in record.speeds]
        self.speed.show_speeds(record.speeds, batches)
        rate = record.speeds[-1][1]
        self._show(
            "speed", "left: milliseconds of an epoch · right: steps per second · both over steps"
        )
        time = f"{number_text(1000 * batches[-1] / rate, 3)} ms an epoch"
        self.set_facts(f"{time} · {count_text(round(rate))} steps/s")

    def _rows_text(self, content: SetContent) -> str:
        kind = "validation" if content.is_validation else "training"
        if content.is_part:
            return f"{count_text(len(content.places))} of {count_text(content.rows)} {kind} rows"
        return f"{count_text(content.rows)} {kind} rows"

    def _show(self, picture: str, words: str) -> None:
        self._read_out.set_text(words)
        self._read_out.show()
        self._stack.setCurrentWidget(self._pages[picture])

    def _say(self, sentence: str) -> None:
        self._note.setText(sentence)
        self._read_out.hide()
        self._stack.setCurrentWidget(self._note)
        self.set_facts("")

    def _choose_threshold(self, threshold: float, refreshes: bool = True) -> None:
        self.threshold = threshold
        self.roc.set_threshold(threshold)
        if refreshes:
            self.refresh()


def _has_nan(values: np.ndarray | None) -> bool:
    return values is not None and bool(np.isnan(values).any())
