"""Compare starts: the heat map, the fan, and what a sweep under way does."""

import multiprocessing
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.sweep_view import SweepView
from nnviz.sweeps.plan import make_plan
from nnviz.sweeps.scheduling import InProcess
from nnviz.sweeps.spec import with_settings
from nnviz.training.experiment import ExperimentSpec
from tests.gui_room.plot_displays import click
from tests.gui_room.sweep_views import EXPERIMENT, fill, sweep_view, trained


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[SweepView]:
    with sweep_view(qtbot) as view:
        yield view


def test_that_run_trains_on_a_pool_of_processes(view: SweepView, qtbot: QtBot) -> None:
    fill(view, rates="0.01, 0.1", starts=2)
    click(view, "sweep_run")
    assert view.job.is_busy
    assert not view.form.run_button.isEnabled()
    assert view.form.progress.isVisible()
    qtbot.waitUntil(lambda: not view.job.is_busy)
    qtbot.waitUntil(view.form.run_button.isEnabled)
    assert sorted(view.job.results) == [0, 1, 2, 3]
    assert "4 of 4 runs" in view.facts
    assert view.form.save_button.isEnabled()
    assert "best" in view.facts


def test_that_cancel_keeps_what_has_finished_and_leaves_no_process(
    view: SweepView, qtbot: QtBot
) -> None:
    fill(view, rates="0.01")
    view.form.steps.setValue(10_000_000)
    click(view, "sweep_run")
    click(view, "sweep_cancel")
    assert not view.job.is_busy
    qtbot.waitUntil(view.form.run_button.isEnabled)
    assert "0 of 3 runs have finished" in view.form.note.text()
    assert view.detail.text() == "No run has finished yet."


def test_that_the_window_takes_its_processes_along(view: SweepView) -> None:
    fill(view, rates="0.01")
    view.form.steps.setValue(10_000_000)
    click(view, "sweep_run")
    view.release()
    assert not view.job.is_busy
    assert multiprocessing.active_children() == []


def test_that_cells_hold_their_medians_and_runs_in_order(view: SweepView, qtbot: QtBot) -> None:
    trained(view, qtbot, initializers="zeros, normal")
    content = view.content
    assert content is not None
    assert (content.columns, content.rows) == (3, 2)
    for cell in content.cells[:4]:
        losses = [content.loss(run) for run in cell.runs]
        assert losses == sorted(losses, key=lambda loss: loss or 0.0)
        assert cell.summary.median == losses[1]
        assert cell.median_run == cell.runs[1]
    for cell in content.cells[4:]:
        assert cell.summary.diverged == 3
        assert cell.summary.median is None
    assert content.least is not None
    assert content.greatest is not None
    assert (content.share(content.least), content.share(content.greatest)) == (1, 0)
    middle = (content.least * content.greatest) ** 0.5
    assert content.share(middle) == pytest.approx(0.5)
    assert content.best_run is not None
    assert content.loss(content.best_run) == content.least
    assert "6 diverged" in view.facts
    text = content.run_text(content.cells[5].runs[0])
    assert text.startswith("Learning rate 1e+300, initializer normal, seed ")
    assert "diverged at step " in content.run_figures(content.cells[5].runs[0])


def test_that_a_click_opens_the_run_of_the_heat_map(view: SweepView, qtbot: QtBot) -> None:
    trained(view, qtbot, rates="0.01, 0.1")
    assert view.content is not None
    assert view.heat.places is not None
    asked: list[ExperimentSpec] = []
    view.display.wishes.experiment_requested.connect(asked.append)
    for run in view.content.cells[1].runs:
        place = view.heat.places.run_rect(run).center().toPoint()
        QTest.mouseMove(view.heat, place)
        QTest.mouseClick(view.heat, Qt.MouseButton.LeftButton, pos=place)
        planned = view.content.plan.runs[run].experiment
        assert asked[-1] == planned
        assert view.heat.hovered == run
        assert view.fan.cell == 1
        assert f"seed {planned.seed}" in view.detail.text()
    expected = with_settings(EXPERIMENT, {"optimizer.learning_rate": 0.1}, asked[-1].seed)
    assert asked[-1] == expected
    median = view.heat.places.cells[0].median.center().toPoint()
    QTest.mouseClick(view.heat, Qt.MouseButton.LeftButton, pos=median)
    assert view.content.cells[0].median_run is not None
    assert asked[-1] == view.content.plan.runs[view.content.cells[0].median_run].experiment


