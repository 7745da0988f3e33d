"""Showing: what leaves the training thread about a run, as frozen values."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.training.past import Past
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import Evaluation, RunState, Snapshot
from nnviz.training.stop_rules import NO_RULES, StopRules

ADVICE = "choose a smaller learning rate and reset"

Scalar = TypeVar("Scalar", bound=np.generic)


def end_of(run: TrainingRun) -> tuple[RunState, str]:
    """Return why a run does not go on by itself, with a sentence; else that it is paused."""
    if run.divergence.step is not None:
        outbreak = f"{run.divergence.outbreak}; " if run.divergence.outbreak else ""
        return RunState.DIVERGED, (
            f"diverged at step {run.divergence.step} with learning rate "
            f"{run.experiment.optimizer.learning_rate:g}: {outbreak}{ADVICE}"
        )
    if run.early_stopping.has_stopped:
        return RunState.STOPPED_EARLY, run.early_stopping.sentence(run.step)
    return RunState.PAUSED, ""


def snapshot_of(
    past: Past,
    generation: int,
    state: RunState,
    message: str,
    evaluation: Evaluation,
    steps_per_second: float,
    stop_rules: StopRules = NO_RULES,
) -> Snapshot:
    """Return a frozen copy of the step on show."""
    run = past.shown
    return Snapshot(
        generation=generation,
        experiment=run.experiment,
        network=past.run.network.spec,
        data=run.data,
        state=state,
        message=message,
        step=run.step,
        epoch=run.epoch,
        batch=run.batch,
        batches_per_epoch=run.batches_per_epoch,
        first_step=past.first_step,
        last_step=past.run.step,
        parameters=_frozen(run.network.parameters),
        gradients=_frozen(run.gradients),
        last_update=_last_update(run),
        batch_rows=_frozen(run.batch_rows),
        batch_loss=run.batch_loss,
        evaluation=evaluation,
        steps_per_second=steps_per_second,
        kept=past.kept,
        first_learning_rate=past.first_learning_rate,
        changes=tuple(past.run.changes),
        stop_rules=stop_rules,
    )


def _last_update(run: TrainingRun) -> FloatArray:
    """Return what the last step changed; nothing, where older weights were put back after it."""
    change = run.last_update.change
    if run.early_stopping.has_stopped:
        change[...] = 0
    change.flags.writeable = False
    return change


def _frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    copy = array.copy()
    copy.flags.writeable = False
    return copy
