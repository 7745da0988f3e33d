"""The bug lab: a fault is hidden, found, named and explained; training never has one."""

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from nnviz.core.bug_lab import BugLab, shows
from nnviz.core.faults import FAULTS, change_for, faults_for, setup_of
from nnviz.core.replay import step_of
from nnviz.core.trace import Trace, record
from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.display import Display
from nnviz.gui.main_window import MainWindow
from nnviz.gui.selection import EdgeRef
from nnviz.gui.theme import DARK
from nnviz.gui.views.bug_lab_view import BugLabView
from nnviz.gui.views.check_view import CheckView
from nnviz.gui.views.explanation import edge_products
from tests.gui_room.walks import press, put, spec_of, trace_of, walking


def recording(display: Display, right: Trace) -> BugLabControl:
    """Answer what the Playback asks for as the trainer does, with the fault that is on."""
    control = BugLabControl.of(display.playback)

    def answer() -> None:
        key = control.key
        change = None if key is None else change_for(key, setup_of(right))
        display.playback.take(record(step_of(right, change)))

    display.playback.recording_requested.connect(answer)
    return control


def lab_view(qtbot: QtBot, right: Trace | None = None) -> BugLabView:
    trace = right or trace_of()
    display = walking(trace)
    recording(display, trace)
    view = BugLabView(display, DARK)
    put(view, qtbot, (420, 360))
    return view


def trace_on_show(view: BugLabView) -> Trace:
    trace = view.display.playback.trace
    assert trace is not None
    return trace


def test_that_a_hidden_fault_is_found_and_named(qtbot: QtBot) -> None:
    view = lab_view(qtbot)
    press(view, "bug_lab_hide")
    control, fault = view.control, view.control.lab.fault
    assert fault is not None
    assert shows(trace_on_show(view))
    assert fault.label not in view.state_label.text()
    assert view.explanation_label.isHidden()
    check = CheckView(view.display, DARK)
    put(check, qtbot, (520, 700))
    check.finish()
    assert control.is_found
    assert view.finding_label.text() == control.finding
    view.list_box.show_key(fault.key)
    press(view, "bug_lab_name")
    assert view.judgement_label.text().startswith(f"Right: {fault.label}")
    assert view.explanation_label.text() == fault.words
    assert view.score_label.text() == "1 of 1 at first try"
    press(view, "bug_lab_end")
    assert not shows(trace_on_show(view))
    check.refresh()
    check.finish()
    assert control.finding == ""
    assert view.state_label.text() == "No fault is on"


def test_that_a_wrong_name_is_answered_with_a_hint_and_costs_the_point(qtbot: QtBot) -> None:
    view = lab_view(qtbot)
    lab = view.control.lab
    view.control.show("loss_sign")
    lab.is_hidden, lab.asked = True, 1
    view.refresh()
    view.list_box.show_key("biases_stay")
    press(view, "bug_lab_name")
    assert view.judgement_label.text() == "No: it is the gradients that are wrong."
    view.list_box.show_key("missing_mean")
    press(view, "bug_lab_name")
    assert view.judgement_label.text().endswith(FAULTS["loss_sign"].hint)
    assert view.state_label.text() == "There is a fault. Which one?"
    view.list_box.show_key("loss_sign")
    press(view, "bug_lab_name")
    assert view.state_label.text() == f"On: {FAULTS['loss_sign'].label}"
    assert view.score_label.text() == "0 of 1 at first try"


def test_that_hint_and_reveal_tell(qtbot: QtBot) -> None:
    view = lab_view(qtbot)
    press(view, "bug_lab_hide")
    fault = view.control.lab.fault
    assert fault is not None
    press(view, "bug_lab_hint")
    assert view.judgement_label.text() == fault.hint
    press(view, "bug_lab_reveal")
    assert view.judgement_label.text() == f"It is: {fault.label}."
    assert view.explanation_label.text() == fault.words
    assert view.score_label.text() == "0 of 1 at first try"


