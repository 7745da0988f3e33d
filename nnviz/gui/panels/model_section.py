"""ModelSection: hidden layers, output activation, loss and initialiser."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.spec import NetworkSpec
from nnviz.data.prepared import PreparedData
from nnviz.gui.panels.layer_list import LayerList
from nnviz.gui.panels.section import Section
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField
from nnviz.gui.widgets.slider import LabelledSlider
from nnviz.gui.widgets.text import count_text, role_label, wrapping_label
from nnviz.training.experiment import ModelSpec, network_spec

_START_CHOICES = {"hidden_layers", "initializer", "initializer_std", "initial_bias"}


def model_problem(model: ModelSpec, data: PreparedData) -> str | None:
    """Say why a model makes no sense for these data, or return ``None``."""
    try:
        network_spec(model, data)
    except ValueError as error:
        return str(error)
    return None


def with_loss(model: ModelSpec, loss: str) -> ModelSpec:
    """Return the model with another loss, and the output activation that it may need."""
    output = LOSSES[loss].required_output or model.output_activation
    return msgspec.structs.replace(model, loss=loss, output_activation=output)


class ModelSection(Section):
    """Edits a ModelSpec.

    Attributes
    ----------
    base
        The ModelSpec that the next change is made to: the last one that was shown
        or asked for.

    Signals
    -------
    model_chosen
        The ModelSpec that a person wants instead.
    """

    model_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Model", parent)
        self.base = ModelSpec()
        self.layers = LayerList(self)
        self.column.addWidget(self.layers)
        self.output = Combo("output_activation", "Output activation", self)
        self.output.set_records(ACTIVATIONS.values())
        self.loss = Combo("loss", "Loss", self)
        self.loss.set_records(LOSSES.values())
        self.initializer = Combo("initializer", "Initialiser", self)
        self.initializer.set_records(INITIALIZERS.values())
        self.std = NumberField("initializer_std", "Standard deviation of the start", 1e-6, 10, self)
        self.add_field("Output activation", self.output)
        self.add_field("Loss", self.loss)
        self.add_field("Initialiser", self.initializer)
        self.bias = NumberField("initial_bias", "What every bias starts at", -100, 100, self)
        self.bias.setToolTip("What every bias starts at")
        self._std_field, _ = self.add_fields_in_row(
            ("Deviation", self.std), ("Initial bias", self.bias)
        )
        self.l1 = NumberField("l1", "Strength of the L1 penalty", 0, 100, self)
        self.l2 = NumberField("l2", "Strength of the L2 penalty", 0, 100, self)
        self.add_fields_in_row(("L1 penalty", self.l1), ("L2 penalty", self.l2))
        self.dropout = LabelledSlider(
            "dropout", "Dropout in hidden layers", 90, lambda position: f"{position} %", self
        )
        self.column.addWidget(self.dropout)
        self.count = role_label("", "hint", self)
        self.count.setObjectName("parameter_count")
        self.column.addWidget(self.count)
        self.warning = wrapping_label("", "problem", self)
        self.column.addWidget(self.warning)
        self._connect()

    def _connect(self) -> None:
        self.layers.layers_chosen.connect(lambda layers: self._choose(hidden_layers=layers))
        self.output.key_chosen.connect(lambda key: self._choose(output_activation=key))
        self.loss.key_chosen.connect(lambda key: self._ask_for(with_loss(self.base, key)))
        self.initializer.key_chosen.connect(lambda key: self._choose(initializer=key))
        self.std.number_chosen.connect(lambda value: self._choose(initializer_std=value))
        self.bias.number_chosen.connect(lambda value: self._choose(initial_bias=value))
        self.l1.number_chosen.connect(lambda value: self._choose(l1=value))
        self.l2.number_chosen.connect(lambda value: self._choose(l2=value))
        self.dropout.position_chosen.connect(self._choose_dropout)

    def _choose(self, **changes: object) -> None:
        # Weights that were typed in fit the layers that they were typed for.
        if changes.keys() & _START_CHOICES:
            changes["start"] = None
        self._ask_for(msgspec.structs.replace(self.base, **changes))

    def _choose_dropout(self, percent: int) -> None:
        layers = tuple(
            msgspec.structs.replace(layer, dropout=percent / 100)
            for layer in self.base.hidden_layers
        )
        self._choose(hidden_layers=layers)

    def _ask_for(self, model: ModelSpec) -> None:
        self.base = model
        self.model_chosen.emit(model)

    def show_model(
        self, model: ModelSpec, network: NetworkSpec, data: PreparedData, parameter_count: int
    ) -> None:
        """Show a model as it was completed for these data."""
        self.base = model
        self.layers.show_layers(model.hidden_layers)
        self.output.show_key(model.output_activation)
        self.loss.show_key(network.loss)
        self.initializer.show_key(model.initializer)
        self.std.show_number(model.initializer_std)
        self._std_field.setVisible(INITIALIZERS[model.initializer].uses_std)
        self.bias.show_number(model.initial_bias)
        self.l1.show_number(model.l1)
        self.l2.show_number(model.l2)
        shares = [layer.dropout for layer in model.hidden_layers]
        self.dropout.setVisible(bool(shares))
        most = round(100 * max(shares, default=0.0))
        self.dropout.show_position(most, None if len(set(shares)) == 1 else "varied")
        self.count.setText(f"{count_text(parameter_count)} parameters")
        reason = network.untrainable_reason
        self.warning.setText(f"Cannot be trained: {reason}" if reason else "")
        self.warning.setVisible(reason is not None)
        self._explain(data)

    def _explain(self, data: PreparedData) -> None:
        for key in LOSSES:
            self.loss.explain(key, model_problem(with_loss(self.base, key), data))
        for key in ACTIVATIONS:
            wanted = msgspec.structs.replace(self.base, output_activation=key)
            self.output.explain(key, model_problem(wanted, data))
