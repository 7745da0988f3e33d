"""Small networks to compute by hand: every number of one training step, as on paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from nnviz.core import sources
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec

Rows: TypeAlias = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class ByHandSpec:
    """A network, its weights and its data, with a number typed in for each of them.

    Attributes
    ----------
    title, source
        What to call it, and where it comes from.
    layers, loss
        Keys as in :class:`~nnviz.core.spec.NetworkSpec`; the last layer is the
        output layer.
    weights, biases
        Of each layer fan_in x fan_out and fan_out; of a maxout layer with a
        column for each piece of each unit, those of the first piece first.
    inputs, targets
        n x d and n x k, as the network sees them and the loss compares them.
    optimizer
        The rule of the update.
    """

    title: str
    source: str
    layers: tuple[LayerSpec, ...]
    loss: str
    weights: tuple[Rows, ...]
    biases: Rows
    inputs: Rows
    targets: Rows
    optimizer: OptimizerSpec = field(default=OptimizerSpec("sgd", 0.1))

    @property
    def start(self) -> tuple[float, ...]:
        """All weights and biases in the order of the flat vector."""
        matrices = zip(self.weights, self.biases, strict=True)
        return tuple(n for weights, biases in matrices for row in (*weights, biases) for n in row)

    def network(self) -> NetworkSpec:
        """Return the network, which starts from these weights.

        Raises
        ------
        ValueError
            With a sentence, if the parts make no sense together.
        """
        return NetworkSpec(len(self.inputs[0]), self.layers, self.loss, start=self.start)


EXAMPLES: Mapping[str, ByHandSpec] = MappingProxyType(
    {
        # His biases are one number for a whole layer, and he does not update them.
        "mazur": ByHandSpec(
            title="Mazur's step by step example",
            source=sources.MAZUR_2015,
            layers=(LayerSpec(2, "sigmoid"), LayerSpec(2, "sigmoid")),
            loss="half_sum_of_squares",
            weights=(((0.15, 0.25), (0.20, 0.30)), ((0.40, 0.50), (0.45, 0.55))),
            biases=((0.35, 0.35), (0.60, 0.60)),
            inputs=((0.05, 0.10),),
            targets=((0.01, 0.99),),
            optimizer=OptimizerSpec("sgd", 0.5, trains_biases=False),
        ),
        "lecture": ByHandSpec(
            title="The lecture's worked example",
            source="the lecture on neural networks that nnviz accompanies",
            layers=(LayerSpec(2, "tanh"), LayerSpec(1, "linear")),
            loss="binary_cross_entropy",
            weights=(((0.5, -0.3), (0.2, 0.8)), ((0.7,), (-0.4,))),
            biases=((0.1, -0.1), (0.2,)),
            inputs=((1.0, 2.0),),
            targets=((1.0,),),
        ),
    }
)
