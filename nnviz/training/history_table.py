"""The losses of runs as a table: one row for each loss, with the figures measured at its step."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, repeat

import numpy as np
from numpy.typing import NDArray

from nnviz.training.history import LossHistory
from nnviz.training.snapshot import Evaluation

COLUMNS = (
    *("run", "first_step", "step", "epoch", "loss_min", "loss_mean", "loss_max"),
    *("train_loss", "validation_loss", "train_accuracy", "validation_accuracy"),
)
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class EpochRule:
    """How steps are counted into epochs from a step on.

    Attributes
    ----------
    step, epoch
        The updates and the whole epochs that are done where the rule begins.
    batches
        Steps per epoch.
    """

    step: int
    epoch: int
    batches: int


@dataclass(frozen=True, slots=True)
class RunHistory:
    """What is written of one run.

    Attributes
    ----------
    name
        Of the run.
    losses
        Every training loss; once neighbours have been folded, a row stands for several steps.
    evaluations
        Loss and accuracy over whole sets, by rising steps.
    epochs
        By rising steps; the first begins at step 0.
    """

    name: str
    losses: LossHistory
    evaluations: Sequence[Evaluation]
    epochs: Sequence[EpochRule]


def epochs_done(rules: Sequence[EpochRule], step: int) -> int:
    """Return how many whole epochs are done after so many steps."""
    rule = [rule for rule in rules if rule.step <= step][-1]
    return rule.epoch + (step - rule.step) // rule.batches


def batches_at(rules: Sequence[EpochRule], step: int) -> int:
    """Return the steps per epoch of the epoch that was under way when so many were done."""
    rule = [rule for rule in rules if rule.step < step or rule.step == 0][-1]
    return rule.batches


def epoch_numbers(rules: Sequence[EpochRule], steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the epoch that each step is part of, from 1; 0 for step 0."""
    begins = np.array([rule.step for rule in rules])
    which = np.searchsorted(begins, steps - 1, side="right") - 1
    epochs = np.array([rule.epoch for rule in rules])[which]
    batches = np.array([rule.batches for rule in rules])[which]
    numbers: NDArray[np.int64] = epochs + (steps - 1 - begins[which]) // batches + 1
    return np.where(steps > 0, numbers, 0)


def history_csv(runs: Iterable[RunHistory]) -> Iterator[bytes]:
    """Return the table of these runs as CSV, in parts; lines end as RFC 4180 has it."""
    yield _csv([COLUMNS])
    for run in runs:
        rows = _rows(run)
        while block := list(islice(rows, _BLOCK)):
            yield _csv(block)


def _rows(run: RunHistory) -> Iterator[Sequence[object]]:
    # Columns are made whole and zipped: a run may have a million rows.
    firsts, lasts, texts = _entries(run.losses)
    figures = {evaluation.step: _figures(evaluation) for evaluation in run.evaluations}
    alone = np.setdiff1d(np.array(list(figures), dtype=np.int64), lasts)
    steps = np.concatenate((lasts, alone))
    order = np.argsort(steps, kind="stable")
    steps = steps[order]
    begins = np.concatenate((firsts, alone))[order]
    losses = [np.append(text, np.full(len(alone), "", object))[order].tolist() for text in texts]
    measured = np.full((4, len(steps)), "", dtype=object)
    places = np.searchsorted(steps, list(figures))
    for place, values in zip(places.tolist(), figures.values(), strict=True):
        measured[:, place] = values
    numbers = (begins, steps, epoch_numbers(run.epochs, steps))
    columns = (*(column.tolist() for column in numbers), *losses, *measured.tolist())
    return zip(repeat(run.name, len(steps)), *columns, strict=True)


def _entries(
    losses: LossHistory,
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[NDArray[np.object_]]]:
    """Return first and last step of each entry, and minimum, mean and maximum as text."""
    if not losses.steps:
        none = np.empty(0, dtype=np.int64)
        return none, none, [none.astype(object)] * 3
    rows = losses.columns(0, 1, losses.steps)
    lasts = losses.stride * np.arange(1, rows.shape[1] + 1, dtype=np.int64)
    firsts = lasts - losses.stride + 1
    lasts[-1] = losses.steps
    if losses.stride == 1:
        return firsts, lasts, [_texts(rows[0])] * 3
    return firsts, lasts, [_texts(rows[place]) for place in (0, 2, 1)]


def _texts(values: NDArray[np.float32]) -> NDArray[np.object_]:
    # As text, a float32 has the fewest digits that give it back.
    return values.astype(str).astype(object)


def _figures(evaluation: Evaluation) -> tuple[object, ...]:
    values = (
        *(evaluation.train_loss, evaluation.validation_loss),
        *(evaluation.train_accuracy, evaluation.validation_accuracy),
    )
    return tuple("" if value is None else repr(float(value)) for value in values)


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
