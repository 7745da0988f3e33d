"""The five networks that every engine is timed on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Workload:
    """A network, its batch and its optimiser.

    Attributes
    ----------
    sizes
        Layer sizes, the inputs first.
    activation
        Of the hidden layers; tanh networks have a tanh output and mean squared
        error, ReLU networks linear outputs and softmax cross-entropy.
    batch_size, rows
        ``rows`` is a whole number of batches.
    optimizer, learning_rate
        ``"sgd"`` or ``"adam"``.
    momentum, l2
        Of SGD; and the strength of the penalty on weights.
    dtype
        Of all numbers.
    """

    sizes: tuple[int, ...]
    activation: str
    batch_size: int
    rows: int
    optimizer: str
    learning_rate: float
    momentum: float = 0.0
    l2: float = 0.0
    dtype: str = "float32"

    @property
    def label(self) -> str:
        """What it is, in a few words."""
        sizes = "-".join(str(size) for size in self.sizes)
        if self.sizes.count(16) == 30:
            sizes = f"{self.sizes[0]}-[16]x30-{self.sizes[-1]}"
        return f"{sizes} {self.activation}, batch {self.batch_size}"

    @property
    def is_classifier(self) -> bool:
        return self.activation == "relu"

    @property
    def steps_per_epoch(self) -> int:
        return self.rows // self.batch_size

    def data(self) -> tuple[NDArray[np.floating], NDArray[np.generic]]:
        """Return inputs rows x d, and class numbers or targets rows x k."""
        generator = np.random.default_rng(0)
        inputs = generator.normal(size=(self.rows, self.sizes[0])).astype(self.dtype)
        if self.is_classifier:
            return inputs, generator.integers(0, self.sizes[-1], self.rows)
        targets = generator.uniform(-0.9, 0.9, (self.rows, self.sizes[-1]))
        return inputs, targets.astype(self.dtype)


WORKLOADS: Mapping[str, Workload] = MappingProxyType(
    {
        "a": Workload((2, 4, 2, 1), "tanh", 10, 250, "sgd", 0.01),
        "b": Workload((10, 14, 12, 14, 9, 1), "tanh", 32, 992, "sgd", 0.01),
        "c": Workload((64, 128, 64, 10), "relu", 32, 1792, "adam", 0.001),
        "d": Workload((784, 256, 128, 10), "relu", 128, 9984, "adam", 0.001),
        "e": Workload((2, *([16] * 30), 1), "tanh", 32, 992, "sgd", 0.01),
    }
)


# What every network is also timed with; "own" is what its row above says.
_SETTINGS = {
    "own": {},
    "momentum": {"optimizer": "sgd", "learning_rate": 0.01, "momentum": 0.9, "l2": 1e-4},
    "adam": {"optimizer": "adam", "learning_rate": 0.001, "l2": 1e-4},
}
SETTINGS = tuple(_SETTINGS)


def workload_with(key: str, setting: str, dtype: str) -> Workload:
    """Return a workload with its own optimiser, or with momentum or Adam and L2."""
    return replace(WORKLOADS[key], dtype=dtype, **_SETTINGS[setting])
