"""What a person can do on the loss plot: axes, events, stop rules, saving."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from nnviz.gui.theme import DARK
from nnviz.gui.views.loss_curves import StepAxis, loss_curves
from nnviz.gui.views.loss_view import LossView
from nnviz.gui.views.stop_form import rules_text
from nnviz.gui.wishes import SaveWish
from nnviz.training.commands import RunEpoch, SetLearningRate, SetStopRules
from nnviz.training.snapshot import LossChunk
from nnviz.training.stop_rules import StopRules
from tests.gui_room.plot_displays import click, display_of, show
from tests.gui_room.test_run_events import Desk


def desk_with_events() -> Desk:
    desk = Desk()
    desk.do(*[RunEpoch()] * 20, SetLearningRate(0.5), *[RunEpoch()] * 20)
    return desk


def view_of(desk: Desk, qtbot: QtBot, width: int = 700) -> LossView:
    view = LossView(desk.display, DARK)
    show(view, qtbot)
    view.resize(width, 300)
    QApplication.processEvents()
    view.refresh()
    return view


def trigger(view: LossView, name: str) -> None:
    action = view.controls.menu.findChild(QAction, name)
    assert action is not None
    action.trigger()


def test_that_a_logarithmic_step_axis_shows_the_same_losses() -> None:
    desk = desk_with_events()
    losses, last = desk.display.losses, desk.display.losses.steps
    axis = StepAxis(logarithmic=True)
    curves = loss_curves(losses, desk.display.evaluations, 0, last, 800, False, axis)
    everything = losses.query(1, last, last)
    assert np.nanmax(curves.high) == everything.maximum.max()
    assert np.nanmin(curves.low) == everything.minimum.min()
    assert curves.x[0] == 0
    assert curves.x[-1] == pytest.approx(np.log10(last), abs=0.01)
    assert np.isnan(curves.validation_x[0])
    assert np.isnan(axis.place(0))
    assert axis.step(axis.place(123)) == pytest.approx(123)


def test_that_buttons_and_menu_switch_the_step_axis_together(qtbot: QtBot) -> None:
    desk = desk_with_events()
    view = view_of(desk, qtbot)
    click(view, "loss_log_steps")
    assert view.controls.menu_log_steps.isChecked()
    low, high = view.plot.getPlotItem().getViewBox().viewRange()[0]
    assert low == pytest.approx(0, abs=0.05)
    assert high == pytest.approx(np.log10(desk.display.losses.steps), abs=0.05)
    trigger(view, "loss_menu_log_steps")
    assert not view.controls.log_steps.isChecked()
    assert view.plot.getPlotItem().getViewBox().viewRange()[0][1] >= desk.display.losses.steps


def test_that_the_pointer_reads_exact_steps_on_a_logarithmic_axis(qtbot: QtBot) -> None:
    desk = desk_with_events()
    view = view_of(desk, qtbot)
    click(view, "loss_log_steps")
    box = view.plot.getPlotItem().getViewBox()
    view.plot.scene().sigMouseMoved.emit(box.mapViewToScene(QPointF(np.log10(7.2), 0.0)))
    assert view.pointer.step == 7
    QTest.keyClick(view.plot, Qt.Key.Key_Right)
    assert view.pointer.step == 8
    assert "step 8<" in view.pointer.note.text()


def test_that_step_0_has_no_dot_on_a_logarithmic_axis(qtbot: QtBot) -> None:
    view = LossView(display_of(dataset="moons", epochs=0), DARK)
    show(view, qtbot)
    assert len(view._measured.data) == 1
    click(view, "loss_log_steps")
    assert len(view._measured.data) == 0


def test_that_what_is_looked_at_closely_stays_in_sight(qtbot: QtBot) -> None:
    view = view_of(desk_with_events(), qtbot)
    box = view.plot.getPlotItem().getViewBox()
    box.setXRange(50, 90, padding=0)
    box.sigRangeChangedManually.emit([True, False])
    click(view, "loss_log_steps")
    assert box.viewRange()[0] == pytest.approx([np.log10(50), np.log10(90)])
    click(view, "loss_log_steps")
    assert box.viewRange()[0] == pytest.approx([50, 90])


def test_that_an_event_has_a_tick_a_tip_and_words_in_the_read_out(qtbot: QtBot) -> None:
    desk = desk_with_events()
    view = view_of(desk, qtbot)
    (mark,) = view.events.marks
    step = mark.events[0].step
    assert mark.label == "lr 0.1 → 0.5"
    assert mark.x + view.events.x() == pytest.approx(view._pixel(step))
    sentence = f"Learning rate changed from 0.1 to 0.5 after step {step}"
    assert view.plot.accessibleDescription() == sentence
    point = view.events.geometry().bottomLeft() + QPoint(round(mark.x) + 3, -3)
    help_event = QHelpEvent(QEvent.Type.ToolTip, point, view.plot.mapToGlobal(point))
    QApplication.sendEvent(view.plot.viewport(), help_event)
    assert QToolTip.text() == sentence
    QToolTip.hideText()
    view.pointer.move(step)
    assert "Learning rate changed" in view.pointer.note.text()
    view.pointer.move(1)
    assert "Learning rate" not in view.pointer.note.text()


def test_that_narrow_plots_keep_everything_in_the_menu(qtbot: QtBot) -> None:
    view = view_of(desk_with_events(), qtbot, width=280)
    assert view.controls.more.isVisible()
    assert not view.controls.stop.isVisible()
    click(view, "loss_more")
    assert view.controls.menu.isVisible()
    view.controls.menu.hide()
    view.resize(700, 300)
    QApplication.processEvents()
    assert view.controls.stop.isVisible()
    assert view.controls.stop.geometry().left() > view.plot_rect().left()


def test_that_stop_rules_are_chosen_in_the_form_and_lit_on_the_plot(qtbot: QtBot) -> None:
    desk = desk_with_events()
    view = view_of(desk, qtbot)
    wanted: list[SetStopRules] = []
    desk.display.wishes.command_requested.connect(wanted.append)
    click(view, "loss_stop")
    form = view.stop_form
    assert form.isVisible()
    assert not view.controls.stop.isChecked()
    names = ("loss_below", "epochs_without_improvement", "seconds", "steps", "epochs")
    for name in names:
        box = form._boxes[name]
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    form._fields["loss_below"].lineEdit().selectAll()
    QTest.keyClicks(form._fields["loss_below"].lineEdit(), "0.125")
    QTest.keyClick(form._fields["loss_below"].lineEdit(), Qt.Key.Key_Return)
    form.watched.setCurrentIndex(1)
    form.watched.activated.emit(1)
    rules = StopRules(
        loss_below=0.125,
        epochs_without_improvement=20,
        watches_validation=True,
        seconds=60.0,
        steps=1000,
        epochs=100,
    )
    assert wanted[-1] == SetStopRules(rules)
    form.hide()
    desk.do(wanted[-1])
    view.refresh()
    assert view.controls.stop.isChecked()
    assert view.controls.stop.toolTip() == rules_text(rules)
    trigger(view, "loss_menu_stop")
    assert form.rules() == rules
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert form.isHidden()


def test_that_rules_are_told_in_a_sentence() -> None:
    assert rules_text(StopRules()) == ""
    assert rules_text(StopRules(loss_below=0.01, steps=2000)) == (
        "Stops when the loss of an epoch is below 0.01, or step 2,000 is done"
    )
    assert "the training loss has not fallen for 1 epoch" in rules_text(
        StopRules(epochs_without_improvement=1)
    )


def test_that_losses_are_saved_of_this_run_and_of_all(qtbot: QtBot, tmp_path: Path) -> None:
    desk = desk_with_events()
    view = view_of(desk, qtbot)
    wishes: list[SaveWish] = []
    desk.display.wishes.save_requested.connect(wishes.append)
    trigger(view, "loss_save_table")
    trigger(view, "loss_save_all")
    for wish, name in zip(wishes, ("losses.csv", "losses.csv"), strict=True):
        assert wish.file_name == name
        wish.write(tmp_path / name)
        with (tmp_path / name).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == desk.display.losses.steps + 1
        assert float(rows[-1]["train_loss"]) == desk.display.snapshot.evaluation.train_loss
        assert int(rows[-1]["epoch"]) == desk.display.snapshot.epoch


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_that_the_plot_is_saved_without_its_buttons(
    qtbot: QtBot, tmp_path: Path, ending: str
) -> None:
    view = view_of(desk_with_events(), qtbot)
    wishes: list[SaveWish] = []
    view.display.wishes.save_requested.connect(wishes.append)
    trigger(view, "loss_save_picture")
    (wish,) = wishes
    path = tmp_path / f"loss.{ending}"
    wish.write(path)
    if ending == "png":
        assert QImage(str(path)).width() == view.width()
    else:
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
        assert "Follow" not in path.read_text(encoding="utf-8")
    assert view.controls.follow.isVisible()
    with pytest.raises(ValueError, match=r"ends in \.png or \.svg"):
        wish.write(tmp_path / "loss.bmp")
    # What it draws must not outlive the test.
    wishes.clear()
    del wish


def test_that_a_view_before_the_first_snapshot_shows_nothing(qtbot: QtBot) -> None:
    display = display_of(epochs=0)
    view = LossView(display, DARK)
    show(view, qtbot)
    assert view.events.marks == []
    click(view, "loss_log_steps")
    assert view.pointer.step is None


@pytest.mark.parametrize("log_steps", [False, True])
def test_that_no_spike_is_lost_between_two_pixels(qtbot: QtBot, log_steps: bool) -> None:
    display = display_of(epochs=0)
    losses = np.full(200_000, 0.5, dtype=np.float32)
    losses[[123_457, 180_001]] = 1e-6, 1e5
    display.add_losses(LossChunk(1, 1, 1, losses, losses, losses))
    view = LossView(display, DARK)
    show(view, qtbot)
    if log_steps:
        click(view, "loss_log_steps")
    band = view._band.path().boundingRect()
    assert (band.top(), band.bottom()) == pytest.approx((-6, 5), abs=1e-6)
    low, high = view.plot.getPlotItem().getViewBox().viewRange()[1]
    assert low < -6
    assert high > 5
