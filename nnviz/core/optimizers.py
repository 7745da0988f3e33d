"""The table of optimisers: each binds its update to flat vectors.

Definitions are PyTorch's, so that a run can be compared number for number.
Adam: Kingma and Ba 2015, algorithm 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import sqrt
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nnviz.core.calls import Call, FloatArray, scalar

if TYPE_CHECKING:
    from nnviz.core.spec import OptimizerSpec


@dataclass(slots=True)
class BoundOptimizer:
    """An optimiser bound to a parameter and a gradient vector.

    Attributes
    ----------
    calls
        One update.
    learning_rate
        0-d; write into it to change the rate from the next update on.
    state
        Flat vectors that the update carries from step to step, and ``count``,
        the number of updates; copying these arrays is a complete key-frame.
    """

    calls: tuple[Call, ...]
    learning_rate: FloatArray
    state: dict[str, FloatArray] = field(default_factory=dict)

    def reset(self) -> None:
        """Forget all earlier updates."""
        for array in self.state.values():
            array[...] = 0


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One row of the table.

    Attributes
    ----------
    name, label
        The saved name, and the one that people read.
    formula
        LaTeX of one update, with parameters theta and gradient g.
    options
        Names of the fields of ``OptimizerSpec`` that it reads, beside the
        learning rate.
    bind
        ``(spec, parameters, gradients) -> BoundOptimizer``.
    """

    name: str
    label: str
    formula: str
    options: tuple[str, ...]
    bind: "Callable[[OptimizerSpec, FloatArray, FloatArray], BoundOptimizer]"


def _sgd(spec: "OptimizerSpec", parameters: FloatArray, gradients: FloatArray) -> BoundOptimizer:
    """Bind v = mu v + g; theta = theta - lr v (v = g without momentum)."""
    rate = scalar(spec.learning_rate, parameters)
    update = np.empty_like(parameters)
    if spec.momentum == 0:
        calls: tuple[Call, ...] = (
            partial(np.multiply, gradients, rate, update),
            partial(np.subtract, parameters, update, parameters),
        )
        return BoundOptimizer(calls, rate)
    velocity = np.zeros_like(parameters)
    calls = (
        partial(np.multiply, velocity, scalar(spec.momentum, parameters), velocity),
        partial(np.add, velocity, gradients, velocity),
        partial(np.multiply, velocity, rate, update),
        partial(np.subtract, parameters, update, parameters),
    )
    return BoundOptimizer(calls, rate, {"velocity": velocity})


def _adam(spec: "OptimizerSpec", parameters: FloatArray, gradients: FloatArray) -> BoundOptimizer:
    """Bind Adam with the constant factors of its moments taken out.

    With m = (1 - beta1) M and v = (1 - beta2) V the recurrences are
    M = beta1 M + g and V = beta2 V + g^2, three calls fewer; the factors go
    into the step length and into epsilon, which change with the count t:
    theta -= lr m_hat / (sqrt(v_hat) + eps), m_hat = m / (1 - beta1^t).
    """
    rate = scalar(spec.learning_rate, parameters)
    mean, square = np.zeros_like(parameters), np.zeros_like(parameters)
    update, root = np.empty_like(parameters), np.empty_like(parameters)
    length, small = np.empty_like(rate), np.empty_like(rate)
    count = np.zeros((), dtype=np.float64)

    def advance() -> None:
        t = int(count) + 1
        count[...] = t
        root_factor = sqrt((1 - spec.beta2) / (1 - spec.beta2**t))
        small[...] = spec.epsilon / root_factor
        length[...] = float(rate) * (1 - spec.beta1) / ((1 - spec.beta1**t) * root_factor)

    calls = (
        advance,
        partial(np.multiply, mean, scalar(spec.beta1, parameters), mean),
        partial(np.add, mean, gradients, mean),
        partial(np.multiply, square, scalar(spec.beta2, parameters), square),
        partial(np.multiply, gradients, gradients, root),
        partial(np.add, square, root, square),
        partial(np.sqrt, square, root),
        partial(np.add, root, small, root),
        partial(np.divide, mean, root, update),
        partial(np.multiply, update, length, update),
        partial(np.subtract, parameters, update, parameters),
    )
    return BoundOptimizer(calls, rate, {"mean": mean, "square": square, "count": count})


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        record.name: record
        for record in (
            Optimizer(
                "sgd",
                "SGD",
                r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta v",
                ("momentum",),
                _sgd,
            ),
            Optimizer(
                "adam",
                "Adam",
                r"\theta \leftarrow \theta - \eta \, \hat{m} / (\sqrt{\hat{v}} + \epsilon)",
                ("beta1", "beta2", "epsilon"),
                _adam,
            ),
        )
    }
)
