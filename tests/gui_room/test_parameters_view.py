"""The table of parameters: its numbers, its order, its search, and what a click does."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.parameters_model import KEYS, columns_of, sorted_places
from nnviz.gui.views.parameters_view import ParametersView
from nnviz.gui.watch_list import Pin
from nnviz.gui.wishes import SaveWish
from tests.gui_room.plot_displays import click, display_of, show


@pytest.fixture(name="display")
def make_display() -> Display:
    return display_of(dataset="moons")


@pytest.fixture(name="view")
def make_view(qtbot: QtBot, display: Display) -> ParametersView:
    view = ParametersView(display, DARK)
    show(view, qtbot)
    return view


def sort_by(view: ParametersView, key: str) -> None:
    view.table.horizontalHeader().sectionClicked.emit(KEYS.index(key))


def test_that_the_largest_come_first_and_every_row_is_exact(
    view: ParametersView, display: Display
) -> None:
    parameters = display.snapshot.parameters
    expected = np.argsort(-np.abs(parameters), kind="stable")
    assert np.array_equal(view.model.order, expected)
    rows = view.model.csv_rows(list(range(len(expected))))[1:]
    assert [float(row[1]) for row in rows] == parameters[expected].tolist()
    assert [float(row[2]) for row in rows] == display.snapshot.gradients[expected].tolist()
    assert [float(row[3]) for row in rows] == display.snapshot.last_update[expected].tolist()
    names = view.model.names
    assert names is not None
    assert [names.place(row[0]) for row in rows] == expected.tolist()


@pytest.mark.parametrize("key", ["gradient", "update", "ratio"])
def test_that_a_click_on_a_head_sorts_by_size_and_another_turns_it_round(
    view: ParametersView, key: str
) -> None:
    sort_by(view, key)
    sizes = np.abs(view.model.columns[key][view.model.order])
    assert np.all(np.diff(sizes) <= 0)
    sort_by(view, key)
    sizes = np.abs(view.model.columns[key][view.model.order])
    assert np.all(np.diff(sizes) >= 0)


def test_that_the_ratio_is_of_the_value_before_the_step(display: Display) -> None:
    snapshot = display.snapshot
    columns = columns_of(snapshot.parameters, snapshot.gradients, snapshot.last_update)
    before = snapshot.parameters - snapshot.last_update
    expected = np.abs(snapshot.last_update) / np.abs(before)
    assert np.allclose(columns["ratio"][before != 0], expected[before != 0], rtol=1e-12)
    assert np.isnan(columns_of(np.ones(1), np.ones(1), np.ones(1))["ratio"][0])


def test_that_what_has_no_ratio_comes_last() -> None:
    columns = {"ratio": np.array([np.nan, 0.5, 2.0, np.nan])}
    found = np.arange(4)
    assert sorted_places(found, columns, "ratio", is_falling=True).tolist() == [2, 1, 0, 3]
    assert sorted_places(found, columns, "ratio", is_falling=False).tolist() == [1, 2, 0, 3]


def test_that_typing_searches_and_a_mistake_keeps_what_was_found(
    qtbot: QtBot, view: ParametersView
) -> None:
    QTest.keyClicks(view.search, "b2")
    names = view.model.names
    assert names is not None
    assert sorted(names.name(int(place)) for place in view.model.order) == [
        "b2[1]",
        "b2[2]",
        "b2[3]",
    ]
    assert view.facts.startswith("3 of 41")
    QTest.keyClicks(view.search, " nonsense")
    assert view.problem.isVisible()
    assert "'nonsense' is not understood" in view.problem.text()
    assert len(view.model.order) == 3
    view.search.clear()
    assert not view.problem.isVisible()
    assert len(view.model.order) == 41


def test_that_a_search_that_finds_nothing_says_so(view: ParametersView) -> None:
    view.search.setText("W99")
    assert view.problem.isVisible()
    assert view.problem.text().startswith("No weight or bias")
    view.refresh()
    assert view.problem.isVisible()
    view.search.setText("w1")
    assert not view.problem.isVisible()
    assert len(view.model.order) == view.display.network.weights[0].size


def test_that_a_click_selects_the_weight_and_marks_its_row(
    view: ParametersView, display: Display
) -> None:
    QTest.keyClicks(view.search, "W1[2,3]")
    place = view.table.visualRect(view.model.index(0, 0)).center()
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert display.selection.edge == EdgeRef(1, 1, 2)
    view.search.setText("b2[3]")
    place = view.table.visualRect(view.model.index(0, 0)).center()
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert display.selection.unit == UnitRef(2, 2)
    view.search.clear()
    view.refresh()
    names = view.model.names
    assert names is not None
    marked = {names.name(place) for place in view.model.marked}
    assert marked == {"b2[3]", *(f"W2[{source},3]" for source in range(1, 6))}


def test_that_a_double_click_watches_the_weight(
    qtbot: QtBot, view: ParametersView, display: Display
) -> None:
    QTest.keyClicks(view.search, "W2[4,1]")
    with qtbot.waitSignal(display.wishes.view_requested) as asked:
        view.table.doubleClicked.emit(view.model.index(0, 0))
    assert asked.args == ["watch"]
    assert display.watch_list.pins == (Pin("W2", (3, 0)),)


def test_that_all_rows_or_the_chosen_ones_are_copied(view: ParametersView) -> None:
    click(view, "parameters_copy")
    lines = list(csv.reader(QGuiApplication.clipboard().text().splitlines()))
    assert lines[0] == list(KEYS)
    assert len(lines) == 42
    view.table.selectRow(1)
    mode = view.table.selectionMode()
    view.table.setSelectionMode(mode.MultiSelection)
    view.table.selectRow(3)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    chosen = list(csv.reader(QGuiApplication.clipboard().text().splitlines()))
    assert chosen == [lines[0], lines[2], lines[4]]


def test_that_the_rows_are_saved_where_a_person_wants_them(
    view: ParametersView, display: Display, tmp_path: Path
) -> None:
    wishes: list[SaveWish] = []
    display.wishes.save_requested.connect(wishes.append)
    click(view, "parameters_save")
    (wish,) = wishes
    wish.write(tmp_path / wish.file_name)
    with (tmp_path / "parameters.csv").open(encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 42


def test_that_the_histogram_counts_every_finite_number(
    view: ParametersView, display: Display
) -> None:
    assert view.bars.counts.sum() == 41
    assert view.bars.reach == np.abs(display.snapshot.parameters).max()
    gradients = display.snapshot.gradients.copy()
    gradients[:2] = np.nan, np.inf
    display.show(replace(display.snapshot, gradients=gradients))
    sort_by(view, "gradient")
    assert view.bars.counts.sum() == 39
    assert "2 are not finite" in view.bars.accessibleDescription()


def test_that_columns_give_way_in_a_narrow_view(view: ParametersView) -> None:
    view.resize(300, 200)
    hidden = [key for column, key in enumerate(KEYS) if view.table.isColumnHidden(column)]
    assert hidden == ["update", "ratio"]
    sort_by(view, "ratio")
    assert not view.table.isColumnHidden(KEYS.index("ratio"))
    view.set_theme(LIGHT)
    assert view.model.theme is LIGHT
