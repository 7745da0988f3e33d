"""The table of initialisers: how the weights start.

LeCun keeps the variance of z: 1 / fan_in. Glorot (or Xavier) is between that and the
way back: 2 / (fan_in + fan_out). He (or Kaiming) doubles it for ReLU: 2 / fan_in.
A uniform distribution on [-limit, limit] has variance limit**2 / 3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.core import sources, weight_variances

Draw: TypeAlias = Callable[
    [np.random.Generator, tuple[int, ...], int, int, float], NDArray[np.float64]
]
Variance: TypeAlias = Callable[[int, int, float], float]


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
    variance
        ``(fan_in, fan_out, std) -> variance`` of a weight.
    good_for, source
        When to choose it, and where it comes from.
    """

    name: str
    label: str
    formula: str
    draw: Draw
    variance: Variance
    good_for: str
    source: str

    @property
    def uses_std(self) -> bool:
        """Whether the standard deviation (or the constant) can be chosen."""
        return self.name in ("normal", "uniform", "constant")

    @property
    def is_uniform(self) -> bool:
        """Whether weights have a limit: the square root of three variances."""
        return self.name.endswith("uniform")


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
            Initializer(
                "zeros",
                "zeros",
                "W = 0",
                _zeros,
                weight_variances.none,
                "seeing why units that start alike stay alike",
                sources.GOODFELLOW_2016,
            ),
            Initializer(
                "constant",
                "constant",
                r"W = \sigma",
                _constant,
                weight_variances.none,
                "numbers worked out by hand; units that start alike stay alike",
                sources.GOODFELLOW_2016,
            ),
            Initializer(
                "normal",
                "normal",
                r"\mathcal{N}(0, \sigma^2)",
                _normal,
                weight_variances.chosen,
                "trying out a spread of your own",
                sources.KRIZHEVSKY_2012,
            ),
            Initializer(
                "uniform",
                "uniform",
                r"\mathcal{U}(\pm\sqrt{3} \sigma)",
                _uniform,
                weight_variances.chosen,
                "trying out a spread of your own, without far outliers",
                sources.RUMELHART_1986,
            ),
            Initializer(
                "lecun_normal",
                "LeCun normal",
                r"\mathcal{N}(0, 1 / n_{in})",
                _lecun_normal,
                weight_variances.lecun,
                "linear, sigmoid and tanh layers: the spread of z stays that of the inputs",
                sources.LECUN_1998,
            ),
            Initializer(
                "lecun_uniform",
                "LeCun uniform",
                r"\mathcal{U}(\pm\sqrt{3 / n_{in}})",
                _lecun_uniform,
                weight_variances.lecun,
                "what LeCun normal is for, without far outliers",
                sources.LECUN_1998,
            ),
            Initializer(
                "glorot_uniform",
                "Glorot uniform",
                r"\mathcal{U}(\pm\sqrt{6 / (n_{in} + n_{out})})",
                _glorot_uniform,
                weight_variances.glorot,
                "tanh and sigmoid layers: activations and gradients keep their spread",
                sources.GLOROT_2010,
            ),
            Initializer(
                "glorot_normal",
                "Glorot normal",
                r"\mathcal{N}(0, 2 / (n_{in} + n_{out}))",
                _glorot_normal,
                weight_variances.glorot,
                "what Glorot uniform is for, with a few larger weights",
                sources.GLOROT_2010,
            ),
            Initializer(
                "he_uniform",
                "He uniform",
                r"\mathcal{U}(\pm\sqrt{6 / n_{in}})",
                _he_uniform,
                weight_variances.he,
                "ReLU and its relatives: makes up for the half that is cut off",
                sources.HE_2015,
            ),
            Initializer(
                "he_normal",
                "He normal",
                r"\mathcal{N}(0, 2 / n_{in})",
                _he_normal,
                weight_variances.he,
                "what He uniform is for, with a few larger weights",
                sources.HE_2015,
            ),
            Initializer(
                "orthogonal",
                "orthogonal",
                r"W^\top W = I",
                _orthogonal,
                weight_variances.orthogonal,
                "very deep networks: no direction is stretched or lost on the way",
                sources.SAXE_2014,
            ),
        )
    }
)
