"""The table of initialisers: how the weights start. Biases start at zero.

Glorot (or Xavier): Glorot and Bengio 2010, variance 2 / (fan_in + fan_out).
He (or Kaiming): He et al. 2015, variance 2 / fan_in.
A uniform distribution on [-limit, limit] has variance limit**2 / 3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Draw: TypeAlias = Callable[
    [np.random.Generator, tuple[int, ...], int, int, float], NDArray[np.float64]
]


@dataclass(frozen=True, slots=True)
class Initializer:
    """One row of the table.

    Attributes
    ----------
    name, label, formula
        The saved name, the one that people read, and the distribution in LaTeX.
    draw
        ``(generator, shape, fan_in, fan_out, std) -> weights``; only ``normal``
        looks at std.
    """

    name: str
    label: str
    formula: str
    draw: Draw


def _zeros(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    return np.zeros(shape)


def _normal(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    return generator.normal(0.0, std, shape)


def _glorot_uniform(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    limit = sqrt(6.0 / (fan_in + fan_out))
    return generator.uniform(-limit, limit, shape)


def _glorot_normal(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    return generator.normal(0.0, sqrt(2.0 / (fan_in + fan_out)), shape)


def _he_uniform(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    limit = sqrt(6.0 / fan_in)
    return generator.uniform(-limit, limit, shape)


def _he_normal(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    return generator.normal(0.0, sqrt(2.0 / fan_in), shape)


INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {
        record.name: record
        for record in (
            Initializer("zeros", "zeros", "W = 0", _zeros),
            Initializer("normal", "normal", r"\mathcal{N}(0, \sigma^2)", _normal),
            Initializer(
                "glorot_uniform",
                "Glorot uniform",
                r"\mathcal{U}(\pm\sqrt{6 / (n_{in} + n_{out})})",
                _glorot_uniform,
            ),
            Initializer(
                "glorot_normal",
                "Glorot normal",
                r"\mathcal{N}(0, 2 / (n_{in} + n_{out}))",
                _glorot_normal,
            ),
            Initializer(
                "he_uniform",
                "He uniform",
                r"\mathcal{U}(\pm\sqrt{6 / n_{in}})",
                _he_uniform,
            ),
            Initializer("he_normal", "He normal", r"\mathcal{N}(0, 2 / n_{in})", _he_normal),
        )
    }
)
