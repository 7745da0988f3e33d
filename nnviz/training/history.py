"""LossHistory: every training loss, as a pyramid of minima, maxima and means.

A query of any range costs the same however long the run is, and its extremes
are exact: no spike is ever lost between two pixels. More than a million losses
are kept one by one; after that neighbours are folded in pairs, again and again,
so that memory stays below 30 MB for ever while minima and maxima stay exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.training.moving_average import MovingAverage
from nnviz.training.snapshot import LossChunk

FACTOR = 8
CAPACITY = 5 << 18

# Longer chunks are taken over in parts: a folded one may stand for millions of steps.
_PART = 1 << 16
_ROWS = 4

Losses = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Band:
    """A range of steps in few points.

    Attributes
    ----------
    first_steps, last_steps
        The steps that each point stands for, both included.
    minimum, maximum
        The exact extremes of those steps' losses; NaN only where all of them are.
    mean
        The mean of those losses; not finite where one of them is not.
    smoothed
        The mean of the moving average over those steps. The average itself is
        taken over the single steps, so it is the same at every zoom.
    """

    first_steps: NDArray[np.int64]
    last_steps: NDArray[np.int64]
    minimum: Losses
    maximum: Losses
    mean: Losses
    smoothed: Losses

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.mean)


class _Level:
    """Four growing rows: minimum, maximum, mean and smoothed mean of equal groups."""

    def __init__(self) -> None:
        self.count = 0
        self._rows = np.empty((_ROWS, 1024), dtype=np.float32)

    @property
    def rows(self) -> Losses:
        """The four rows, 4 x count."""
        return self._rows[:, : self.count]

    def append(self, rows: Losses) -> None:
        """Add columns."""
        needed = self.count + rows.shape[1]
        if needed > self._rows.shape[1]:
            room = max(needed, min(2 * self._rows.shape[1], CAPACITY))
            larger = np.empty((_ROWS, room), dtype=np.float32)
            larger[:, : self.count] = self.rows
            self._rows = larger
        self._rows[:, self.count : needed] = rows
        self.count = needed


class LossHistory:
    """The training losses of one run, in the order of their steps.

    Parameters
    ----------
    window
        About how many steps the smoothed line looks back; 1 does not smooth.

    Attributes
    ----------
    steps
        Number of the last step that is known.
    stride
        Steps per entry of the finest level: 1 while every loss is kept.
    """

    def __init__(self, window: int = 20) -> None:
        self.steps = 0
        self.stride = 1
        self._window = window
        self._capacity = CAPACITY
        self._average = MovingAverage(window)
        self._levels = [_Level()]
        # Entries that do not fill a group of ``stride`` steps yet.
        self._open: Losses = np.empty((_ROWS, 0), dtype=np.float32)

    def __len__(self) -> int:
        """Return the number of steps."""
        return self.steps

    def extend(self, chunk: LossChunk) -> None:
        """Append losses; the steps that a folded chunk stands for share its extremes."""
        entries = max(1, _PART // chunk.stride)
        for start in range(0, len(chunk.mean), entries):
            part = slice(start, start + entries)
            rows = np.stack((chunk.minimum[part], chunk.maximum[part], chunk.mean[part]))
            if chunk.stride > 1:
                rows = np.repeat(rows, chunk.stride, axis=1)
            self._extend(np.vstack((rows, self._average.extend(rows[2]))))

    def _extend(self, rows: Losses) -> None:
        self.steps += rows.shape[1]
        if self._open.shape[1]:
            rows = np.concatenate((self._open, rows), axis=1)
        used = rows.shape[1] // self.stride * self.stride
        if used:
            self._append(_fold(rows[:, :used], self.stride))
        self._open = rows[:, used:].copy()
        self._keep_limit()

    def limit(self, capacity: int) -> None:
        """Keep at most so many entries from now on; extremes stay exact."""
        self._capacity = max(FACTOR * FACTOR, min(capacity, CAPACITY))
        self._keep_limit()

    def up_to(self, step: int) -> "LossHistory":
        """Return a history of its own that ends with this step, as one of a branch begins."""
        step = min(step, self.steps)
        begun = LossHistory(self._window)
        finest = self._levels[0].rows[:3]
        whole = min(step // self.stride, finest.shape[1])
        begun.extend(LossChunk(0, 1, self.stride, *finest[:, :whole]))
        rest = step - whole * self.stride
        # The branch may lie within a folded entry, whose extremes its steps share.
        inside = whole < finest.shape[1]
        tail = np.repeat(finest[:, whole : whole + 1], rest, 1) if inside else self._open[:3, :rest]
        begun.extend(LossChunk(0, whole * self.stride + 1, 1, *tail))
        return begun

    def query(self, first: int, last: int, points: int = 1000) -> Band:
        """Return the losses of steps first to last (both included) in few points.

        There are from one to two times as many points as are asked for; a range
        of fewer steps is returned step by step. Points may reach a little
        beyond the range, never short of it.
        """
        first, last = max(1, first), min(last, self.steps)
        if last < first:
            return _band(np.empty((_ROWS, 0), dtype=np.float32), 1, 1, 0)
        span = self.stride
        number = 0
        while (last - first + 1) / span > FACTOR * points and number + 1 < len(self._levels):
            number, span = number + 1, span * FACTOR
        rows = self.columns(number, first, last)
        start, stop = (first - 1) // span, -(-last // span)
        group = max(1, rows.shape[1] // max(1, points))
        weights = np.full(rows.shape[1], float(span))
        weights[-1] = min(span, self.steps - span * (start + rows.shape[1] - 1))
        grouped = _group(rows, group, weights)
        return _band(grouped, start * span + 1, span * group, min(stop * span, self.steps))

    @property
    def spans(self) -> tuple[int, ...]:
        """Steps that a column of each level stands for, the finest level first."""
        return tuple(self.stride * FACTOR**number for number in range(len(self._levels)))

    def columns(self, number: int, first: int, last: int) -> Losses:
        """Return minimum, maximum, mean and smoothed mean (4 x n) of the groups of a level.

        Those that hold steps first to last, of the level of this number in ``spans``;
        the last one may end with the last step that is known.
        """
        span = self.stride * FACTOR**number
        level = self._levels[number].rows
        start, stop = (first - 1) // span, -(-last // span)
        body = level[:, start:stop]
        tail = self._beyond(number, span) if stop > level.shape[1] else level[:, :0]
        return np.concatenate((body, tail), axis=1)

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
        if self._levels[number].count * span >= self.steps:
            return self._open[:, :0]
        parts, weights = [self._open], [np.ones(self._open.shape[1])]
        for lower in range(number):
            above = self._levels[lower + 1].count * FACTOR
            part = self._levels[lower].rows[:, above:]
            parts.append(part)
            weights.append(np.full(part.shape[1], float(self.stride * FACTOR**lower)))
        rows = np.concatenate(parts, axis=1)
        return _group(rows, rows.shape[1], np.concatenate(weights))

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

    def _keep_limit(self) -> None:
        while self._levels[0].count >= self._capacity:
            self._halve()

    def _halve(self) -> None:
        """Fold the finest level in pairs and build the others anew."""
        finest = self._levels[0].rows
        even = finest.shape[1] // 2 * 2
        left_over = np.repeat(finest[:, even:], self.stride, axis=1)
        self._open = np.concatenate((left_over, self._open), axis=1)
        folded = _fold(finest[:, :even], 2)
        # Its memory is needed for what comes now.
        del finest
        self.stride *= 2
        self._levels = [_Level()]
        self._append(folded)


def _fold(rows: Losses, size: int) -> Losses:
    """Return minimum, maximum and means of each group of so many columns."""
    if size == 1:
        return rows
    groups = rows.reshape(_ROWS, -1, size)
    folded = np.empty(groups.shape[:2], dtype=np.float32)
    for start in range(0, groups.shape[1], _PART):
        part = slice(start, start + _PART)
        _fold_part(groups[:, part], folded[:, part])
    return folded


def _fold_part(groups: Losses, folded: Losses) -> None:
    """Fold groups, 4 x n x size, into 4 x n."""
    folded[:2] = groups[:2, :, 0]
    sums = groups[2:, :, 0].astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        # One call for each place in a group is several times as fast as reducing short groups.
        for place in range(1, groups.shape[2]):
            # fmin and fmax pass over NaN: one of them must not hide its neighbours.
            np.fmin(folded[0], groups[0, :, place], out=folded[0])
            np.fmax(folded[1], groups[1, :, place], out=folded[1])
            sums += groups[2:, :, place]
        folded[2:] = sums / groups.shape[2]


def _group(rows: Losses, size: int, weights: NDArray[np.float64]) -> Losses:
    """Fold so many neighbours into one; each column weighs as many steps as it stands for."""
    return rows if size <= 1 else group_at(rows, np.arange(0, rows.shape[1], size), weights)


def group_at(rows: Losses, starts: NDArray[np.intp], weights: NDArray[np.float64]) -> Losses:
    """Fold 4 x n columns into groups that begin at these places, the first of which is 0."""
    grouped = np.empty((_ROWS, len(starts)), dtype=np.float32)
    np.fmin.reduceat(rows[0], starts, out=grouped[0])
    np.fmax.reduceat(rows[1], starts, out=grouped[1])
    with np.errstate(invalid="ignore", over="ignore"):
        sums = np.add.reduceat(rows[2:] * weights, starts, axis=1)
        grouped[2:] = sums / np.add.reduceat(weights, starts)
    return grouped


def _fold_all(rows: Losses) -> Losses:
    return _fold(rows, rows.shape[1]) if rows.shape[1] else rows


def _band(rows: Losses, first: int, span: int, last: int) -> Band:
    starts = first + span * np.arange(rows.shape[1], dtype=np.int64)
    return Band(starts, np.minimum(starts + span - 1, last), *rows)
