"""Predict, then reveal, as a person plays it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.core.notation import Source, six_digits
from nnviz.core.walk import Size
from nnviz.gui.predictor import Predictor
from nnviz.gui.theme import DARK
from nnviz.gui.views.equation_view import EquationView
from tests.gui_room.test_equation_view import worked_example
from tests.gui_room.walks import number_of, put, spec_of, trace_of, walking


def playing(qtbot: QtBot, formula: str = "z1") -> EquationView:
    trace = worked_example()
    view = EquationView(walking(trace, number_of(trace, formula)), DARK)
    put(view, qtbot, (340, 560))
    view.predict_button.click()
    return view


def type_in(view: EquationView, text: str) -> None:
    view.panel.field.setText(text)
    QTest.keyClick(view.panel.field, Qt.Key.Key_Return)


def test_that_the_result_is_hidden_everywhere(qtbot: QtBot) -> None:
    view = playing(qtbot)
    assert view.content is not None
    assert view.content.text().splitlines()[2].endswith("+ 0.1 = ?")
    assert r"= \mathord{?}" in view.content.tex()
    area = view.canvas.area_of(Source("z1", (0, 0), 1))
    assert area is not None
    assert area.is_hidden
    predictor = Predictor.of(view.display.playback)
    assert predictor is view.predictor
    assert predictor.hides(Source("z1", (0, 0), 1))
    assert not predictor.hides(Source("z1", (0, 1), 1))


def test_that_a_right_answer_shows_it_and_enter_goes_on(qtbot: QtBot) -> None:
    view = playing(qtbot)
    assert view.panel.question_label.text() == "How much is z₁,₁?"
    type_in(view, "1.004")
    assert view.panel.verdict_label.text() == "Right: it is 1."
    assert view.panel.score_label.text() == "1 of 1 right"
    assert view.content is not None
    assert view.content.text().splitlines()[2].endswith("= 1")
    assert view.panel.check_button.text() == "Next"
    view.panel.check_button.click()
    assert view.display.playback.position == 2
    view.refresh()
    assert view.panel.question_label.text() == "How much is a₁,₁?"
    assert view.panel.field.text() == ""


def test_that_a_wrong_answer_is_explained(qtbot: QtBot) -> None:
    view = playing(qtbot, "dz1")
    type_in(view, "-0.280977")
    assert "f'(z)" in view.panel.verdict_label.text()
    assert view.panel.field.property("wrong")
    assert view.panel.score_label.text() == "0 of 1 right"
    type_in(view, "−0.118")
    assert view.panel.verdict_label.text().startswith("Right")


def test_that_what_is_no_number_is_said_and_not_counted(qtbot: QtBot) -> None:
    view = playing(qtbot)
    type_in(view, "abc")
    assert "is no number" in view.panel.verdict_label.text()
    assert view.panel.score_label.text() == ""


def test_that_the_sign_may_be_chosen(qtbot: QtBot) -> None:
    view = playing(qtbot, "dz1")
    negative, _, positive = view.panel.sign_buttons
    positive.click()
    assert view.panel.verdict_label.text().startswith("It is not positive")
    negative.click()
    assert view.panel.verdict_label.text() == "Right: it is negative, −0.118003."


def test_that_it_can_be_revealed(qtbot: QtBot) -> None:
    view = playing(qtbot)
    view.panel.reveal_button.click()
    assert view.panel.verdict_label.text() == "It is 1."
    assert not view.panel.field.isEnabled()
    assert not view.predictor.hides(Source("z1", (0, 0), 1))
    view.display.playback.go_to(2)
    view.refresh()
    view.display.playback.go_to(1)
    view.refresh()
    assert view.panel.verdict_label.text() == "You know this one already."


def test_that_a_taken_branch_does_not_give_the_answer_away(qtbot: QtBot) -> None:
    trace = trace_of(spec_of("relu"), rows=1)
    display = walking(trace, number_of(trace, "g1"))
    view = EquationView(display, DARK)
    put(view, qtbot)
    view.predict_button.click()
    assert view.content is not None
    assert view.content.text().splitlines()[2].endswith(" = ?")
    assert "since" not in view.content.text()


def test_that_nothing_is_asked_before_it_is_computed(qtbot: QtBot) -> None:
    view = playing(qtbot)
    playback = view.display.playback
    playback.first()
    playback.set_size(Size.TERM)
    playback.forward()
    view.refresh()
    assert view.panel.question_label.text() == "Step on to the next number"
    assert "nothing to predict" in view.panel.verdict_label.text()
    type_in(view, "1")
    assert view.predictor.game.asked == 0


def test_that_the_game_ends_when_it_is_switched_off(qtbot: QtBot) -> None:
    view = playing(qtbot)
    view.predict_button.click()
    assert not view.panel.isVisible()
    assert view.content is not None
    assert six_digits(1.0) == view.content.text().splitlines()[2].rpartition(" ")[2]


def test_that_every_control_has_names(qtbot: QtBot) -> None:
    view = playing(qtbot)
    controls = [view.panel.field, view.panel.check_button, view.panel.reveal_button]
    controls += [*view.panel.sign_buttons, view.predict_button, view.text_button, view.tex_button]
    for control in controls:
        assert isinstance(control, QWidget)
        assert control.objectName()
        assert control.accessibleName()
