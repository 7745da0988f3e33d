"""Early stopping: the best weights are kept, and it is told."""

import numpy as np
import pytest

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.early_stopping import EarlyStopping
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import RunState

# Far too many units for so few noisy points: the validation loss rises before long.
OVERFITTING = ExperimentSpec(
    data=DataSpec("moons", samples=40, noise=0.5),
    model=ModelSpec((LayerSpec(40), LayerSpec(40))),
    optimizer=OptimizerSpec("adam", 0.02),
    patience=15,
)


def test_that_patience_counts_epochs_without_a_lower_loss() -> None:
    stopping, parameters = EarlyStopping(2), np.zeros(3)
    for step, loss in enumerate([5.0, 3.0, 4.0, 2.0, 2.5], start=1):
        parameters[...] = step
        stopping.note(step, loss, parameters)
        assert not stopping.has_stopped
    parameters[...] = 6
    stopping.note(6, float("nan"), parameters)
    assert stopping.has_stopped
    assert stopping.best_step == 4
    np.testing.assert_array_equal(parameters, 4)
    assert "not fallen for 2 epochs; the weights of step 4 are back" in stopping.sentence(6)


def test_that_without_patience_nothing_ever_stops() -> None:
    stopping, parameters = EarlyStopping(None), np.zeros(3)
    for step in range(100):
        stopping.note(step, float(step), parameters)
    assert not stopping.has_stopped


def test_that_an_overfitting_run_ends_with_its_best_weights() -> None:
    run = TrainingRun(OVERFITTING, prepare(OVERFITTING.data))
    losses: dict[int, float | None] = {}
    while not run.early_stopping.has_stopped:
        run.advance(1)
        assert run.epoch < 2000
        if run.batch == 0 and not run.early_stopping.has_stopped:
            losses[run.step] = run.evaluate().validation_loss
    best = min(losses, key=lambda step: losses[step] or np.inf)
    assert run.early_stopping.best_step == best
    assert run.evaluate().validation_loss == losses[best]


def test_that_the_host_says_why_it_stopped_and_may_go_on() -> None:
    mailbox = Mailbox()
    host = Host(mailbox)
    host.obey(commands.Load(OVERFITTING, 1))
    host.obey(commands.Run())
    while host.seconds_until_due(0.0) is not None:
        host.run_slice(1.0)
    snapshot = mailbox.take().snapshot
    assert snapshot is not None
    assert snapshot.state is RunState.STOPPED_EARLY
    assert snapshot.message.startswith(f"stopped early at step {snapshot.step}")
    network = TrainingRun(OVERFITTING, snapshot.data).network
    network.set_parameters(snapshot.parameters)
    expected = network.loss(snapshot.data.validation_inputs, snapshot.data.validation_targets)
    assert snapshot.evaluation.validation_loss == pytest.approx(expected)
    host.obey(commands.StepOnce())
    host.run_slice(1.0)
    later = mailbox.take().snapshot
    assert later is not None
    assert (later.step, later.state) == (snapshot.step + 1, RunState.PAUSED)
