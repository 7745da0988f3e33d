"""LossHistory: every training loss, as a pyramid of minima, maxima and means.

A query of any range costs the same however long the run is, and its extremes
are exact: no spike is ever lost between two pixels. Up to 2**21 steps every
loss is kept; after that neighbours are folded in pairs, again and again, so
that memory stays bounded for ever while minima and maxima stay exact.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.training.snapshot import LossChunk

FACTOR = 8
CAPACITY = 1 << 21

Losses = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Band:
    """A range of steps in few points.

    Attributes
    ----------
    first_steps, last_steps
        The steps that each point stands for, both included.
    minimum, maximum, mean
        Of the losses of those steps.
    """

    first_steps: NDArray[np.int64]
    last_steps: NDArray[np.int64]
    minimum: Losses
    maximum: Losses
    mean: Losses

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.mean)


class _Level:
    """Three growing arrays: minimum, maximum and mean of consecutive groups."""

    def __init__(self) -> None:
        self.count = 0
        self._rows = np.empty((3, 1024), dtype=np.float32)

    @property
    def rows(self) -> Losses:
        """Minimum, maximum and mean, 3 x count."""
        return self._rows[:, : self.count]

    def append(self, rows: Losses) -> None:
        """Add columns of minimum, maximum and mean."""
        needed = self.count + rows.shape[1]
        if needed > self._rows.shape[1]:
            larger = np.empty((3, max(needed, 2 * self._rows.shape[1])), dtype=np.float32)
            larger[:, : self.count] = self.rows
            self._rows = larger
        self._rows[:, self.count : needed] = rows
        self.count = needed


class LossHistory:
    """The training losses of one run, in the order of their steps.

    Attributes
    ----------
    steps
        Number of the last step that is known.
    stride
        Steps per entry of the finest level: 1 while every loss is kept.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.stride = 1
        self._levels = [_Level()]
        # Entries that do not fill a group of ``stride`` steps yet.
        self._open: Losses = np.empty((3, 0), dtype=np.float32)

    def __len__(self) -> int:
        """Return the number of steps."""
        return self.steps

    def extend(self, chunk: LossChunk) -> None:
        """Append losses; the steps that a folded chunk stands for share its extremes."""
        rows = np.stack((chunk.minimum, chunk.maximum, chunk.mean))
        self._open = np.concatenate((self._open, np.repeat(rows, chunk.stride, axis=1)), axis=1)
        self.steps += rows.shape[1] * chunk.stride
        whole = self._open.shape[1] // self.stride
        if whole:
            used = whole * self.stride
            self._append(_fold(self._open[:, :used], self.stride))
            self._open = self._open[:, used:]
        if self._levels[0].count >= CAPACITY:
            self._halve()

    def query(self, first: int, last: int, points: int = 1000) -> Band:
        """Return the losses of steps first to last (both included) in few points.

        There are from one to two times as many points as are asked for; a range
        of fewer steps is returned step by step. Points may
        reach a little beyond the range, never short of it.
        """
        first, last = max(1, first), min(last, self.steps)
        if last < first:
            return _band(np.empty((3, 0), dtype=np.float32), 1, 1, 0)
        span = self.stride
        number = 0
        while (last - first + 1) / span > FACTOR * points and number + 1 < len(self._levels):
            number, span = number + 1, span * FACTOR
        level = self._levels[number].rows
        start, stop = (first - 1) // span, -(-last // span)
        body = level[:, start:stop]
        tail = self._beyond(number, span) if stop > level.shape[1] else level[:, :0]
        rows = np.concatenate((body, tail), axis=1)
        group = max(1, rows.shape[1] // max(1, points))
        grouped = _group(rows, group, self.steps - start * span - span * (rows.shape[1] - 1), span)
        return _band(grouped, start * span + 1, span * group, min(stop * span, self.steps))

    def at(self, step: int) -> tuple[float, float, float] | None:
        """Return (minimum, maximum, mean) at a step: thrice the loss while all are kept."""
        if not 1 <= step <= self.steps:
            return None
        index = (step - 1) // self.stride
        finest = self._levels[0].rows
        column = finest[:, index] if index < finest.shape[1] else _fold_all(self._open)[:, 0]
        return float(column[0]), float(column[1]), float(column[2])

    def _beyond(self, number: int, span: int) -> Losses:
        """Return one last column for the steps that a level's groups do not cover yet."""
        covered = self._levels[number].count * span
        parts = [self._open]
        for lower in range(number):
            lower_span = self.stride * FACTOR**lower
            above = self._levels[lower + 1].count * FACTOR
            parts.append(np.repeat(self._levels[lower].rows[:, above:], lower_span, axis=1))
        rest = np.concatenate(parts, axis=1)
        return _fold_all(rest) if covered < self.steps else rest[:, :0]

    def _append(self, rows: Losses) -> None:
        self._levels[0].append(rows)
        number = 0
        while True:
            below = self._levels[number]
            if number + 1 == len(self._levels):
                if below.count < FACTOR * FACTOR:
                    return
                self._levels.append(_Level())
            above = self._levels[number + 1]
            done = above.count * FACTOR
            whole = (below.count - done) // FACTOR * FACTOR
            if not whole:
                return
            above.append(_fold(below.rows[:, done : done + whole], FACTOR))
            number += 1

    def _halve(self) -> None:
        """Fold the finest level in pairs and build the others anew."""
        finest = self._levels[0].rows
        even = finest.shape[1] // 2 * 2
        left_over = np.repeat(finest[:, even:], self.stride, axis=1)
        self._open = np.concatenate((left_over, self._open), axis=1)
        folded = _fold(finest[:, :even], 2)
        self.stride *= 2
        self._levels = [_Level()]
        self._append(folded)


def smooth(mean: Losses, share: float = 0.2) -> Losses:
    """Return the exponential moving average of a band's means.

    Every point counts with ``share``, what came before it with the rest; a value
    that is not finite is passed over, and leading ones give NaN. Weights below
    1e-6 are left out, which turns the recurrence into one convolution.
    """
    finite = np.isfinite(mean)
    values = mean[finite].astype(np.float64)
    if not len(values):
        return np.full_like(mean, np.nan)
    length = max(1, math.ceil(math.log(1e-6) / math.log(1.0 - share)))
    kernel = share * (1.0 - share) ** np.arange(length)
    kernel /= kernel.sum()
    # The first value stands for all that came before it.
    padded = np.concatenate((np.full(length - 1, values[0]), values))
    averages = np.convolve(padded, kernel, mode="valid").astype(np.float32)
    position = np.cumsum(finite) - 1
    return np.where(position >= 0, averages[np.maximum(position, 0)], np.float32(np.nan))


def _fold(rows: Losses, size: int) -> Losses:
    """Return minimum, maximum and mean of each group of so many columns."""
    if size == 1:
        return rows
    groups = rows.reshape(3, -1, size)
    return np.stack(
        (
            groups[0].min(axis=1),
            groups[1].max(axis=1),
            groups[2].mean(axis=1, dtype=np.float64).astype(np.float32),
        )
    )


def _group(rows: Losses, size: int, steps_of_last: int, span: int) -> Losses:
    """Fold so many neighbours into one; the last column may stand for fewer steps."""
    if size == 1:
        return rows
    starts = np.arange(0, rows.shape[1], size)
    weights = np.full(rows.shape[1], float(span))
    weights[-1] = min(span, max(1, steps_of_last))
    sums = np.add.reduceat(rows[2] * weights, starts)
    return np.stack(
        (
            np.minimum.reduceat(rows[0], starts),
            np.maximum.reduceat(rows[1], starts),
            (sums / np.add.reduceat(weights, starts)).astype(np.float32),
        )
    )


def _fold_all(rows: Losses) -> Losses:
    return _fold(rows, rows.shape[1]) if rows.shape[1] else rows


def _band(rows: Losses, first: int, span: int, last: int) -> Band:
    starts = first + span * np.arange(rows.shape[1], dtype=np.int64)
    return Band(starts, np.minimum(starts + span - 1, last), rows[0], rows[1], rows[2])
