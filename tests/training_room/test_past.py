"""Going back in a run: past steps are shown bit for bit."""

import msgspec
import numpy as np
import pytest

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import OptimizerSpec, ScheduleSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.past import Past
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import RunState
from tests.training_room.host_table import EXPERIMENT, Table, assert_same

OPTIMIZER_SPECS = [
    *(OptimizerSpec(name, 0.02) for name in OPTIMIZERS),
    OptimizerSpec("sgd", 0.02, momentum=0.9, nesterov=True, clip_norm=0.5),
    OptimizerSpec("adam", 0.02, schedule=ScheduleSpec("cosine", 30, 0.5)),
]


@pytest.mark.parametrize("optimizer", OPTIMIZER_SPECS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_a_past_step_is_shown_bit_for_bit(optimizer: OptimizerSpec, dtype: str) -> None:
    table = Table(msgspec.structs.replace(EXPERIMENT, optimizer=optimizer, dtype=dtype))
    table.steps(30)
    for step in (30, 29, *range(1, 30, 3), 14, 15, 8, 30):
        snapshot = table.seek(step)
        assert_same(snapshot, table.snapshots[step])
        assert (snapshot.first_step, snapshot.last_step) == (0, 30)
        assert snapshot.state is RunState.PAUSED
        assert snapshot.is_past == (step < 30)
    assert table.seek(0).batch_loss is None


def test_that_a_run_trains_on_as_if_nobody_had_looked_back() -> None:
    table, witness = Table(), Table()
    table.steps(20)
    table.seek(3)
    table.seek(20)
    table.steps(10)
    assert_same(table.snapshots[30], witness.steps(30))


def test_that_steps_lead_from_the_past_into_the_present_and_on() -> None:
    table, witness = Table(), Table()
    table.steps(20)
    witness.steps(24)
    table.seek(5)
    for step in range(6, 25):
        snapshot = table.steps(1)
        assert_same(snapshot, witness.snapshots[step])
        assert snapshot.last_step == max(20, step)


def test_that_an_epoch_in_the_past_ends_where_it_ended() -> None:
    table = Table()
    table.steps(20)
    per_epoch = table.snapshots[20].batches_per_epoch
    assert 2 * per_epoch < 20 < 3 * per_epoch
    table.seek(2)
    for step in (per_epoch, 2 * per_epoch, 20):
        assert_same(table.snapshot(commands.RunEpoch()), table.snapshots[step])
    assert table.snapshot(commands.RunEpoch()).step == 3 * per_epoch


def test_that_wishes_that_come_fast_add_up() -> None:
    table = Table()
    table.steps(20)
    for command in (commands.Seek(2), commands.StepOnce(), commands.StepOnce()):
        table.host.obey(command)
    assert_same(table.snapshot(commands.StepOnce()), table.snapshots[5])
    table.host.obey(commands.Seek(3))
    end = table.snapshots[20].batches_per_epoch
    assert_same(table.snapshot(commands.RunEpoch()), table.snapshots[end])


def test_that_the_step_after_a_past_one_is_recorded() -> None:
    table = Table()
    table.steps(12)
    table.seek(4)
    (recording,) = table.tell(commands.RecordStep()).recordings
    assert recording.trace.step == 5
    after = np.vstack([recording.trace.value("W2"), recording.trace.value("b2")]).ravel()
    assert np.array_equal(after, table.snapshots[5].parameters[-after.size :])


def test_that_a_recording_waits_for_the_step_that_is_sought() -> None:
    table = Table()
    table.steps(12)
    table.host.obey(commands.Seek(4))
    delivery = table.tell(commands.RecordStep())
    assert [recording.trace.step for recording in delivery.recordings] == [5]
    assert delivery.snapshot is not None
    assert delivery.snapshot.step == 4


def test_that_running_ends_the_look_back() -> None:
    table = Table()
    table.steps(20)
    table.seek(3)
    table.host.obey(commands.Run())
    table.host.run_slice(0.0)
    table.host.run_slice(0.001)
    snapshot = table.snapshot(commands.Pause())
    assert snapshot.step > 20
    assert not snapshot.is_past


def test_that_looking_back_pauses() -> None:
    table = Table()
    table.host.obey(commands.Run())
    done = 0
    while done < 2:
        table.host.run_slice(0.001)
        done += sum(len(chunk.mean) for chunk in table.mailbox.take().losses)
    snapshot = table.seek(1)
    assert (snapshot.step, snapshot.state) == (1, RunState.PAUSED)
    assert snapshot.is_past


def test_that_a_seek_that_is_interrupted_goes_on_afterwards() -> None:
    table = Table()
    table.host.obey(commands.Run())
    while table.host._past.run.step < 2000:
        table.host.run_slice(0.05)
    table.host.obey(commands.Seek(1999))
    table.awaited = True
    slices = 0
    while table.host.seconds_until_due(0.0) is not None:
        table.host.run_slice(0.0)
        slices += 1
    assert slices > 1
    snapshot = table.mailbox.take().snapshot
    assert snapshot is not None
    assert snapshot.step == 1999


def test_that_the_rate_of_the_past_cannot_be_changed() -> None:
    table = Table()
    table.steps(5)
    table.tell(commands.SetLearningRate(0.3))
    table.steps(5)
    assert table.seek(4).experiment.optimizer.learning_rate == 0.05
    with pytest.raises(ValueError, match="the past cannot be changed: branch from this step"):
        table.host.obey(commands.SetLearningRate(0.1))
    assert table.seek(7).experiment.optimizer.learning_rate == 0.3


def test_that_a_step_that_was_not_done_is_refused() -> None:
    table = Table()
    table.steps(3)
    for step in (-1, 4):
        with pytest.raises(ValueError, match="from step 0 to step 3"):
            table.host.obey(commands.Seek(step))


def test_that_the_past_of_a_run_that_diverged_can_be_looked_at() -> None:
    model = ModelSpec((), loss="mean_squared_error")
    data = DataSpec("linear", samples=60)
    table = Table(ExperimentSpec(data=data, model=model, optimizer=OptimizerSpec("sgd", 3.0)))
    snapshot = table.steps(1)
    while snapshot.state is RunState.PAUSED:
        snapshot = table.steps(1)
    assert snapshot.state is RunState.DIVERGED
    for step in range(1, snapshot.step):
        past = table.seek(step)
        assert np.array_equal(past.parameters, table.snapshots[step].parameters)
        assert past.state is RunState.DIVERGED
    branch = commands.Branch(1, msgspec.structs.replace(past.experiment, batch_size=5), 2)
    assert table.snapshot(branch).state is RunState.PAUSED


@pytest.mark.parametrize("most", [1, 64])
def test_that_a_run_that_diverged_shows_the_numbers_of_its_last_fair_step(most: int) -> None:
    model = ModelSpec((), loss="mean_squared_error")
    data = DataSpec("linear", samples=60)
    experiment = ExperimentSpec(data=data, model=model, optimizer=OptimizerSpec("sgd", 3.0))
    run, witness = (TrainingRun(experiment, prepare(data)) for _ in range(2))
    past = Past()
    past.begin(run, 1)
    while run.divergence.step is None:
        run.advance(most)
        past.record()
    while witness.step < run.step:
        witness.advance(1)
    shown = past.shown
    assert np.array_equal(shown.network.parameters, witness.network.parameters)
    assert np.array_equal(shown.gradients, witness.gradients)
    assert np.array_equal(shown.last_update.change, witness.last_update.change)
    assert np.array_equal(shown.batch_rows, witness.batch_rows)
    assert (shown.epoch, shown.batch, shown.batch_loss) == (
        witness.epoch,
        witness.batch,
        witness.batch_loss,
    )
    assert shown.last_update.change.any()
    assert not past.is_looking_back
    past.begin(TrainingRun(experiment, prepare(data)), 2)
    assert past.shown is past.run


def test_that_a_run_that_diverged_takes_another_learning_rate_for_its_next_start() -> None:
    model = ModelSpec((), loss="mean_squared_error")
    data = DataSpec("linear", samples=60)
    table = Table(ExperimentSpec(data=data, model=model, optimizer=OptimizerSpec("sgd", 3.0)))
    diverged = table.snapshot(commands.Run())
    assert diverged.state is RunState.DIVERGED
    slower = table.snapshot(commands.SetLearningRate(0.01))
    assert slower.experiment.optimizer.learning_rate == 0.01
    assert np.array_equal(slower.gradients, diverged.gradients)
    assert slower.gradients.any()
    table.snapshot(commands.Reset(2))
    assert table.steps(20).state is RunState.PAUSED


def test_that_stepping_by_hand_stops_early_where_running_does() -> None:
    data = DataSpec("circles", samples=40, noise=0.5)
    experiment = msgspec.structs.replace(EXPERIMENT, data=data, patience=1)
    table, witness = Table(experiment), Table(experiment)
    snapshot = table.steps(1)
    while snapshot.state is RunState.PAUSED:
        snapshot = table.steps(1)
    assert snapshot.state is RunState.STOPPED_EARLY
    run = witness.snapshot(commands.Run())
    assert (run.step, run.message) == (snapshot.step, snapshot.message)
    assert_same(run, snapshot)
    assert_same(table.seek(snapshot.step - 1), table.snapshots[snapshot.step - 1])
    assert_same(table.seek(snapshot.step), snapshot)
