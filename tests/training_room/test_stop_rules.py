"""Stop rules: each stops where it comes true, at the same step however fast the run is."""

from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.snapshot import LossChunk, RunState, Snapshot
from nnviz.training.stop_rules import StopRules

EXPERIMENT = ExperimentSpec(
    data=DataSpec("circles", samples=100),
    model=ModelSpec((LayerSpec(6),)),
    optimizer=OptimizerSpec(learning_rate=0.3),
    batch_size=10,
)


class Table:
    """A host at work, without any thread, whose time passes with every look."""

    def __init__(self, experiment: ExperimentSpec = EXPERIMENT, tick: float = 1e-4) -> None:
        self.mailbox, self.now, self.tick = Mailbox(), 0.0, tick
        self.host = Host(self.mailbox, self.clock)
        self.losses: list[LossChunk] = []
        self.host.obey(commands.Load(experiment, generation=1))

    def clock(self) -> float:
        self.now += self.tick
        return self.now

    def run(self, rules: StopRules | None = None, slice_seconds: float = 0.01) -> Snapshot:
        """Train until something stops the run; return what was told last."""
        if rules is not None:
            self.host.obey(commands.SetStopRules(rules))
        self.host.obey(commands.Run())
        while self.host.seconds_until_due(self.now) is not None:
            self.host.run_slice(slice_seconds)
        return self.snapshot()

    def snapshot(self) -> Snapshot:
        delivery = self.mailbox.take()
        assert delivery.snapshot is not None
        self.losses += delivery.losses
        return delivery.snapshot

    def epochs(self, size: int) -> Iterator[float]:
        """Yield the mean loss of each whole epoch so far."""
        every = np.concatenate([chunk.mean for chunk in self.losses])
        for start in range(0, len(every) - size + 1, size):
            yield float(every[start : start + size].mean(dtype=np.float64))


def test_that_a_run_stops_after_the_first_epoch_below_the_limit() -> None:
    table = Table()
    snapshot = table.run(StopRules(loss_below=0.3))
    means = list(table.epochs(snapshot.batches_per_epoch))
    assert snapshot.state is RunState.STOPPED_BY_RULE
    assert snapshot.step == len(means) * snapshot.batches_per_epoch
    assert means[-1] < 0.3 <= min(means[:-1])
    assert snapshot.message == (
        f"stopped at step {snapshot.step:,}: the loss of the last epoch, "
        f"{means[-1]:.3g}, is below 0.3"
    )


@pytest.mark.parametrize("slice_seconds", [1e-4, 0.02, 5.0])
def test_that_where_it_stops_does_not_depend_on_the_speed(slice_seconds: float) -> None:
    rules = StopRules(loss_below=0.3)
    expected = Table().run(rules).step
    table = Table()
    table.host.obey(commands.SetSpeed(1000.0))
    for _ in range(7):
        table.host.obey(commands.StepOnce())
        table.host.run_slice(1.0)
    table.host.obey(commands.Reset(generation=2))
    assert table.run(rules, slice_seconds).step == expected


def test_that_single_steps_and_pauses_do_not_move_the_stop() -> None:
    rules = StopRules(loss_below=0.3)
    expected = Table().run(rules).step
    table = Table()
    table.host.obey(commands.SetStopRules(rules))
    for _ in range(13):
        table.host.obey(commands.StepOnce())
        table.host.run_slice(1.0)
    assert table.run().step == expected


def test_that_who_goes_on_is_not_stopped_by_the_same_thing_at_once() -> None:
    table = Table()
    first = table.run(StopRules(loss_below=0.3, steps=5000))
    assert first.step < 5000
    second = table.run()
    means = list(table.epochs(second.batches_per_epoch))
    above = max(number for number, mean in enumerate(means) if mean >= 0.3)
    assert second.step == 5000 or second.step > (above + 1) * second.batches_per_epoch


