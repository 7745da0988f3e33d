"""The change that the last step made: exact, in the present and in the past."""

import numpy as np
import pytest

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun
from tests.training_room.host_table import Table

MOONS = ExperimentSpec(
    data=DataSpec("moons", samples=60), model=ModelSpec((LayerSpec(5),)), batch_size=8
)


def run_of(optimizer: str = "sgd") -> TrainingRun:
    experiment = ExperimentSpec(
        data=MOONS.data,
        model=MOONS.model,
        optimizer=OptimizerSpec(optimizer, 0.05),
        batch_size=MOONS.batch_size,
    )
    return TrainingRun(experiment, prepare(experiment.data))


def advance_to(run: TrainingRun, step: int) -> None:
    while run.step < step:
        run.advance(step - run.step)


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_that_it_is_the_difference_of_the_parameters_however_steps_are_grouped(
    optimizer: str,
) -> None:
    grouped, single = run_of(optimizer), run_of(optimizer)
    for step in (1, 2, 7, 13, 14):
        advance_to(grouped, step)
        advance_to(single, step - 1)
        before = single.network.parameters.copy()
        advance_to(single, step)
        expected = single.network.parameters - before
        assert np.array_equal(grouped.last_update.change, expected)
        assert np.any(expected != 0)


def test_that_there_is_none_before_the_first_step_and_after_a_reset() -> None:
    run = run_of()
    assert not run.last_update.change.any()
    advance_to(run, 3)
    run.reset()
    assert not run.last_update.change.any()


def test_that_a_step_that_was_abandoned_leaves_the_last_one_known() -> None:
    run = run_of()
    advance_to(run, 3)
    known = run.last_update.change
    assert len(run.advance(1, lambda: True)) == 0
    assert np.array_equal(run.last_update.change, known)
    assert len(run.advance(1, lambda: False)) == 1
    assert not np.array_equal(run.last_update.change, known)


def test_that_a_past_step_shows_the_very_change_that_it_made() -> None:
    table = Table()
    live = {
        snapshot.step: snapshot
        for snapshot in (table.snapshot(commands.StepOnce()) for _ in range(20))
    }
    for step in (19, 3, 1, 12, 12, 13):
        past = table.snapshot(commands.Seek(step))
        assert past.last_update.tobytes() == live[step].last_update.tobytes()
        assert not past.last_update.flags.writeable
    assert not table.snapshot(commands.Seek(0)).last_update.any()


def test_that_weights_put_back_by_early_stopping_are_no_step() -> None:
    experiment = ExperimentSpec(
        data=MOONS.data,
        model=MOONS.model,
        optimizer=OptimizerSpec("sgd", 5.0),
        batch_size=8,
        patience=1,
    )
    table = Table(experiment)
    snapshot = table.snapshot(commands.Run())
    assert "stopped early" in snapshot.message
    assert not snapshot.last_update.any()
