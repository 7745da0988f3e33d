"""What happened to a run: at which step, in which words, and where its tick stands."""

from itertools import pairwise

import msgspec
import pytest

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.run_events import EventKind, RunEvent
from nnviz.gui.selection import Selection
from nnviz.gui.views.event_layout import event_marks
from nnviz.training import commands
from nnviz.training.commands import Command
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.history_table import EpochRule
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.stop_rules import StopRules

EXPERIMENT = ExperimentSpec(
    data=DataSpec("circles", samples=100),
    model=ModelSpec((LayerSpec(4),)),
    optimizer=OptimizerSpec(learning_rate=0.1),
    batch_size=10,
)


class Desk:
    """A host and a display that follows it, without any thread."""

    def __init__(self, experiment: ExperimentSpec = EXPERIMENT) -> None:
        self.mailbox, self.display = Mailbox(), Display(Selection())
        self.host = Host(self.mailbox)
        self.do(commands.Load(experiment, 1))

    def do(self, *wanted: Command, delivers: bool = True) -> None:
        for command in wanted:
            if isinstance(command, commands.Branch | commands.Recall):
                self.display.runs.plan(command)
            self.host.obey(command)
            while self.host.seconds_until_due(0.0) is not None:
                self.host.run_slice(float("inf"))
            if delivers:
                self.deliver()

    def deliver(self) -> None:
        delivery = self.mailbox.take()
        if delivery.snapshot is not None:
            self.display.show(delivery.snapshot)
        for chunk in delivery.losses:
            self.display.add_losses(chunk)

    @property
    def events(self) -> list[tuple[int, EventKind]]:
        run = self.display.runs.current
        return [(event.step, event.kind) for event in run.events.all(run.losses.steps)]

    @property
    def sentences(self) -> list[str]:
        run = self.display.runs.current
        return [event.sentence for event in run.events.all(run.losses.steps)]


def test_that_a_changed_learning_rate_is_known_with_its_step_and_both_rates() -> None:
    desk = Desk()
    desk.do(commands.RunEpoch(), commands.SetLearningRate(0.5), commands.StepOnce())
    step = desk.display.snapshot.batches_per_epoch
    assert desk.events == [(step, EventKind.LEARNING_RATE)]
    assert desk.sentences == [f"Learning rate changed from 0.1 to 0.5 after step {step}"]


def test_that_changes_nobody_saw_at_once_are_known_all_the_same() -> None:
    desk = Desk()
    desk.do(
        *(commands.StepOnce(), commands.SetLearningRate(0.2), commands.StepOnce()),
        *(commands.StepOnce(), commands.SetLearningRate(0.4), commands.RunEpoch()),
        delivers=False,
    )
    desk.deliver()
    kind = EventKind.LEARNING_RATE
    assert desk.events == [(1, kind), (3, kind)]
    assert "from 0.2 to 0.4" in desk.sentences[1]


def test_that_a_slider_dragged_in_a_pause_makes_one_event_or_none() -> None:
    desk = Desk()
    desk.do(commands.StepOnce())
    desk.do(*(commands.SetLearningRate(rate) for rate in (0.2, 0.3, 0.7)))
    assert desk.sentences == ["Learning rate changed from 0.1 to 0.7 after step 1"]
    desk.do(commands.SetLearningRate(0.1))
    assert desk.events == []


def test_that_a_run_that_begins_anew_says_why() -> None:
    desk = Desk()
    desk.do(commands.RunEpoch(), commands.Reset(2))
    step = desk.display.snapshot.batches_per_epoch
    assert desk.sentences == [f"Reset after step {step}: the same starting weights again"]
    desk.do(commands.StepOnce(), commands.NewStart(7, 3))
    assert desk.events == [(0, EventKind.NEW_START)]
    assert "seed 7" in desk.sentences[0]
    other = msgspec.structs.replace(EXPERIMENT, batch_size=20)
    desk.do(commands.StepOnce(), commands.Load(other, 4))
    assert desk.events == []


