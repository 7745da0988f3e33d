"""The view of per-sample gradients: its numbers, its order, and the way to a sample."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.samples_content import (
    MOST_BARS,
    Scope,
    gradients_of_rows,
    sample_bars,
    sample_rows,
)
from nnviz.gui.views.samples_view import SamplesView
from nnviz.gui.widgets.combo import Combo
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.targets import encode_targets
from tests.gui_room.plot_displays import click, display_of, show


@pytest.fixture(name="display")
def make_display() -> Display:
    return display_of(dataset="moons")


@pytest.fixture(name="view")
def make_view(qtbot: QtBot, display: Display) -> SamplesView:
    view = SamplesView(display, DARK)
    show(view, qtbot)
    return view


def test_that_a_selected_weight_shows_each_samples_gradient_and_their_mean(
    view: SamplesView, display: Display
) -> None:
    display.selection.select_edge(EdgeRef(2, 3, 1))
    view.refresh()
    bars = view.canvas.bars
    assert bars is not None
    assert bars.name == "∂L/∂W2[4,2]"
    backward = display.network.backward(display.batch_inputs, display.batch_targets)
    assert bars.mean == pytest.approx(backward.weight_grads[1][3, 1], rel=1e-12)
    singles = [
        display.network.backward(
            display.batch_inputs[place : place + 1], display.batch_targets[place : place + 1]
        ).weight_grads[1][3, 1]
        for place in range(len(bars.values))
    ]
    assert bars.values == pytest.approx(singles, rel=1e-10)
    strongest = int(np.argmax(np.abs(singles)))
    assert view.facts.startswith(f"sample {strongest + 1} moves it most")
    assert bars.order[0] == strongest


def test_that_a_unit_shows_its_bias_and_nothing_shows_lengths(
    view: SamplesView, display: Display
) -> None:
    assert view.canvas.bars is not None
    assert not view.canvas.bars.is_signed
    display.selection.select_unit(UnitRef(1, 2))
    view.refresh()
    backward = display.network.backward(display.batch_inputs, display.batch_targets)
    assert view.canvas.bars.name == "∂L/∂b1[3]"
    assert view.canvas.bars.mean == pytest.approx(backward.bias_grads[0][2], rel=1e-12)


def test_that_samples_can_stand_as_they_come(view: SamplesView, display: Display) -> None:
    click(view, "samples_by_place")
    assert view.canvas.bars is not None
    count = len(display.batch_rows)
    assert view.canvas.bars.order.tolist() == list(range(count))
    click(view, "samples_by_size")
    sizes = view.canvas.bars.values[view.canvas.bars.order]
    assert np.all(np.diff(sizes) <= 0)


def test_that_a_click_and_the_arrow_keys_select_a_sample(
    view: SamplesView, display: Display
) -> None:
    view.resize(500, 300)
    view.refresh()
    bars = view.canvas.bars
    assert bars is not None
    upper, _ = view.canvas.areas()
    place = view.canvas.column(3, upper).center()
    assert view.canvas.position_at(place) == bars.order[3]
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert display.selection.sample == bars.order[3]
    view.refresh()
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    assert display.selection.sample == bars.order[4]
    view.refresh()
    QTest.keyClick(view.canvas, Qt.Key.Key_Left)
    assert display.selection.sample == bars.order[3]
    assert view.canvas.position_at(QPointF(2, 2)) is None


def test_that_a_bar_says_row_value_and_angle(view: SamplesView, display: Display) -> None:
    display.selection.select_edge(EdgeRef(1, 0, 0))
    view.refresh()
    row = int(display.batch_rows[2]) + 1
    sentence = view.canvas.sentence(2)
    assert sentence.startswith(f"Sample 3, training row {row}: ∂L/∂W1[1,1] = ")
    assert "cosine to the batch" in sentence


def test_that_very_many_samples_are_drawn_in_part(display: Display) -> None:
    display.show(replace(display.snapshot, batch_rows=np.resize(display.snapshot.batch_rows, 1000)))
    samples = sample_rows(display, "batch")
    bars = sample_bars(display, samples, gradients_of_rows(display, samples), by_size=True)
    assert len(bars.order) == MOST_BARS
    assert bars.left_out == 1000 - MOST_BARS


def test_that_numbers_that_are_not_finite_end_in_words(view: SamplesView, display: Display) -> None:
    bad = np.full_like(display.snapshot.parameters, np.nan)
    display.show(replace(display.snapshot, parameters=bad))
    view.refresh()
    assert view.facts == "not a number"
    view.set_theme(LIGHT)
    view.grab()


def chosen(view: SamplesView, name: str, key: str) -> None:
    """Choose an entry of a list, as a person does."""
    combo = view.findChild(Combo, name)
    assert combo is not None
    index = combo.findData(key)
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def test_that_a_chosen_layer_has_lengths_and_angles_of_its_own(
    view: SamplesView, display: Display
) -> None:
    samples = sample_rows(display, "batch")
    found = gradients_of_rows(display, samples)
    for layer in (1, 2, 3):
        chosen(view, "samples_layer", str(layer))
        assert view.canvas.bars is not None
        np.testing.assert_array_equal(view.canvas.bars.values, found.norms(layer))
        np.testing.assert_array_equal(view.canvas.bars.cosines, found.cosines(layer))
        assert view.canvas.bars.name == f"∂L/∂W{layer}, b"


@pytest.mark.parametrize("key", ["train", "validation"])
def test_that_whole_sets_are_taken_apart_too(view: SamplesView, display: Display, key: str) -> None:
    click(view, f"samples_of_{key}")
    display.selection.select_edge(EdgeRef(1, 0, 2))
    view.refresh()
    data, bars = display.data, view.canvas.bars
    assert bars is not None
    inputs = data.train_inputs if key == "train" else data.validation_inputs
    targets = data.train_targets if key == "train" else data.validation_targets
    assert len(bars.values) == len(inputs)
    encoded = encode_targets(targets, data, display.spec)
    whole = display.network.backward(inputs, encoded).weight_grads[0][0, 2]
    assert bars.mean == pytest.approx(whole, rel=1e-10, abs=1e-15)
    assert ("training set" if key == "train" else "validation set") in view.facts


def test_that_a_row_of_the_batch_is_selected_everywhere_and_others_are_only_read(
    view: SamplesView, display: Display
) -> None:
    click(view, "samples_of_train")
    batch = display.batch_rows.tolist()
    view.canvas.sample_clicked.emit(batch[3])
    assert display.selection.sample == 3
    other = next(row for row in range(len(display.data.train_inputs)) if row not in batch)
    view.canvas.sample_clicked.emit(other)
    assert display.selection.sample == 3
    assert f"Training row {other + 1}" in view._hint.accessibleName()
    assert view._hint.accessibleName().endswith("(not in the batch)")
    click(view, "samples_of_batch")
    assert "not in the batch" not in view._hint.accessibleName()


def test_that_missing_validation_rows_are_said_in_words(qtbot: QtBot) -> None:
    data = DataSpec("moons", validation=0.0)
    view = SamplesView(trained_display(ExperimentSpec(data=data), 1), DARK)
    show(view, qtbot)
    click(view, "samples_of_validation")
    assert "no validation rows" in view._hint.accessibleName()
    assert view.canvas.bars is None
    view.grab()


def test_that_each_piece_of_a_maxout_unit_has_its_gradient(qtbot: QtBot) -> None:
    display = display_of("maxout", dataset="moons")
    display.selection.select_edge(EdgeRef(1, 1, 2))
    view = SamplesView(display, DARK)
    show(view, qtbot)
    backward = display.network.backward(display.batch_inputs, display.batch_targets)
    for piece in range(3):
        chosen(view, "samples_piece", str(piece))
        bars = view.canvas.bars
        assert bars is not None
        assert bars.name == f"∂L/∂W1[{piece + 1}][2,3]"
        expected = backward.weight_grads[0][piece, 1, 2]
        assert bars.mean == pytest.approx(expected, rel=1e-10, abs=1e-15)


def test_that_the_whole_gradient_of_the_batch_is_the_mean_of_its_samples() -> None:
    display = display_of(dataset="digits", epochs=1)
    samples = sample_rows(display, "batch")
    found = gradients_of_rows(display, samples)
    bars = sample_bars(display, samples, found, True, Scope(2))
    backward = display.network.backward(samples.inputs, samples.targets)
    parts = (backward.weight_grads[1].ravel(), backward.bias_grads[1])
    assert bars.mean == pytest.approx(np.linalg.norm(np.concatenate(parts)), rel=1e-12)


def test_that_a_low_view_keeps_its_bars(view: SamplesView) -> None:
    assert view._hint.isVisible()
    view.resize(280, 120)
    assert not view._hint.isVisible()
    view.grab()


def test_that_a_weight_that_no_sample_moves_is_said_to_be_so(qtbot: QtBot) -> None:
    display = display_of(dataset="digits", epochs=1)
    # A pixel in the corner is 0 in every picture: no scaling makes it more.
    dark = np.flatnonzero(~display.batch_inputs.any(axis=0))
    assert len(dark)
    display.selection.select_edge(EdgeRef(1, int(dark[0]), 0))
    view = SamplesView(display, DARK)
    show(view, qtbot)
    assert view.facts.startswith("no sample moves it")
    view.grab()
