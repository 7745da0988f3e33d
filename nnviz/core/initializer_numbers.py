"""The formula of an initialiser with the numbers of one layer put in."""

import re
from dataclasses import dataclass
from math import sqrt

from nnviz.core.initializers import INITIALIZERS

_NORMAL = re.compile(r"\\mathcal\{N\}\(0, (.*)\)")
_UNIFORM = re.compile(r"\\mathcal\{U\}\(\\pm(.*)\)")


@dataclass(frozen=True, slots=True)
class WorkedStart:
    """How the weights of one layer start.

    Attributes
    ----------
    name, fan_in, fan_out
        Key of ``INITIALIZERS``; rows and columns of the weight matrix.
    formula
        The distribution in LaTeX, with letters.
    symbol, letters, numbers
        LaTeX: what the distribution is given by (the standard deviation, or the limit b
        of a uniform one), as a formula of the fans, and with their numbers put in; all
        empty where it is no distribution.
    std
        Standard deviation of a weight.
    limit
        The greatest size of a weight, or ``None`` where there is no limit.
    """

    name: str
    fan_in: int
    fan_out: int
    formula: str
    symbol: str
    letters: str
    numbers: str
    std: float
    limit: float | None

    @property
    def gain(self) -> float:
        """Var(z) by E[a^2]: fan_in times the variance."""
        return self.fan_in * self.std**2

    @property
    def gain_back(self) -> float:
        """The same on the way back: fan_out times the variance."""
        return self.fan_out * self.std**2


def worked_start(name: str, fan_in: int, fan_out: int, std: float) -> WorkedStart:
    """Put the fans of a layer into the formula of an initialiser.

    Parameters
    ----------
    name
        Key of ``INITIALIZERS``.
    fan_in, fan_out
        Rows and columns of the weight matrix.
    std
        What a person chose; only some initialisers look at it.
    """
    record = INITIALIZERS[name]
    variance = record.variance(fan_in, fan_out, std)
    limit = sqrt(3.0 * variance) if record.is_uniform else None
    symbol, letters = _given_by(record.formula)
    numbers = letters.replace("n_{in}", str(fan_in)).replace("n_{out}", str(fan_out))
    numbers = numbers.replace(r"\sigma", f"{std:.6g}")
    return WorkedStart(
        name,
        fan_in,
        fan_out,
        record.formula,
        symbol,
        letters,
        numbers,
        sqrt(variance),
        limit,
    )


def _given_by(formula: str) -> tuple[str, str]:
    """Return the quantity that a distribution is given by, and its formula."""
    if normal := _NORMAL.fullmatch(formula):
        root = r"\sigma" if normal[1] == r"\sigma^2" else rf"\sqrt{{{normal[1]}}}"
        return r"\mathrm{std}", root
    if uniform := _UNIFORM.fullmatch(formula):
        return "b", uniform[1]
    return "", ""
