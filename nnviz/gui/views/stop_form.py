"""StopForm: when training stops by itself, in a small form that opens on the loss plot."""

import msgspec
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from nnviz.gui.widgets.check_box import CheckBox
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField, WholeNumberField
from nnviz.gui.widgets.text import count_text, role_label, wrapping_label
from nnviz.training.stop_rules import StopRules

_LOSSES = (("train", "training"), ("validation", "validation"))
_HINT = (
    "Losses are judged at the end of an epoch; the loss of an epoch is the mean of its steps. "
    "The first rule that comes true pauses training."
)
_MOST = 10**9


class StopForm(QFrame):
    """A row for each rule: whether it counts, and its number.

    Signals
    -------
    rules_chosen
        A person wants these StopRules.
    """

    rules_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("stop_form")
        self.setAccessibleName("Stop when")
        self.setProperty("role", "popup")
        self._fields: dict[str, NumberField | WholeNumberField] = {}
        self._boxes: dict[str, CheckBox] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 10, 12, 10)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.addWidget(role_label("Stop when…", "heading", self), 0, 0, 1, 2)
        loss = NumberField("stop_loss", "Loss to be below", 1e-12, 1e9, self)
        self._add("loss_below", "the loss of an epoch is below", loss, 0.01)
        patience = WholeNumberField("stop_patience", "Epochs without a lower loss", 1, _MOST, self)
        self._add("epochs_without_improvement", "it has not fallen for epochs", patience, 20)
        self.watched = Combo("stop_watched", "Loss that is to fall", self)
        self.watched.set_entries(_LOSSES)
        self.watched.key_chosen.connect(self._report)
        row = self._grid.rowCount()
        self._grid.addWidget(role_label("      namely the loss of", "label", self), row, 0)
        self._grid.addWidget(self.watched, row, 1)
        seconds = NumberField("stop_seconds", "Seconds of training", 1e-3, 1e9, self)
        self._add("seconds", "it has trained for seconds", seconds, 60)
        steps = WholeNumberField("stop_step", "Step to stop at", 1, _MOST, self)
        self._add("steps", "this step is done", steps, 1000)
        epochs = WholeNumberField("stop_epoch", "Epoch to stop after", 1, _MOST, self)
        self._add("epochs", "this epoch is done", epochs, 100)
        hint = wrapping_label(_HINT, "hint", self)
        hint.setMinimumHeight(46)
        self._grid.addWidget(hint, self._grid.rowCount(), 0, 1, 2)

    def _add(
        self, name: str, words: str, field: NumberField | WholeNumberField, start: float
    ) -> None:
        box = CheckBox(f"stop_by_{name}", words, self)
        box.setAccessibleName(f"Stop when {words}")
        box.toggled.connect(field.setEnabled)
        box.clicked.connect(self._report)
        field.setToolTip(f"Stop when {words}: the number")
        field.setEnabled(False)
        field.setFixedWidth(110)
        _show(field, start)
        field.number_chosen.connect(self._report)
        row = self._grid.rowCount()
        self._grid.addWidget(box, row, 0)
        self._grid.addWidget(field, row, 1)
        self._boxes[name], self._fields[name] = box, field

    def rules(self) -> StopRules:
        """Return what is chosen."""
        watches = self.watched.currentData() == "validation"
        chosen = {key: f.value() for key, f in self._fields.items() if self._boxes[key].isChecked()}
        return msgspec.structs.replace(StopRules(watches_validation=watches), **chosen)

    def show_rules(self, rules: StopRules) -> None:
        """Show what is in force, without reporting it."""
        for name, field in self._fields.items():
            value = getattr(rules, name)
            self._boxes[name].setChecked(value is not None)
            if value is not None:
                _show(field, value)
        self.watched.show_key("validation" if rules.watches_validation else "train")

    def open_below(self, place: QPoint, has_validation: bool) -> None:
        """Open with the upper right corner at a place of the screen, as far as that is on it."""
        problem = None if has_validation else "There are no validation rows"
        self.watched.explain("validation", problem)
        self.adjustSize()
        corner = place - QPoint(self.width(), 0)
        screen = self.screen().availableGeometry()
        x = min(max(corner.x(), screen.left()), screen.right() - self.width())
        y = min(max(corner.y(), screen.top()), screen.bottom() - self.height())
        self.move(x, y)
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Escape, as a menu does."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _report(self, *_: object) -> None:
        self.rules_chosen.emit(self.rules())


def _show(field: NumberField | WholeNumberField, value: float) -> None:
    if isinstance(field, NumberField):
        field.show_number(value)
    else:
        field.show_number(int(value))


def rules_text(rules: StopRules) -> str:
    """Return the rules in a sentence, "" where there is none."""
    parts = []
    if rules.loss_below is not None:
        parts.append(f"the loss of an epoch is below {rules.loss_below:g}")
    if rules.epochs_without_improvement is not None:
        kind = "validation" if rules.watches_validation else "training"
        count = rules.epochs_without_improvement
        parts.append(f"the {kind} loss has not fallen for {_counted(count, 'epoch')}")
    if rules.seconds is not None:
        parts.append(f"it has trained for {rules.seconds:g} s")
    if rules.steps is not None:
        parts.append(f"step {count_text(rules.steps)} is done")
    if rules.epochs is not None:
        parts.append(f"epoch {count_text(rules.epochs)} is done")
    return f"Stops when {', or '.join(parts)}" if parts else ""


def _counted(count: int, word: str) -> str:
    return f"{count_text(count)} {word if count == 1 else word + 's'}"