def test_that_a_chosen_fault_can_be_switched_on_and_says_where_it_was_seen(qtbot: QtBot) -> None:
    view = lab_view(qtbot)
    view.list_box.show_key("not_zeroed")
    press(view, "bug_lab_show")
    assert view.state_label.text() == f"On: {FAULTS['not_zeroed'].label}"
    assert "LLM101n" in view.source_label.text()
    assert shows(trace_on_show(view))


def test_that_faults_that_cannot_be_told_apart_are_both_right() -> None:
    # 0.1 times 0.1 is the very 0.01 that stands in the code.
    trace = trace_of()
    lab = BugLab()
    lab.show("rate_twice")
    wrong = record(step_of(trace, change_for("rate_twice", setup_of(trace))))
    judgement = lab.name("fixed_rate", wrong)
    assert judgement.is_right
    assert "very same numbers" in judgement.words
    assert not lab.name("uphill", wrong).is_right


def test_that_a_fault_that_cannot_be_made_is_no_answer() -> None:
    trace = trace_of()
    lab = BugLab()
    lab.show("loss_sign")
    wrong = record(step_of(trace, change_for("loss_sign", setup_of(trace))))
    assert "cannot be made in this network" in lab.name("leaky_slope", wrong).words


def test_that_hidden_faults_change_and_show() -> None:
    trace = trace_of()
    lab, seen = BugLab(), set()
    generator = np.random.default_rng(0)
    for _ in range(60):
        last = lab.fault
        lab.hide(setup_of(trace), generator)
        assert lab.fault is not last
        assert lab.fault is not None
        seen.add(lab.fault.key)
    assert seen == {fault.key for fault in faults_for(setup_of(trace))}
    lab.end()
    with pytest.raises(LookupError, match="no fault"):
        lab.name("loss_sign", trace)


def test_that_a_fault_ends_with_the_walk(qtbot: QtBot) -> None:
    view = lab_view(qtbot)
    view.control.show("uphill")
    view.display.playback.leave()
    assert not view.control.lab.is_on
    assert view.control.key is None
    view.refresh()
    assert not view.welcome.isHidden()
    assert not view.hide_button.isEnabled()


def test_that_a_fault_ends_with_a_network_that_cannot_have_it(qtbot: QtBot) -> None:
    view = lab_view(qtbot, trace_of(spec_of("leaky_relu")))
    view.control.show("leaky_slope")
    view.display.playback.take(trace_of(spec_of("tanh")))
    assert not view.control.lab.is_on


def test_that_the_window_asks_for_the_fault_and_says_so_on_a_banner(window: MainWindow) -> None:
    control = window.walk.bug_lab
    banner = window.centre.fault_banner
    assert banner.isHidden()
    display = window.display
    sent = QSignalSpy(window.transport.command_requested)
    display.playback.start()
    display.playback.take(trace_of())
    control.show("uphill")
    assert sent.at(sent.count() - 1)[0].fault == "uphill"
    assert not banner.isHidden()
    assert FAULTS["uphill"].label in banner.words
    assert "Training has none" in banner.words
    banner.end_button.click()
    assert sent.at(sent.count() - 1)[0].fault is None
    # The wrong numbers are on the screen until the right ones come.
    assert not banner.isHidden()
    assert "is off" in banner.words
    display.playback.take(trace_of())
    assert banner.isHidden()
    # A hidden one is not named.
    control.hide_one()
    fault = control.lab.fault
    assert fault is not None
    assert fault.label not in banner.words
    display.playback.leave()
    assert banner.isHidden()


def test_that_the_strip_below_the_diagram_tells_of_the_recorded_numbers(qtbot: QtBot) -> None:
    view = lab_view(qtbot)
    view.control.show("hidden_slope")
    trace = trace_on_show(view)
    inputs, deltas = edge_products(view.display, EdgeRef(1, 1, 2), None)
    assert inputs @ deltas == pytest.approx(trace.value("dW1")[1, 2])
    view.control.end()
    right = trace_on_show(view)
    assert right.value("dW1")[1, 2] != trace.value("dW1")[1, 2]
    inputs, deltas = edge_products(view.display, EdgeRef(1, 1, 2), None)
    assert inputs @ deltas == pytest.approx(right.value("dW1")[1, 2])
