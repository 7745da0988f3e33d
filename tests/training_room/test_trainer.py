"""The thread: it obeys, it survives mistakes, and it ends when told to."""

import logging
import time
from collections.abc import Callable, Iterator

import pytest

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.snapshot import Failure, RunState, Snapshot
from nnviz.training.trainer import Trainer

EXPERIMENT = ExperimentSpec(
    data=DataSpec("circles", samples=80), model=ModelSpec((LayerSpec(4),)), batch_size=10
)
PATIENCE = 20.0


class Watcher:
    """Takes deliveries until something is true; fails after a generous while."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.snapshot: Snapshot | None = None
        self.failures: list[Failure] = []

    def wait(self, until: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < end, "waited in vain"
            delivery = self.trainer.mailbox.take()
            self.snapshot = delivery.snapshot or self.snapshot
            self.failures.extend(delivery.failures)
            time.sleep(0.002)

    def wait_for(self, state: RunState, least_step: int = 0) -> Snapshot:
        def reached() -> bool:
            snapshot = self.snapshot
            return snapshot is not None and snapshot.state is state and snapshot.step >= least_step

        self.wait(reached)
        assert self.snapshot is not None
        return self.snapshot


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    trainer = Trainer()
    trainer.start()
    yield Watcher(trainer)
    assert trainer.stop(timeout=PATIENCE)


def test_that_training_runs_until_paused(watcher: Watcher) -> None:
    watcher.trainer.send(commands.Load(EXPERIMENT, 1))
    assert watcher.wait_for(RunState.PAUSED).step == 0
    watcher.trainer.send(commands.Run())
    watcher.wait_for(RunState.RUNNING, least_step=20)
    watcher.trainer.send(commands.Pause())
    assert watcher.wait_for(RunState.PAUSED, least_step=20).evaluation.step >= 20


def test_that_a_failure_is_told_and_the_thread_goes_on(watcher: Watcher) -> None:
    watcher.trainer.send(commands.Load(ExperimentSpec(data=DataSpec(None, "nowhere.csv")), 1))
    watcher.wait(lambda: bool(watcher.failures))
    assert "nowhere.csv" in watcher.failures[0].message
    watcher.trainer.send(commands.Load(EXPERIMENT, 2))
    assert watcher.wait_for(RunState.PAUSED).generation == 2


def test_that_a_refused_load_does_not_stop_what_is_training(watcher: Watcher) -> None:
    watcher.trainer.send(commands.Load(EXPERIMENT, 1))
    watcher.trainer.send(commands.Run())
    running = watcher.wait_for(RunState.RUNNING, least_step=1)
    watcher.trainer.send(commands.Load(ExperimentSpec(data=DataSpec(None, "nowhere.csv")), 2))
    watcher.wait(lambda: bool(watcher.failures))
    later = watcher.wait_for(RunState.RUNNING, least_step=running.step + 1)
    assert later.generation == 1


def test_that_a_mistake_of_ours_is_logged_and_told(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a mistake")

    watcher.trainer.send(commands.Load(EXPERIMENT, 1))
    watcher.wait_for(RunState.PAUSED)
    monkeypatch.setattr("nnviz.training.run.TrainingRun.advance", broken)
    watcher.trainer.send(commands.Run())
    snapshot = watcher.wait_for(RunState.FAILED)
    assert "an error inside nnviz: KeyError('a mistake')" in snapshot.message
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    caplog.clear()


def test_that_a_trainer_that_is_running_ends_when_told(watcher: Watcher) -> None:
    watcher.trainer.send(commands.Load(EXPERIMENT, 1))
    watcher.trainer.send(commands.Run())
    watcher.wait_for(RunState.RUNNING, least_step=1)
    assert watcher.trainer.stop(timeout=PATIENCE)


def test_that_a_trainer_that_never_started_can_be_stopped() -> None:
    assert Trainer().stop()
