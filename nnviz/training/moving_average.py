"""MovingAverage: an exponential moving average that is fed in chunks."""

import numpy as np
from numpy.typing import NDArray

_BLOCK = 64


class MovingAverage:
    """y = y + share (x - y), with share = 2 / (window + 1), starting at the first x.

    However the values are divided into chunks, the averages are the same up to
    rounding. A value that is not finite is passed over.

    Parameters
    ----------
    window
        About how many values the average looks back; 1 returns the values themselves.
    """

    def __init__(self, window: int) -> None:
        share = 2.0 / (max(1, window) + 1)
        keep = 1.0 - share
        self._share = share
        self._value = np.nan
        # The averages of one block, if all were 0 before it, and how fast what was fades.
        lags = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
        self._weights = np.where(lags >= 0, share * keep ** np.maximum(lags, 0), 0.0).T
        self._fading = keep ** np.arange(1, _BLOCK + 1)

    def extend(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take over values and return the average after each of them."""
        if not len(values):
            return values
        if np.isnan(self._value) or not np.isfinite(values).all():
            return self._extend_slowly(values)
        blocks = -(-len(values) // _BLOCK)
        padded = np.zeros((blocks, _BLOCK))
        padded.reshape(-1)[: len(values)] = values
        averages = padded @ self._weights
        before, fade = self._value, self._fading[-1]
        carried = np.empty(blocks)
        for index, last in enumerate(averages[:, -1].tolist()):
            carried[index] = before
            before = last + fade * before
        averages += carried[:, np.newaxis] * self._fading
        smoothed = averages.reshape(-1)[: len(values)]
        self._value = float(smoothed[-1])
        return smoothed.astype(np.float32)

    def _extend_slowly(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        smoothed = np.empty_like(values)
        average = self._value
        for index, value in enumerate(values.tolist()):
            if np.isfinite(value):
                average = value if np.isnan(average) else average + self._share * (value - average)
            smoothed[index] = average
        self._value = average
        return smoothed
