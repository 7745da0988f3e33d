"""Every choice that makes a network, frozen and validated.

The names used here are the keys of the tables in this room (``ACTIVATIONS``,
``LOSSES``, ``INITIALIZERS``, ``OPTIMIZERS``, ``SCHEDULES``), so a specification
that was saved reads the same wherever it is opened.
"""

from itertools import pairwise
from typing import Annotated

import msgspec

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.schedules import SCHEDULES
from nnviz.core.table import look_up

PositiveInt = Annotated[int, msgspec.Meta(ge=1)]
PositiveFloat = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]


class LayerSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dense layer: its number of units and its activation.

    Attributes
    ----------
    size
        Number of units.
    activation
        Key of ``ACTIVATIONS``.
    alpha
        Slope of the leaky ReLU below zero, or the bound of the ELU;
        ``None`` takes the table's default.
    pieces
        Number of linear pieces of each unit; only maxout uses it.
    dropout
        Share of the units that is left out at random in each training step.
    """

    size: PositiveInt
    activation: str = "tanh"
    alpha: float | None = None
    pieces: Annotated[int, msgspec.Meta(ge=2)] = 2
    dropout: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0

    def __post_init__(self) -> None:
        """Refuse an unknown activation or an alpha without meaning."""
        look_up(ACTIVATIONS, self.activation, "activation")
        if self.alpha is not None and not 0 < self.alpha < float("inf"):
            raise ValueError(f"alpha is {self.alpha}; it must be a number above 0")

    @property
    def resolved_alpha(self) -> float:
        """The alpha in use: the layer's own, or the table's default."""
        default = ACTIVATIONS[self.activation].default_alpha
        return default if self.alpha is None else self.alpha

    @property
    def piece_count(self) -> int:
        """Number of pre-activations per unit: ``pieces`` for maxout, else 1."""
        return self.pieces if ACTIVATIONS[self.activation].has_pieces else 1


class NetworkSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fully connected network with its loss and its way of starting.

    Attributes
    ----------
    input_size
        Number of input columns d.
    layers
        All layers after the inputs; the last one is the output layer.
    loss
        Key of ``LOSSES``.
    initializer
        Key of ``INITIALIZERS``.
    initializer_std
        Standard deviation of the ``normal`` and ``uniform`` starts, or the value
        of the ``constant`` one.
    initial_bias
        What every bias starts at.
    l1, l2
        Strengths of the penalties on weights; see ``REGULARIZERS``.
    start
        The weights and biases to start from, in the order of the flat vector (see
        :class:`~nnviz.core.layout.ParameterLayout`), in place of drawn ones.
    """

    input_size: PositiveInt
    layers: Annotated[tuple[LayerSpec, ...], msgspec.Meta(min_length=1)]
    loss: str = "mean_squared_error"
    initializer: str = "glorot_uniform"
    initializer_std: PositiveFloat = 0.1
    initial_bias: float = 0.0
    l1: NotNegative = 0.0
    l2: NotNegative = 0.0
    start: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense together, in a sentence."""
        if self.start is not None and len(self.start) != self.parameter_count:
            raise ValueError(
                f"there are {len(self.start)} starting weights and biases, but this network has "
                f"{self.parameter_count}"
            )
        loss = look_up(LOSSES, self.loss, "loss")
        look_up(INITIALIZERS, self.initializer, "initializer")
        last = self.layers[-1]
        if last.dropout:
            raise ValueError("the output layer cannot have dropout: its units are the answer")
        if loss.wants_logits and last.activation != "linear":
            raise ValueError(
                f"{loss.label} applies its own {loss.link_label} to the outputs, so the "
                f"output layer must be linear, not {ACTIVATIONS[last.activation].label}"
            )
        if loss.needs_probabilities and last.activation != "sigmoid":
            raise ValueError(
                f"{loss.label} takes the outputs for probabilities, so the output layer must be "
                f"sigmoid, not {ACTIVATIONS[last.activation].label}"
            )
        if self.loss == "multi_class_hinge" and last.size < 2:
            raise ValueError(
                "multi-class hinge compares the outputs of classes, so it needs at least 2; for "
                "one output choose hinge"
            )
        if self.loss == "softmax_cross_entropy" and last.size < 2:
            raise ValueError(
                "softmax of a single output is always 1, so softmax cross-entropy needs "
                "at least 2 outputs; for one output choose binary cross-entropy"
            )

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Sizes of all layers, the inputs first."""
        return (self.input_size, *(layer.size for layer in self.layers))

    @property
    def parameter_count(self) -> int:
        """Number of all weights and biases."""
        fans = pairwise(self.layer_sizes)
        return sum(
            layer.piece_count * fan_out * (fan_in + 1)
            for layer, (fan_in, fan_out) in zip(self.layers, fans, strict=True)
        )

    @property
    def output_size(self) -> int:
        """Number of outputs k."""
        return self.layers[-1].size

    @property
    def untrainable_reason(self) -> str | None:
        """Why gradients cannot train this network, or ``None`` if they can."""
        for number, layer in enumerate(self.layers, start=1):
            if not ACTIVATIONS[layer.activation].trainable:
                return (
                    f"layer {number} uses the {ACTIVATIONS[layer.activation].label} activation, "
                    "whose derivative is 0 everywhere it exists: no gradient passes, so nothing "
                    "below it can learn. Choose sigmoid or tanh to train"
                )
        return None


class ScheduleSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the learning rate changes with the step.

    Attributes
    ----------
    name
        Key of ``SCHEDULES``.
    steps
        Steps between two drops, or the length of the cosine, warm-up or cycle.
    factor
        What is left at a drop, at the end of the cosine, or at the start of the
        warm-up.
    """

    name: str = "constant"
    steps: PositiveInt = 1000
    factor: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1

    def __post_init__(self) -> None:
        """Refuse an unknown schedule, and a cycle that is too short to rise and fall."""
        look_up(SCHEDULES, self.name, "schedule")
        if self.name == "one_cycle" and self.steps < 10:
            raise ValueError(f"a cycle of {self.steps} steps is too short: give it 10 or more")


class OptimizerSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rule that turns a gradient into an update.

    Attributes
    ----------
    name
        Key of ``OPTIMIZERS``; its ``options`` say which fields below it reads.
    learning_rate
        Length of an update; may change while training.
    momentum
        Share of the last velocity that is kept; 0 is plain gradient descent.
    beta1, beta2, epsilon
        Adam's shares of the old means, and what is added to a root before it
        divides (``None`` takes the table's default).
    dampening, nesterov
        SGD: what is taken from the gradient's share; whether to look ahead.
    smoothing, centred
        RMSProp: share of the old mean; whether to take the mean's square off.
    weight_decay
        Pull towards zero, as PyTorch has it (on biases too); coupled with the
        gradient, except in AdamW. ``None`` takes the table's default.
    clip_norm, clip_value
        Greatest norm of the gradient, or greatest size of its entries; at most
        one of the two.
    schedule
        How the learning rate changes with the step.
    trains_biases
        Whether biases are updated too; else they stay what they were at the start.
    """

    name: str = "adam"
    learning_rate: Annotated[float, msgspec.Meta(ge=0)] = 0.02
    momentum: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    beta1: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.9
    beta2: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.999
    epsilon: PositiveFloat | None = None
    dampening: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    nesterov: bool = False
    smoothing: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.99
    centred: bool = False
    weight_decay: Annotated[float, msgspec.Meta(ge=0)] | None = None
    clip_norm: PositiveFloat | None = None
    clip_value: PositiveFloat | None = None
    schedule: ScheduleSpec = ScheduleSpec()
    trains_biases: bool = True

    def __post_init__(self) -> None:
        """Refuse an unknown optimiser, and options that contradict one another."""
        look_up(OPTIMIZERS, self.name, "optimizer")
        if self.clip_norm is not None and self.clip_value is not None:
            raise ValueError("clip the gradient by its norm or by its values, not by both")
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            raise ValueError("Nesterov momentum needs a momentum above 0 and no dampening")

    @property
    def resolved_epsilon(self) -> float:
        """The epsilon in use: the specification's, or the table's default."""
        return OPTIMIZERS[self.name].default_epsilon if self.epsilon is None else self.epsilon

    @property
    def resolved_weight_decay(self) -> float:
        """The weight decay in use: the specification's, or the table's default."""
        if self.weight_decay is None:
            return OPTIMIZERS[self.name].default_weight_decay
        return self.weight_decay
