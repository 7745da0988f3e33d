"""OptimizerSection: the rule of the update, the learning rate, number format and seed."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import OptimizerSpec
from nnviz.gui.panels.rule_options import RuleOptions
from nnviz.gui.panels.schedule_options import ScheduleOptions
from nnviz.gui.panels.section import Section
from nnviz.gui.widgets.check_box import CheckBox
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField, WholeNumberField
from nnviz.training.experiment import ExperimentSpec

LARGEST_SEED = 2**31 - 1
DTYPES = (("float64", "float64, 16 digits"), ("float32", "float32, 7 digits"))


class OptimizerSection(Section):
    """Edits an OptimizerSpec, the patience, the dtype and the seed.

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
    patience_chosen
        Epochs without a lower validation loss after which to stop, or ``None``.
    dtype_chosen, seed_chosen
        A person wants another number format, other starting weights.
    """

    optimizer_chosen = Signal(object)
    learning_rate_chosen = Signal(float)
    patience_chosen = Signal(object)
    dtype_chosen = Signal(str)
    seed_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Optimiser", parent)
        self.base = OptimizerSpec()
        self.method = Combo("optimizer", "Optimiser", self)
        self.method.set_records(OPTIMIZERS.values())
        self.learning_rate = NumberField("learning_rate", "Learning rate", 0, 1e6, self)
        self.learning_rate.setToolTip("Takes effect at the next step, without a reset")
        self.rule = RuleOptions(self)
        self.weight_decay = NumberField("weight_decay", "Weight decay", 0, 10, self)
        self.weight_decay.setToolTip("Pulls weights and biases towards zero in every update")
        self.epsilon = NumberField("epsilon", "Epsilon", 1e-12, 1, self)
        self.epsilon.setToolTip("Added to the root that divides, so that it is never 0")
        self.clip_norm = NumberField("clip_norm", "Greatest norm of the gradient", 0, 1e6, self)
        self.clip_norm.setToolTip("Longer gradients are shortened to this norm; 0 is no limit")
        self.clip_value = NumberField("clip_value", "Greatest entry of the gradient", 0, 1e6, self)
        self.clip_value.setToolTip("Larger entries are cut down to this size; 0 is no limit")
        self.trains_biases = CheckBox("trains_biases", "Train the biases too", self)
        self.trains_biases.setToolTip("Without, the biases stay what they are at the start")
        self.schedule = ScheduleOptions(self)
        self.patience = WholeNumberField("patience", "Patience in epochs", 0, 1_000_000, self)
        self.patience.setSpecialValueText("never")
        self.patience.setToolTip(
            "Epochs without a lower validation loss after which training stops "
            "and the best weights come back"
        )
        self.dtype = Combo("dtype", "Number format", self)
        self.dtype.set_entries(DTYPES)
        self.seed = WholeNumberField("seed", "Seed", 0, LARGEST_SEED, self)
        self.seed.setToolTip("Decides the starting weights and the order of the rows")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.add_field("Method", self.method)
        self.add_field("Learning rate", self.learning_rate)
        self.column.addWidget(self.rule)
        _, self._epsilon = self.add_fields_in_row(
            ("Weight decay", self.weight_decay), ("Epsilon", self.epsilon)
        )
        self.add_fields_in_row(("Clip norm", self.clip_norm), ("Clip entries", self.clip_value))
        self.column.addWidget(self.trains_biases)
        self.column.addWidget(self.schedule)
        self.add_field("Stop early after epochs", self.patience)
        self.add_field("Number format", self.dtype)
        self.add_field("Seed of weights and shuffles", self.seed)

    def _connect(self) -> None:
        self.method.key_chosen.connect(lambda key: self._choose(name=key))
        self.learning_rate.number_chosen.connect(self._choose_learning_rate)
        self.rule.change_chosen.connect(lambda changes: self._choose(**changes))
        self.weight_decay.number_chosen.connect(lambda value: self._choose(weight_decay=value))
        self.epsilon.number_chosen.connect(lambda value: self._choose(epsilon=value))
        # A gradient is clipped in one way or the other: the newest choice wins.
        self.clip_norm.number_chosen.connect(
            lambda value: self._choose(clip_norm=value or None, clip_value=None)
        )
        self.clip_value.number_chosen.connect(
            lambda value: self._choose(clip_value=value or None, clip_norm=None)
        )
        self.trains_biases.clicked.connect(lambda is_on: self._choose(trains_biases=is_on))
        self.schedule.schedule_chosen.connect(lambda schedule: self._choose(schedule=schedule))
        self.patience.number_chosen.connect(lambda n: self.patience_chosen.emit(n or None))
        self.dtype.key_chosen.connect(self.dtype_chosen)
        self.seed.number_chosen.connect(self.seed_chosen)

    def _choose(self, **changes: object) -> None:
        self.base = msgspec.structs.replace(self.base, **changes)
        self.optimizer_chosen.emit(self.base)

    def _choose_learning_rate(self, learning_rate: float) -> None:
        self.base = msgspec.structs.replace(self.base, learning_rate=learning_rate)
        self.learning_rate_chosen.emit(learning_rate)

    def show_experiment(self, experiment: ExperimentSpec) -> None:
        """Show what is in use; fields without meaning for the method are hidden."""
        optimizer = experiment.optimizer
        self.base = optimizer
        self.method.show_key(optimizer.name)
        self.learning_rate.show_number(optimizer.learning_rate)
        self.rule.show_optimizer(optimizer)
        self.weight_decay.show_number(optimizer.resolved_weight_decay)
        self._epsilon.setVisible("epsilon" in OPTIMIZERS[optimizer.name].options)
        self.epsilon.show_number(optimizer.resolved_epsilon)
        self.clip_norm.show_number(optimizer.clip_norm or 0.0)
        self.clip_value.show_number(optimizer.clip_value or 0.0)
        self.trains_biases.setChecked(optimizer.trains_biases)
        self.schedule.show_schedule(optimizer.schedule)
        self.patience.show_number(experiment.patience or 0)
        self.dtype.show_key(experiment.dtype)
        self.seed.show_number(experiment.seed)
