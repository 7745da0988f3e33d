"""The walk in the window: keys, workspaces, step bar, and the ends of a trace."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from nnviz.core.equation import SUBSTEPS
from nnviz.core.program import LineKind, Phase
from nnviz.core.trace import Trace
from nnviz.core.walk import Size
from nnviz.data.request import DataSpec
from nnviz.gui.app import Program
from nnviz.gui.playback import Playback
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.settings import WindowSettings
from nnviz.gui.typed_numbers import TypedNumbersDialog
from nnviz.gui.walk_entry import epoch_before
from nnviz.gui.workspaces import WORKSPACES
from nnviz.training.commands import RecordStep, RunEpoch
from nnviz.training.experiment import ExperimentSpec


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    experiment = ExperimentSpec(data=DataSpec(dataset="circles", samples=60), batch_size=10)
    program = Program(experiment, WindowSettings(tmp_path / "nnviz.ini"))
    qtbot.addWidget(program.window)
    program.window.resize(1280, 800)
    with qtbot.waitExposed(program.window):
        program.window.show()
    qtbot.waitUntil(lambda: program.display.is_ready and "gradients" in program.window.views)
    yield program
    program.close()
    # The test item holds on to the program; pyqtgraph's menus go with the last reference.
    del program.window


def press(program: Program, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    QTest.keyClick(program.window, key, modifier or Qt.KeyboardModifier.NoModifier)


def walked(qtbot: QtBot, program: Program) -> Playback:
    """Return the playback after the Step workspace was opened by its key."""
    press(program, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    playback = program.display.playback
    qtbot.waitUntil(lambda: playback.trace is not None)
    return playback


def trace_of(playback: Playback) -> Trace:
    assert playback.trace is not None
    return playback.trace


def has_gone_on(playback: Playback, before: Trace) -> bool:
    return playback.trace is not before


def test_that_the_step_workspace_begins_a_walk(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    assert program.window.workspaces.current is WORKSPACES["step"]
    assert program.window.step_bar.isVisible()
    assert trace_of(playback).step == 1
    assert playback.position == 0
    press(program, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert not program.window.step_bar.isVisible()
    assert playback.trace is None


def test_that_the_arrow_keys_walk(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    press(program, Qt.Key.Key_Right)
    press(program, Qt.Key.Key_Right)
    assert playback.position == 2
    press(program, Qt.Key.Key_Left)
    assert playback.position == 1
    press(program, Qt.Key.Key_End)
    assert playback.position == len(trace_of(playback).lines)
    press(program, Qt.Key.Key_Home)
    assert playback.position == 0
    for key, phase in zip((Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_2), (2, 3, 1), strict=True):
        press(program, key)
        assert playback.line is not None
        assert playback.line.phase is list(Phase)[phase]
    assert program.display.snapshot.step == 0, "looking is not training"


def test_that_up_and_down_change_the_size(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    sizes = []
    for key in [Qt.Key.Key_Down] * 3 + [Qt.Key.Key_Up] * 9:
        press(program, key)
        sizes.append(playback.size)
    assert sizes == [Size.UNIT, Size.TERM, Size.TERM, *list(Size)[1:], *[Size.EPOCH] * 3]
    playback.set_size(Size.TERM)
    press(program, Qt.Key.Key_Right)
    assert playback.place is not None
    assert (playback.place.line, playback.place.term) == (1, 1)


def test_that_after_the_last_line_the_next_step_begins(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    first = trace_of(playback)
    press(program, Qt.Key.Key_End)
    press(program, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: trace_of(playback).step == 2)
    assert playback.position == 1
    qtbot.waitUntil(lambda: program.display.snapshot.step == 1)
    for name in ("W1", "b2"):
        assert np.array_equal(trace_of(playback).value(name, 0), first.value(name))
    assert np.array_equal(program.display.network.weights[0], first.value("W1"))


def test_that_before_the_first_line_lies_the_step_before(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    first = trace_of(playback)
    for _ in range(2):
        before = trace_of(playback)
        press(program, Qt.Key.Key_End)
        press(program, Qt.Key.Key_Right)
        qtbot.waitUntil(partial(has_gone_on, playback, before))
    assert trace_of(playback).step == 3
    press(program, Qt.Key.Key_Home)
    press(program, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: trace_of(playback).step == 2)
    assert playback.position == len(trace_of(playback).lines) - 1
    press(program, Qt.Key.Key_Home)
    press(program, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: trace_of(playback).step == 1)
    for line, again in zip(first.lines, trace_of(playback).lines, strict=True):
        for name, array in line.arrays.items():
            assert np.array_equal(array, again.arrays[name])
    press(program, Qt.Key.Key_Home)
    press(program, Qt.Key.Key_Left)
    assert trace_of(playback).step == 1, "before the first step there is nothing"


def test_that_the_trainer_s_news_are_walked_over(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    program.window.transport.command_requested.emit(RunEpoch())
    qtbot.waitUntil(lambda: trace_of(playback).step == 7 or trace_of(playback).step == 6)
    steps = program.display.snapshot.step
    qtbot.waitUntil(lambda: trace_of(playback).step == steps + 1)
    program.bridge.reset()
    qtbot.waitUntil(lambda: trace_of(playback).step == 1)
    assert playback.position == 0


def test_that_one_chosen_row_can_be_walked(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    playback.look_at(RecordStep((7,)))
    qtbot.waitUntil(lambda: trace_of(playback).batch_size == 1)
    expected = program.display.data.train_inputs[[7]]
    assert np.array_equal(trace_of(playback).value("x"), expected)
    assert np.array_equal(program.display.batch_inputs, expected)


def test_that_numbers_can_be_typed_in(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    program.window.step_bar.data_box.key_chosen.emit("typed")
    dialog = program.window.findChild(TypedNumbersDialog)
    assert dialog is not None
    dialog.type_at(0, "half")
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    assert dialog.problem.text() == "'half' at x1 is not a number; write it like 0.25"
    for row, text in enumerate(("0.5", "−0.25", "0", "1")):
        dialog.type_at(row, text)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    qtbot.waitUntil(lambda: trace_of(playback).batch_size == 1)
    assert trace_of(playback).value("x").tolist() == [[0.5, -0.25]]
    assert trace_of(playback).value("t").tolist() == [[0.0, 1.0]]
    assert program.window.step_bar.data_box.currentData() == "typed"
    playback.go_to(3)
    program.display.selection.select_unit(UnitRef(0, 0))
    program.window.scheduler.refresh_all()


def test_that_one_sample_alone_can_be_chosen_in_the_bar(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    rows = trace_of(playback).rows
    assert rows is not None
    program.display.selection.select_sample(4)
    program.window.step_bar.data_box.key_chosen.emit("sample")
    qtbot.waitUntil(lambda: trace_of(playback).batch_size == 1)
    assert playback.subject.rows == (int(rows[4]),)
    program.window.step_bar.data_box.key_chosen.emit("batch")
    qtbot.waitUntil(lambda: trace_of(playback).batch_size == 10)


def test_that_space_plays_the_walk(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    playback.set_pace(100)
    press(program, Qt.Key.Key_Space)
    assert playback.is_playing
    qtbot.waitUntil(lambda: playback.position >= 3)
    press(program, Qt.Key.Key_Space)
    assert not playback.is_playing


def test_that_the_step_bar_shows_the_place_and_moves_it(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    bar = program.window.step_bar
    bar.slider.setValue(2)
    assert playback.position == 2
    assert set(bar.lamps.lit) == {"evaluate the model on the data", "save ins and outs"}
    chips = bar.phase_chips
    QTest.mouseClick(
        chips, Qt.MouseButton.LeftButton, pos=chips.rect().center() + chips.rect().topRight() / 8
    )
    assert playback.line is not None
    assert playback.line.line.kind is LineKind.LOSS_GRADIENT
    assert set(bar.lamps.lit) == {SUBSTEPS[4]}
    assert chips.phase is Phase.BACKWARD


def test_that_the_focus_follows_the_selection(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    selection = program.display.selection
    made = trace_of(playback).made_at("dW1")
    playback.go_to(made)
    selection.select_edge(EdgeRef(1, 1, 2))
    assert (playback.focus.unit, playback.focus.source) == (2, 1)
    selection.select_unit(UnitRef(1, 3))
    selection.select_sample(4)
    assert (playback.focus.unit, playback.focus.sample) == (3, 4)
    playback.set_size(Size.TERM)
    assert playback.focus.source == 2, "the bias is the last term of a unit"


def test_that_workspaces_keep_what_was_made_of_them(qtbot: QtBot, program: Program) -> None:
    workspaces, docks = program.window.workspaces, program.window.docks
    workspaces.show_step()
    docks["activation"].close()
    workspaces.show_train()
    assert docks["activation"].isVisible()
    workspaces.show_step()
    assert not docks["activation"].isVisible()
    workspaces.reset()
    assert docks["activation"].isVisible()


def test_that_a_condition_stops_the_walk_in_a_later_step(qtbot: QtBot, program: Program) -> None:
    class ThirdUpdate:
        def is_met(self, trace: Trace, line_number: int) -> bool:
            return trace.step == 3 and trace.lines[line_number - 1].phase is Phase.UPDATE

    playback = walked(qtbot, program)
    playback.run_condition(ThirdUpdate())
    qtbot.waitUntil(lambda: trace_of(playback).step == 3 and playback.line is not None)
    assert playback.line is not None
    assert playback.line.line.kind is LineKind.UPDATE


@pytest.mark.parametrize(
    ("steps", "is_at_start", "before"),
    [(12, True, 10), (10, False, 10), (10, True, 5), (0, True, 0)],
)
def test_that_the_epoch_before_is_found(steps: int, is_at_start: bool, before: int) -> None:
    assert epoch_before(steps, 5, is_at_start) == before


def test_that_the_walk_goes_by_epochs_both_ways(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    batches = program.display.snapshot.batches_per_epoch
    playback.set_size(Size.EPOCH)
    for epoch in (1, 2):
        before = trace_of(playback)
        playback.forward()
        qtbot.waitUntil(partial(has_gone_on, playback, before))
        assert trace_of(playback).step == epoch * batches + 1
        assert playback.position == 0
    for epoch in (1, 0):
        before = trace_of(playback)
        playback.backward()
        qtbot.waitUntil(partial(has_gone_on, playback, before))
        assert trace_of(playback).step == epoch * batches + 1


def test_that_a_refused_recording_leaves_the_walk_as_it_was(qtbot: QtBot, program: Program) -> None:
    playback = walked(qtbot, program)
    trace = trace_of(playback)
    with qtbot.waitSignal(program.bridge.failure_reported) as told:
        playback.look_at(RecordStep(inputs=((0.5, 0.5),), targets=((0.7, 0.7),)))
    assert "together 1" in told.args[0]
    assert not playback.is_waiting
    assert playback.subject == RecordStep()
    press(program, Qt.Key.Key_Right)
    assert playback.trace is trace
    assert playback.position == 1
