"""The curves of a sweep as arrays: the runs of a cell, their median, the medians of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.gui.views.sweep_content import SweepContent
from nnviz.sweeps.plan import Plan
from nnviz.sweeps.runs import RunResult

Floats = NDArray[np.float64]
# A run that diverges goes far beyond all others: this much of it is shown, in powers of ten.
_BEYOND = 0.5
# Beyond so many cells, medians would hide what they are beside.
_MOST_MEDIANS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A curve.

    Attributes
    ----------
    run
        Number of its run.
    x, y
        Steps, and decimal logarithms of the mean loss; NaN where there is none.
    diverged
        Whether the run diverged at its end.
    """

    run: int
    x: Floats
    y: Floats
    diverged: bool


class SweepLines:
    """The curves of one sweep, each made once.

    Parameters
    ----------
    plan
        Of the sweep.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._lines: dict[int, Line] = {}

    def of(self, content: SweepContent, cell: int) -> tuple[Line, ...]:
        """Return the curve of every run of a cell that has finished, from low loss to high."""
        found = []
        for run in content.cells[cell].runs:
            if run not in self._lines and run in content.results:
                self._lines[run] = line_of(content.results[run])
            if run in self._lines:
                found.append(self._lines[run])
        return tuple(found)

    def medians(self, content: SweepContent, cell: int) -> tuple[Floats, Floats]:
        """Return the medians of other cells as one curve: of all, or of its row and column."""
        numbers: Iterable[int] = range(len(content.cells))
        if len(content.cells) > _MOST_MEDIANS:
            column, row = divmod(cell, content.rows)
            first = column * content.rows
            numbers = {
                *range(first, first + content.rows),
                *range(row, len(content.cells), content.rows),
            }
        return joined(
            median_of([line for line in self.of(content, number) if not line.diverged])
            for number in sorted(numbers)
            if number != cell
        )


def line_of(result: RunResult) -> Line:
    """Return the curve of a run."""
    mean = np.array(result.curve.mean)
    y = np.full(mean.shape, np.nan)
    fair = np.isfinite(mean) & (mean > 0)
    y[fair] = np.log10(mean[fair])
    steps = np.array(result.curve.steps, dtype=np.float64)
    return Line(result.number, steps, y, result.diverged_at is not None)


def median_of(lines: Sequence[Line]) -> tuple[Floats, Floats]:
    """Return the median curve; where some runs have ended, that of the others."""
    longest = max(lines, key=lambda line: len(line.x), default=None)
    if longest is None:
        return np.empty(0), np.empty(0)
    table = np.full((len(lines), len(longest.x)), np.nan)
    for row, line in zip(table, lines, strict=True):
        row[: len(line.y)] = line.y
    known = np.isfinite(table).any(axis=0)
    y = np.full(len(longest.x), np.nan)
    y[known] = np.nanmedian(table[:, known], axis=0)
    return longest.x, y


def joined(curves: Iterable[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Return curves as one, with a gap between each and the next."""
    x: list[Floats] = []
    y: list[Floats] = []
    for each_x, each_y in curves:
        x += [each_x, each_x[-1:]]
        y += [each_y, np.full(len(each_y[-1:]), np.nan)]
    return (np.concatenate(x), np.concatenate(y)) if x else (np.empty(0), np.empty(0))


def extent(lines: Sequence[Line], others: Floats) -> tuple[float, float]:
    """Return from where to where the axis goes: all that is fair, and a little of the rest."""
    fair = [line.y for line in lines if not line.diverged] or [line.y for line in lines]
    values = np.concatenate([*fair, _usual(others)])
    values = values[np.isfinite(values)]
    if not len(values):
        return -1.0, 0.0
    low, high = float(values.min()), float(values.max())
    wild = [line.y[np.isfinite(line.y)] for line in lines if line.diverged]
    top = max((float(y.max()) for y in wild if len(y)), default=high)
    room = 0.04 * max(high - low, 0.05)
    return low - room, max(high, min(top, high + _BEYOND)) + room


def _usual(values: Floats) -> Floats:
    """Return the span of values without the few that lie far out."""
    known = values[np.isfinite(values)]
    return np.quantile(known, (0.02, 0.98)) if len(known) else known


def nearest(lines: Iterable[Line], x: float, y: float, across: float, up: float) -> int | None:
    """Return the run whose curve is nearest to a point, if it is near enough.

    Parameters
    ----------
    lines
        The curves.
    x, y
        The point, in steps and decimal logarithms.
    across, up
        How near is near enough, in the same units.
    """
    best, found = 1.0, None
    for line in lines:
        near = np.abs(line.x - x) <= max(across, _widest(line.x))
        if not np.isfinite(line.y[near]).any() or not len(line.x):
            continue
        fair = np.isfinite(line.y)
        height = float(np.interp(x, line.x[fair], line.y[fair]))
        if abs(height - y) / up < best and line.x[0] - across <= x <= line.x[-1] + across:
            best, found = abs(height - y) / up, line.run
    return found


def _widest(x: Floats) -> float:
    return float(np.diff(x).max(initial=0.0))
