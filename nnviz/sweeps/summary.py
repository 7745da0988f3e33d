"""What a sweep came to: for each cell the median, least and greatest final loss."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from nnviz.sweeps.plan import Plan
from nnviz.sweeps.runs import RunResult

MEASURES = ("train_loss", "validation_loss")


@dataclass(frozen=True, slots=True)
class CellSummary:
    """The final losses of a cell.

    Attributes
    ----------
    cell
        Its number.
    finished, diverged
        How many of its runs have finished, and how many of those diverged.
    median
        Over all runs that finished, where one that diverged is worse than any other;
        ``None`` while there is none, or if the median diverged.
    least, greatest
        Over the runs that finished and did not diverge; ``None`` while there is none.
    """

    cell: int
    finished: int
    diverged: int
    median: float | None
    least: float | None
    greatest: float | None


def final_loss(result: RunResult, measure: str = "train_loss") -> float | None:
    """Return the final loss of a run, ``None`` if it diverged or has none."""
    if result.diverged_at is not None:
        return None
    loss = result.validation_loss if measure == "validation_loss" else result.train_loss
    return loss if loss is not None and not math.isnan(loss) else None


def summarise(
    plan: Plan, results: Iterable[RunResult], measure: str = "train_loss"
) -> tuple[CellSummary, ...]:
    """Return a summary of every cell, in their order.

    Parameters
    ----------
    plan, results
        Of one sweep; some results may be missing yet.
    measure
        ``"train_loss"`` or ``"validation_loss"``.
    """
    by_cell: list[list[RunResult]] = [[] for _ in plan.cells]
    for result in results:
        by_cell[result.cell].append(result)
    return tuple(_summary(cell, found, measure) for cell, found in enumerate(by_cell))


def _summary(cell: int, results: list[RunResult], measure: str) -> CellSummary:
    losses = [loss for each in results if (loss := final_loss(each, measure)) is not None]
    diverged = sum(each.diverged_at is not None for each in results)
    ranked = losses + [math.inf] * diverged
    median = float(np.median(ranked)) if ranked else math.inf
    return CellSummary(
        cell=cell,
        finished=len(results),
        diverged=diverged,
        median=median if math.isfinite(median) else None,
        least=min(losses, default=None),
        greatest=max(losses, default=None),
    )


def summary_lines(plan: Plan, results: Iterable[RunResult]) -> Iterator[str]:
    """Yield the table of ``nnviz sweep``: cells, and their final training losses."""
    rows: list[tuple[str, ...]] = [("", "runs", "median", "min", "max", "diverged")]
    for summary in summarise(plan, results):
        numbers = (summary.median, summary.least, summary.greatest)
        rows.append(
            (
                plan.cell_text(summary.cell) or "all starts",
                str(summary.finished),
                *("\N{EN DASH}" if value is None else f"{value:.6g}" for value in numbers),
                str(summary.diverged),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (text.rjust(width) for text, width in zip(others, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells)).rstrip()
