"""The loss view: exact at every step, gaps where an axis has no place for a loss."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.gui.theme import DARK
from nnviz.gui.views.loss_band import band_path
from nnviz.gui.views.loss_curves import loss_curves
from nnviz.gui.views.loss_view import LossView
from nnviz.gui.widgets.text import number_text
from nnviz.training.history import LossHistory
from nnviz.training.snapshot import Evaluation, LossChunk
from tests.gui_room.plot_displays import click, display_of, show


def test_that_losses_that_have_no_logarithm_leave_a_gap() -> None:
    history = LossHistory()
    losses = np.array([1.0, 0.0, 100.0, np.nan, 10.0], dtype=np.float32)
    history.extend(LossChunk(1, 1, 1, losses, losses, losses))
    evaluations = [Evaluation(2, 0.5, 0.01, None, None), Evaluation(4, 0.5, 0.0, None, None)]
    curves = loss_curves(history, evaluations, 0, 5, 100, logarithmic=True)
    np.testing.assert_allclose(curves.high, [0.0, np.nan, 2.0, np.nan, 1.0], atol=1e-6)
    np.testing.assert_allclose(curves.validation, [-2.0, np.nan])
    assert band_path(curves).toSubpathPolygons().__len__() == 3


def test_that_the_pointer_reads_the_exact_loss(qtbot: QtBot) -> None:
    display = display_of(epochs=10)
    view = LossView(display, DARK)
    show(view, qtbot)
    box = view.plot.getPlotItem().getViewBox()
    view.plot.scene().sigMouseMoved.emit(box.mapViewToScene(QPointF(7.2, 0.0)))
    found = display.losses.at(7)
    assert found is not None
    text = view.pointer.note.text()
    assert "step 7<" in text
    assert f">{number_text(found[0], 6)}<" in text


def test_that_looking_closer_stops_following_until_asked(qtbot: QtBot) -> None:
    display = display_of(epochs=10)
    view = LossView(display, DARK)
    show(view, qtbot)
    box = view.plot.getPlotItem().getViewBox()
    box.setXRange(10, 20, padding=0)
    box.sigRangeChangedManually.emit([True, False])
    view.refresh()
    assert box.viewRange()[0] == pytest.approx([10, 20])
    click(view, "loss_follow")
    assert box.viewRange()[0][1] >= display.losses.steps


def test_that_the_linear_button_shows_plain_losses(qtbot: QtBot) -> None:
    display = display_of(epochs=10)
    view = LossView(display, DARK)
    show(view, qtbot)
    click(view, "loss_linear")
    low, high = view.plot.getPlotItem().getViewBox().viewRange()[1]
    everything = display.losses.query(1, display.losses.steps)
    assert low < everything.minimum.min() < everything.maximum.max() < high


def test_that_the_arrow_keys_walk_along_the_losses(qtbot: QtBot) -> None:
    display = display_of(epochs=10)
    view = LossView(display, DARK)
    show(view, qtbot)
    last = display.losses.steps
    QTest.keyClick(view.plot, Qt.Key.Key_Left)
    assert view.pointer.step is not None
    assert view.pointer.step < last
    QTest.keyClick(view.plot, Qt.Key.Key_Right)
    assert view.pointer.step == last
    assert f"step {last}<" in view.pointer.note.text()


def test_that_gaps_in_the_band_are_explained(qtbot: QtBot) -> None:
    display = display_of(epochs=2)
    losses = np.array([0.0, 0.5, 0.25], dtype=np.float32)
    first = display.losses.steps + 1
    display.add_losses(LossChunk(display.snapshot.generation, first, 1, losses, losses, losses))
    view = LossView(display, DARK)
    show(view, qtbot)
    assert "0 or below" in view._gap_note.text()
    click(view, "loss_linear")
    assert view._gap_note.text() == ""


def test_that_a_new_run_is_followed_from_its_start(qtbot: QtBot) -> None:
    display = display_of(epochs=10)
    view = LossView(display, DARK)
    show(view, qtbot)
    box = view.plot.getPlotItem().getViewBox()
    box.setXRange(60, 70, padding=0)
    box.sigRangeChangedManually.emit([True, False])
    view.pointer.move(65)
    display.show(replace(display.snapshot, generation=2, step=0))
    view.refresh()
    assert box.viewRange()[0][0] < 1
    assert view.pointer.step is None
