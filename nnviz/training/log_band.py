"""The losses of a range of steps in groups of equal width on a logarithmic axis."""

import numpy as np

from nnviz.training.history import Band, LossHistory, group_at


def log_band(history: LossHistory, first: int, last: int, points: int = 1000) -> Band:
    """Return the losses of steps first to last (both included) in at most so many points.

    Points cover equal ratios of steps. Each level of the pyramid serves the steps where its
    groups are narrower than a point, so this costs little however long the run is, and
    extremes are exact. Where points are narrower than a step, single steps are returned.
    As with :meth:`LossHistory.query`, points may reach a little beyond the range.
    """
    first, last = max(1, first), min(last, history.steps)
    if last <= first:
        return history.query(first, last, points)
    done = (first - 1) // history.stride * history.stride
    # How much wider than its first step a point is.
    ratio = (last / (done + 1)) ** (1 / max(1, points))
    pieces, begins = [], []
    for number, span in enumerate(history.spans):
        stop = _end_of_level(history.spans[number + 1 :], done, ratio, last)
        if stop > done:
            rows = history.columns(number, done + 1, stop)
            pieces.append(rows)
            begins.append(done + span * np.arange(rows.shape[1], dtype=np.int64))
            done += span * rows.shape[1]
    columns, before = np.concatenate(pieces, axis=1), np.concatenate(begins)
    after = np.append(before[1:], min(done, history.steps))
    places = np.log((before + 1) / (before[0] + 1)) / np.log(ratio)
    # Rounding must not let a group that begins with a point slip into the one before.
    numbers = np.floor(places + 1e-9)
    starts = np.flatnonzero(np.diff(numbers, prepend=-1.0))
    grouped = group_at(columns, starts, (after - before).astype(np.float64))
    return Band(before[starts] + 1, np.append(before[starts[1:]], after[-1]), *grouped)


def _end_of_level(coarser: tuple[int, ...], done: int, ratio: float, last: int) -> int:
    """Return the last step for a level: from there on, a group of the next one fits a point."""
    if not coarser:
        return last
    span = coarser[0]
    enough = max(done, int(span / (ratio - 1.0)))
    return min(last, -(-enough // span) * span)
