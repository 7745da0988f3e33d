"""Scaling: a visible linear change of the columns, with its numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Columns: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScalingKind:
    """One row of the table of scalings.

    Attributes
    ----------
    name, label, formula
        The saved name, the one that people read, and what it does in words.
    fit
        ``values n x d -> (offset, scale)``, each d numbers.
    """

    name: str
    label: str
    formula: str
    fit: Callable[[Columns], tuple[Columns, Columns]]


@dataclass(frozen=True, slots=True)
class Scaling:
    """``(x - offset) / scale``, column by column.

    Attributes
    ----------
    kind
        Key of ``SCALINGS``.
    offset, scale
        d numbers each, in the units of the source.
    """

    kind: str
    offset: Columns
    scale: Columns

    def apply(self, values: Columns) -> Columns:
        """Return the scaled values, n x d."""
        scaled: Columns = (np.asarray(values, dtype=np.float64) - self.offset) / self.scale
        return scaled

    def undo(self, scaled: Columns) -> Columns:
        """Return the values in the units of the source, n x d."""
        values: Columns = np.asarray(scaled, dtype=np.float64) * self.scale + self.offset
        return values

    def describe(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return one line per column, as in ``petal length: (x − 3.76) / 1.76``.

        The numbers are rounded to four significant digits; one that is not zero
        is never shown as zero.
        """
        if self.kind == "none":
            return tuple(f"{name}: unchanged" for name in names)
        return tuple(
            f"{name}: {_centred(offset)} / {_number(scale)}"
            for name, offset, scale in zip(names, self.offset, self.scale, strict=True)
        )


MINUS = "\N{MINUS SIGN}"


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", MINUS)


def _centred(offset: float) -> str:
    return f"(x {'+' if offset < 0 else MINUS} {_number(abs(offset))})"


def _unchanged(values: Columns) -> tuple[Columns, Columns]:
    return np.zeros(values.shape[1]), np.ones(values.shape[1])


def _standardise(values: Columns) -> tuple[Columns, Columns]:
    return values.mean(axis=0), values.std(axis=0)


def _min_max(values: Columns) -> tuple[Columns, Columns]:
    low = values.min(axis=0)
    return low, values.max(axis=0) - low


SCALINGS: Mapping[str, ScalingKind] = MappingProxyType(
    {
        record.name: record
        for record in (
            ScalingKind("none", "none", "columns stay as they are", _unchanged),
            ScalingKind("standardise", "standardise", "mean 0, standard deviation 1", _standardise),
            ScalingKind("min_max", "min-max", "least value 0, greatest 1", _min_max),
        )
    }
)


def fit_scaling(kind: str, values: Columns) -> Scaling:
    """Return the scaling of this kind for these values, n x d with n >= 1.

    A column that never changes is moved but not stretched: its scale is 1.
    """
    offset, scale = SCALINGS[kind].fit(values)
    if kind != "none":
        # Rounding can give such a column a mean beside its value and a tiny deviation.
        never_changes = values.min(axis=0) == values.max(axis=0)
        offset = np.where(never_changes, values[0], offset)
        scale = np.where(never_changes | (scale <= 0), 1.0, scale)
    for numbers in (offset, scale):
        numbers.flags.writeable = False
    return Scaling(kind, offset, scale)
