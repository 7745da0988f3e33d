"""Following parameters: every number of the last steps, bit for bit, and nothing is moved."""

from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import LayerSpec, OptimizerSpec, ScheduleSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.commands import Follow
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.following import Track
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import RunState
from tests.training_room.host_table import EXPERIMENT, Table, assert_same

PLACES = (0, 3, 17, 29)
RATES = {13: 0.05, 20: 0.003}


@dataclass
class Stepped:
    """A run that was stepped one by one, and what a person could read off after each step."""

    experiment: ExperimentSpec
    steps: int
    places: tuple[int, ...] = PLACES
    rates: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        run = TrainingRun(self.experiment, prepare(self.experiment.data))
        places = list(self.places)
        self.values, self.states = [self.at(run)], [self.carried(run)]
        self.gradients, self.used, self.updates, self.in_use = [], [], [], []
        while run.step < self.steps:
            if run.step in self.rates:
                run.set_learning_rate(self.rates[run.step])
            before = run.network.parameters.copy()
            run.advance(1)
            self.gradients.append(run.gradients[places])
            self.used.append(run.optimizer.gradients_in_use[places])
            self.updates.append((run.network.parameters - before)[places])
            self.in_use.append(float(run.optimizer.rate_in_use))
            self.values.append(self.at(run))
            self.states.append(self.carried(run))

    def at(self, run: TrainingRun) -> np.ndarray:
        return run.network.parameters[list(self.places)].copy()

    def carried(self, run: TrainingRun) -> dict[str, np.ndarray]:
        places = list(self.places)
        return {
            name: (array[places] if array.ndim else array).copy()
            for name, array in run.optimizer.state.items()
        }


def followed(table: Table, wanted: Follow) -> Track:
    track = table.tell(wanted).track
    assert track is not None
    return track


def table_after(experiment: ExperimentSpec, steps: int, rates: dict[int, float]) -> Table:
    table = Table(experiment)
    for step in range(steps):
        if step in rates:
            table.tell(commands.SetLearningRate(rates[step]))
        table.tell(commands.StepOnce())
    return table


def check(track: Track, truth: Stepped, first: int, last: int) -> None:
    """Compare every number of a track with a run that was stepped."""
    assert track.steps.tolist() == list(range(first + 1, last + 1))
    updates = slice(first, last)
    assert np.array_equal(track.values, np.array(truth.values[first : last + 1]))
    assert np.array_equal(track.gradients, np.array(truth.gradients[updates]))
    assert np.array_equal(track.used, np.array(truth.used[updates]))
    assert np.array_equal(track.updates, np.array(truth.updates[updates]))
    assert np.array_equal(track.rates, np.array(truth.in_use[updates]))
    assert track.states.keys() == truth.states[0].keys()
    for name, history in track.states.items():
        carried = np.array([state[name] for state in truth.states[first : last + 1]])
        assert np.array_equal(history, carried), name


def rule(name: str, **options: object) -> ExperimentSpec:
    optimizer = msgspec.structs.replace(OptimizerSpec(name, 0.02), **options)
    return msgspec.structs.replace(EXPERIMENT, optimizer=optimizer)


CASES = {
    **{name: rule(name) for name in OPTIMIZERS},
    "momentum": rule("sgd", momentum=0.9, dampening=0.3),
    "nesterov": rule("sgd", momentum=0.9, nesterov=True),
    "centred": rule("rmsprop", momentum=0.5, centred=True),
    "clip norm": rule("adam", clip_norm=0.05),
    "clip value": rule("sgd", clip_value=0.01, weight_decay=0.1),
    "held biases": rule("adam", trains_biases=False),
    **{name: rule("adam", schedule=ScheduleSpec(name, steps=16, factor=0.5)) for name in SCHEDULES},
    "penalties": msgspec.structs.replace(
        EXPERIMENT, model=ModelSpec((LayerSpec(5),), l1=0.01, l2=0.1)
    ),
    **{dtype: msgspec.structs.replace(EXPERIMENT, dtype=dtype) for dtype in ("float32", "float64")},
}


@pytest.mark.parametrize("experiment", CASES.values(), ids=CASES.keys())
def test_that_every_number_is_that_of_a_run_stepped_one_by_one(
    experiment: ExperimentSpec,
) -> None:
    places = (0, 3, 9, 20)
    truth = Stepped(experiment, 30, places, RATES)
    table = table_after(experiment, 30, RATES)
    check(followed(table, Follow(places, 200)), truth, 0, 30)
    check(followed(table, Follow(places, 12)), truth, 18, 30)
    check(followed(table, Follow(places, 10, until=15)), truth, 5, 15)


