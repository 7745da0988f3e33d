"""The metrics view: what it counts, what it says, and what a person can do with it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.metrics import predicted_classes
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.metrics_content import (
    MOST_ROWS,
    histogram_of,
    set_content,
    threshold_words,
)
from nnviz.gui.views.metrics_view import MetricsView
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.plot_displays import click, display_of, show


def view_of(display: Display, qtbot: QtBot) -> MetricsView:
    view = MetricsView(display, DARK)
    show(view, qtbot)
    return view


def test_that_the_counts_are_those_of_the_networks_own_answers(qtbot: QtBot) -> None:
    display = display_of(dataset="moons")
    view = view_of(display, qtbot)
    outputs = display.network.forward(display.data.train_inputs).activations[-1]
    predicted = predicted_classes(display.spec, outputs)
    counts = view.confusion.counts
    assert counts is not None
    for true in (0, 1):
        for taken in (0, 1):
            both = (display.data.train_targets == true) & (predicted == taken)
            assert counts[true, taken] == both.sum()
    right = np.mean(predicted == display.data.train_targets)
    assert view.facts == f"accuracy {100 * right:.1f} %"


def test_that_the_validation_rows_are_counted_apart(qtbot: QtBot) -> None:
    display = display_of(dataset="moons")
    view = view_of(display, qtbot)
    click(view, "metrics_validation")
    assert view.confusion.counts is not None
    assert view.confusion.counts.sum() == len(display.data.validation_rows)


def test_that_every_cell_says_what_it_counts(qtbot: QtBot) -> None:
    view = view_of(display_of(dataset="moons"), qtbot)
    counts = view.confusion.counts
    assert counts is not None
    sentence = view.confusion.sentence_at(view.confusion.cell(1, 0).center())
    assert sentence.startswith(f"{counts[1, 0]} of {counts[1].sum()} rows of class 1 were taken")
    assert view.confusion.sentence_at(QPointF(1, 1)) == ""
    assert "rows of class 0" in view.confusion.accessibleDescription()


def test_that_a_moved_threshold_counts_anew_and_home_takes_it_back(qtbot: QtBot) -> None:
    display = display_of(dataset="moons")
    view = view_of(display, qtbot)
    click(view, "metrics_roc")
    view.roc.choose_at(0.0, 0.0)
    assert view.threshold != 0
    content = set_content(display, is_validation=False)
    assert content.scores is not None
    view.show_picture("confusion")
    assert view.confusion.counts is not None
    assert view.confusion.counts[:, 1].sum() == (content.scores > view.threshold).sum()
    view.show_picture("roc")
    QTest.keyClick(view.roc.plot, Qt.Key.Key_Home)
    assert view.threshold == 0


def test_that_arrow_keys_walk_along_the_curve(qtbot: QtBot) -> None:
    view = view_of(display_of(dataset="moons"), qtbot)
    click(view, "metrics_roc")
    view.roc.choose_at(0.5, 1.0)
    before = view.threshold
    QTest.keyClick(view.roc.plot, Qt.Key.Key_Right)
    lower = view.threshold
    assert lower < before
    QTest.keyClick(view.roc.plot, Qt.Key.Key_Left)
    assert view.threshold == before


def test_that_a_click_takes_the_nearest_threshold(qtbot: QtBot) -> None:
    view = view_of(display_of(dataset="moons"), qtbot)
    click(view, "metrics_roc")
    box = view.roc.plot.getPlotItem().getViewBox()
    point = view.roc.plot.mapFromScene(box.mapViewToScene(QPointF(0.02, 0.02)))
    QTest.mouseClick(view.roc.plot.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert view.threshold > 0


def test_that_thresholds_are_told_as_the_probability_that_the_network_gives() -> None:
    display = display_of(dataset="moons")
    inputs = display.data.train_inputs
    content = set_content(display, is_validation=False)
    assert content.scores is not None
    told = [threshold_words(display, float(score)).value for score in content.scores]
    assert np.allclose(told, display.network.predict(inputs)[:, 1], rtol=0, atol=1e-12)


def test_that_residuals_are_in_the_units_of_the_target(qtbot: QtBot) -> None:
    display = trained_display(ExperimentSpec(data=DataSpec("diabetes")), 2)
    view = view_of(display, qtbot)
    assert view.picture == "residuals"
    content = set_content(display, is_validation=False)
    assert content.targets is not None
    assert content.predictions is not None
    raw = display.data.raw.targets[display.data.train_rows]
    assert np.allclose(content.targets, raw, rtol=1e-12)
    error = np.sqrt(np.mean((content.predictions - raw) ** 2))
    assert f"RMSE {error:.2f}" in view.facts


def test_that_a_histogram_counts_every_finite_residual_about_zero() -> None:
    values = np.array([-2.0, -1.0, 0.0, 0.5, 4.0, np.nan, np.inf])
    edges, counts = histogram_of(values, 8)
    assert (edges[0], edges[-1]) == (-4, 4)
    assert counts.tolist() == [0, 0, 1, 1, 2, 0, 0, 1]


def test_that_missing_rows_and_times_are_said_in_words(qtbot: QtBot) -> None:
    data = DataSpec("moons", validation=0.0)
    view = view_of(trained_display(ExperimentSpec(data=data), 1), qtbot)
    click(view, "metrics_validation")
    note = view._note
    assert note.isVisible()
    assert "no validation rows" in note.text()
    click(view, "metrics_speed")
    assert "how long an epoch takes" in note.text()
    view.display.runs.current.speeds += [(10, 1000.0), (20, 2000.0)]
    view.refresh()
    batches = view.display.snapshot.batches_per_epoch
    assert f"{batches / 2:.3g}" in view.facts
    assert "2,000 steps/s" in view.facts
    times, rates = (curve.getData()[1].tolist() for curve in view.speed._curves)
    assert times == [batches, batches / 2]
    assert rates == [1000, 2000]


@pytest.mark.parametrize("picture", ["confusion", "roc"])
def test_that_outputs_that_are_not_finite_end_in_words(qtbot: QtBot, picture: str) -> None:
    display = display_of(dataset="moons")
    snapshot = display.snapshot
    view = view_of(display, qtbot)
    view.show_picture(picture)
    display.show(replace(snapshot, parameters=np.full_like(snapshot.parameters, np.nan)))
    view.refresh()
    assert view.confusion.counts is not None


def test_that_another_data_set_offers_what_it_has(qtbot: QtBot) -> None:
    display = display_of(dataset="moons")
    view = view_of(display, qtbot)
    click(view, "metrics_roc")
    other = display_of(dataset="diabetes", epochs=1)
    display.show(replace(other.snapshot, generation=2))
    view.refresh()
    assert view.picture == "residuals"
    view.theme = LIGHT
    view.apply_theme()


def test_that_a_large_set_is_looked_at_in_part_and_said_so(qtbot: QtBot) -> None:
    data = DataSpec("moons", samples=6000, validation=0.0)
    display = trained_display(ExperimentSpec(data=data, model=ModelSpec(())), 0)
    view = view_of(display, qtbot)
    content = set_content(display, is_validation=False)
    assert len(content.places) <= MOST_ROWS
    assert content.is_part
    assert f"{len(content.places):,} of 6,000 training rows" in view._read_out.accessibleName()


def test_that_a_cell_names_its_rows_and_selects_one_in_the_batch(qtbot: QtBot) -> None:
    display = display_of(dataset="moons")
    view = view_of(display, qtbot)
    table, data = view.confusion, display.data
    assert table.counts is not None
    row, column = (0, 0)
    QTest.mouseClick(
        table, Qt.MouseButton.LeftButton, pos=table.cell(row, column).center().toPoint()
    )
    assert table.chosen == (row, column)
    outputs = display.network.forward(data.train_inputs).activations[-1]
    meant = (data.train_targets == 0) & (predicted_classes(display.spec, outputs) == 0)
    first = sorted(int(number) + 1 for number in data.train_rows[meant])[:3]
    said = view._read_out.accessibleName()
    assert said.startswith(table.sentence(row, column))
    assert f"rows {first[0]}, {first[1]}, {first[2]}, " in said
    assert meant[display.batch_rows[display.selection.sample]]
    QTest.mouseClick(
        table, Qt.MouseButton.LeftButton, pos=table.cell(row, column).center().toPoint()
    )
    assert "training rows right" in view._read_out.accessibleName()


def test_that_cells_are_reached_by_keys(qtbot: QtBot) -> None:
    view = view_of(display_of(dataset="moons"), qtbot)
    click(view, "metrics_validation")
    for key, place in (
        (Qt.Key.Key_Right, (0, 1)),
        (Qt.Key.Key_Down, (1, 1)),
        (Qt.Key.Key_Down, (1, 1)),
        (Qt.Key.Key_Left, (1, 0)),
        (Qt.Key.Key_Up, (0, 0)),
        (Qt.Key.Key_Escape, None),
    ):
        QTest.keyClick(view.confusion, key)
        assert view.confusion.chosen == place


def test_that_an_empty_cell_says_so_and_names_no_rows(qtbot: QtBot) -> None:
    display = display_of(dataset="moons")
    view = view_of(display, qtbot)
    view._choose_threshold(-1e9)
    view.confusion.choose((0, 0))
    assert view._read_out.accessibleName() == view.confusion.sentence(0, 0)
    assert view.confusion.sentence(0, 0).startswith("0 of ")
