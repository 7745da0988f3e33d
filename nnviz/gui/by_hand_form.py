"""ByHandForm: layers, loss and rule of a network to compute by hand."""

from dataclasses import dataclass

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.gui.panels.layer_list import LayerList
from nnviz.gui.panels.section import FieldColumn
from nnviz.gui.widgets.check_box import CheckBox
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField, WholeNumberField
from nnviz.gui.widgets.text import section_head

MOST_UNITS, MOST_PIECES, MOST_SAMPLES = 32, 4, 64


@dataclass(frozen=True, slots=True)
class ByHandShape:
    """How many numbers there are to type, and what is done with them.

    Attributes
    ----------
    samples, inputs
        n and d.
    layers, loss
        As in :class:`~nnviz.core.spec.NetworkSpec`.
    """

    samples: int
    inputs: int
    layers: tuple[LayerSpec, ...]
    loss: str


class ByHandForm(FieldColumn):
    """Edits a ByHandShape and an OptimizerSpec.

    Signals
    -------
    shape_changed
        There are other tables to fill, or the loss is another.
    rule_changed
        The update is another.
    """

    shape_changed = Signal()
    rule_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hidden: tuple[LayerSpec, ...] = ()
        self._output = LayerSpec(1, "linear")
        self._rule = OptimizerSpec("sgd")
        self.samples = WholeNumberField("by_hand_samples", "Samples", 1, MOST_SAMPLES, self)
        self.inputs = WholeNumberField("by_hand_inputs", "Inputs", 1, MOST_UNITS, self)
        self.layers = LayerList(self)
        self.outputs = WholeNumberField("by_hand_outputs", "Outputs", 1, MOST_UNITS, self)
        self.output = Combo("by_hand_output_activation", "Output activation", self)
        self.output.set_records(ACTIVATIONS.values())
        self.loss = Combo("by_hand_loss", "Loss", self)
        self.loss.set_records(LOSSES.values())
        self.method = Combo("by_hand_optimizer", "Optimiser", self)
        self.method.set_records(OPTIMIZERS.values())
        self.rate = NumberField("by_hand_learning_rate", "Learning rate", 0, 1e6, self)
        self.trains_biases = CheckBox("by_hand_trains_biases", "Train the biases too", self)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.column.addWidget(section_head("Network", self))
        self.add_fields_in_row(("Samples", self.samples), ("Inputs", self.inputs))
        self.column.addWidget(self.layers)
        self.add_fields_in_row(("Outputs", self.outputs), ("Output activation", self.output))
        self.add_field("Loss", self.loss)
        self.column.addSpacing(8)
        self.column.addWidget(section_head("Update", self))
        self.add_fields_in_row(("Optimiser", self.method), ("Learning rate", self.rate))
        self.column.addWidget(self.trains_biases)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.samples.number_chosen.connect(self.shape_changed)
        self.inputs.number_chosen.connect(self.shape_changed)
        self.layers.layers_chosen.connect(self._choose_hidden)
        self.outputs.number_chosen.connect(lambda size: self._choose_output(size=size))
        self.output.key_chosen.connect(lambda key: self._choose_output(activation=key, alpha=None))
        self.loss.key_chosen.connect(self._choose_loss)
        self.method.key_chosen.connect(lambda key: self._choose_rule(name=key))
        self.rate.number_chosen.connect(lambda rate: self._choose_rule(learning_rate=rate))
        self.trains_biases.clicked.connect(lambda is_on: self._choose_rule(trains_biases=is_on))

    @property
    def shape(self) -> ByHandShape:
        """What is chosen."""
        return ByHandShape(
            self.samples.value(),
            self.inputs.value(),
            (*self._hidden, self._output),
            str(self.loss.currentData()),
        )

    @property
    def rule(self) -> OptimizerSpec:
        """How the update is done."""
        return self._rule

    def show_choices(self, shape: ByHandShape, rule: OptimizerSpec) -> None:
        """Show these choices without reporting them."""
        *hidden, self._output = shape.layers
        self._hidden, self._rule = tuple(hidden), rule
        self.samples.show_number(shape.samples)
        self.inputs.show_number(shape.inputs)
        self._show_hidden()
        self.outputs.show_number(self._output.size)
        self.output.show_key(self._output.activation)
        self.loss.show_key(shape.loss)
        self.method.show_key(rule.name)
        self.rate.show_number(rule.learning_rate)
        self.trains_biases.setChecked(rule.trains_biases)

    def _choose_hidden(self, layers: tuple[LayerSpec, ...]) -> None:
        self._hidden = layers
        self._show_hidden()
        self.shape_changed.emit()

    def _show_hidden(self) -> None:
        self.layers.show_layers(self._hidden)
        for row in self.layers.rows:
            row.size_field.setMaximum(MOST_UNITS)
            row.pieces.setMaximum(MOST_PIECES)

    def _choose_output(self, **changes: object) -> None:
        self._output = msgspec.structs.replace(self._output, **changes)
        self.shape_changed.emit()

    def _choose_loss(self, loss: str) -> None:
        required = LOSSES[loss].required_output
        if required is not None:
            self._output = msgspec.structs.replace(self._output, activation=required)
            self.output.show_key(required)
        self.shape_changed.emit()

    def _choose_rule(self, **changes: object) -> None:
        self._rule = msgspec.structs.replace(self._rule, **changes)
        self.rule_changed.emit()
