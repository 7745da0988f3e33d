"""ChainBar: x, the functions and the cursor of the lecture's chain."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnviz.core.chain import (
    CHAIN_FUNCTIONS,
    LECTURE_CHAIN,
    LECTURE_X,
    LONGEST_CHAIN,
    run_chain,
)
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField
from nnviz.gui.widgets.text import role_label

LARGEST_X = 1000.0


class ChainBar(QWidget):
    """What a person sets of the chain.

    Attributes
    ----------
    names, given
        The functions, innermost first, and what the first one is given.
    run
        Both passes through it.
    position
        How many lines are done.
    chosen
        The function that the list changes, from 0.

    Signals
    -------
    chain_changed
        Something above is different now.
    """

    chain_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = LECTURE_CHAIN
        self.given = LECTURE_X
        self.run = run_chain(self.names, self.given)
        self.position, self.chosen = 0, 0
        self._field = NumberField("chain_x", "x of the chain", -LARGEST_X, LARGEST_X, self)
        self._field.setFixedWidth(72)
        self._which = role_label("f1", "label", self)
        self._list = Combo("chain_function", "Function that is chosen in the graph", self)
        self._list.set_entries((key, row.label) for key, row in CHAIN_FUNCTIONS.items())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(role_label("x", "label", self))
        row.addWidget(self._field)
        row.addWidget(self._which)
        row.addWidget(self._list, 1)
        self._fewer = self._button("chain_fewer", "−", "Take this function out", self.remove)
        self._more = self._button("chain_more", "+", "Add a function behind this one", self.insert)
        for button in (self._fewer, self._more):
            row.addWidget(button)
        back = self._button("chain_back", "◀", "Go a line back", lambda: self.step(-1))
        on = self._button("chain_forward", "▶", "Go a line on", lambda: self.step(1))
        row.addWidget(back)
        row.addWidget(on)
        self._field.number_chosen.connect(self.set_x)
        self._list.key_chosen.connect(self.set_function)
        self._show()

    def _button(self, name: str, text: str, spoken: str, slot: object) -> PlotButton:
        button = PlotButton(name, text, spoken, self)
        button.clicked.connect(slot)
        return button

    def set_x(self, x: float) -> None:
        """Give the chain another x; the cursor stays."""
        self.given = x
        self._run()

    def set_function(self, key: str) -> None:
        """Put another function in the place of the chosen one."""
        self.names = (*self.names[: self.chosen], key, *self.names[self.chosen + 1 :])
        self._run()

    def insert(self) -> None:
        """Put one more function behind the chosen one, the same one again."""
        if len(self.names) < LONGEST_CHAIN:
            index = self.chosen + 1
            self.names = (*self.names[:index], self.names[self.chosen], *self.names[index:])
            self.chosen, self.position = index, 0
            self._run()

    def remove(self) -> None:
        """Take the chosen function out."""
        if len(self.names) > 1:
            self.names = (*self.names[: self.chosen], *self.names[self.chosen + 1 :])
            self.chosen, self.position = min(self.chosen, len(self.names) - 1), 0
            self._run()

    def choose(self, index: int) -> None:
        """Let the list change this function, from 0."""
        self.chosen = index
        self._show()

    def step(self, by: int) -> None:
        """Go so many lines on, or back."""
        self.go_to(self.position + by)

    def go_to(self, position: int) -> None:
        """Go to the end of a line; 0 is before the first."""
        position = min(max(position, 0), len(self.run.lines))
        if position != self.position:
            self.position = position
            self.chain_changed.emit()

    @property
    def code(self) -> str:
        """The line at the cursor, with its numbers, as the lecture writes it."""
        if not self.position:
            return "Press ▶ to run the chain line by line, forward and then backward"
        return self.run.lines[self.position - 1].code

    def _run(self) -> None:
        self.run = run_chain(self.names, self.given)
        self._show()
        self.chain_changed.emit()

    def _show(self) -> None:
        self._field.show_number(self.given)
        self._which.setText(f"f{self.chosen + 1}")
        self._list.show_key(self.names[self.chosen])
        self._fewer.setEnabled(len(self.names) > 1)
        self._more.setEnabled(len(self.names) < LONGEST_CHAIN)
