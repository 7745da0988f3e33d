"""Where the Code pane stops: breakpoints and conditions, in this step and in later ones."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.conditions import Quantity
from nnviz.gui.views.condition_bar import BREAKPOINT, PLACE, SIZE
from tests.gui_room.code_views import code_view, go_to, lecture
from tests.gui_room.walks import number_of, spec_of, trace_of


def test_that_a_click_in_the_margin_sets_and_clears_a_breakpoint(qtbot: QtBot) -> None:
    trace = trace_of()
    view = code_view(qtbot, trace, 1)
    place = view.editor.row_rect(view.editor.rows_of(4)[0]).center().toPoint()
    QTest.mouseClick(view.editor.margin, Qt.MouseButton.LeftButton, pos=QPoint(10, place.y()))
    assert view.editor.breakpoints == {4}
    view.bar.subject.show_key(BREAKPOINT)
    QTest.mouseClick(view.bar.button, Qt.MouseButton.LeftButton)
    assert view.display.playback.position == 4
    assert view.message.accessibleName() == "Stopped in step 1 at line 4"
    QTest.mouseClick(view.editor.margin, Qt.MouseButton.LeftButton, pos=QPoint(10, place.y()))
    assert view.editor.breakpoints == frozenset()
    QTest.mouseClick(view.bar.button, Qt.MouseButton.LeftButton)
    assert view.message.accessibleName().startswith("No line has a breakpoint yet")


def test_that_breakpoints_stay_in_the_next_step_but_not_in_another_network(qtbot: QtBot) -> None:
    view = code_view(qtbot, trace_of())
    view.toggle_breakpoint(5)
    view.display.playback.take(trace_of())
    view.refresh()
    assert view.editor.breakpoints == {5}
    view.display.playback.take(trace_of(spec_of("relu")))
    view.refresh()
    assert view.editor.breakpoints == frozenset()


def test_that_it_runs_to_a_small_delta(qtbot: QtBot) -> None:
    trace = lecture()
    view = code_view(qtbot, trace)
    view.bar.subject.show_key(Quantity.DELTA.name)
    view.bar.number.setValue(0.05)
    QTest.mouseClick(view.bar.button, Qt.MouseButton.LeftButton)
    assert view.display.playback.position == number_of(trace, "dz1 =")
    assert view.message.accessibleName() == "Stopped in step 1 when |delta| < 0.05"
    go_to(view, 1)
    assert view.message.accessibleName() == "Weighted sum of layer 1"


@pytest.mark.parametrize(
    ("subject", "formula"), [(PLACE, "dz1 = da1 * g1"), (SIZE, "dW2 = a1^T dz2; db2 = sum dz2")]
)
def test_that_it_runs_to_a_place_and_to_a_variable(
    qtbot: QtBot, subject: str, formula: str
) -> None:
    view = code_view(qtbot, lecture())
    view.bar.subject.show_key(subject)
    view.bar.layer.show_key("1")
    view.bar.buffer.show_key("dW2")
    view.bar.comparison.show_key("ABOVE")
    view.bar.number.setValue(0.3)
    view.run_to_condition()
    line = view.display.playback.line
    assert line is not None
    assert line.line.formula == formula


def test_that_it_searches_on_in_later_steps_until_it_is_ended(qtbot: QtBot) -> None:
    trace = lecture()
    view = code_view(qtbot, trace)
    view.bar.subject.show_key(Quantity.LOSS.name)
    view.bar.number.setValue(0.3)
    with qtbot.waitSignal(view.display.playback.advance_requested):
        view.run_to_condition()
    assert view.bar.button.text() == "Stop"
    assert view.message.accessibleName() == "Searching in step 1: stop when loss < 0.3"
    view.display.playback.take(lecture(step=2))
    view.refresh()
    assert view.message.accessibleName().startswith("Searching in step 2")
    QTest.mouseClick(view.bar.button, Qt.MouseButton.LeftButton)
    assert view.bar.button.text() == "Run to it"
    view.display.playback.take(lecture(step=3))
    view.refresh()
    assert not view.display.playback.is_waiting
    assert "Searching" not in view.message.accessibleName()
