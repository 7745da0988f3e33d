"""The controls of the initialisation lab."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.gui.panels.section import FieldColumn
from nnviz.gui.views.initialization_choice import (
    MOST_DEPTH,
    MOST_STARTS,
    MOST_WIDTH,
    LabChoice,
    start_words,
)
from nnviz.gui.widgets.check_box import CheckBox
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField, WholeNumberField
from nnviz.gui.widgets.keys import reach_by_tab

_SOURCES = (("free", "equal layers, inputs N(0, 1)"), ("loaded", "the loaded network, its batch"))
_SOURCE_TIPS = {
    "free": "As many equal layers as you like. Inputs and the gradient on top are drawn from "
    "N(0, 1).",
    "loaded": "The layers that are loaded now, with one batch of their own data; the gradient "
    "on top is that of the loss.",
}


class StartControls(QWidget):
    """Initialiser, activation and std in one row: what matters most.

    Signals
    -------
    choice_chosen
        The LabChoice that a person wants instead.
    """

    choice_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = LabChoice()
        self.initializer = Combo("initialization_initializer", "Initialiser to look at", self)
        self.initializer.set_records(INITIALIZERS.values())
        self.std = NumberField(
            "initialization_std", "Standard deviation to look at", 1e-6, 10, self
        )
        self.std.setToolTip("Standard deviation of a weight (the value, of a constant start)")
        self.activation = Combo("initialization_activation", "Activation of the equal layers", self)
        self.activation.set_records(ACTIVATIONS.values())
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addWidget(self.initializer, 3)
        self._row.addWidget(self.std, 2)
        self._row.addWidget(self.activation, 3)
        self.initializer.key_chosen.connect(lambda key: self._choose(initializer=key))
        self.activation.key_chosen.connect(lambda key: self._choose(activation=key))
        self.std.number_chosen.connect(lambda value: self._choose(std=value))

    def _choose(self, **changes: Any) -> None:
        self._choice = replace(self._choice, **changes)
        self.choice_chosen.emit(self._choice)

    def stack(self, is_stacked: bool) -> None:
        """Put the fields below one another, or side by side."""
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if is_stacked else directions.LeftToRight)

    def show_choice(self, choice: LabChoice) -> None:
        """Show what is chosen."""
        self._choice = choice
        self.initializer.show_key(choice.initializer)
        self.activation.show_key(choice.activation)
        self.activation.setVisible(choice.is_free)
        self.std.show_number(choice.std)
        self.std.setVisible(INITIALIZERS[choice.initializer].uses_std)


class LabControls(FieldColumn):
    """The other choices, and what can be done with a start.

    Signals
    -------
    choice_chosen
        The LabChoice that a person wants instead.
    shared_chosen
        Whether all histograms shall have the same scale.
    start_wanted
        The loaded experiment shall start like that.
    """

    choice_chosen = Signal(object)
    shared_chosen = Signal(bool)
    start_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = LabChoice()
        self.source = Combo("initialization_source", "Network to look at", self)
        self.source.set_entries(_SOURCES)
        for key, tip in _SOURCE_TIPS.items():
            self.source.describe(key, tip)
        self.depth_field = _whole("depth", "Number of equal layers", MOST_DEPTH, self)
        self.width_field = _whole("width", "Units of each of the equal layers", MOST_WIDTH, self)
        self.starts = _whole("starts", "Number of starts to draw", MOST_STARTS, self)
        self.shared = CheckBox("initialization_shared_scale", "Same scale for all layers", self)
        self.shared.setToolTip("Whether all histograms share one scale, or each has its own")
        self.shared.setChecked(True)
        self.use = QPushButton("Use this start", self)
        self.use.setObjectName("initialization_use")
        self.use.setAccessibleName("Let the loaded experiment start like that")
        reach_by_tab(self.use)
        self.add_field("Network", self.source)
        fields = (
            ("Depth", self.depth_field),
            ("Width", self.width_field),
            ("Starts", self.starts),
        )
        self._sizes = self.add_fields_in_row(*fields)[:2]
        self.column.addWidget(self.shared)
        self.column.addWidget(self.use)
        self.source.key_chosen.connect(lambda key: self._choose(is_free=key == "free"))
        self.depth_field.number_chosen.connect(lambda value: self._choose(depth=value))
        self.width_field.number_chosen.connect(lambda value: self._choose(width=value))
        self.starts.number_chosen.connect(lambda value: self._choose(starts=value))
        self.shared.clicked.connect(lambda: self.shared_chosen.emit(self.shared.isChecked()))
        self.use.clicked.connect(self.start_wanted)

    def _choose(self, **changes: Any) -> None:
        self._choice = replace(self._choice, **changes)
        self.choice_chosen.emit(self._choice)

    def show_choice(self, choice: LabChoice, problem: str | None) -> None:
        """Show what is chosen; ``problem`` says why the experiment cannot start like that."""
        self._choice = choice
        self.source.show_key("free" if choice.is_free else "loaded")
        self.depth_field.show_number(choice.depth)
        self.width_field.show_number(choice.width)
        self.starts.show_number(choice.starts)
        for field in self._sizes:
            field.setVisible(choice.is_free)
        self.use.setEnabled(problem is None)
        self.use.setToolTip(
            f"Load the experiment anew, with {start_words(choice)}"
            if problem is None
            else f"Not now: {problem}"
        )


def _whole(name: str, spoken: str, most: int, parent: QWidget) -> WholeNumberField:
    field = WholeNumberField(f"initialization_{name}", spoken, 1, most, parent)
    field.setToolTip(f"{spoken}, 1 to {most}")
    return field
