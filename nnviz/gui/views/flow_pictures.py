"""The heat strips of the flow view as arrays of pixels, worked out without Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.distributions import HIGHEST, LOWEST, PER_DECADE, SIZES
from nnviz.gui.views.flow_content import Spread

SHADES = 256
_LEAST_DECADES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """One picture for each layer: time to the right, powers of ten upwards.

    Attributes
    ----------
    shades
        L x rows x columns, 0 to ``SHADES`` - 1, the largest numbers in the first row.
    low, high
        Powers of ten at the lower and the upper edge.
    first, last
        Steps at the left and the right edge.
    zero_shares
        F x L: which share of the entries is exactly 0.
    not_finite
        F x L: how many are no finite number.
    """

    shades: NDArray[np.uint8]
    low: float
    high: float
    first: int
    last: int
    zero_shares: NDArray[np.float64]
    not_finite: NDArray[np.int64]


def strips(spread: Spread, last_step: int, columns: int) -> Strips:
    """Return the strips of a spread.

    Parameters
    ----------
    spread
        Of at least one frame.
    last_step
        At the right edge; what lies behind the last frame stays empty.
    columns
        How many columns of pixels; each shows the last frame before it.
    """
    steps = spread.steps
    first, last = int(steps[0]), max(last_step, int(steps[0]) + 1)
    at = first + (np.arange(columns) + 0.5) / columns * (last - first)
    places = np.searchsorted(steps, at, side="right") - 1
    # Where frames are further apart than columns, the last one is still seen.
    here = min(columns - 1, int((steps[-1] - first) / (last - first) * columns))
    places[here] = len(steps) - 1
    used, columns_of = np.unique(places, return_inverse=True)
    shares = np.stack([_shares(spread, place) for place in used.tolist()], axis=-1)
    low, high = _range_of(spread)
    picture = shares[:, low:high, :][:, ::-1, columns_of]
    picture[:, :, here + 1 :] = 0.0
    # The root shows the few beside the many; a layer's fullest bin is the brightest.
    tallest = picture.max(axis=(1, 2), keepdims=True)
    shades = np.sqrt(picture / np.where(tallest > 0, tallest, 1.0)) * (SHADES - 1)
    frames = spread.frames
    entries = np.stack([frame.entries for frame in frames]).astype(np.float64)
    return Strips(
        np.ceil(shades).astype(np.uint8),
        LOWEST + low / PER_DECADE,
        LOWEST + high / PER_DECADE,
        first,
        last,
        np.stack([frame.zeros for frame in frames]) / entries,
        np.stack([frame.not_finite for frame in frames]),
    )


def _shares(spread: Spread, place: int) -> NDArray[np.float64]:
    frame = spread.frames[place]
    shares: NDArray[np.float64] = frame.counts / frame.entries[:, np.newaxis]
    return shares


def _range_of(spread: Spread) -> tuple[int, int]:
    """Return the bins from whole decade to whole decade that any frame uses."""
    used = np.zeros(SIZES, dtype=bool)
    for frame in spread.frames:
        used |= frame.counts.any(axis=0)
    places = np.flatnonzero(used)
    if not len(places):
        zero = -LOWEST * PER_DECADE
        return zero - _LEAST_DECADES * PER_DECADE, zero
    low = int(places[0]) // PER_DECADE
    high = int(places[-1]) // PER_DECADE + 1
    high = min(max(high, low + _LEAST_DECADES), HIGHEST - LOWEST)
    low = min(low, high - _LEAST_DECADES)
    return low * PER_DECADE, high * PER_DECADE
