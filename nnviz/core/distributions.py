"""How the numbers of each layer are spread: over powers of ten, and over a plain scale.

A logarithm knows neither sign nor zero: zeros are counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray

# Sizes are counted in quarters of a decade between these powers of ten.
LOWEST, HIGHEST, PER_DECADE = -24, 8, 4
SIZES = (HIGHEST - LOWEST) * PER_DECADE
RIDGE_BINS = 64
# A scale reaches so many root mean squares to both sides, or to the largest number.
_REACH = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Magnitudes:
    """How large the numbers of each of L layers are.

    Attributes
    ----------
    counts
        L x ``SIZES``: how many fall into each quarter of a decade, from 10^``LOWEST``
        upwards. What is smaller or larger than all of them counts in the first or last.
    zeros, not_finite, entries
        For each layer: how many are exactly 0, how many are no finite number, and how
        many there are in all.
    """

    counts: NDArray[np.int64]
    zeros: NDArray[np.int64]
    not_finite: NDArray[np.int64]
    entries: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """The histogram of one layer.

    Attributes
    ----------
    reach
        It goes from -reach to +reach.
    counts
        ``RIDGE_BINS`` counts of the numbers other than 0 within.
    beyond
        How many finite numbers lie outside.
    zeros, not_finite, entries
        As in :class:`Magnitudes`, of this layer.
    root_mean_square
        Of the finite numbers, zeros included; NaN if there are none.
    """

    reach: float
    counts: NDArray[np.int64]
    beyond: int
    zeros: int
    not_finite: int
    entries: int
    root_mean_square: float


def magnitudes(layers: Sequence[FloatArray]) -> Magnitudes:
    """Count the numbers of each layer by their size."""
    return Magnitudes(
        np.stack([_counts_by_size(values) for values in layers]),
        np.array([values.size - np.count_nonzero(values) for values in layers]),
        np.array([values.size - np.count_nonzero(np.isfinite(values)) for values in layers]),
        np.array([values.size for values in layers]),
    )


def _counts_by_size(values: FloatArray) -> NDArray[np.int64]:
    sizes = np.abs(values.reshape(-1))
    sizes = sizes[(sizes > 0) & (sizes < np.inf)].astype(np.float64)
    places = np.floor((np.log10(sizes) - LOWEST) * PER_DECADE)
    inside = np.clip(places, 0, SIZES - 1).astype(np.int64)
    return np.bincount(inside, minlength=SIZES)


def ridges(layers: Sequence[FloatArray], is_shared: bool) -> tuple[Ridge, ...]:
    """Return the histogram of each layer, on one scale for all or each on its own.

    A scale reaches to four root mean squares (the largest of all layers' where it is
    shared), or to the largest number where that is nearer.
    """
    flat = [values.reshape(-1).astype(np.float64) for values in layers]
    spreads = [_spread(values) for values in flat]
    reaches = [min(_REACH * spread, largest) for spread, largest in spreads]
    if is_shared:
        reaches = [max(reaches, default=0.0)] * len(reaches)
    return tuple(
        _ridge(values, spread, reach or 1.0)
        for values, (spread, _), reach in zip(flat, spreads, reaches, strict=True)
    )


def _spread(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return root mean square and largest size of the finite numbers."""
    finite = values[np.isfinite(values)]
    largest = float(np.abs(finite).max(initial=0.0))
    if not len(finite):
        return 0.0, 0.0
    # Divided out first: squares of tiny numbers would be 0.
    scaled = finite / largest if largest else finite
    return float(np.sqrt(np.mean(scaled * scaled))) * largest, largest


def _ridge(values: NDArray[np.float64], spread: float, reach: float) -> Ridge:
    finite = values[np.isfinite(values)]
    others = finite[finite != 0]
    inside = others[np.abs(others) <= reach]
    # Scaled first: the width of a bin of tiny numbers would be 0.
    counts, _ = np.histogram(inside / reach, RIDGE_BINS, (-1.0, 1.0))
    return Ridge(
        reach,
        counts.astype(np.int64),
        len(others) - len(inside),
        len(finite) - len(others),
        len(values) - len(finite),
        len(values),
        spread if len(finite) else float("nan"),
    )
