"""The timeline: its scrubber and player, branches, and the table of runs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnviz.gui.app import Program
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.views.loss_view import LossView
from nnviz.gui.views.timeline_view import TimelineView
from tests.gui_room.travels import (
    LAST,
    branched,
    is_at,
    look_at,
    opened,
    program_on_screen,
    train,
)


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    yield from program_on_screen(qtbot, tmp_path)


def test_that_the_timeline_says_that_it_looks_back_and_returns(
    qtbot: QtBot, program: Program
) -> None:
    train(qtbot, program, 8)
    view = opened(qtbot, program)
    assert view.mark.text() == "Step 8: the present"
    assert not view.present_button.isEnabled()
    look_at(qtbot, program, 3)
    view.refresh()
    assert view.mark.text() == "Step 3 of 8: looking back"
    view.present_button.click()
    qtbot.waitUntil(lambda: not program.display.snapshot.is_past)
    assert program.display.snapshot.step == 8


def test_that_the_keys_of_the_scrubber_go_by_steps_and_epochs(
    qtbot: QtBot, program: Program
) -> None:
    train(qtbot, program, LAST)
    view = opened(qtbot, program)
    epoch = program.display.snapshot.batches_per_epoch
    for key, step in (
        (Qt.Key.Key_Left, LAST - 1),
        (Qt.Key.Key_PageDown, LAST - 1 - epoch),
        (Qt.Key.Key_Right, LAST - epoch),
        (Qt.Key.Key_PageUp, LAST),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, LAST),
    ):
        QTest.keyClick(view.scrubber, key)
        qtbot.waitUntil(partial(is_at, program, step))


def test_that_a_branch_goes_on_from_its_step_with_what_was_chosen(
    qtbot: QtBot, program: Program
) -> None:
    train(qtbot, program, 8)
    display, view = program.display, opened(qtbot, program)
    look_at(qtbot, program, 5)
    before = display.snapshot
    display.selection.select_unit(UnitRef(2, 1))
    view.refresh()
    view.form.weight.setValue(0.75)
    view.form.batch_size.setValue(7)
    view.form.activation.key_chosen.emit("relu")
    view.form.method.key_chosen.emit("sgd")
    view.form.button.click()
    qtbot.waitUntil(lambda: display.snapshot.generation > before.generation)
    after = display.snapshot
    assert (after.step, after.first_step, after.last_step) == (5, 5, 5)
    assert after.experiment.batch_size == 7
    assert after.experiment.optimizer.name == "sgd"
    assert {layer.activation for layer in after.experiment.model.hidden_layers} == {"relu"}
    assert display.network.biases[1][1] == 0.75
    assert np.count_nonzero(before.parameters != after.parameters) == 1
    view.refresh()
    assert "begins at step 5" in view.hint.text()


def test_that_what_was_typed_counts_although_the_keyboard_is_still_there(
    qtbot: QtBot, program: Program
) -> None:
    train(qtbot, program, 3)
    display, view = program.display, opened(qtbot, program)
    display.selection.select_edge(EdgeRef(1, 0, 1))
    view.refresh()
    view.form.weight.setFocus()
    view.form.weight.selectAll()
    QTest.keyClicks(view.form.weight, "1.25")
    view.refresh()
    assert view.form.weight.text() == "1.25", "drawing does not disturb whoever types"
    before = display.snapshot
    QTest.mouseClick(view.form.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: display.snapshot.generation > before.generation)
    assert display.network.weights[0][0, 1] == 1.25
    assert display.snapshot.experiment == before.experiment
    assert np.count_nonzero(before.parameters != display.snapshot.parameters) == 1


def test_that_a_branch_keeps_the_shapes_of_its_weights(qtbot: QtBot, program: Program) -> None:
    form = opened(qtbot, program).form
    model = form.activation.model()
    flags = {
        form.activation.itemData(row): model.flags(model.index(row, 0))
        for row in range(form.activation.count())
    }
    refused = [key for key, flag in flags.items() if not flag & Qt.ItemFlag.ItemIsEnabled]
    assert refused == ["maxout"]


def test_that_other_runs_are_ghosts_in_the_loss_view_until_they_are_removed(
    qtbot: QtBot, program: Program
) -> None:
    train(qtbot, program, 8)
    branched(qtbot, program, 4, 0.5)
    train(qtbot, program, 2)
    loss, view = program.window.views["loss"], opened(qtbot, program)
    assert isinstance(loss, LossView)
    loss.refresh()
    assert list(loss.ghosts.curves) == [1]
    x, _ = loss.ghosts.curves[1].getData()
    assert x[-1] == 8
    view.table.setCurrentCell(0, 0)
    view.remove_button.click()
    qtbot.waitUntil(lambda: not program.display.runs.others)
    loss.refresh()
    assert not loss.ghosts.curves
    assert program.display.runs.current.number == 2
    view.refresh()
    assert view.table.rowCount() == 1
    assert not view.remove_button.isEnabled(), "the run on show stays"


def cell(view: TimelineView, row: int, column: int) -> str:
    item = view.table.item(row, column)
    return "" if item is None else item.text()


def test_that_runs_are_compared_by_what_differs(qtbot: QtBot, program: Program) -> None:
    train(qtbot, program, 8)
    branched(qtbot, program, 4, 0.5)
    view = opened(qtbot, program)
    table = view.table
    model, across = table.model(), Qt.Orientation.Horizontal
    heads = [model.headerData(column, across) for column in range(table.columnCount())]
    assert heads[:4] == ["Run", "From", "Learning rate", "Steps"]
    assert heads[4:] == ["Train loss", "Val loss", "Train acc.", "Val acc."]
    rows = [[cell(view, row, column) for column in range(4)] for row in range(2)]
    assert rows == [["Run 1", "the start", "0.02", "8"], ["Run 2", "Run 1 at 4", "0.5", "4"]]


def test_that_a_run_can_be_given_a_name(qtbot: QtBot, program: Program) -> None:
    view = opened(qtbot, program)
    item = view.table.item(0, 0)
    assert item is not None
    item.setText("Slow and steady")
    assert program.display.runs.current.name == "Slow and steady"
    train(qtbot, program, 1)
    view.refresh()
    assert cell(view, 0, 0) == "Slow and steady"


def test_that_the_timeline_fits_into_320_pixels(qtbot: QtBot, program: Program) -> None:
    view = opened(qtbot, program)
    content = view.scrubber.parentWidget()
    assert content is not None
    assert content.minimumSizeHint().width() <= 304
    nameless = [
        widget.objectName()
        for widget in (view.scrubber, view.table, view.pace_box, *view.form.findChildren(QLabel))
        if not widget.accessibleName() and not isinstance(widget, QLabel)
    ]
    assert not nameless


def test_that_the_steps_can_be_dragged_along_below_the_loss(qtbot: QtBot, program: Program) -> None:
    train(qtbot, program, 8)
    loss = program.window.views["loss"]
    assert isinstance(loss, LossView)
    loss.refresh()
    bar = loss.scrubber
    assert bar.isVisible()
    assert not bar.present_button.isVisible()
    bar.scrubber.setValue(3)
    qtbot.waitUntil(partial(is_at, program, 3))
    loss.refresh()
    assert bar.present_button.isVisible()
    QTest.mouseClick(bar.present_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(partial(is_at, program, 8))
    program.bridge.reset()
    qtbot.waitUntil(partial(is_at, program, 0))
    loss.refresh()
    assert bar.isHidden()
