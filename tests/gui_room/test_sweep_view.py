"""Compare starts: the heat map, the fan, and every control of the form."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.render import trained_display
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.sweep_choices import SWEEP_SETTINGS
from nnviz.gui.views.sweep_content import sweep_content
from nnviz.gui.views.sweep_curves import Line, extent, joined, median_of, nearest
from nnviz.gui.views.sweep_places import cell_places, tile_places
from nnviz.gui.views.sweep_view import SweepView
from nnviz.gui.wishes import SaveWish
from nnviz.sweeps.plan import make_plan
from nnviz.sweeps.scheduling import InProcess
from nnviz.sweeps.spec import Setting, SweepSpec, parse_values, with_settings
from nnviz.sweeps.toml_file import read_sweep
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.plot_displays import click

EXPERIMENT = ExperimentSpec(
    data=DataSpec("xor", samples=40), model=ModelSpec((LayerSpec(3),)), batch_size=8
)
# The last of them diverges.
RATES = "0.01, 0.1, 1e300"


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[SweepView]:
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(900, 700)
    view = SweepView(trained_display(EXPERIMENT, 1), DARK, holder)
    view.resize(700, 460)
    with qtbot.waitExposed(holder):
        holder.show()
    view.refresh()
    yield view
    view.release()
    assert multiprocessing.active_children() == []


def fill(view: SweepView, rates: str = RATES, initializers: str = "", starts: int = 3) -> None:
    """Fill the form in as a person does."""
    view.form.starts.setValue(starts)
    view.form.steps.setValue(20)
    names = ("optimizer.learning_rate", "model.initializer")
    for row, name, text in zip(view.form.varied, names, (rates, initializers), strict=True):
        if text:
            row.show_setting(Setting(name, parse_values(name, text)))


def trained(view: SweepView, qtbot: QtBot, **form: Any) -> None:
    """Train a sweep in this process, and wait for its end."""
    fill(view, **form)
    spec = view.form.spec(EXPERIMENT)
    view.job.start(make_plan(spec), InProcess())
    qtbot.waitUntil(lambda: not view.job.is_busy)
    qtbot.waitUntil(lambda: " runs" in view.facts and not view.form.cancel_button.isEnabled())
    # The pictures get their places from the layout, a moment later.
    QApplication.processEvents()


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


def test_that_a_choice_proposes_values_and_the_menu_adds_and_removes_them(
    view: SweepView,
) -> None:
    row = view.form.varied[0]
    assert not row.values.isEnabled()
    for setting in SWEEP_SETTINGS.values():
        row.choice.show_key(setting.name)
        row.choice.key_chosen.emit(setting.name)
        assert row.values.text() == setting.proposed
        # Whatever is offered makes an experiment.
        for value in parse_values(setting.name, ", ".join(setting.choices)):
            assert with_settings(EXPERIMENT, {setting.name: value}, 0).seed == 0
    row.choice.show_key("optimizer.momentum")
    row.choice.key_chosen.emit("optimizer.momentum")
    actions = {action.text(): action for action in row.menu_of_values().actions()}
    assert actions["0.5"].isChecked()
    actions["0.99"].trigger()
    actions["0"].trigger()
    assert row.values.text() == "0.5, 0.9, 0.99"
    row.choice.show_key("")
    row.choice.key_chosen.emit("")
    assert row.setting() is None


def test_that_values_that_make_no_sense_are_said(view: SweepView) -> None:
    fill(view, rates="0.01")
    row = view.form.varied[0]
    for text, words in (
        ("0.1,,1", "with commas between them"),
        ("0.1, 0.1", "has a value twice"),
        ("fast", "expected 'float'"),
        ("-1", "expected 'float' >= 0.0"),
    ):
        row.values.setText(text)
        click(view, "sweep_run")
        assert words in view.form.note.text()
        assert view.form.note.property("role") == "problem"
        assert not view.job.is_busy
    row.values.setText("0.1")
    assert view.form.spec(EXPERIMENT).settings[0].values == (0.1,)


def test_that_a_failure_of_the_sweep_is_said(view: SweepView, qtbot: QtBot) -> None:
    fill(view, rates="0.01")
    row = view.form.varied[1]
    row.show_setting(Setting("model.hidden_layers.activation", ("tanh", "step")))
    click(view, "sweep_run")
    qtbot.waitUntil(lambda: "no gradient passes" in view.form.note.text())
    assert view.form.note.property("role") == "problem"
    assert not view.job.is_busy


def test_that_a_sweep_is_saved_and_opened_again(
    view: SweepView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(view, initializers="zeros, normal")
    wishes: list[SaveWish] = []
    view.display.wishes.save_requested.connect(wishes.append)
    click(view, "sweep_save_spec")
    path = tmp_path / "sweep.toml"
    wishes[0].write(path)
    assert read_sweep(path) == view.form.spec(EXPERIMENT)
    fill(view, rates="5")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    click(view, "sweep_open")
    assert view.form.opened == read_sweep(path)
    assert view.form.varied[0].values.text() == "0.01, 0.1, 1e+300"
    assert "sweep.toml is open" in view.form.note.text()
    view.form.starts.setValue(7)
    assert len(view.form.spec(EXPERIMENT).seed_list) == 7
    path.write_text("steps = 0", encoding="utf-8")
    click(view, "sweep_open")
    assert "steps: expected 'int' >= 1" in view.form.note.text()


def test_that_results_are_saved(view: SweepView, qtbot: QtBot, tmp_path: Path) -> None:
    assert not view.form.save_button.isEnabled()
    trained(view, qtbot)
    wishes: list[SaveWish] = []
    view.display.wishes.save_requested.connect(wishes.append)
    click(view, "sweep_save")
    for name in ("r.csv", "r.parquet"):
        wishes[0].write(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 100
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()) == 10


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


@pytest.mark.parametrize("count", [1, 2, 7, 10, 64])
def test_that_tiles_fill_their_room_without_touching(count: int) -> None:
    area = QRectF(10, 20, 130, 40)
    tiles = tile_places(area, count, 1.0)
    assert len(tiles) == count
    assert all(area.adjusted(-0.01, -0.01, 0.01, 0.01).contains(tile) for tile in tiles)
    assert not any(a.intersects(b) for i, a in enumerate(tiles) for b in tiles[:i])
    assert len({(tile.width(), tile.height()) for tile in tiles}) == 1


def test_that_a_small_cell_shows_its_median_alone() -> None:
    assert cell_places(QRectF(0, 0, 40, 20), 10, False).tiles == ()
    assert cell_places(QRectF(0, 0, 40, 60), 10, False).median.height() > 30
    assert cell_places(QRectF(0, 0, 40, 20), 1, False).tiles == (QRectF(0, 0, 40, 20),)


def line(run: int, *y: float, diverged: bool = False) -> Line:
    return Line(run, np.arange(1.0, len(y) + 1), np.array(y), diverged)


def test_that_the_median_curve_is_that_of_the_runs_that_go_on() -> None:
    x, y = median_of([line(0, 1, 2, 3), line(1, 3, 4), line(2, 8, np.nan, 9)])
    assert x.tolist() == [1, 2, 3]
    assert y.tolist() == [3, 3, 6]
    assert median_of([])[0].size == 0
    x, y = joined([(x, y), (x, y)])
    assert len(x) == 8
    assert np.flatnonzero(np.isnan(y)).tolist() == [3, 7]


def test_that_a_run_that_diverges_does_not_flatten_the_others() -> None:
    low, high = extent([line(0, 0, -2), line(1, 0, 6, diverged=True)], np.empty(0))
    assert low < -2
    assert 0.5 < high < 0.7
    assert extent([], np.empty(0)) == (-1, 0)


def test_that_the_nearest_curve_within_reach_is_found() -> None:
    lines = (line(4, 0, 1, 2), line(5, 0, 2, 4))
    assert nearest(lines, 3, 3.8, 0.1, 0.5) == 5
    assert nearest(lines, 2.5, 1.5, 0.1, 0.5) == 4
    assert nearest(lines, 2, 3, 0.1, 0.5) is None
    assert nearest(lines, 9, 4, 0.1, 0.5) is None


def test_that_nothing_is_shown_of_runs_that_have_not_finished() -> None:
    plan = make_plan(SweepSpec(steps=1, seeds=2))
    content = sweep_content(plan, {}, "train_loss")
    assert content.best_run is None
    assert content.share(3.0) == 1
    assert content.run_lines(0) == ("Seed 0", "not trained yet")
