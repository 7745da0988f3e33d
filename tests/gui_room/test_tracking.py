"""Tracking: one wish at a time, the newest, and training keeps its time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnviz.gui.app import Program
from nnviz.gui.tracking import STEPS, Tracking
from nnviz.gui.views.optimizer_view import OptimizerView
from nnviz.gui.wishes import Wishes
from nnviz.training.commands import Follow
from nnviz.training.following import Track
from nnviz.training.snapshot import RunState, Snapshot
from tests.gui_room.travels import look_at, program_on_screen, train
from tests.training_room.host_table import Table


class Asked:
    """A Tracking whose wishes are taken down, at a time that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.wishes = Wishes()
        self.sent: list[Follow] = []
        self.wishes.command_requested.connect(self.sent.append)
        self.tracking = Tracking(self.wishes, lambda: self.now)
        self.table = Table()
        self.snapshot: Snapshot = self.table.steps(6)

    def answer(self) -> Track:
        track = self.table.tell(self.sent[-1]).track
        assert track is not None
        self.tracking.take(track)
        return track


@pytest.fixture(name="program")
def make_program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    yield from program_on_screen(qtbot, tmp_path)


def assert_shown(view: OptimizerView) -> None:
    """Compare the last term and the step that was done with the snapshot."""
    snapshot, place = view.display.snapshot, view.choice.place
    assert view.shown is not None
    assert view.shown.terms[-1].equation.value == snapshot.parameters[place]
    assert view.rules.rows[0].step == snapshot.last_update[place]


@pytest.fixture(name="asked")
def make_asked() -> Asked:
    return Asked()


def test_that_a_step_is_asked_for_once(asked: Asked) -> None:
    for _ in range(3):
        asked.tracking.follow(2, asked.snapshot)
    assert asked.sent == [Follow((2,), STEPS, 6, 1)]
    track = asked.answer()
    assert asked.tracking.track is track
    asked.tracking.follow(2, asked.snapshot)
    assert len(asked.sent) == 1


def test_that_only_the_newest_wish_is_remembered(asked: Asked) -> None:
    for place in (2, 3, 4):
        asked.tracking.follow(place, asked.snapshot)
    assert [wish.places for wish in asked.sent] == [(2,)]
    asked.answer()
    assert [wish.places for wish in asked.sent] == [(2,), (4,)]
    asked.tracking.follow(3, asked.snapshot)
    asked.tracking.follow(4, asked.snapshot)
    asked.answer()
    assert len(asked.sent) == 2


def test_that_another_run_waits_for_nothing(asked: Asked) -> None:
    asked.tracking.follow(2, asked.snapshot)
    asked.tracking.follow(2, replace(asked.snapshot, generation=2))
    assert [wish.generation for wish in asked.sent] == [1, 2]


def test_that_training_keeps_nine_tenths_of_its_time(asked: Asked) -> None:
    running = replace(asked.snapshot, state=RunState.RUNNING)
    asked.tracking.follow(2, running)
    asked.now = 0.05
    asked.answer()
    asked.now = 0.5
    asked.tracking.follow(3, running)
    assert len(asked.sent) == 1
    asked.now = 0.56
    asked.tracking.follow(3, running)
    assert len(asked.sent) == 2
    asked.answer()
    asked.tracking.follow(4, asked.snapshot)
    assert len(asked.sent) == 3


def test_that_what_is_refused_is_not_asked_for_again(asked: Asked) -> None:
    asked.tracking.give_up()
    asked.tracking.follow(2, asked.snapshot)
    asked.tracking.give_up()
    asked.tracking.follow(2, asked.snapshot)
    assert len(asked.sent) == 1
    asked.tracking.follow(3, asked.snapshot)
    assert len(asked.sent) == 2


def test_that_it_follows_the_program_into_the_past_and_to_another_run(
    qtbot: QtBot, program: Program
) -> None:
    train(qtbot, program, 9)
    program.window.docks["optimizer"].show()
    qtbot.waitUntil(lambda: "optimizer" in program.window.views)
    view = program.window.views["optimizer"]
    assert isinstance(view, OptimizerView)

    def is_shown(step: int) -> bool:
        view.refresh()
        return view.shown is not None and view.shown.step == step

    qtbot.waitUntil(lambda: is_shown(9))
    assert_shown(view)
    look_at(qtbot, program, 4)
    qtbot.waitUntil(lambda: is_shown(4))
    assert_shown(view)
    program.bridge.reset()
    qtbot.waitUntil(lambda: program.display.snapshot.step == 0)
    view.refresh()
    assert view.shown is None
    train(qtbot, program, 2)
    qtbot.waitUntil(lambda: is_shown(2))
    assert_shown(view)
