"""The host: commands in, snapshots out, without any thread."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.snapshot import RunState, Snapshot

EXPERIMENT = ExperimentSpec(
    data=DataSpec("circles", samples=80),
    model=ModelSpec((LayerSpec(4),)),
    batch_size=10,
)


class Clock:
    """Time that passes only when it is told to, a little with every look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.0001
        return self.now


def loaded(experiment: ExperimentSpec = EXPERIMENT) -> tuple[Host, Mailbox, Clock]:
    mailbox, clock = Mailbox(), Clock()
    host = Host(mailbox, clock)
    host.obey(commands.Load(experiment, generation=1))
    return host, mailbox, clock


def snapshot_of(mailbox: Mailbox) -> Snapshot:
    snapshot = mailbox.take().snapshot
    assert snapshot is not None
    return snapshot


def test_that_loading_publishes_a_paused_start() -> None:
    _, mailbox, _ = loaded()
    snapshot = snapshot_of(mailbox)
    assert (snapshot.generation, snapshot.step, snapshot.state) == (1, 0, RunState.PAUSED)
    assert snapshot.batches_per_epoch == 6
    assert snapshot.batch_loss is None
    assert not snapshot.gradients.any()


def test_that_a_snapshot_cannot_be_changed_and_does_not_change() -> None:
    host, mailbox, _ = loaded()
    snapshot = snapshot_of(mailbox)
    kept = snapshot.parameters.copy()
    for array in (snapshot.parameters, snapshot.gradients, snapshot.batch_rows):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    host.obey(commands.StepOnce())
    host.run_slice(1.0)
    np.testing.assert_array_equal(snapshot.parameters, kept)


def test_that_one_step_is_one_step_and_then_a_pause() -> None:
    host, mailbox, _ = loaded()
    host.obey(commands.StepOnce())
    host.run_slice(1.0)
    snapshot = snapshot_of(mailbox)
    assert (snapshot.step, snapshot.state) == (1, RunState.PAUSED)
    assert host.seconds_until_due(0.0) is None


def test_that_an_epoch_ends_where_the_epoch_ends() -> None:
    host, mailbox, _ = loaded()
    host.obey(commands.StepOnce())
    host.run_slice(1.0)
    host.obey(commands.RunEpoch())
    while host.seconds_until_due(0.0) is not None:
        host.run_slice(1.0)
    snapshot = snapshot_of(mailbox)
    assert (snapshot.step, snapshot.epoch, snapshot.batch) == (6, 1, 0)


def test_that_a_paused_host_publishes_nothing_and_does_nothing() -> None:
    host, mailbox, _ = loaded()
    host.obey(commands.Run())
    host.run_slice(0.01)
    host.obey(commands.Pause())
    step = snapshot_of(mailbox).step
    assert step > 0
    host.run_slice(1.0)
    delivery = mailbox.take()
    assert delivery.snapshot is None
    assert not delivery.losses


def test_that_every_loss_arrives_once_and_in_order() -> None:
    host, mailbox, _ = loaded()
    host.obey(commands.Run())
    steps: list[int] = []
    for _ in range(5):
        host.run_slice(0.01)
        for chunk in mailbox.take().losses:
            assert chunk.stride == 1
            steps.extend(range(chunk.first_step, chunk.first_step + len(chunk.mean)))
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) > 10


def test_that_reset_returns_to_the_same_weights_and_new_start_to_others() -> None:
    host, mailbox, _ = loaded()
    start = snapshot_of(mailbox).parameters
    host.obey(commands.Run())
    host.run_slice(0.01)
    host.obey(commands.Reset(generation=2))
    again = snapshot_of(mailbox)
    assert (again.generation, again.step) == (2, 0)
    np.testing.assert_array_equal(again.parameters, start)
    host.obey(commands.NewStart(seed=7, generation=3))
    other = snapshot_of(mailbox)
    assert (other.generation, other.step, other.experiment.seed) == (3, 0, 7)
    assert not np.array_equal(other.parameters, start)


def test_that_the_learning_rate_changes_without_a_reset_and_is_told() -> None:
    host, mailbox, _ = loaded()
    host.obey(commands.StepOnce())
    host.run_slice(1.0)
    host.obey(commands.SetLearningRate(0.5))
    snapshot = snapshot_of(mailbox)
    assert snapshot.step == 1
    assert snapshot.experiment.optimizer.learning_rate == 0.5
    host.obey(commands.Reset(generation=2))
    assert snapshot_of(mailbox).experiment.optimizer.learning_rate == 0.5


def test_that_a_load_that_fails_leaves_the_old_run_alone() -> None:
    host, mailbox, _ = loaded()
    bad = ExperimentSpec(data=DataSpec(None, "no such file.csv"))
    with pytest.raises(ValueError, match=r"no such file\.csv"):
        host.obey(commands.Load(bad, generation=2))
    host.obey(commands.StepOnce())
    host.run_slice(1.0)
    snapshot = snapshot_of(mailbox)
    assert (snapshot.generation, snapshot.step) == (1, 1)


def test_that_divergence_stops_training_and_says_where_and_what_to_do() -> None:
    experiment = ExperimentSpec(
        data=DataSpec("linear", samples=60),
        model=ModelSpec((), loss="mean_squared_error"),
        optimizer=OptimizerSpec("sgd", 1e30),
    )
    host, mailbox, _ = loaded(experiment)
    host.obey(commands.Run())
    while host.seconds_until_due(0.0) is not None:
        host.run_slice(0.01)
    delivery = mailbox.take()
    assert delivery.snapshot is not None
    assert delivery.snapshot.state is RunState.DIVERGED
    assert "choose a smaller learning rate and reset" in delivery.failures[0].message
    with pytest.raises(ValueError, match="diverged at step"):
        host.obey(commands.Run())


def test_that_running_an_untrainable_network_is_refused() -> None:
    host, _, _ = loaded(
        ExperimentSpec(data=DataSpec("xor"), model=ModelSpec((LayerSpec(2, "step"),)))
    )
    with pytest.raises(ValueError, match="step activation"):
        host.obey(commands.Run())


def test_that_a_speed_limit_holds_over_time() -> None:
    host, mailbox, clock = loaded()
    host.obey(commands.SetSpeed(50.0))
    host.obey(commands.Run())
    start = clock.now
    while clock.now - start < 2.0:
        wait = host.seconds_until_due(clock.now)
        assert wait is not None
        clock.now += wait
        host.run_slice(0.004)
    mailbox.take()
    host.obey(commands.Pause())
    assert snapshot_of(mailbox).step == pytest.approx(100, abs=3)


@pytest.mark.parametrize("command", [commands.Run, commands.Pause, commands.StepOnce])
def test_that_commands_before_a_load_do_nothing(command: Callable[[], commands.Command]) -> None:
    mailbox = Mailbox()
    Host(mailbox, Clock()).obey(command())
    assert mailbox.take().snapshot is None
