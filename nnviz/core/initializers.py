"""The table of initialisers: how the weights start.

LeCun: LeCun et al. 1998, "Efficient BackProp", variance 1 / fan_in.
Orthogonal: Saxe, McClelland and Ganguli 2014.

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
        ``(generator, shape, fan_in, fan_out, std) -> weights``; only ``normal``,
        ``uniform`` and ``constant`` (as its value) look at std.
    """

    name: str
    label: str
    formula: str
    draw: Draw

    @property
    def uses_std(self) -> bool:
        """Whether the standard deviation (or the constant) can be chosen."""
        return self.name in ("normal", "uniform", "constant")


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


def _constant(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    return np.full(shape, std)


def _uniform(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    limit = sqrt(3.0) * std
    return generator.uniform(-limit, limit, shape)


def _lecun_normal(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    return generator.normal(0.0, sqrt(1.0 / fan_in), shape)


def _lecun_uniform(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    limit = sqrt(3.0 / fan_in)
    return generator.uniform(-limit, limit, shape)


def _orthogonal(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    std: float,
) -> NDArray[np.float64]:
    """Return Q of a random matrix, its signs fixed so that all rotations are as likely."""
    longer, shorter = max(fan_in, fan_out), min(fan_in, fan_out)
    draws = generator.normal(size=(*shape[:-2], longer, shorter))
    basis, triangle = np.linalg.qr(draws)
    signs = np.sign(np.diagonal(triangle, axis1=-2, axis2=-1))
    rows: NDArray[np.float64] = basis * signs[..., np.newaxis, :]
    return rows if fan_in >= fan_out else np.swapaxes(rows, -1, -2)


INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {
        record.name: record
        for record in (
            Initializer("zeros", "zeros", "W = 0", _zeros),
            Initializer("constant", "constant", r"W = \sigma", _constant),
            Initializer("normal", "normal", r"\mathcal{N}(0, \sigma^2)", _normal),
            Initializer("uniform", "uniform", r"\mathcal{U}(\pm\sqrt{3} \sigma)", _uniform),
            Initializer(
                "lecun_normal", "LeCun normal", r"\mathcal{N}(0, 1 / n_{in})", _lecun_normal
            ),
            Initializer(
                "lecun_uniform",
                "LeCun uniform",
                r"\mathcal{U}(\pm\sqrt{3 / n_{in}})",
                _lecun_uniform,
            ),
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
            Initializer("orthogonal", "orthogonal", r"W^\top W = I", _orthogonal),
        )
    }
)
