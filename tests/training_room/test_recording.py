"""Recording the next step: it is the step that is then done, and nothing else changes."""

import numpy as np
import pytest

from nnviz.core.calls import FloatArray
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.core.trace import Trace, record
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import RunState


def experiment() -> ExperimentSpec:
    return ExperimentSpec(
        data=DataSpec(dataset="circles", samples=60),
        model=ModelSpec((LayerSpec(5, dropout=0.3), LayerSpec(4)), loss="binary_cross_entropy"),
        optimizer=OptimizerSpec("adam", 0.01, clip_norm=1.0),
        batch_size=7,
    )


def updated(trace: Trace) -> FloatArray:
    count = len(trace.spec.layers)
    blocks = [np.vstack([trace.value(f"W{i}"), trace.value(f"b{i}")]) for i in range(1, count + 1)]
    return np.concatenate([block.ravel() for block in blocks])


def test_that_the_recorded_step_is_the_one_that_training_does_next() -> None:
    plan = experiment()
    run = TrainingRun(plan, prepare(plan.data))
    # Through the small last batch of an epoch, and into the next.
    for _ in range(12):
        trace = record(run.next_step())
        losses = run.advance(1)
        assert np.array_equal(updated(trace), run.network.parameters)
        assert trace.rows is not None
        assert np.array_equal(trace.rows, run.batch_rows)
        assert trace.step == run.step
        assert np.float32(trace.loss) == losses[0]


def test_that_recording_changes_nothing() -> None:
    plan = experiment()
    run, other = (TrainingRun(plan, prepare(plan.data)) for _ in range(2))
    for _ in range(9):
        record(run.next_step())
        record(run.next_step(np.array([3])))
        run.advance(1)
        other.advance(1)
    assert np.array_equal(run.network.parameters, other.network.parameters)


def test_that_chosen_rows_can_be_recorded() -> None:
    plan = experiment()
    run = TrainingRun(plan, prepare(plan.data))
    trace = record(run.next_step(np.array([5])))
    assert trace.batch_size == 1
    np.testing.assert_allclose(
        trace.value("x"), run.data.train_inputs[[5]].astype(plan.dtype), rtol=1e-6
    )


def test_that_the_host_leaves_recordings_in_the_mailbox() -> None:
    mailbox = Mailbox()
    host = Host(mailbox)
    host.obey(commands.Load(experiment(), 4))
    host.obey(commands.Run())
    host.obey(commands.RecordStep())
    host.obey(commands.RecordStep((0, 2)))
    delivery = mailbox.take()
    assert delivery.snapshot is not None
    assert delivery.snapshot.state is RunState.PAUSED
    assert [recording.generation for recording in delivery.recordings] == [4, 4]
    assert [recording.trace.batch_size for recording in delivery.recordings] == [7, 2]


@pytest.mark.parametrize("rows", [(9999,), ()])
def test_that_rows_that_are_not_there_are_refused(rows: tuple[int, ...]) -> None:
    host = Host(Mailbox())
    host.obey(commands.Load(experiment(), 1))
    with pytest.raises(ValueError, match="training rows"):
        host.obey(commands.RecordStep(rows))


def test_that_a_step_that_was_asked_for_before_is_done_first() -> None:
    mailbox = Mailbox()
    host = Host(mailbox)
    host.obey(commands.Load(experiment(), 1))
    host.obey(commands.StepOnce())
    host.obey(commands.RecordStep())
    host.run_slice(1.0)
    delivery = mailbox.take()
    assert delivery.snapshot is not None
    assert delivery.snapshot.step == 1
    assert [recording.trace.step for recording in delivery.recordings] == [2]


def test_that_a_fault_is_in_the_recording_and_never_in_the_run() -> None:
    mailbox = Mailbox()
    host = Host(mailbox)
    host.obey(commands.Load(experiment(), 1))
    for _ in range(2):
        host.obey(commands.StepOnce())
        host.run_slice(1.0)
    mailbox.take()
    for fault in ("uphill", None, "not_zeroed"):
        host.obey(commands.RecordStep(fault=fault))
    wrong, right, leaking = (recording.trace for recording in mailbox.take().recordings)
    change = updated(right) - updated_before(right)
    np.testing.assert_allclose(updated(wrong) - updated_before(wrong), -change, rtol=1e-6)
    # What is left over is the gradient of the step before.
    run = TrainingRun(experiment(), prepare(experiment().data))
    run.advance(1)
    run.advance(1)
    left = run.network.layout.views(run.gradients).weights[0]
    np.testing.assert_allclose(leaking.value("dW1"), right.value("dW1") + left)
    host.obey(commands.StepOnce())
    host.run_slice(1.0)
    snapshot = mailbox.take().snapshot
    assert snapshot is not None
    assert np.array_equal(updated(right), snapshot.parameters)


def test_that_a_fault_that_cannot_be_made_is_left_out() -> None:
    mailbox = Mailbox()
    host = Host(mailbox)
    host.obey(commands.Load(experiment(), 1))
    for fault in ("leaky_slope", None):
        host.obey(commands.RecordStep(fault=fault))
    asked, right = (recording.trace for recording in mailbox.take().recordings)
    assert np.array_equal(updated(asked), updated(right))


def updated_before(trace: Trace) -> FloatArray:
    count = len(trace.spec.layers)
    blocks = [
        np.vstack([trace.value(f"W{i}", 0), trace.value(f"b{i}", 0)]) for i in range(1, count + 1)
    ]
    return np.concatenate([block.ravel() for block in blocks])
