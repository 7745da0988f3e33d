"""ConditionBar: says where a walk shall stop, and runs it until there."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from nnviz.core.code_names import variable_name
from nnviz.core.conditions import (
    AnyOf,
    Breakpoints,
    Comparison,
    Condition,
    PlaceCondition,
    Quantity,
    ValueCondition,
)
from nnviz.core.program import Phase
from nnviz.core.trace import Trace
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import role_label

PLACE, BREAKPOINT, SIZE = "place", "breakpoint", "size"
_ANY_LAYER = "any"
# Room for the head, and for each field beside it, px.
_HEAD, _FIELD = 66, 84
_GREATEST = 1e300

_SUBJECTS = (
    (Quantity.DELTA.name, "|delta|"),
    (Quantity.LOSS.name, "loss"),
    (Quantity.GRADIENT_NORM.name, "gradient norm"),
    (Quantity.BUFFER.name, "a variable"),
    (SIZE, "|a variable|"),
    (PLACE, "a place"),
    (BREAKPOINT, "a breakpoint"),
)
_TIPS = {
    Quantity.DELTA.name: "The size of any gradient of the loss by a weighted sum (dloss_sum)",
    Quantity.LOSS.name: "The mean loss of the batch, its penalty included",
    Quantity.GRADIENT_NORM.name: "The norm of all gradients of weights and biases together",
    Quantity.BUFFER.name: "Any entry of a variable",
    SIZE: "Any entry of a variable, whatever its sign",
    PLACE: "Where a phase begins, or its part in one layer",
    BREAKPOINT: "The lines that you have marked in the margin of the code",
}


class ConditionBar(QWidget):
    """A small editor of one condition.

    Signals
    -------
    run_requested
        A person wants to go on to where this condition is met.
    stop_requested
        A person wants the search to end.
    """

    run_requested = Signal(object)
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Conditional stop")
        self.breakpoints: frozenset[int] = frozenset()
        self._layers = 0
        self._is_wide: bool | None = None
        self.head = role_label("Stop at", "label", self)
        self.subject = Combo("code_stop_subject", "What to stop at", self)
        _offer(self.subject, _SUBJECTS)
        for key, tip in _TIPS.items():
            self.subject.describe(key, tip)
        self.buffer = Combo("code_stop_variable", "Variable that is looked at", self)
        self.comparison = Combo("code_stop_comparison", "Comparison", self)
        _offer(self.comparison, [(entry.name, entry.value) for entry in Comparison])
        self.number = NumberField(
            "code_stop_number", "Number that is compared with", -_GREATEST, _GREATEST, self
        )
        self.number.show_number(1e-3)
        self.phase = Combo("code_stop_phase", "Phase", self)
        self.phase.set_entries((phase.name, phase.value) for phase in Phase)
        self.phase.show_key(Phase.BACKWARD.name)
        self.layer = Combo("code_stop_layer", "Layer", self)
        self.button = QPushButton("Run to it", self)
        self.button.setObjectName("code_stop_run")
        self.button.setAccessibleName("Run until the condition is met")
        reach_by_tab(self.button)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 4, 8, 4)
        self._grid.setSpacing(4)
        self.subject.currentIndexChanged.connect(self._show_fields)
        self.comparison.currentIndexChanged.connect(self._show_fields)
        self.button.clicked.connect(self._press)
        self.set_searching(False)
        self._show_fields()

    # What it knows.

    def show_trace(self, trace: Trace | None) -> None:
        """Offer the variables and layers of this step."""
        self.setEnabled(trace is not None)
        if trace is None:
            return
        written = dict.fromkeys(name for line in trace.lines for name in line.arrays)
        _offer(self.buffer, [(name, variable_name(name)) for name in written])
        layers = [(_ANY_LAYER, "any layer")]
        layers += [(str(i + 1), f"layer {i + 1}") for i in range(len(trace.spec.layers))]
        _offer(self.layer, layers)

    def set_searching(self, is_searching: bool) -> None:
        """Offer to end a search, or to begin one."""
        self._is_searching = is_searching
        self.button.setText("Stop" if is_searching else "Run to it")
        words = "End the search" if is_searching else "Run until the condition is met"
        self.button.setAccessibleName(words)
        self.button.setToolTip(words)

    def condition(self) -> Condition:
        """Return what is chosen, or a breakpoint that comes before it.

        Raises
        ------
        ValueError
            With a sentence, if it is not complete.
        """
        chosen = self._chosen()
        marked = Breakpoints(self.breakpoints)
        return AnyOf((chosen, marked)) if self.breakpoints and chosen != marked else chosen

    def _chosen(self) -> Condition:
        subject = self.subject.currentData()
        if subject == BREAKPOINT:
            if not self.breakpoints:
                raise ValueError("no line has a breakpoint yet: click beside its number")
            return Breakpoints(self.breakpoints)
        if subject == PLACE:
            layer = self.layer.currentData()
            number = None if layer in (None, _ANY_LAYER) else int(layer)
            return PlaceCondition(Phase[self.phase.currentData()], number)
        quantity = Quantity.BUFFER if subject == SIZE else Quantity[subject]
        is_buffer = quantity is Quantity.BUFFER
        return ValueCondition(
            quantity,
            Comparison[self.comparison.currentData()],
            self.number.value(),
            (self.buffer.currentData() or "") if is_buffer else "",
            subject == SIZE,
        )

    def _press(self) -> None:
        if self._is_searching:
            self.stop_requested.emit()
        else:
            self.run_requested.emit(None)

    # How it is laid out.

    def _show_fields(self) -> None:
        subject = self.subject.currentData()
        is_value = subject not in (PLACE, BREAKPOINT)
        shown = {
            self.buffer: subject in (Quantity.BUFFER.name, SIZE),
            self.comparison: is_value,
            self.number: is_value and self.comparison.currentData() != Comparison.NOT_FINITE.name,
            self.phase: subject == PLACE,
            self.layer: subject == PLACE,
        }
        for field, is_shown in shown.items():
            field.setVisible(is_shown)
        self.head.setText("Stop at" if not is_value else "Stop when")
        self._is_wide = None
        self._arrange()

    def _rows(self, is_wide: bool) -> Sequence[Sequence[QWidget]]:
        first: list[QWidget] = [self.head, self.subject]
        more: list[QWidget] = [self.buffer, self.phase, self.layer, self.comparison, self.number]
        shown = [field for field in more if not field.isHidden()]
        if is_wide:
            return [[*first, *shown, self.button]]
        # The second row begins with what belongs together.
        split = 1 if shown and shown[0] is self.buffer else 0
        return [[*first, *shown[:split]], [*shown[split:], self.button]]

    def _arrange(self) -> None:
        (whole,) = self._rows(is_wide=True)
        is_wide = self.width() >= _HEAD + _FIELD * (len(whole) - 1)
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        while self._grid.count():
            self._grid.takeAt(0)
        for row, widgets in enumerate(self._rows(is_wide)):
            for column, widget in enumerate(widgets):
                self._grid.addWidget(widget, row, column)
        for column in range(self._grid.columnCount()):
            items = (self._grid.itemAtPosition(row, column) for row in range(2))
            is_fixed = any(i is not None and isinstance(i.widget(), QLabel) for i in items)
            self._grid.setColumnStretch(column, 0 if is_fixed else 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take one row where there is room, else two."""
        super().resizeEvent(event)
        self._arrange()


def _offer(combo: Combo, entries: Sequence[tuple[str, str]]) -> None:
    """Offer these entries, the first one chosen unless one of them is already."""
    combo.set_entries(entries)
    if combo.currentIndex() < 0:
        combo.setCurrentIndex(0)
