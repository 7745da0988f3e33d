"""The timeline: any past step again, bit for bit, within a budget, and branches from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import LayerSpec, OptimizerSpec, ScheduleSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.keyframes import KeyFrames
from nnviz.training.run import TrainingRun
from nnviz.training.timeline import Timeline

SPIRAL = ExperimentSpec(
    data=DataSpec("spiral", samples=120),
    model=ModelSpec((LayerSpec(8), LayerSpec(5))),
    optimizer=OptimizerSpec("adam", 0.02),
    batch_size=32,
)
RATES = {13: 0.05, 40: 0.001, 41: 0.02}
PAST = (77, 0, 1, 2, 3, 12, 13, 14, 40, 41, 42, 76, 39, 38, 5)


class Clock:
    """A second passes with every look, so that every step deserves a key-frame."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.now, self.seconds = 0.0, seconds

    def __call__(self) -> float:
        self.now += self.seconds
        return self.now


@dataclass(frozen=True)
class Seen:
    """What a person could see of a run after a step."""

    parameters: bytes
    gradients: bytes
    state: tuple[bytes, ...]
    rows: bytes
    batch_loss: float | None
    position: tuple[int, int, int]
    learning_rate: float


def seen(run: TrainingRun) -> Seen:
    return Seen(
        run.network.parameters.tobytes(),
        run.gradients.tobytes(),
        tuple(array.tobytes() for array in run.optimizer.state.values()),
        run.batch_rows.tobytes(),
        run.batch_loss,
        (run.step, run.epoch, run.batch),
        run.experiment.optimizer.learning_rate,
    )


def start(experiment: ExperimentSpec = SPIRAL) -> TrainingRun:
    return TrainingRun(experiment, prepare(experiment.data))


def steps_of(run: TrainingRun, last: int, rates: dict[int, float] | None = None) -> Iterator[int]:
    """Train step by step, with changes of the rate on the way."""
    while run.step < last:
        if rates and run.step in rates:
            run.set_learning_rate(rates[run.step])
        run.advance(1)
        yield run.step


def check_seeks(experiment: ExperimentSpec, every: int = 10) -> None:
    """Train, seek, and compare each past step with what it was."""
    run = start(experiment)
    timeline = Timeline(run, clock=Clock(0.008 / every))
    past = {0: seen(run)}
    for step in steps_of(run, max(PAST), RATES):
        past[step] = seen(run)
        timeline.record()
    assert timeline.longest_gap <= every + 1
    for step in PAST:
        # A change belongs to the step after which it was made.
        rate = RATES.get(step, past[step].learning_rate)
        assert seen(timeline.seek(step)) == replace(past[step], learning_rate=rate)
    assert seen(run) == past[max(PAST)]
    witness = start(experiment)
    assert list(steps_of(run, 90)) == list(steps_of(witness, 90, RATES))[-(90 - max(PAST)) :]
    assert seen(run) == seen(witness)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("batch_size", [32, None])
def test_that_a_past_step_is_what_it_was_to_the_bit(
    name: str, dtype: str, batch_size: int | None
) -> None:
    experiment = msgspec.structs.replace(
        SPIRAL, optimizer=OptimizerSpec(name, 0.01), dtype=dtype, batch_size=batch_size
    )
    check_seeks(experiment)


@pytest.mark.parametrize(
    "optimizer",
    [
        OptimizerSpec("sgd", 0.01, momentum=0.9, dampening=0.5),
        OptimizerSpec("sgd", 0.01, momentum=0.9, nesterov=True, clip_norm=0.1),
        OptimizerSpec("rmsprop", 0.01, momentum=0.5, centred=True, clip_value=0.1),
        *(OptimizerSpec("adam", 0.01, schedule=ScheduleSpec(name, 30, 0.5)) for name in SCHEDULES),
    ],
)
def test_that_momentum_clipping_and_schedules_come_back(optimizer: OptimizerSpec) -> None:
    check_seeks(msgspec.structs.replace(SPIRAL, optimizer=optimizer))


def test_that_the_masks_of_dropout_come_back() -> None:
    model = ModelSpec((LayerSpec(8, dropout=0.3), LayerSpec(5, "relu", dropout=0.5)))
    check_seeks(msgspec.structs.replace(SPIRAL, model=model))


@pytest.mark.parametrize("every", [1, 7, 100])
def test_that_the_spacing_of_key_frames_makes_no_difference(every: int) -> None:
    check_seeks(SPIRAL, every)


def test_that_patience_that_ran_out_and_was_renewed_comes_back() -> None:
    run = start(msgspec.structs.replace(SPIRAL, patience=1))
    timeline = Timeline(run, clock=Clock(0.001))
    past = {0: seen(run)}
    stops = 0
    for step in steps_of(run, 300):
        past[step] = seen(run)
        timeline.record()
        if run.early_stopping.has_stopped:
            run.go_on()
            stops += 1
    assert stops > 1
    for step in range(300, -1, -7):
        assert seen(timeline.seek(step)) == past[step]


def test_that_key_frames_are_spaced_by_the_time_that_a_step_takes() -> None:
    run = start()
    timeline = Timeline(run, clock=Clock(0.001))
    for _ in steps_of(run, 200):
        timeline.record()
    assert 8 <= timeline.longest_gap <= 9


