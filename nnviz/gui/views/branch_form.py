"""BranchForm: what is to be different from a step on."""

from collections.abc import Mapping

import msgspec
import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.gui.display import Display
from nnviz.gui.panels.section import Section
from nnviz.gui.run_comparison import with_activation
from nnviz.gui.run_records import MOST_RUNS
from nnviz.gui.selection import UnitRef
from nnviz.gui.views.network_words import unit_name
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField, WholeNumberField
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import count_text, role_label, wrapping_label
from nnviz.training.experiment import ExperimentSpec

_AS_THEY_ARE = ""
_LARGEST_WEIGHT = 1e6


class BranchForm(Section):
    """Settings of a branch; what was not chosen is as on show.

    Attributes
    ----------
    button
        Branches.

    Signals
    -------
    branch_chosen
        A person wants to go on from here with this ExperimentSpec, and these values
        by their places in the flat vector.
    """

    branch_chosen = Signal(object, object)

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__("Branch from here", parent)
        self._display = display
        self._choices: dict[str, object] = {}
        self._base: tuple[int, object] = (-1, None)
        self.learning_rate = NumberField(
            "branch_learning_rate", "Learning rate of the branch", 0, 1e3
        )
        self.method = Combo("branch_optimizer", "Optimiser of the branch")
        self.method.set_records(OPTIMIZERS.values())
        self.batch_size = WholeNumberField(
            "branch_batch_size", "Batch size of the branch", 0, 10**6
        )
        self.batch_size.setSpecialValueText("all rows")
        self.activation = Combo("branch_activation", "Activation of all hidden layers")
        self.weight = NumberField(
            "branch_weight", "Value in the branch", -_LARGEST_WEIGHT, _LARGEST_WEIGHT
        )
        self.weight_label = role_label("", "label")
        self.weight_label.setObjectName("branch_weight_name")
        self.hint = wrapping_label("", "hint")
        self.hint.setObjectName("branch_hint")
        self.button = QPushButton()
        self.button.setObjectName("branch_button")
        self.button.setAccessibleName("Branch from the step on show")
        reach_by_tab(self.button)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.add_fields_in_row(("Learning rate", self.learning_rate), ("Optimiser", self.method))
        self.add_fields_in_row(
            ("Batch size", self.batch_size), ("Hidden activations", self.activation)
        )
        for widget in (self.weight_label, self.weight, self.hint, self.button):
            self.column.addWidget(widget)

    def _connect(self) -> None:
        choices = self._choices
        self.learning_rate.number_chosen.connect(
            lambda rate: choices.__setitem__("learning_rate", rate)
        )
        self.method.key_chosen.connect(lambda key: choices.__setitem__("name", key))
        self.batch_size.number_chosen.connect(
            lambda size: choices.__setitem__("batch_size", size or None)
        )
        self.activation.key_chosen.connect(lambda key: choices.__setitem__("activation", key))
        self.weight.number_chosen.connect(lambda value: choices.__setitem__("weight", value))
        self.button.clicked.connect(self._choose)

    def _choose(self) -> None:
        # A click on the button leaves the keyboard, and what was typed, with its field.
        for field in (self.learning_rate, self.batch_size, self.weight):
            if field.lineEdit().isModified():
                field.interpretText()
        self.branch_chosen.emit(self.experiment(), self.edits())

    def refresh(self) -> None:
        """Show what is on show, except where a person has chosen something else."""
        display, snapshot = self._display, self._display.snapshot
        selection = display.selection
        base = (snapshot.generation, snapshot.network)
        if base != self._base:
            self._base = base
            self._choices.clear()
            self._offer_activations()
        experiment = self.experiment()
        if not _is_typing(self.learning_rate):
            self.learning_rate.show_number(experiment.optimizer.learning_rate)
        self.method.show_key(experiment.optimizer.name)
        self.batch_size.setMaximum(len(snapshot.data.train_rows))
        if not _is_typing(self.batch_size):
            self.batch_size.show_number(experiment.batch_size or 0)
        used = {layer.activation for layer in experiment.model.hidden_layers}
        self.activation.show_key(used.pop() if len(used) == 1 else _AS_THEY_ARE)
        self._show_weight((selection.edge, selection.unit))
        self._show_button(snapshot.step)

    def _offer_activations(self) -> None:
        layers = self._display.snapshot.experiment.model.hidden_layers
        mixed = len({layer.activation for layer in layers}) != 1
        rows = [(row.name, row.label) for row in ACTIVATIONS.values()]
        self.activation.set_entries([(_AS_THEY_ARE, "as they are"), *rows] if mixed else rows)
        self.activation.setEnabled(bool(layers))
        pieces = {ACTIVATIONS[layer.activation].has_pieces for layer in layers}
        for row in ACTIVATIONS.values():
            fits = pieces == {row.has_pieces}
            problem = "A branch keeps the shapes of the weights; maxout has more of them"
            self.activation.explain(row.name, None if fits else problem)

    def _show_weight(self, selected: object) -> None:
        if selected != self._choices.get("selected"):
            self._choices.pop("weight", None)
            self._choices["selected"] = selected
        place = self._place()
        self.weight.setVisible(place is not None)
        self.weight_label.setVisible(place is not None)
        self.hint.setVisible(place is None)
        if place is None:
            self.hint.setText("Select an edge, or a unit for its bias, to change its value.")
            return
        self.weight_label.setText(self._weight_words())
        self.weight.setAccessibleName(f"{self._weight_words()} in the branch")
        if "weight" not in self._choices and not _is_typing(self.weight):
            self.weight.show_number(float(self._display.snapshot.parameters[place]))

    def _weight_words(self) -> str:
        selection = self._display.selection
        if selection.edge is not None:
            edge = selection.edge
            source = unit_name(self._display, UnitRef(edge.layer - 1, edge.source))
            target = unit_name(self._display, UnitRef(edge.layer, edge.target))
            return f"Weight: {source} to {target}"
        assert selection.unit is not None, "only what is selected has a place"
        return f"Bias: {unit_name(self._display, selection.unit)}"

    def _show_button(self, step: int) -> None:
        is_full = len(self._display.runs.all) >= MOST_RUNS
        self.button.setText(f"Branch from step {count_text(step)}")
        self.button.setEnabled(not is_full)
        self.button.setToolTip(
            f"There are {MOST_RUNS} runs: remove one of them first"
            if is_full
            else "Go on from here with these settings; this run is kept"
        )

    def _place(self) -> int | None:
        """Return where the selected weight or bias lies in the flat vector."""
        selection, layout = self._display.selection, self._display.network.layout
        picked = selection.edge or selection.unit
        if picked is None or picked.layer == 0 or layout.blocks[picked.layer - 1].has_pieces:
            return None
        places = layout.views(np.arange(layout.size, dtype=np.float64))
        if selection.edge is not None:
            return int(
                places.weights[picked.layer - 1][selection.edge.source, selection.edge.target]
            )
        assert selection.unit is not None, "an edge or a unit is picked"
        return int(places.biases[picked.layer - 1][selection.unit.index])

    def experiment(self) -> ExperimentSpec:
        """Return the settings that are chosen."""
        choices, experiment = self._choices, self._display.snapshot.experiment
        changes = {key: choices[key] for key in ("learning_rate", "name") if key in choices}
        optimizer = msgspec.structs.replace(experiment.optimizer, **changes)
        size = choices.get("batch_size", experiment.batch_size)
        experiment = msgspec.structs.replace(experiment, optimizer=optimizer, batch_size=size)
        activation = choices.get("activation") or _AS_THEY_ARE
        return with_activation(experiment, str(activation)) if activation else experiment

    def edits(self) -> Mapping[int, float]:
        """Return the value that was typed in, by its place; none if it was not changed."""
        place = self._place()
        if place is None or "weight" not in self._choices:
            return {}
        return {place: self.weight.value()}


def _is_typing(field: NumberField | WholeNumberField) -> bool:
    """Return whether somebody is in the middle of a number, which must not be written over."""
    return field.hasFocus() and field.lineEdit().isModified()