def test_that_a_click_opens_the_run_of_a_curve(view: SweepView, qtbot: QtBot) -> None:
    trained(view, qtbot, rates="0.01")
    asked: list[ExperimentSpec] = []
    view.display.wishes.experiment_requested.connect(asked.append)
    box = view.fan.plot.getPlotItem().getViewBox()
    line = view.fan.lines[0]
    place = view.fan.plot.mapFromScene(box.mapViewToScene(QPointF(line.x[-2], line.y[-2])))
    QTest.mouseMove(view.fan.plot.viewport(), place)
    found = view.fan.line_at(QPointF(place))
    assert found is not None
    qtbot.waitUntil(lambda: view.heat.hovered == found)
    assert len(view.fan.lit.getData()[0]) == 20
    QTest.mouseClick(view.fan.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.content is not None
    assert asked == [view.content.plan.runs[found].experiment]
    assert view.fan.line_at(QPointF(0, 0)) is None


def test_that_the_keys_walk_through_cells_and_runs(view: SweepView, qtbot: QtBot) -> None:
    trained(view, qtbot, initializers="zeros, normal")
    content = view.content
    assert content is not None
    asked: list[ExperimentSpec] = []
    view.display.wishes.experiment_requested.connect(asked.append)
    view.heat.setFocus()
    QTest.keyClick(view.heat, Qt.Key.Key_Return)
    assert asked == []
    QTest.keyClick(view.heat, Qt.Key.Key_Left)
    assert view.heat.hovered == content.best_run
    for _ in range(3):
        QTest.keyClick(view.heat, Qt.Key.Key_Left)
        QTest.keyClick(view.heat, Qt.Key.Key_Up)
    assert view.heat.hovered == content.cells[0].median_run
    QTest.keyClick(view.heat, Qt.Key.Key_Down)
    QTest.keyClick(view.heat, Qt.Key.Key_PageDown)
    assert view.heat.hovered == content.cells[1].runs[2]
    QTest.keyClick(view.heat, Qt.Key.Key_PageDown)
    QTest.keyClick(view.heat, Qt.Key.Key_PageUp)
    assert view.heat.hovered == content.cells[1].runs[1]
    QTest.keyClick(view.heat, Qt.Key.Key_Return)
    assert asked == [content.plan.runs[content.cells[1].runs[1]].experiment]


def test_that_starts_alone_fill_the_map_and_have_tips(view: SweepView, qtbot: QtBot) -> None:
    trained(view, qtbot, rates="", starts=5)
    content, places = view.content, view.heat.places
    assert content is not None
    assert places is not None
    assert len(places.cells[0].tiles) == 5
    QTest.keyClick(view.heat, Qt.Key.Key_Right)
    QTest.keyClick(view.heat, Qt.Key.Key_Right)
    assert view.heat.hovered == content.cells[0].runs[1]
    lines = content.run_lines(content.cells[0].runs[0])
    assert lines[0].startswith("Seed ")
    assert lines[1].startswith("training loss 0.")
    assert lines[2].startswith("validation loss 0.")
    assert not QToolTip.isVisible()


def test_that_validation_losses_can_be_shown(view: SweepView, qtbot: QtBot) -> None:
    trained(view, qtbot, rates="0.01")
    view.form.measure.show_key("validation_loss")
    view.form.measure_chosen.emit("validation_loss")
    assert view.content is not None
    losses = [result.validation_loss for result in view.job.results.values()]
    assert view.content.least == min(loss for loss in losses if loss is not None)


def test_that_it_fits_every_size_and_theme(view: SweepView, qtbot: QtBot) -> None:
    assert view.empty.isVisible()
    trained(view, qtbot, initializers="zeros, normal")
    assert not view.empty.isVisible()
    for width, height in ((280, 150), (300, 700), (900, 250), (900, 600)):
        view.resize(width, height)
        view.set_theme(LIGHT if width > 500 else DARK)
        qtbot.waitUntil(lambda: not view.grab().isNull())
        assert view.heat.places is not None
        room = QRectF(view.heat.rect())
        assert all(room.contains(tile) for cell in view.heat.places.cells for tile in cell.tiles)


def test_that_a_low_view_has_one_line_below_the_pictures(view: SweepView, qtbot: QtBot) -> None:
    trained(view, qtbot, rates="0.01, 0.1")
    view.resize(580, 150)
    assert view.brief.isVisible()
    assert not view.detail.isVisible()
    for picture in (view.heat, view.fan):
        assert picture.geometry().bottom() < view.brief.geometry().top()
    view.resize(700, 400)
    assert view.detail.isVisible()
    assert not view.brief.isVisible()


def test_that_hidden_results_are_drawn_when_the_view_is_shown(
    view: SweepView, qtbot: QtBot
) -> None:
    view.hide()
    fill(view, rates="0.01")
    view.job.start(make_plan(view.form.spec(EXPERIMENT)), InProcess())
    qtbot.waitUntil(lambda: not view.job.is_busy)
    assert view.facts == ""
    view.show()
    assert "3 of 3 runs" in view.facts
