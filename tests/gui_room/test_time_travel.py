"""Time travel through the real program: exact past steps, kept runs, no queue of seeks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnviz.gui.app import Program
from nnviz.gui.bridge import Bridge
from nnviz.gui.display import Display
from nnviz.gui.selection import Selection, UnitRef
from nnviz.training.commands import Command
from nnviz.training.snapshot import Evaluation, RunState
from tests.gui_room.plot_displays import display_of
from tests.gui_room.travels import (
    LAST,
    branched,
    look_at,
    losses_of,
    program_on_screen,
    train,
)


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    yield from program_on_screen(qtbot, tmp_path)


def seen(program: Program) -> tuple[list[str], Evaluation, list[bytes]]:
    """Return every text on the screen that tells of the run, the figures, and the numbers."""
    display = program.display
    program.window.scheduler.refresh_all()
    told = [view.facts for view in program.window.views.values()]
    told += [label.text() for label in program.window.views["explanation"].findChildren(QLabel)]
    snapshot = display.snapshot
    arrays = [snapshot.parameters, snapshot.gradients, snapshot.batch_rows]
    arrays += [display.batch_pass.outputs, display.output_map(20).value]
    arrays += list(display.responses(10))
    return told, snapshot.evaluation, [np.ascontiguousarray(array).tobytes() for array in arrays]


def test_that_a_past_step_shows_the_very_numbers_of_when_it_was_passed(
    qtbot: QtBot, program: Program
) -> None:
    program.display.selection.select_unit(UnitRef(1, 2))
    passed = {0: seen(program)}
    for step in range(1, LAST + 1):
        train(qtbot, program, 1)
        passed[step] = seen(program)
    for step in (9, 3, 0, 13, LAST):
        look_at(qtbot, program, step)
        assert seen(program) == passed[step]
    assert not program.display.snapshot.is_past
    assert program.display.losses.steps == LAST


def test_that_the_walk_follows_to_the_step_that_is_sought(qtbot: QtBot, program: Program) -> None:
    train(qtbot, program, 8)
    QTest.keyClick(program.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    playback = program.display.playback
    qtbot.waitUntil(lambda: playback.trace is not None)
    for step in (5, 2, 4):
        program.display.travel.go_to(step)
    qtbot.waitUntil(
        lambda: (
            program.display.snapshot.step == 4
            and playback.trace is not None
            and playback.trace.step == 5
        )
    )
    trace = playback.trace
    assert trace is not None
    assert np.array_equal(trace.value("W1", 0), program.display.network.weights[0])


def float32s(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def test_that_losses_on_their_way_belong_to_the_run_that_made_them(qtbot: QtBot) -> None:
    snapshot = replace(display_of(epochs=1).snapshot, generation=1, step=0, last_step=0)
    bridge = Bridge(Display(Selection()))
    bridge.load(snapshot.experiment)
    # Nothing runs: the test is the trainer.
    mailbox = bridge._trainer.mailbox
    mailbox.put_snapshot(snapshot)
    bridge.take_delivery()
    bridge.branch(2, snapshot.experiment, {})
    mailbox.put_losses(1, 1, float32s(3, 2, 1))
    mailbox.put_snapshot(replace(snapshot, generation=2, step=3, last_step=3, kept=(1,)))
    mailbox.put_losses(2, 3, float32s(5))
    bridge.take_delivery()
    assert losses_of(bridge.display) == [3, 2, 5]
    assert [run.losses.steps for run in bridge.display.runs.others] == [3]
    mailbox.put_losses(1, 4, float32s(7))
    bridge.take_delivery()
    assert [run.losses.steps for run in bridge.display.runs.others] == [4]


def test_that_runs_keep_their_losses_when_they_are_left_and_recalled(
    qtbot: QtBot, program: Program
) -> None:
    train(qtbot, program, 10)
    display = program.display
    first = losses_of(display)
    norms = list(display.gradient_norms)
    branched(qtbot, program, 4, 0.5)
    assert losses_of(display) == first[:4]
    train(qtbot, program, 3)
    second = losses_of(display)
    assert second[:5] == first[:5], "the loss of step 5 comes before its update"
    assert second[5:] != first[5:7]
    display.travel.recall(display.runs.others[0].generation)
    qtbot.waitUntil(lambda: display.runs.current.number == 1)
    assert losses_of(display) == first
    assert display.gradient_norms == norms
    assert display.snapshot.step == 10
    train(qtbot, program, 1)
    assert losses_of(display)[:10] == first
    assert [run.losses.steps for run in display.runs.others] == [7]


def test_that_a_drag_sends_one_seek_at_a_time(qtbot: QtBot, program: Program) -> None:
    train(qtbot, program, LAST)
    travel = program.display.travel
    sent: list[int] = []
    travel.seek_requested.connect(sent.append)
    for step in range(LAST, 0, -1):
        travel.go_to(step)
    assert sent == [LAST - 1], "the others wait, the newest of them only"
    qtbot.waitUntil(lambda: program.display.snapshot.step == 1)
    assert sent == [LAST - 1, 1]
    assert not travel.is_under_way


def test_that_training_on_ends_the_look_back(qtbot: QtBot, program: Program) -> None:
    train(qtbot, program, 6)
    look_at(qtbot, program, 2)
    travel = program.display.travel
    travel.play(1)
    commands: list[Command] = []
    program.window.transport.command_requested.connect(commands.append)
    program.window.transport.toggle_run()
    assert travel.direction == 0
    qtbot.waitUntil(lambda: program.display.snapshot.state is RunState.RUNNING)
    assert not program.display.snapshot.is_past


@pytest.mark.parametrize(("direction", "end"), [(-1, 0), (1, LAST)])
def test_that_the_training_plays_both_ways_and_stops_at_the_end(
    qtbot: QtBot, program: Program, direction: int, end: int
) -> None:
    train(qtbot, program, LAST)
    look_at(qtbot, program, 7)
    travel = program.display.travel
    steps: list[int] = []
    travel.seek_requested.connect(steps.append)
    travel.set_pace(50)
    travel.play(direction)
    qtbot.waitUntil(lambda: travel.direction == 0 and program.display.snapshot.step == end)
    assert steps == list(range(7 + direction, end + direction, direction))


def test_that_a_reset_replaces_the_run_and_a_load_all_of_them(
    qtbot: QtBot, program: Program
) -> None:
    train(qtbot, program, 6)
    branched(qtbot, program, 3, 0.5)
    display = program.display
    with qtbot.waitSignal(program.bridge.experiment_loaded):
        program.bridge.reset()
    assert [run.number for run in display.runs.all] == [1, 2]
    assert display.runs.current.parent is None
    assert display.losses.steps == 0
    with qtbot.waitSignal(program.bridge.experiment_loaded):
        program.bridge.load(msgspec.structs.replace(display.snapshot.experiment, seed=3))
    assert [run.name for run in display.runs.all] == ["Run 1"]
