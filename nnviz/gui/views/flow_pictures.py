"""The heat strips of the flow view as arrays of pixels, worked out without Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.distributions import HIGHEST, LOWEST, PER_DECADE
from nnviz.gui.views.flow_content import Spread

SHADES = 256
_LEAST_DECADES = 3
# Sizes that no layer has more of than this, a share of its numbers, need no decade of their own.
_FEW = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """One picture for each layer: time to the right, powers of ten upwards.

    Attributes
    ----------
    shades
        L x rows x columns, 0 to ``SHADES`` - 1, the largest numbers in the first row.
    low, high
        Powers of ten at the lower and the upper edge.
    is_open
        Whether the lowest row counts smaller numbers too.
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
    is_open: bool
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
        How many columns of pixels; each shows the frame that is nearest in time.
    """
    steps = spread.steps
    first, last = int(steps[0]), max(last_step, int(steps[0]) + 1)
    at = first + (np.arange(columns) + 0.5) / columns * (last - first)
    places = np.searchsorted((steps[1:] + steps[:-1]) / 2, at)
    here = min(columns - 1, int((steps[-1] - first) / (last - first) * columns))
    frames = spread.frames
    entries = np.stack([frame.entries for frame in frames]).astype(np.float32)
    shares = np.stack([frame.counts for frame in frames]) / entries[..., np.newaxis]
    low, high = _range_of(shares)
    # The smaller ones count in the lowest row: none is left out.
    below = shares[..., :low].sum(axis=-1)
    shares[..., low] += below
    picture = shares[places, :, low:high].transpose(1, 2, 0)[:, ::-1]
    picture[..., here + 1 :] = 0.0
    # The root shows the few beside the many; a layer's fullest bin is the brightest.
    tallest = picture.max(axis=(1, 2), keepdims=True)
    shades = np.sqrt(picture / np.where(tallest > 0, tallest, 1.0)) * (SHADES - 1)
    return Strips(
        np.ceil(shades).astype(np.uint8),
        LOWEST + low / PER_DECADE,
        LOWEST + high / PER_DECADE,
        bool(below.any()),
        first,
        last,
        np.stack([frame.zeros for frame in frames]) / entries,
        np.stack([frame.not_finite for frame in frames]),
    )


def _range_of(shares: NDArray[np.floating]) -> tuple[int, int]:
    """Return the bins, whole decades, up to the largest number of any frame.

    At the lower end decades with next to nothing in them are left out.
    """
    used = np.flatnonzero(shares.any(axis=(0, 1)))
    if not len(used):
        zero = -LOWEST * PER_DECADE
        return zero - _LEAST_DECADES * PER_DECADE, zero
    so_far = np.cumsum(shares, axis=-1).max(axis=(0, 1))
    low = int(np.argmax(so_far > min(_FEW, so_far[-1] / 2))) // PER_DECADE
    high = int(used[-1]) // PER_DECADE + 1
    high = min(max(high, low + _LEAST_DECADES), HIGHEST - LOWEST)
    low = min(low, high - _LEAST_DECADES)
    return low * PER_DECADE, high * PER_DECADE