def test_that_the_step_on_show_is_the_last_one_and_stays_on_show() -> None:
    table = table_after(EXPERIMENT, 25, RATES)
    truth = Stepped(EXPERIMENT, 25, (2,), RATES)
    before = table.seek(16)
    track = followed(table, Follow((2,), 8))
    check(track, truth, 8, 16)
    assert not track.is_from_start
    after = table.seek(16)
    assert_same(before, after)
    present = table.seek(25)
    assert present.parameters[2] == truth.values[-1][0]


def test_that_nothing_is_told_of_before_the_first_step() -> None:
    table = Table()
    track = followed(table, Follow((1,), 50))
    assert track.last_step is None
    assert track.values.shape == (1, 1)
    assert track.gradients.shape == (0, 1)
    assert track.is_from_start


def test_that_a_branch_tells_what_its_rule_carried_over() -> None:
    table = table_after(EXPERIMENT, 20, {})
    table.tell(commands.Branch(10, EXPERIMENT, 2))
    for _ in range(4):
        table.tell(commands.StepOnce())
    track = followed(table, Follow((5,), 100))
    assert track.generation == 2
    assert track.steps.tolist() == [11, 12, 13, 14]
    assert not track.is_from_start
    assert track.states["count"][0] == 10


def test_that_a_wish_about_a_run_that_was_left_is_passed_over() -> None:
    table = table_after(EXPERIMENT, 5, {})
    table.tell(commands.Reset(2))
    delivery = table.tell(Follow((10_000,), 5, until=5, generation=1))
    assert delivery.track is None
    assert not delivery.failures


def test_that_training_goes_on_while_parameters_are_followed() -> None:
    table = table_after(EXPERIMENT, 40, {})
    table.host.obey(commands.Run())
    table.host.obey(Follow((4,), 30, until=40))
    track = None
    while track is None:
        table.host.run_slice(0.004)
        track = table.mailbox.take().track
    check(track, Stepped(EXPERIMENT, 40, (4,)), 10, 40)
    snapshot = table.snapshot(commands.Pause())
    assert snapshot.state is RunState.PAUSED
    assert snapshot.step > 40
    truth = Stepped(EXPERIMENT, snapshot.step, (4,))
    assert snapshot.parameters[4] == truth.values[-1][0]


def test_that_a_newer_command_comes_first_and_the_wish_is_granted_after_it() -> None:
    table = table_after(EXPERIMENT, 20, {})
    table.host.obey(Follow((4,), 20))
    table.awaited = True
    table.host.run_slice(10.0)
    assert table.mailbox.take().track is None
    table.awaited = False
    table.host.obey(commands.Seek(7))
    while table.host.seconds_until_due(0.0) is not None:
        table.host.run_slice(10.0)
    delivery = table.mailbox.take()
    assert delivery.snapshot is not None
    assert delivery.snapshot.step == 7
    assert delivery.track is not None
    check(delivery.track, Stepped(EXPERIMENT, 20, (4,)), 0, 20)


def test_that_the_newest_wish_counts_and_another_run_ends_it() -> None:
    table = table_after(EXPERIMENT, 20, {})
    table.host.obey(Follow((4,), 20))
    assert followed(table, Follow((1, 2), 3)).places == (1, 2)
    table.host.obey(Follow((4,), 20))
    assert table.tell(commands.Reset(2)).track is None


def test_that_older_weights_put_back_by_early_stopping_are_told() -> None:
    experiment = ExperimentSpec(
        data=DataSpec("moons", samples=40, noise=0.5),
        model=ModelSpec((LayerSpec(40), LayerSpec(40))),
        optimizer=OptimizerSpec("adam", 0.02),
        patience=15,
    )
    table = Table(experiment)
    snapshot = table.snapshot(commands.Run())
    assert snapshot.state is RunState.STOPPED_EARLY
    track = followed(table, Follow((3,), 4))
    assert track.has_restored
    assert track.updates[-1, 0] == 0
    assert track.values[-1, 0] == snapshot.parameters[3]
    assert track.updates[0, 0] == track.values[1, 0] - track.values[0, 0] != 0


def test_that_an_error_of_ours_ends_the_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_after(EXPERIMENT, 3, {})
    table.host.obey(Follow((1,), 3))

    def fail(*arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("nnviz.training.past.Past.replay", fail)
        with pytest.raises(ZeroDivisionError):
            table.host.run_slice(1.0)
    assert table.host.seconds_until_due(0.0) is None
    check(followed(table, Follow((1,), 3)), Stepped(EXPERIMENT, 3, (1,)), 0, 3)


@pytest.mark.parametrize("places", [(), (-1,), (100_000,)])
def test_that_what_does_not_exist_is_refused_in_a_sentence(places: tuple[int, ...]) -> None:
    table = table_after(EXPERIMENT, 3, {})
    with pytest.raises(ValueError, match="choose from the"):
        table.host.obey(Follow(places, 5))
    with pytest.raises(ValueError, match="step 9 is not known"):
        table.host.obey(Follow((0,), 5, until=9))
