"""One run of a sweep: from a PlannedRun to a RunResult, bit for bit as the window trains it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnviz.data.prepare import prepare
from nnviz.data.prepared import PreparedData
from nnviz.data.request import DataSpec
from nnviz.sweeps.plan import PlannedRun
from nnviz.training.run import TrainingRun

MOST_POINTS = 200
_MOST_PREPARED = 4


class Curve(msgspec.Struct, frozen=True):
    """Training losses of a run, in groups of as many steps each.

    Attributes
    ----------
    steps
        The last step of each group.
    minimum, maximum, mean
        Of the batch losses in the group, exact.
    """

    steps: tuple[int, ...] = ()
    minimum: tuple[float, ...] = ()
    maximum: tuple[float, ...] = ()
    mean: tuple[float, ...] = ()


class RunResult(msgspec.Struct, frozen=True):
    """What came of a run.

    Attributes
    ----------
    number, cell, seed
        As in the plan.
    steps, epochs
        Updates done, whole epochs done.
    train_loss, validation_loss, train_accuracy, validation_accuracy
        Over whole sets, at the end; of a run that diverged, with the last parameters
        whose loss was fair. ``None`` where there is none.
    diverged_at
        The step at which training diverged, or ``None``.
    seconds
        Time in training steps alone.
    curve
        The losses on the way.
    """

    number: int
    cell: int
    seed: int
    steps: int
    epochs: int
    train_loss: float
    validation_loss: float | None
    train_accuracy: float | None
    validation_accuracy: float | None
    diverged_at: int | None
    seconds: float
    curve: Curve


class _PreparedData:
    """The data sets that this process prepared last, for one sweep.

    A file may change from one sweep to the next, so that nothing is kept beyond.
    """

    def __init__(self) -> None:
        self._sweep = ""
        self._kept: OrderedDict[DataSpec, PreparedData] = OrderedDict()

    def get(self, sweep: str, spec: DataSpec) -> PreparedData:
        """Return the data, prepared now or before."""
        if sweep != self._sweep:
            self._sweep = sweep
            self._kept.clear()
        if spec not in self._kept:
            self._kept[spec] = prepare(spec)
        self._kept.move_to_end(spec)
        while len(self._kept) > _MOST_PREPARED:
            self._kept.popitem(last=False)
        return self._kept[spec]


_prepared = _PreparedData()
# The number of BLAS threads belongs to the process, and the last bits depend on it; Python
# would not train two small networks at once anyway.
_one_at_a_time = threading.Lock()


def train_one(sweep: str, run: PlannedRun, is_cancelled: Callable[[], bool]) -> RunResult | None:
    """Train a run from its start to its end.

    Parameters
    ----------
    sweep
        Anything that tells this sweep from others.
    run
        What to train.
    is_cancelled
        Asked between a few steps; then there is no result.

    Raises
    ------
    ValueError, OSError
        With a sentence, if data or network make no sense.
    """
    with _one_at_a_time:
        training = TrainingRun(run.experiment, _prepared.get(sweep, run.experiment.data))
        losses, seconds = _train(training, run, is_cancelled)
        if losses is None:
            return None
        evaluation = training.evaluate()
    planned = run.steps or (run.epochs or 1) * training.batches_per_epoch
    return RunResult(
        number=run.number,
        cell=run.cell,
        seed=run.experiment.seed,
        steps=training.step,
        epochs=training.epoch,
        train_loss=evaluation.train_loss,
        validation_loss=evaluation.validation_loss,
        train_accuracy=evaluation.train_accuracy,
        validation_accuracy=evaluation.validation_accuracy,
        diverged_at=training.divergence.step,
        seconds=seconds,
        curve=thinned(losses, planned),
    )


def _train(
    training: TrainingRun, run: PlannedRun, is_cancelled: Callable[[], bool]
) -> tuple[NDArray[np.float32] | None, float]:
    """Return the losses of all steps, ``None`` when cancelled, and the seconds they took."""
    parts: list[NDArray[np.float32]] = []
    seconds = 0.0
    while not (training.divergence.step or training.early_stopping.has_stopped):
        left = training.batches_per_epoch if run.steps is None else run.steps - training.step
        if left <= 0 or (run.epochs is not None and training.epoch >= run.epochs):
            break
        if is_cancelled():
            return None, seconds
        started = time.perf_counter()
        parts.append(training.advance(left))
        seconds += time.perf_counter() - started
    return np.concatenate(parts), seconds


def thinned(losses: NDArray[np.float32], planned: int, most: int = MOST_POINTS) -> Curve:
    """Return a curve of so many points at most.

    Parameters
    ----------
    losses
        One per step, from the first on.
    planned
        Steps that the run would have had: groups are the same for all runs of a cell.
    most
        The greatest number of points.
    """
    if not len(losses):
        return Curve()
    stride = -(-planned // most)
    starts = np.arange(0, len(losses), stride)
    ends = np.minimum(starts + stride, len(losses))
    wide = losses.astype(np.float64)
    # Overflow and NaN are results here.
    with np.errstate(all="ignore"):
        means = np.add.reduceat(wide, starts) / (ends - starts)
    return Curve(
        steps=tuple(ends.tolist()),
        minimum=tuple(np.minimum.reduceat(wide, starts).tolist()),
        maximum=tuple(np.maximum.reduceat(wide, starts).tolist()),
        mean=tuple(means.tolist()),
    )