def test_that_stops_and_divergence_are_told_where_they_came() -> None:
    desk = Desk()
    desk.do(commands.SetStopRules(StopRules(steps=13)), commands.Run())
    assert desk.events == [(13, EventKind.STOPPED_BY_RULE)]
    assert desk.sentences == ["Stopped at step 13: that many were asked for"]
    desk.do(commands.SetLearningRate(1e30), commands.Run())
    *_, last = desk.events
    assert last == (desk.display.losses.steps, EventKind.DIVERGED)
    assert f"iverged at step {desk.display.losses.steps} " in desk.sentences[-1]


def test_that_early_stopping_is_known_after_going_on_too() -> None:
    desk = Desk(msgspec.structs.replace(EXPERIMENT, patience=1, optimizer=OptimizerSpec("adam")))
    desk.do(commands.Run())
    (stopped,) = desk.events
    assert stopped == (desk.display.snapshot.last_step, EventKind.STOPPED_EARLY)
    desk.do(commands.StepOnce())
    assert desk.events == [stopped]
    unseen = Desk(desk.display.snapshot.experiment)
    unseen.do(commands.Run(), commands.StepOnce(), delivers=False)
    unseen.deliver()
    assert unseen.events == [stopped]


def test_that_a_branch_has_the_events_before_it_and_its_own_epochs() -> None:
    desk = Desk()
    desk.do(commands.StepOnce(), commands.SetLearningRate(0.2), commands.RunEpoch())
    desk.do(commands.StepOnce(), commands.SetLearningRate(0.3), commands.RunEpoch())
    experiment = msgspec.structs.replace(
        desk.display.snapshot.experiment, batch_size=25, optimizer=OptimizerSpec(learning_rate=0.9)
    )
    batches = desk.display.snapshot.batches_per_epoch
    desk.do(commands.Branch(batches, experiment, 2, {0: 1.0}))
    assert desk.events == [(1, EventKind.LEARNING_RATE), (batches, EventKind.BRANCH)]
    assert desk.sentences[1] == (
        f"Branched from Run 1 at step {batches}: "
        "learning rate 0.2 → 0.9, 1 weight changed, other settings"
    )
    rows = len(desk.display.data.train_rows)
    rules = EpochRule(0, 0, batches), EpochRule(batches, 1, -(-rows // 25))
    assert desk.display.runs.current.epochs == rules
    desk.do(commands.RunEpoch())
    assert desk.display.snapshot.epoch == 2
    assert desk.display.snapshot.step == batches + rules[1].batches


def event(step: int, kind: EventKind = EventKind.LEARNING_RATE, label: str = "lr") -> RunEvent:
    return RunEvent(step, kind, label, f"{kind.value} at {step}")


def test_that_close_events_are_one_tick_and_labels_never_overlap() -> None:
    events = [event(step) for step in (0, 5, 9, 100, 130, 131, 400, 495)]
    marks = event_marks(events, float, (0.0, 500.0), lambda text: 8.0 * len(text))
    assert [len(mark.events) for mark in marks] == [3, 1, 2, 1, 1]
    assert marks[0].label == "3 × learning rate"
    assert [mark.x for mark in marks] == [0, 100, 130, 400, 495]
    spans = [
        (mark.label_x, mark.label_x + 8.0 * len(mark.label))
        for mark in marks
        if mark.label_x is not None
    ]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(0 <= low <= high <= 500 for low, high in spans)


def test_that_what_is_out_of_sight_has_no_tick_and_divergence_is_never_hidden() -> None:
    events = [event(-50), event(20), event(24, EventKind.DIVERGED, "diverged"), event(600)]
    (mark,) = event_marks(events, float, (0.0, 500.0), len)
    assert (mark.label, mark.is_bad) == ("diverged", True)
    assert mark.text.splitlines() == ["learning rate at 20", "diverged at 24"]


@pytest.mark.parametrize("count", [6, 7, 500])
def test_that_very_many_events_are_told_in_six_lines(count: int) -> None:
    (mark,) = event_marks([event(3)] * count, float, (0.0, 500.0), len)
    lines = mark.text.splitlines()
    assert len(lines) == 6
    assert count == 6 or lines[3] == f"and {count - 5} more"


def test_that_what_ends_a_run_has_its_tick_at_the_very_end() -> None:
    end = event(498, EventKind.STOPPED_BY_RULE, "stop")
    (mark,) = event_marks([end], float, (0.0, 500.0), lambda text: 8.0 * len(text), 34.0)
    assert mark.x == 498
    assert mark.label_x == 500 - 34 - 32