def test_that_a_step_that_was_not_done_is_refused_with_a_sentence() -> None:
    run = start()
    timeline = Timeline(run)
    run.advance(3)
    for step in (-1, run.step + 1):
        with pytest.raises(ValueError, match=f"step {step} is not known: this run goes from"):
            timeline.seek(step)


def test_that_the_timeline_of_a_large_run_stays_within_its_budget() -> None:
    run = start()
    size = run.key_frame().nbytes
    timeline = Timeline(run, 10 * size, Clock())
    past = {0: seen(run)}
    for step in steps_of(run, 400):
        past[step] = seen(run)
        timeline.record()
        assert timeline.nbytes <= 10 * size
    assert timeline.longest_gap <= 3 * 400 / 9
    for step in (0, 399, 200, 1, 250, 400):
        assert seen(timeline.seek(step)) == past[step]


@given(
    sizes=st.lists(st.integers(1, 2000), min_size=1, max_size=60),
    strides=st.lists(st.integers(1, 50), min_size=60, max_size=60),
    budget=st.integers(0, 200_000),
)
@settings(max_examples=40, deadline=None)
def test_that_the_budget_holds_and_the_ends_are_kept(
    sizes: list[int], strides: list[int], budget: int
) -> None:
    first = start().key_frame()
    frames = [
        replace(first, step=int(step), parameters=np.zeros(size))
        for step, size in zip(np.cumsum(strides), sizes, strict=False)
    ]
    kept = KeyFrames(first, budget)
    for frame in frames:
        kept.add(frame)
        assert kept.first is first
        assert kept.newest is frame
        assert kept.nbytes <= max(budget, first.nbytes + frame.nbytes)
        assert kept.before(frame.step) is frame
        assert kept.before(frame.step - 1).step < frame.step
    assert (np.diff(kept.steps) > 0).all()


def test_that_thinned_key_frames_grow_rarer_with_age_but_never_much_too_rare() -> None:
    first = start().key_frame()
    kept = KeyFrames(first, 40 * first.nbytes)
    for step in range(10, 100_000, 10):
        kept.add(replace(first, step=step))
        if step > 1000:
            assert np.diff(kept.steps).max() <= 3 * step / 39
    gaps = np.diff(kept.steps)
    assert gaps[:10].mean() > 1.2 * gaps[-10:].mean()


def test_that_a_seek_in_slices_gets_on_however_long_a_step_takes() -> None:
    run = start()
    timeline = Timeline(run, budget_bytes=0, clock=Clock())
    past = {0: seen(run)}
    for step in steps_of(run, 9):
        past[step] = seen(run)
        timeline.record()
    assert timeline.longest_gap == 9
    found = [timeline.approach(6, lambda: False, lambda: True) for _ in range(6)]
    assert found[:-1] == [None] * 5
    assert found[-1] is not None
    assert seen(found[-1]) == past[6]
    assert timeline.approach(8, lambda: True, lambda: False) is None


def test_that_a_branch_that_changes_nothing_repeats_the_run() -> None:
    run = start()
    timeline = Timeline(run)
    states = {step: seen(run) for step in steps_of(run, 50)}
    branch = timeline.branch(20, run.experiment)
    assert seen(branch) == states[20]
    for step in steps_of(branch, 50):
        assert seen(branch) == states[step]


def test_that_a_branch_uses_its_settings_and_leaves_the_old_run_alone() -> None:
    run, witness = start(), start()
    timeline = Timeline(run)
    list(steps_of(run, 50))
    optimizer = OptimizerSpec("sgd", 0.3, momentum=0.5)
    other = msgspec.structs.replace(SPIRAL, optimizer=optimizer, batch_size=16, patience=2)
    branch = timeline.branch(20, other)
    assert (branch.experiment, branch.step, branch.batch) == (other, 20, 0)
    np.testing.assert_array_equal(branch.network.parameters, timeline.seek(20).network.parameters)
    list(steps_of(branch, 70))
    assert branch.batch_rows.size in (16, 90 % 16)
    list(steps_of(run, 60))
    list(steps_of(witness, 60))
    assert seen(run) == seen(witness)


def test_that_a_branch_has_a_timeline_of_its_own_from_its_first_step_on() -> None:
    run = start()
    timeline = Timeline(run)
    list(steps_of(run, 50))
    branch = timeline.branch(
        20, msgspec.structs.replace(SPIRAL, optimizer=OptimizerSpec("adam", 0.5))
    )
    own = Timeline(branch, clock=Clock(0.001))
    past = {20: seen(branch)}
    for step in steps_of(branch, 60, {30: 0.1}):
        past[step] = seen(branch)
        own.record()
    for step in (20, 59, 21, 29, 31):
        assert seen(own.seek(step)) == past[step]
    with pytest.raises(ValueError, match="from step 20 to step 60"):
        own.seek(19)


def test_that_a_branch_into_another_network_is_refused_with_a_sentence() -> None:
    run = start()
    other = msgspec.structs.replace(SPIRAL, model=ModelSpec((LayerSpec(3),)))
    with pytest.raises(ValueError, match="its layers must have the same sizes"):
        Timeline(run).branch(0, other)


def test_that_reset_gives_the_run_of_the_first_time() -> None:
    run = start()
    first = {step: seen(run) for step in steps_of(run, 40)}
    Timeline(run).seek(40)
    run.reset()
    assert {step: seen(run) for step in steps_of(run, 40)} == first
