"""What the Compare starts pane shows: its cells, their runs in order, and shares of colour."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from nnviz.gui.widgets.text import MINUS, as_sentence, number_text, percent_text
from nnviz.sweeps.plan import Plan
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.spec import value_text
from nnviz.sweeps.summary import CellSummary, final_loss, summarise


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the heat map.

    Attributes
    ----------
    summary
        Its figures.
    runs
        Numbers of its runs: finished ones from the least loss to the greatest, then
        those that diverged, then those that are still to come.
    median_run
        The run whose loss is the median, or the one just below it; one that diverged,
        if half of them have.
    """

    summary: CellSummary
    runs: tuple[int, ...]
    median_run: int | None


@dataclass(frozen=True, slots=True)
class SweepContent:
    """A sweep as it stands.

    Attributes
    ----------
    plan, results
        What is trained, and what has finished, by the number of the run.
    measure
        ``"train_loss"`` or ``"validation_loss"``.
    cells
        In the order of the plan: the second setting fastest.
    least, greatest
        Of all final losses; ``None`` while there is none.
    """

    plan: Plan
    results: Mapping[int, RunResult]
    measure: str
    cells: tuple[Cell, ...]
    least: float | None
    greatest: float | None

    @property
    def columns(self) -> int:
        """Number of values of the first setting, left to right."""
        return self.plan.spec.shape[0]

    @property
    def rows(self) -> int:
        """Number of values of the second setting, top to bottom."""
        return self.plan.spec.shape[1]

    @property
    def best_cell(self) -> int:
        """The cell with the least median, the first while there is none."""
        medians = [(cell.summary.median, number) for number, cell in enumerate(self.cells)]
        fair = [(median, number) for median, number in medians if median is not None]
        return min(fair)[1] if fair else 0

    @property
    def best_run(self) -> int | None:
        """The run with the least final loss."""
        first = [cell.runs[0] for cell in self.cells if cell.summary.least is not None]
        losses = {number: self.loss(number) for number in first}
        return min(first, key=lambda number: losses[number] or 0.0) if first else None

    def loss(self, run: int) -> float | None:
        """Return the final loss of a run, ``None`` if it diverged or has not finished."""
        result = self.results.get(run)
        return None if result is None else final_loss(result, self.measure)

    def share(self, loss: float) -> float:
        """Return 1 for the least of all losses, 0 for the greatest, by their logarithms."""
        low, high = self.least, self.greatest
        if low is None or high is None or not low < high:
            return 1.0
        if low > 0 and math.isfinite(high):
            return math.log(high / max(loss, low)) / math.log(high / low)
        return (high - loss) / (high - low) if math.isfinite(high) else float(math.isfinite(loss))

    def column_label(self, column: int) -> str:
        """Return the first setting's value of a column."""
        settings = self.plan.spec.settings
        return _words(value_text(settings[0].values[column])) if settings else ""

    def row_label(self, row: int) -> str:
        """Return the second setting's value of a row."""
        settings = self.plan.spec.settings
        return _words(value_text(settings[1].values[row])) if len(settings) > 1 else ""

    def cell_text(self, cell: int) -> str:
        """Say which values a cell has, as a sentence begins."""
        return as_sentence(_words(self.plan.cell_text(cell))) or "All starts"

    def run_text(self, run: int) -> str:
        """Say which run this is: its settings and its seed."""
        planned = self.plan.runs[run]
        seed = f"seed {planned.experiment.seed}"
        varies = bool(self.plan.spec.settings)
        return f"{self.cell_text(planned.cell)}, {seed}" if varies else as_sentence(seed)

    def run_figures(self, run: int) -> str:
        """Say in a line what came of a run."""
        result = self.results.get(run)
        if result is None:
            return "not trained yet"
        words = [] if result.diverged_at is None else [f"diverged at step {result.diverged_at:,}"]
        words.append(_short("training", result.train_loss, result.train_accuracy))
        if result.validation_loss is not None:
            validation = result.validation_loss, result.validation_accuracy
            words.append(_short("validation", *validation))
        return ", ".join(words)

    def run_lines(self, run: int) -> tuple[str, ...]:
        """Return what there is to say of a run, in short lines."""
        result = self.results.get(run)
        lines = [self.run_text(run)]
        if result is None:
            return (*lines, "not trained yet")
        if result.diverged_at is not None:
            lines.append(f"diverged at step {result.diverged_at:,}")
        lines.append(_figures("training", result.train_loss, result.train_accuracy))
        if result.validation_loss is not None:
            lines.append(_figures("validation", result.validation_loss, result.validation_accuracy))
        return tuple(lines)


def _short(name: str, loss: float, accuracy: float | None) -> str:
    share = "" if accuracy is None else f" ({percent_text(accuracy)})"
    return f"{name} {number_text(loss, 6)}{share}"


def _words(text: str) -> str:
    """Write a value as people read it: no underscores, a true minus in numbers."""
    return text.replace("_", " ").replace("e-", f"e{MINUS}")


def _figures(name: str, loss: float, accuracy: float | None) -> str:
    share = "" if accuracy is None else f", accuracy {percent_text(accuracy)}"
    return f"{name} loss {number_text(loss, 6)}{share}"


def sweep_content(plan: Plan, results: Mapping[int, RunResult], measure: str) -> SweepContent:
    """Return a sweep as it stands, its runs in order."""
    summaries = summarise(plan, results.values(), measure)
    cells = tuple(_cell(plan, results, measure, summary) for summary in summaries)
    least = min((c.least for c in summaries if c.least is not None), default=None)
    greatest = max((c.greatest for c in summaries if c.greatest is not None), default=None)
    return SweepContent(plan, dict(results), measure, cells, least, greatest)


def _cell(plan: Plan, results: Mapping[int, RunResult], measure: str, summary: CellSummary) -> Cell:
    fair: list[tuple[float, int]] = []
    diverged: list[int] = []
    waiting: list[int] = []
    for run in plan.runs_of(summary.cell):
        result = results.get(run.number)
        loss = None if result is None else final_loss(result, measure)
        if loss is not None:
            fair.append((loss, run.number))
        else:
            (waiting if result is None else diverged).append(run.number)
    finished = [*(number for _, number in sorted(fair)), *diverged]
    median = finished[(len(finished) - 1) // 2] if finished else None
    return Cell(summary, (*finished, *waiting), median)
