"""What a fault of the bug lab is, and what decides whether a set-up can have it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnviz.core.losses import LOSSES
from nnviz.core.program import Op, Phase
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec

if TYPE_CHECKING:
    from nnviz.core.fault_bench import Bench


def is_bent(activation: str) -> bool:
    """Whether an activation has a slope for each unit that could be forgotten."""
    return activation not in ("linear", "maxout", "step")


@dataclass(frozen=True, slots=True)
class FaultSetup:
    """What decides whether a fault can be made.

    Attributes
    ----------
    network, optimizer
        What is trained and how; without an optimiser only gradients are computed.
    batch_size
        Samples of the step.
    """

    network: NetworkSpec
    optimizer: OptimizerSpec | None
    batch_size: int

    @property
    def terms(self) -> int:
        """How many terms the mean loss is a mean of."""
        is_per_element = LOSSES[self.network.loss].per_element
        return self.batch_size * (self.network.output_size if is_per_element else 1)

    @property
    def learning_rate(self) -> float:
        """The learning rate; 0 without an optimiser."""
        return 0.0 if self.optimizer is None else self.optimizer.learning_rate

    def layer(self, number: int) -> LayerSpec:
        """Return a layer by its number, from 1."""
        return self.network.layers[number - 1]

    def is_square(self, number: int) -> bool:
        """Whether the weight matrix of a layer has as many rows as columns, and several."""
        fan_in, size = self.network.layer_sizes[number - 1 : number + 1]
        return fan_in == size > 1 and self.layer(number).piece_count == 1

    @property
    def trains(self) -> bool:
        """Whether there is an update that changes anything."""
        return self.learning_rate > 0

    def has_layer(self, *activations: str) -> bool:
        """Whether a layer has one of these activations."""
        return any(layer.activation in activations for layer in self.network.layers)

    @property
    def bends_hidden(self) -> bool:
        """Whether a hidden layer has a slope that could be forgotten."""
        return any(is_bent(layer.activation) for layer in self.network.layers[:-1])

    @property
    def bends_output(self) -> bool:
        """Whether the way back begins with a slope of the output layer that could be forgotten."""
        is_inside = LOSSES[self.network.loss].wants_logits
        return is_bent(self.network.layers[-1].activation) and not is_inside

    @property
    def upper_layers(self) -> range:
        """Numbers of the layers that have another one below."""
        return range(2, len(self.network.layers) + 1)

    def uses(self, *rules: str) -> bool:
        """Whether one of these optimisers trains the network."""
        return self.trains and self.optimizer is not None and self.optimizer.name in rules

    @property
    def clips(self) -> bool:
        """Whether the gradient is clipped."""
        rule = self.optimizer
        return self.trains and rule is not None and (rule.clip_norm or rule.clip_value) is not None

    @property
    def trains_biases(self) -> bool:
        """Whether biases are updated too."""
        return self.trains and self.optimizer is not None and self.optimizer.trains_biases

    @property
    def decay(self) -> float:
        """The weight decay; 0 without any."""
        return 0.0 if self.optimizer is None else self.optimizer.resolved_weight_decay


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table.

    Attributes
    ----------
    key, label
        The saved name, and the one that people choose from a list.
    words
        What the program does and what it should do, in sentences.
    hint
        Where to look, without giving it away.
    source
        Where it has been seen, or "".
    phase
        Backward faults are found by the gradient check, update faults by comparing
        the update with its definition.
    applies
        Whether a set-up can have it.
    edit
        ``(bench, op) -> Op``: the Op as it is, or changed.
    """

    key: str
    label: str
    words: str
    hint: str
    source: str
    phase: Phase
    applies: Callable[[FaultSetup], bool]
    edit: "Callable[[Bench, Op], Op]"
