"""ExperimentSpec: data, network, optimiser and seed, the whole of what is trained."""

from typing import Annotated

import msgspec
import numpy as np

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.table import look_up
from nnviz.core.targets import checked_targets
from nnviz.data.prepared import PreparedData
from nnviz.data.request import DataSpec


class ModelSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The choices about the network that do not follow from the data.

    Attributes
    ----------
    hidden_layers
        The layers between the inputs and the output layer; may be empty.
    output_activation
        Activation of the output layer.
    loss
        Key of ``LOSSES``; ``None`` takes the usual one for the data (softmax
        cross-entropy for classes, mean squared error for values).
    initializer, initializer_std, initial_bias, l1, l2, start
        As in :class:`~nnviz.core.spec.NetworkSpec`.
    """

    hidden_layers: tuple[LayerSpec, ...] = (LayerSpec(6), LayerSpec(5), LayerSpec(3))
    output_activation: str = "linear"
    loss: str | None = None
    initializer: str = "glorot_uniform"
    initializer_std: Annotated[float, msgspec.Meta(gt=0)] = 0.1
    initial_bias: float = 0.0
    l1: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    l2: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    start: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse keys that are in no table."""
        look_up(ACTIVATIONS, self.output_activation, "activation")
        look_up(INITIALIZERS, self.initializer, "initializer")
        if self.loss is not None:
            look_up(LOSSES, self.loss, "loss")


class ExperimentSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that decides what a training run does, down to the last bit.

    Attributes
    ----------
    data, model, optimizer
        The three parts.
    batch_size
        Rows per step; ``None`` is the full training set.
    patience
        Epochs without a lower validation loss after which training stops and the
        best weights come back; ``None`` never stops.
    seed
        Decides the starting weights and the shuffles (``data.seed`` decides the
        rows that are made and the split).
    dtype
        ``"float64"`` or ``"float32"``.
    """

    data: DataSpec = DataSpec()
    model: ModelSpec = ModelSpec()
    optimizer: OptimizerSpec = OptimizerSpec()
    batch_size: Annotated[int, msgspec.Meta(ge=1)] | None = 10
    patience: Annotated[int, msgspec.Meta(ge=1)] | None = None
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    dtype: str = "float64"

    def __post_init__(self) -> None:
        """Refuse a dtype that the engine does not know."""
        if self.dtype not in ("float64", "float32"):
            raise ValueError(f"dtype is {self.dtype!r}; it must be 'float64' or 'float32'")


def drawn_anew(experiment: ExperimentSpec, seed: int) -> ExperimentSpec:
    """Return the experiment with the starting weights and shuffles of another seed."""
    model = msgspec.structs.replace(experiment.model, start=None)
    return msgspec.structs.replace(experiment, model=model, seed=seed)


def loss_for(model: ModelSpec, data: PreparedData) -> str:
    """Return the loss in use: the model's own, or the usual one for the data."""
    if model.loss is not None:
        return model.loss
    return "softmax_cross_entropy" if data.is_classification else "mean_squared_error"


def loss_problem(loss: str, data: PreparedData) -> str | None:
    """Say why this loss makes no sense for these data, or return ``None``."""
    if data.raw.is_typed:
        return _typed_targets_problem(loss, data)
    if LOSSES[loss].for_values or data.is_classification:
        return None
    return (
        f"{LOSSES[loss].label} compares probabilities with classes, but the target "
        f"{data.raw.target_name!r} is a number: choose mean squared error"
    )


def _typed_targets_problem(loss: str, data: PreparedData) -> str | None:
    rows, size = data.raw.targets.shape
    try:
        checked_targets(data.raw.targets, LOSSES[loss], rows, size, np.dtype(np.float64))
    except ValueError as error:
        return str(error)
    return None


def output_size_for(loss: str, data: PreparedData) -> int:
    """Return how many outputs the network needs for these data with this loss."""
    if not data.is_classification:
        return data.target_size
    if not LOSSES[loss].takes_classes and data.class_count == 2:
        return 1
    return data.class_count


def network_spec(model: ModelSpec, data: PreparedData) -> NetworkSpec:
    """Complete the model with the sizes that follow from the data.

    Raises
    ------
    ValueError
        With a sentence, if the parts make no sense together.
    """
    loss = loss_for(model, data)
    problem = loss_problem(loss, data)
    if problem is not None:
        raise ValueError(problem)
    output = LayerSpec(output_size_for(loss, data), model.output_activation)
    return NetworkSpec(
        input_size=data.input_size,
        layers=(*model.hidden_layers, output),
        loss=loss,
        initializer=model.initializer,
        initializer_std=model.initializer_std,
        initial_bias=model.initial_bias,
        l1=model.l1,
        l2=model.l2,
        start=model.start,
    )
