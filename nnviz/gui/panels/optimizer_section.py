"""OptimizerSection: the rule of the update, the learning rate, number format and seed."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import OptimizerSpec
from nnviz.gui.panels.section import Section
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField, WholeNumberField
from nnviz.gui.widgets.slider import LabelledSlider

LARGEST_SEED = 2**31 - 1
DTYPES = (("float64", "float64, 16 digits"), ("float32", "float32, 7 digits"))


class OptimizerSection(Section):
    """Edits an OptimizerSpec, the dtype and the seed.

    Attributes
    ----------
    base
        The OptimizerSpec that the next change is made to: the last one that was
        shown or asked for.

    Signals
    -------
    optimizer_chosen
        The OptimizerSpec that a person wants instead.
    learning_rate_chosen
        A person wants another learning rate, without a reset.
    dtype_chosen, seed_chosen
        A person wants another number format, other starting weights.
    """

    optimizer_chosen = Signal(object)
    learning_rate_chosen = Signal(float)
    dtype_chosen = Signal(str)
    seed_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Optimiser", parent)
        self.base = OptimizerSpec()
        self.method = Combo("optimizer", "Optimiser", self)
        self.method.set_records(OPTIMIZERS.values())
        self.learning_rate = NumberField("learning_rate", "Learning rate", 0, 1e6, self)
        self.learning_rate.setToolTip("Takes effect at the next step, without a reset")
        self.momentum = LabelledSlider(
            "momentum", "Momentum", 100, lambda position: f"{position / 100:.2f}", self
        )
        self.beta1 = NumberField("beta1", "Beta 1", 0, 0.999999, self)
        self.beta2 = NumberField("beta2", "Beta 2", 0, 0.999999, self)
        self.smoothing = NumberField(
            "smoothing", "Smoothing of squared gradients", 0, 0.999999, self
        )
        self.weight_decay = NumberField("weight_decay", "Weight decay", 0, 10, self)
        self.weight_decay.setToolTip("Pulls weights and biases towards zero in every update")
        self.clip_norm = NumberField("clip_norm", "Greatest norm of the gradient", 0, 1e6, self)
        self.clip_norm.setToolTip("Longer gradients are shortened to this norm; 0 is no limit")
        self.schedule = Combo("schedule", "Learning-rate schedule", self)
        self.schedule.set_records(SCHEDULES.values())
        self.schedule_steps = WholeNumberField("schedule_steps", "Steps", 10, 10_000_000, self)
        self.schedule_steps.setToolTip(
            "Steps between two drops, or the length of the cosine, warm-up or cycle"
        )
        self.dtype = Combo("dtype", "Number format", self)
        self.dtype.set_entries(DTYPES)
        self.seed = WholeNumberField("seed", "Seed", 0, LARGEST_SEED, self)
        self.seed.setToolTip("Decides the starting weights and the order of the rows")
        self.add_field("Method", self.method)
        self.add_field("Learning rate", self.learning_rate)
        self.column.addWidget(self.momentum)
        self._betas = self.add_fields_in_row(("β₁", self.beta1), ("β₂", self.beta2))
        self._smoothing = self.add_field("Smoothing", self.smoothing)
        self.add_fields_in_row(("Weight decay", self.weight_decay), ("Clip norm", self.clip_norm))
        self.add_field("Learning-rate schedule", self.schedule)
        self._schedule_steps = self.add_field("Steps of the schedule", self.schedule_steps)
        self.add_field("Number format", self.dtype)
        self.add_field("Seed of weights and shuffles", self.seed)
        self._connect()

    def _connect(self) -> None:
        self.method.key_chosen.connect(lambda key: self._choose(name=key))
        self.learning_rate.number_chosen.connect(self._choose_learning_rate)
        self.momentum.position_chosen.connect(lambda place: self._choose_momentum(place / 100))
        self.beta1.number_chosen.connect(lambda value: self._choose(beta1=value))
        self.beta2.number_chosen.connect(lambda value: self._choose(beta2=value))
        self.smoothing.number_chosen.connect(lambda value: self._choose(smoothing=value))
        self.weight_decay.number_chosen.connect(lambda value: self._choose(weight_decay=value))
        self.clip_norm.number_chosen.connect(lambda value: self._choose(clip_norm=value or None))
        self.schedule.key_chosen.connect(lambda key: self._choose_schedule(name=key))
        self.schedule_steps.number_chosen.connect(lambda n: self._choose_schedule(steps=n))
        self.dtype.key_chosen.connect(self.dtype_chosen)
        self.seed.number_chosen.connect(self.seed_chosen)

    def _choose(self, **changes: object) -> None:
        self.base = msgspec.structs.replace(self.base, **changes)
        self.optimizer_chosen.emit(self.base)

    def _choose_momentum(self, momentum: float) -> None:
        # Nesterov looks ahead along the momentum: without any there is nothing to look along.
        self._choose(momentum=momentum, nesterov=self.base.nesterov and momentum > 0)

    def _choose_schedule(self, **changes: object) -> None:
        schedule = msgspec.structs.replace(self.base.schedule, **changes)
        self._choose(schedule=schedule)

    def _choose_learning_rate(self, learning_rate: float) -> None:
        self.base = msgspec.structs.replace(self.base, learning_rate=learning_rate)
        self.learning_rate_chosen.emit(learning_rate)

    def show_optimizer(self, optimizer: OptimizerSpec, dtype: str, seed: int) -> None:
        """Show what is in use; fields without meaning for the method are hidden."""
        self.base = optimizer
        self.method.show_key(optimizer.name)
        self.learning_rate.show_number(optimizer.learning_rate)
        self.momentum.show_position(round(optimizer.momentum * 100))
        options = OPTIMIZERS[optimizer.name].options
        self.momentum.setVisible("momentum" in options)
        self.beta1.show_number(optimizer.beta1)
        self.beta2.show_number(optimizer.beta2)
        for field in self._betas:
            field.setVisible("beta1" in options)
        self.smoothing.show_number(optimizer.smoothing)
        self._smoothing.setVisible("smoothing" in options)
        self.weight_decay.show_number(optimizer.resolved_weight_decay)
        self.clip_norm.show_number(optimizer.clip_norm or 0.0)
        self.schedule.show_key(optimizer.schedule.name)
        self.schedule_steps.show_number(optimizer.schedule.steps)
        self._schedule_steps.setVisible(bool(SCHEDULES[optimizer.schedule.name].options))
        self.dtype.show_key(dtype)
        self.seed.show_number(seed)
