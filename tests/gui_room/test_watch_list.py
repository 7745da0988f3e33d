"""The watch list: what can be pinned, what a pin was at every step, and how it is shown."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from nnviz.core.notation import Source
from nnviz.gui.display import Display
from nnviz.gui.main_window import MainWindow
from nnviz.gui.selection import EdgeRef, Selection, UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.network_values import exact
from nnviz.gui.views.watch_view import WatchView
from nnviz.gui.watch_list import MOST_PINS, Pin
from nnviz.gui.watch_names import pin_named, pin_of, problem_of
from nnviz.gui.watch_values import WatchValues
from nnviz.gui.widgets.sparkline import Sparkline
from nnviz.gui.widgets.text import number_text
from nnviz.gui.wishes import SaveWish
from nnviz.training.targets import encode_targets
from tests.gui_room.plot_displays import click, display_of, show
from tests.training_room.host_table import Table


@pytest.fixture(name="display")
def make_display() -> Display:
    return display_of(dataset="moons")


@pytest.fixture(name="view")
def make_view(qtbot: QtBot, display: Display) -> WatchView:
    view = WatchView(display, DARK)
    show(view, qtbot)
    return view


def pin_by_typing(view: WatchView, name: str) -> None:
    QTest.keyClicks(view.entry, name)
    QTest.keyClick(view.entry, Qt.Key.Key_Return)


def test_that_parameters_and_gradients_are_those_of_every_frame(display: Display) -> None:
    values = WatchValues(display)
    layout, frames = display.network.layout, display.runs.current.reel.frames
    for pin, vectors in (
        (Pin("W2", (3, 1)), [frame.parameters for frame in frames]),
        (Pin("dW2", (3, 1)), [frame.gradients for frame in frames]),
    ):
        steps, history = values.history(pin, display.snapshot.step)
        assert steps.tolist() == [frame.step for frame in frames]
        assert history.tolist() == [layout.views(vector).weights[1][3, 1] for vector in vectors]
    _, history = values.history(Pin("b1", (4,)), display.snapshot.step)
    assert history.tolist() == [layout.views(frame.parameters).biases[0][4] for frame in frames]


def test_that_numbers_of_a_row_are_those_of_a_pass_of_that_row_alone(display: Display) -> None:
    values, row = WatchValues(display), 7
    data, network = display.data, display.network
    targets = encode_targets(data.train_targets[row : row + 1], data, display.spec)
    for frame in display.runs.current.reel.frames:
        network.set_parameters(frame.parameters)
        forward = network.forward(data.train_inputs[row : row + 1])
        backward = network.backward(data.train_inputs[row : row + 1], targets)
        assert values.value(Pin("z1", (2,), row), frame) == forward.pre_activations[0][0, 2]
        assert values.value(Pin("a2", (1,), row), frame) == forward.activations[1][0, 1]
        assert values.value(Pin("dz2", (1,), row), frame) == backward.deltas[1][0, 1]


def test_that_a_look_back_knows_nothing_of_what_came_later(display: Display) -> None:
    frames = display.runs.current.reel.frames
    steps, _ = WatchValues(display).history(Pin("W1", (0, 0)), frames[1].step)
    assert steps.tolist() == [frames[0].step, frames[1].step]


def test_that_a_look_back_to_a_step_that_was_never_shown_tells_its_own_numbers() -> None:
    table = Table()
    display = Display(Selection())
    display.show(table.steps(1))
    later = table.steps(8)
    display.show(later)
    display.show(table.seek(5))
    values, pin = WatchValues(display), Pin("W1", (1, 2))
    steps, history = values.history(pin, 5)
    assert steps.tolist() == [1, 5]
    views = display.network.layout.views(table.snapshots[5].parameters)
    assert history[-1] == views.weights[0][1, 2]
    values.forget_others((pin,))
    assert values.history(pin, 5)[1].tolist() == history.tolist()
    steps, _ = values.history(pin, 9)
    assert steps.tolist() == [1, 9]


@pytest.mark.parametrize(
    ("name", "pin"),
    [
        ("W2[3,1]", Pin("W2", (2, 0))),
        (" dW1[2,5] ", Pin("dW1", (1, 4))),
        ("db3[2]", Pin("db3", (1,))),
        ("b1[5]", Pin("b1", (4,))),
    ],
)
def test_that_names_are_counted_from_1(display: Display, name: str, pin: Pin) -> None:
    assert pin_named(display, name) == pin
    assert pin.name == name.strip()


def test_that_what_belongs_to_a_sample_is_watched_for_its_training_row(display: Display) -> None:
    display.selection.select_sample(3)
    row = int(display.batch_rows[3])
    assert pin_named(display, "a1[2]") == Pin("a1", (1,), row)
    assert pin_named(display, "delta2[3]") == Pin("dz2", (2,), row)
    assert pin_of(display, Source("z1", (4, 2))) == Pin("z1", (2,), int(display.batch_rows[4]))
    assert pin_of(display, Source("dW1", (0, 2))) == Pin("dW1", (0, 2))


def test_that_maxout_pieces_are_named_and_read() -> None:
    display = display_of("maxout", dataset="moons")
    pin = pin_named(display, "W1[3][2,5]")
    assert pin == Pin("W1", (2, 1, 4))
    assert pin.name == "W1[3][2,5]"
    values, frame = WatchValues(display), display.runs.current.reel.frames[-1]
    assert values.value(pin, frame) == display.network.weights[0][2, 1, 4]
    of_row = pin_named(display, "z1[2][4]")
    assert of_row.row is not None
    forward = display.network.forward(display.data.train_inputs[of_row.row : of_row.row + 1])
    assert values.value(of_row, frame) == forward.pre_activations[0][1, 0, 3]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("speed", "can be watched"),
        ("W9[1,1]", "layers are 1 to 3"),
        ("a1[6]", "go from 1 to 5"),
        ("a7[1]", "layers are 1 to 3"),
        ("dW1[3,1]", "units 1 to 2, not from 3"),
    ],
)
def test_that_a_name_of_nothing_is_answered_in_words(
    display: Display, name: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        pin_named(display, name)


def test_that_typing_a_name_adds_a_row_with_its_exact_value(
    view: WatchView, display: Display
) -> None:
    pin_by_typing(view, "W1[2,3]")
    (row,) = view.rows.values()
    assert not view.note.isVisible()
    value = float(display.network.weights[0][1, 2])
    assert number_text(value, 5) in row.value.text()
    assert exact(value) == row.value.toolTip()
    assert view.entry.text() == ""
    pin_by_typing(view, "nonsense")
    assert view.note.isVisible()
    assert "'nonsense' is no weight" in view.note.text()
    assert view.entry.text() == "nonsense"


def test_that_a_row_is_removed_with_its_button(view: WatchView, display: Display) -> None:
    pin_by_typing(view, "b2[1]")
    pin_by_typing(view, "dW2[1,1]")
    view.rows[Pin("b2", (0,))].remove_button.click()
    assert list(view.rows) == [Pin("dW2", (0, 0))]
    assert display.watch_list.pins == (Pin("dW2", (0, 0)),)


def test_that_a_pin_that_another_network_lacks_says_so(view: WatchView, display: Display) -> None:
    pin_by_typing(view, "W3[3,2]")
    other = display_of(dataset="diabetes", epochs=1)
    display.show(replace(other.snapshot, generation=9))
    view.refresh()
    (row,) = view.rows.values()
    assert "there is no W3[3,2]" in row.toolTip()
    assert problem_of(display, row.pin) is not None


def test_that_histories_are_copied_and_saved_with_every_digit(
    view: WatchView, display: Display, tmp_path: Path
) -> None:
    pin_by_typing(view, "W1[1,1]")
    pin_by_typing(view, "a1[1]")
    click(view, "watch_copy")
    lines = list(csv.reader(QGuiApplication.clipboard().text().splitlines()))
    row = int(display.batch_rows[0]) + 1
    assert lines[0] == ["step", "W1[1,1]", f"a1[1] (row {row})"]
    frames = display.runs.current.reel.frames
    assert [int(line[0]) for line in lines[1:]] == [frame.step for frame in frames]
    assert float(lines[-1][1]) == display.network.weights[0][0, 0]
    wishes: list[SaveWish] = []
    display.wishes.save_requested.connect(wishes.append)
    click(view, "watch_save")
    wishes[0].write(tmp_path / "watched.csv")
    assert len((tmp_path / "watched.csv").read_text("utf-8").splitlines()) == len(lines)


def test_that_there_are_not_too_many_and_each_only_once(display: Display) -> None:
    for place in range(MOST_PINS):
        display.watch_list.pin(Pin("W1", (0, place)))
    display.watch_list.pin(Pin("W1", (0, 3)))
    assert len(display.watch_list.pins) == MOST_PINS
    with pytest.raises(ValueError, match="remove one first"):
        display.watch_list.pin(Pin("b1", (0,)))


def test_that_a_narrow_view_leaves_the_range_to_the_tip(view: WatchView) -> None:
    pin_by_typing(view, "W1[1,1]")
    (row,) = view.rows.values()
    view.resize(300, 200)
    assert row.range.isHidden()
    view.resize(500, 200)
    assert not row.range.isHidden()
    view.set_theme(LIGHT)
    assert row.theme is LIGHT


def test_that_the_key_pins_what_is_pointed_at_or_selected(window: MainWindow) -> None:
    window.watching.pin_pointed()
    assert "point at a number" in window.centre.banner.messages[0]
    display = window.display
    display.show(display_of(dataset="moons").snapshot)
    display.selection.select_edge(EdgeRef(1, 1, 2))
    QTest.keyClick(window, Qt.Key.Key_P)
    display.selection.select_unit(UnitRef(2, 1))
    window.watching.pin_pointed()
    display.selection.hover(Source("dW2", (0, 1)))
    window.watching.pin_pointed()
    row = int(display.batch_rows[0])
    assert display.watch_list.pins == (
        Pin("W1", (1, 2)),
        Pin("a2", (1,), row),
        Pin("dW2", (0, 1)),
    )
    assert not window.docks["watch"].isHidden()


def test_that_a_sparkline_spans_its_values_and_has_gaps(qtbot: QtBot) -> None:
    line = Sparkline("#FFFFFF", "#000000")
    qtbot.addWidget(line)
    line.resize(106, 26)
    line.show_line(np.array([0, 5, 10]), np.array([1.0, np.nan, 3.0]))
    places = line.places()
    assert places[0].tolist() == [3, 23]
    assert np.isnan(places[1, 1])
    assert places[2].tolist() == [103, 3]
    line.show_line(np.array([4]), np.array([2.0]))
    assert line.places().tolist() == [[3, 13]]
    line.grab()


def test_that_every_row_can_be_reached_by_keyboard(view: WatchView) -> None:
    pin_by_typing(view, "W1[1,1]")
    (row,) = view.rows.values()
    assert isinstance(row.remove_button, QAbstractButton)
    assert row.remove_button.accessibleName() == "Do not watch W1[1,1] any more"


def test_that_the_note_of_an_empty_list_is_whole_in_a_low_dock(view: WatchView) -> None:
    view.resize(300, 130)
    assert view.note.height() >= view.note.heightForWidth(view.note.width())


def test_that_a_complaint_is_whole_in_a_low_dock(view: WatchView) -> None:
    view.resize(300, 130)
    for name in ("W1[1,1]", "foo"):
        view.entry.setText(name)
        QTest.keyClick(view.entry, Qt.Key.Key_Return)
    assert "'foo' is no weight" in view.note.text()
    assert view.note.height() >= view.note.heightForWidth(view.note.width())
