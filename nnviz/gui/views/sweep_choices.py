"""SWEEP_SETTINGS: the settings that the Compare starts pane offers, with values to choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS


@dataclass(frozen=True, slots=True)
class SweepSetting:
    """One row of ``SWEEP_SETTINGS``.

    Attributes
    ----------
    name
        The dotted name, as in a sweep's file.
    label
        The name that people read.
    choices
        Values to choose from, as they are typed; others may be typed all the same.
    proposed
        What is filled in when the setting is chosen.
    """

    name: str
    label: str
    choices: tuple[str, ...]
    proposed: str


_SHARES = ("0", "0.1", "0.2", "0.3", "0.5")
_PENALTIES = ("0", "0.0001", "0.001", "0.01", "0.1")
_TRAINABLE = tuple(key for key, record in ACTIVATIONS.items() if record.trainable)

_ROWS = (
    SweepSetting(
        "optimizer.learning_rate",
        "Learning rate",
        ("0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3"),
        "0.001, 0.01, 0.1, 1",
    ),
    SweepSetting("optimizer.name", "Optimiser", tuple(OPTIMIZERS), "sgd, adam"),
    SweepSetting(
        "batch_size", "Batch size", ("1", "4", "16", "32", "64", "128", "full"), "4, 16, 64, full"
    ),
    SweepSetting(
        "model.hidden_layers",
        "Hidden layers",
        ("none", "2", "4", "8", "16", "8-8", "16-16", "8-8-8"),
        "none, 4, 16, 16-16",
    ),
    SweepSetting(
        "model.hidden_layers.activation",
        "Activation",
        _TRAINABLE,
        "sigmoid, tanh, relu",
    ),
    SweepSetting(
        "model.initializer",
        "Initialiser",
        tuple(INITIALIZERS),
        "zeros, glorot_uniform, he_uniform",
    ),
    SweepSetting(
        "model.initializer_std",
        "Initial spread",
        ("0.01", "0.1", "0.3", "1", "3"),
        "0.01, 0.1, 1",
    ),
    SweepSetting("optimizer.momentum", "Momentum", ("0", "0.5", "0.9", "0.99"), "0, 0.5, 0.9"),
    SweepSetting("optimizer.weight_decay", "Weight decay", _PENALTIES, "0, 0.001, 0.01"),
    SweepSetting("model.l1", "L1 penalty", _PENALTIES, "0, 0.001, 0.01"),
    SweepSetting("model.l2", "L2 penalty", _PENALTIES, "0, 0.001, 0.01"),
    SweepSetting("model.hidden_layers.dropout", "Dropout", _SHARES, "0, 0.2, 0.5"),
    SweepSetting("model.loss", "Loss", tuple(LOSSES), "mean_squared_error, huber"),
    SweepSetting("data.noise", "Noise of the data", ("0", "0.05", "0.1", "0.2"), "0, 0.1, 0.2"),
    SweepSetting("data.samples", "Samples", ("50", "100", "200", "500", "1000"), "50, 200, 1000"),
)

SWEEP_SETTINGS: Mapping[str, SweepSetting] = MappingProxyType({row.name: row for row in _ROWS})