def test_that_a_run_stops_when_the_training_loss_no_longer_falls() -> None:
    table = Table()
    snapshot = table.run(StopRules(epochs_without_improvement=3))
    means = list(table.epochs(snapshot.batches_per_epoch))
    lowest = int(np.argmin(means))
    assert len(means) == lowest + 1 + 3
    records = [number for number in range(len(means)) if means[number] == min(means[: number + 1])]
    assert max(np.diff(records), default=0) <= 3
    assert "the training loss has not fallen for 3 epochs" in snapshot.message
    assert f"{means[lowest]:.4g}" in snapshot.message


def test_that_the_validation_loss_can_be_watched_instead() -> None:
    snapshot = Table().run(StopRules(epochs_without_improvement=1, watches_validation=True))
    again = Table()
    losses: list[float] = []
    while not losses or len(losses) < 2 or losses[-1] < min(losses[:-1]):
        again.host.obey(commands.RunEpoch())
        again.host.run_slice(10.0)
        loss = again.snapshot().evaluation.validation_loss
        assert loss is not None
        losses.append(loss)
    assert snapshot.epoch == len(losses)
    assert "the validation loss has not fallen for 1 epoch;" in snapshot.message


def test_that_without_validation_rows_the_training_loss_is_watched() -> None:
    data = msgspec.structs.replace(EXPERIMENT.data, validation=0.0)
    table = Table(msgspec.structs.replace(EXPERIMENT, data=data))
    snapshot = table.run(StopRules(epochs_without_improvement=2, watches_validation=True))
    assert "the training loss has not fallen for 2 epochs" in snapshot.message


def test_that_steps_and_epochs_are_counted_exactly() -> None:
    table = Table()
    by_step = table.run(StopRules(steps=37))
    assert (by_step.step, by_step.state) == (37, RunState.STOPPED_BY_RULE)
    assert by_step.message == "stopped at step 37: that many were asked for"
    by_epoch = table.run(StopRules(epochs=9))
    assert (by_epoch.epoch, by_epoch.batch) == (9, 0)
    assert by_epoch.message == f"stopped at step {by_epoch.step}: 9 epochs were asked for"


def test_that_time_is_counted_while_it_trains_and_not_while_it_is_paused() -> None:
    table = Table(tick=0.01)
    started = table.now
    snapshot = table.run(StopRules(seconds=5))
    assert 5 <= table.now - started < 7
    assert "it has trained for 5 seconds" in snapshot.message
    table.host.obey(commands.Run())
    table.host.run_slice(2.0)
    table.host.obey(commands.Pause())
    table.now += 1000.0
    assert table.snapshot().state is RunState.PAUSED
    assert table.run().state is RunState.STOPPED_BY_RULE


def test_that_divergence_comes_before_any_rule() -> None:
    rate = OptimizerSpec(learning_rate=1e30)
    table = Table(msgspec.structs.replace(EXPERIMENT, optimizer=rate))
    assert table.run(StopRules(loss_below=1e9)).state is RunState.DIVERGED


def test_that_rules_are_told_and_stay_when_another_network_is_loaded() -> None:
    table, rules = Table(), StopRules(steps=12)
    table.host.obey(commands.SetStopRules(rules))
    assert table.snapshot().stop_rules == rules
    table.host.obey(commands.Load(EXPERIMENT, generation=2))
    assert table.run().step == 12


def test_that_an_epoch_that_was_not_seen_whole_is_not_judged() -> None:
    table = Table()
    table.host.obey(commands.StepOnce())
    table.host.run_slice(1.0)
    snapshot = table.run(StopRules(loss_below=1e6))
    assert snapshot.epoch == 2


def test_that_senseless_rules_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match=r"“loss below” is 0\.0; it must be above 0"):
        StopRules(loss_below=0.0)
    with pytest.raises(ValueError, match="“seconds” is nan"):
        StopRules(seconds=float("nan"))
