"""The Check pane: one gradient, the curve of step sizes, and all gradients."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.equation import within
from nnviz.core.faults import change_for, setup_of
from nnviz.core.layout import ParameterLayout
from nnviz.core.looking_glass import Focus
from nnviz.core.program import LineKind
from nnviz.core.replay import step_of
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.step_check import check_step
from nnviz.core.trace import Trace, record
from nnviz.core.verdicts import Verdict
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.selection import EdgeRef, Selection, UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.check_rows import (
    entry_name,
    error_text,
    many_digits,
    parameter_name,
    place_of,
)
from nnviz.gui.views.check_view import CheckView
from nnviz.gui.views.check_work import CheckWork, entry_for
from tests.gui_room.test_equation_view import worked_example
from tests.gui_room.walks import number_of, put, spec_of, trace_of, walking


def shown(
    qtbot: QtBot, trace: Trace, line: str = "dW1", size: tuple[int, int] = (520, 700)
) -> CheckView:
    view = CheckView(walking(trace, number_of(trace, line)), DARK)
    put(view, qtbot, size)
    view.finish()
    return view


def with_fault(trace: Trace, key: str) -> Trace:
    return record(step_of(trace, change_for(key, setup_of(trace))))


def test_that_the_gradient_at_the_cursor_stands_beside_its_central_difference(
    qtbot: QtBot,
) -> None:
    trace = worked_example()
    view = CheckView(walking(trace, number_of(trace, "dW1")), DARK)
    view.display.selection.select_edge(EdgeRef(1, 1, 1))
    put(view, qtbot, (520, 700))
    assert view.card.name_label.accessibleName() == "∂L/∂w₁,₂,₂"
    assert view.card.claimed_label.text() == many_digits(float(trace.value("dW1")[1, 1]))
    assert view.card.claimed_label.text().startswith("0.097946912")
    assert view.card.measured_label.text().startswith("0.097946912")
    assert view.card.badge.verdict is Verdict.PASS


def test_that_an_input_gradient_and_a_slope_are_checked_too(qtbot: QtBot) -> None:
    trace = worked_example()
    view = shown(qtbot, trace, "dx")
    assert view.card.name_label.accessibleName() == "∂L/∂x₁, sample 1"
    assert view.card.measured_label.text().startswith("−0.0736935")
    view.display.playback.go_to(number_of(trace, "g1"))
    view.refresh()
    assert view.card.name_label.accessibleName() == "f′(z₁,₁), sample 1"
    assert view.card.measured_label.text().startswith("0.419974")
    assert view.card.claimed_head.text() == "By its formula"


def test_that_a_wrong_gradient_fails_and_the_worst_parameters_can_be_selected(
    qtbot: QtBot,
) -> None:
    wrong = with_fault(trace_of(), "hidden_slope")
    view = shown(qtbot, wrong)
    assert view.card.badge.verdict is Verdict.FAIL
    heads = [row for row in view.table.rows if row.is_head]
    assert [row.name for row in heads] == ["Layer 1", "Layer 2", "Update"]
    assert [row.found.verdict for row in heads] == [Verdict.FAIL, Verdict.PASS, Verdict.PASS]
    assert view.all_label.text().endswith("something is wrong")
    assert view.facts.endswith("✗")
    place = len(heads)
    assert "another one" in view.advice_label.text()
    item = view.table.item(place, 0)
    assert item is not None
    QTest.mouseClick(
        view.table.viewport(),
        Qt.MouseButton.LeftButton,
        pos=view.table.visualItemRect(item).center(),
    )
    selection = view.display.selection
    assert view.table.rows[place].target in (selection.edge, selection.unit)


def test_that_all_gradients_of_a_right_step_pass(qtbot: QtBot) -> None:
    view = shown(qtbot, trace_of())
    assert {row.found.verdict for row in view.table.rows} == {Verdict.PASS}
    assert view.all_label.text().endswith("all as they should be")
    assert view.facts == "17 gradients, ✓"


def test_that_numbers_of_the_list_are_those_of_the_check(qtbot: QtBot) -> None:
    trace = trace_of()
    view = shown(qtbot, trace)
    check = check_step(trace)
    for row in (row for row in view.table.rows if not row.is_head):
        index = int(np.argmin(np.abs(check.analytic - row.found.claimed)))
        assert row.found.measured == check.numeric[index]
        assert row.name == parameter_name(trace.layout, index)


def test_that_an_update_is_compared_with_its_definition(qtbot: QtBot) -> None:
    wrong = with_fault(trace_of(), "biases_stay")
    view = CheckView(walking(wrong, number_of(wrong, "W2")), DARK)
    view.display.selection.select_edge(EdgeRef(2, 1, 0))
    put(view, qtbot, (520, 700))
    view.finish()
    assert view.card.name_label.accessibleName() == "w₂,₂,₁ after the step"
    assert view.card.measured_head.text() == "By definition"
    assert view.card.badge.verdict is Verdict.PASS
    assert not view.curve.isVisible()
    update = next(row for row in view.table.rows if row.name == "Update")
    assert update.found.verdict is Verdict.FAIL
    assert update.note == "5 of 17 parameters wrong"
    assert sum(row.name.endswith("after the step") for row in view.table.rows) == 5


def test_that_the_step_size_changes_what_is_measured(qtbot: QtBot) -> None:
    view = shown(qtbot, trace_of())
    good = view.card.error_label.text()
    view.slider.slider.setValue(view.slider.slider.maximum())
    assert view.step == 1.0
    assert view.card.badge.verdict is Verdict.UNSURE
    assert view.card.error_label.text() != good
    assert "truncation" in view.advice_label.text()
    view.set_step(1e-13)
    assert "round-off" in view.advice_label.text()
    view.set_step(1e-5)
    assert view.card.error_label.text() == good
    assert view.slider.slider.value() == 40


def test_that_a_click_on_the_curve_chooses_a_step_size(qtbot: QtBot) -> None:
    view = shown(qtbot, trace_of())
    room = view.curve.plot_rect()
    QTest.mouseClick(
        view.curve.plot.viewport(),
        Qt.MouseButton.LeftButton,
        pos=room.center().toPoint(),
    )
    qtbot.waitUntil(lambda: view.step != 1e-5)
    assert view.step == pytest.approx(10**-7.5, rel=0.2)


def test_that_a_number_that_is_to_be_predicted_is_not_given_away(qtbot: QtBot) -> None:
    view = shown(qtbot, trace_of(), "dz2")
    Predictor.of(view.display.playback).switch(True)
    view.refresh()
    assert view.card.claimed_label.text() == "?"
    assert view.card.measured_label.text() == "?"
    numbers = [view.table.item(row, column) for row in range(3) for column in (1, 2)]
    assert {item.text() for item in numbers if item is not None} == {"?"}


def test_that_a_large_network_is_checked_when_it_is_asked_for_and_can_be_stopped(
    qtbot: QtBot,
) -> None:
    spec = NetworkSpec(90, (LayerSpec(60, "tanh"), LayerSpec(2, "linear")))
    trace = trace_of(spec)
    view = CheckView(walking(trace), DARK)
    put(view, qtbot, (520, 700))
    assert view.work is not None
    assert view.work.running is None
    assert "takes a while" in view.all_label.text()
    view.check_button.click()
    assert view.work.is_checking
    assert view.check_button.text() == "Stop"
    assert "%" in view.all_label.text()
    view.check_button.click()
    assert view.check_button.text() == "Check all"
    view.check_button.click()
    qtbot.waitUntil(lambda: bool(view.work and view.work.rows), timeout=20000)
    assert view.all_label.text().endswith("all as they should be")


def test_that_without_a_walk_it_says_how_to_begin(qtbot: QtBot) -> None:
    view = CheckView(Display(Selection()), LIGHT)
    put(view, qtbot)
    view.finish()
    assert not view.welcome.isHidden()
    assert view.frame.isHidden()


def test_that_in_a_narrow_pane_numbers_go_into_the_tips(qtbot: QtBot) -> None:
    view = shown(qtbot, trace_of(), size=(320, 500))
    assert view.table.isColumnHidden(1)
    item = view.table.item(0, 0)
    assert item is not None
    assert item.toolTip().startswith("The worst of layer 1: ")
    view.set_theme(LIGHT)
    assert view.card.badge.theme is LIGHT


def test_that_lines_without_a_gradient_show_that_of_what_is_selected() -> None:
    trace = trace_of()
    selection = Selection()
    number = number_of(trace, "z2")
    focus = within(trace, number, Focus(unit=1, source=2))
    assert entry_name(trace, entry_for(trace, number, focus, selection)) == "∂L/∂w₂,₃,₂"
    selection.select_unit(UnitRef(1, 2))
    assert entry_name(trace, entry_for(trace, number, focus, selection)) == "∂L/∂b₁,₃"
    selection.select_edge(EdgeRef(1, 1, 0))
    assert entry_name(trace, entry_for(trace, 0, focus, selection)) == "∂L/∂w₁,₂,₁"


def test_that_places_of_the_flat_vector_are_named() -> None:
    spec = spec_of("maxout", sizes=(2, 3, 2))
    layout = ParameterLayout(spec)
    vector = np.arange(layout.size)
    views = layout.views(vector.astype(float))
    assert parameter_name(layout, int(views.weights[0][2, 1, 0])) == "∂L/∂w₁,₂,₁, piece 3"
    assert parameter_name(layout, int(views.biases[1][1]), "") == "b₂,₂"
    assert place_of(layout, int(views.weights[1][2, 1])).target == EdgeRef(2, 2, 1)
    assert place_of(layout, int(views.biases[0][1, 2])).target == UnitRef(1, 2)


def test_that_errors_are_short() -> None:
    assert [error_text(error) for error in (0, 1.234e-9, 0.5, 2.0)] == ["0", "1.2e−9", "0.5", "2"]


def test_that_every_line_of_every_kind_can_be_looked_at(qtbot: QtBot) -> None:
    for spec in (spec_of("maxout"), spec_of(dropout=0.3, l2=0.1, sizes=(2, 3, 3, 2))):
        trace = trace_of(spec)
        view = CheckView(walking(trace), DARK)
        put(view, qtbot, (520, 700))
        for line in trace.lines:
            view.display.playback.go_to(line.number)
            view.refresh()
            assert view.card.badge.verdict in (Verdict.PASS, Verdict.UNSURE)
        assert trace.lines[-1].line.kind is LineKind.UPDATE
        assert isinstance(view.work, CheckWork)
