"""Activation, loss, gradients and weights: what they show is what was computed."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.activation_curves import activation_curves, histogram
from nnviz.gui.views.activation_view import ActivationView
from nnviz.gui.views.gradient_rows import gradient_rows, thinned
from nnviz.gui.views.gradients_view import GradientsView, scientific
from nnviz.gui.views.loss_curves import loss_curves
from nnviz.gui.views.loss_view import LossView, band_path
from nnviz.gui.views.plot_style import make_plot
from nnviz.gui.views.view import View
from nnviz.gui.views.weights_grid import cell_text
from nnviz.gui.views.weights_image import strongest
from nnviz.gui.views.weights_view import WeightsView
from nnviz.gui.widgets.text import number_text
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.history import LossHistory
from nnviz.training.snapshot import Evaluation, LossChunk


def display_of(activation: str = "tanh", dataset: str = "circles", epochs: int = 4) -> Display:
    model = ModelSpec((LayerSpec(5, activation, pieces=3), LayerSpec(3, activation)))
    return trained_display(ExperimentSpec(data=DataSpec(dataset), model=model), epochs)


def show(view: View, qtbot: QtBot) -> None:
    qtbot.addWidget(view)
    view.resize(420, 260)
    view.show()
    view.refresh()


def click(view: View, name: str) -> None:
    button = view.findChild(QAbstractButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("kind", [ActivationView, LossView, GradientsView, WeightsView])
def test_that_a_view_can_be_drawn_in_both_themes(kind: type[View], qtbot: QtBot) -> None:
    view = kind(display_of(), DARK)
    show(view, qtbot)
    dark = view.grab().toImage()
    view.set_theme(LIGHT)
    assert view.grab().toImage() != dark
    assert view.facts


@pytest.mark.parametrize("activation", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu"])
def test_that_the_marker_is_the_selected_unit_and_sample(activation: str) -> None:
    display = display_of(activation)
    display.selection.select_sample(2)
    curves = activation_curves(display, layer=1, unit=4)
    forward = display.network.forward(display.batch_inputs)
    assert curves.marker is not None
    assert curves.marker.z == forward.pre_activations[0][2, 4]
    assert curves.marker.a == pytest.approx(forward.activations[0][2, 4], rel=1e-15)
    slope = np.gradient(curves.function, curves.x)
    near = int(np.argmin(np.abs(curves.x - curves.marker.z)))
    assert curves.marker.g == pytest.approx(slope[near], abs=0.06)


def test_that_the_histogram_counts_every_pre_activation_of_the_batch() -> None:
    display = display_of()
    curves = activation_curves(display, layer=1, unit=0)
    assert curves.layer_counts.sum() == 5 * len(display.snapshot.batch_rows)
    assert curves.unit_counts.sum() == len(display.snapshot.batch_rows)


def test_that_maxout_pieces_meet_the_sample_and_their_envelope_is_the_unit() -> None:
    display = display_of("maxout")
    curves = activation_curves(display, layer=1, unit=1)
    assert curves.pieces.shape[0] == 3
    np.testing.assert_array_equal(curves.function, curves.pieces.max(axis=0))
    marker = curves.marker
    assert marker is not None
    assert marker.a == pytest.approx(display.batch_pass.activations[0][0, 1], rel=1e-12)
    assert np.interp(marker.x, curves.x, curves.function) == pytest.approx(marker.a, abs=1e-2)


@pytest.mark.parametrize("activation", ["step", "relu", "leaky_relu"])
def test_that_a_jump_is_a_gap_and_no_slope(activation: str) -> None:
    display = display_of(activation, epochs=0)
    curves = activation_curves(display, layer=1, unit=None)
    broken = curves.function if activation == "step" else curves.derivative
    gaps = np.flatnonzero(np.isnan(broken))
    assert len(gaps) == 1
    assert abs(curves.x[gaps[0]]) < 1e-7
    assert broken[gaps[0] + 1] != pytest.approx(broken[gaps[0] - 1])


def test_that_any_number_of_maxout_pieces_is_drawn(qtbot: QtBot) -> None:
    model = ModelSpec((LayerSpec(2, "maxout", pieces=15),))
    display = trained_display(ExperimentSpec(data=DataSpec("xor"), model=model), 0)
    display.selection.select_unit(UnitRef(1, 0))
    view = ActivationView(display, DARK)
    show(view, qtbot)
    _, y = view._pieces.getData()
    assert np.count_nonzero(np.isnan(y)) == 15


def test_that_the_read_out_shows_z_a_and_the_slope(qtbot: QtBot) -> None:
    display = display_of()
    view = ActivationView(display, DARK)
    show(view, qtbot)
    assert "select a unit" in view.read_out.text()
    display.selection.select_unit(UnitRef(1, 3))
    view.refresh()
    z = float(display.batch_pass.pre_activations[0][0, 3])
    text = view.read_out.text()
    assert text.startswith("unit 4: z")
    for value in (z, math.tanh(z), 1 - math.tanh(z) ** 2):
        assert f">{number_text(value)}<" in text


def test_that_histograms_leave_out_what_is_not_finite_or_outside() -> None:
    counts = histogram(np.array([-1.0, -0.99, 0.0, 1.0, 2.0, np.nan, np.inf]), -1, 1, 4)
    assert counts.tolist() == [2, 0, 1, 1]


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


def test_that_gradient_rows_are_norms_and_counts_of_the_layers() -> None:
    display = display_of()
    rows = gradient_rows(display, points=50)
    assert [row.name for row in rows] == ["Hidden 1", "Hidden 2", "Output"]
    for number, row in enumerate(rows):
        weights, biases = display.gradients.weights[number], display.gradients.biases[number]
        entries = np.concatenate((weights.ravel(), biases.ravel()))
        assert row.norm == pytest.approx(np.linalg.norm(entries))
        assert row.entries == len(entries)
        assert len(row.marks) in (0, len(entries))


def test_that_zero_and_nan_gradients_are_said_in_words() -> None:
    display = trained_display(
        ExperimentSpec(data=DataSpec("xor"), model=ModelSpec((LayerSpec(3),))), 0
    )
    assert {row.words for row in gradient_rows(display, 9)} == {"no gradient"}


def test_that_entries_without_a_sign_are_counted_apart() -> None:
    display = display_of("relu", "digits", epochs=1)
    row = gradient_rows(display, points=9)[0]
    entries = np.concatenate(
        (display.gradients.weights[0].ravel(), display.gradients.biases[0].ravel())
    )
    assert row.zeros == np.count_nonzero(entries == 0) > 0
    assert row.counts.sum() + row.zeros == row.entries == len(entries)
    assert row.counts[: len(row.counts) // 2].sum() == np.count_nonzero(entries < 0)
    assert f"{row.zeros} of them 0" in row.sentence


def test_that_deep_networks_scroll(qtbot: QtBot) -> None:
    model = ModelSpec((LayerSpec(2),) * 30)
    display = trained_display(ExperimentSpec(data=DataSpec("xor"), model=model), 1)
    view = GradientsView(display, DARK)
    show(view, qtbot)
    assert len(view.canvas.rows) == 31
    assert view.canvas.height() > view.height()
    last = view.canvas.row_rect(30)
    assert last.bottom() <= view.canvas.height() + 1


def test_that_thinning_keeps_the_newest_point() -> None:
    points = [(step, (1.0,)) for step in range(100)]
    for most in (1, 7, 30, 100, 1000):
        kept = thinned(points, most)
        assert kept[-1] == points[-1]
        assert len(kept) <= most
    assert thinned([], 5) == []


@pytest.mark.parametrize(
    ("value", "text"), [(0.00123, "1.23e−3"), (0.0, "0.00e0"), (123.4, "1.23e2")]
)
def test_that_norms_are_written_with_an_exponent(value: float, text: str) -> None:
    assert scientific(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.556, "−0.56"), (0.0, "0.00"), (1e-5, "1e−5"), (1234.0, "1e3"), (float("nan"), "?")],
)
def test_that_cells_hold_short_numbers(value: float, text: str) -> None:
    assert cell_text(value, 3) == text


def test_that_the_matrix_is_the_weights_with_the_biases_below(qtbot: QtBot) -> None:
    display = display_of()
    view = WeightsView(display, DARK)
    show(view, qtbot)
    assert view.grid.matrix is not None
    np.testing.assert_array_equal(view.grid.matrix.values[:-1], display.network.weights[0])
    np.testing.assert_array_equal(view.grid.matrix.values[-1], display.network.biases[0])
    QTest.mouseClick(view.gradients_button, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(view.grid.matrix.values[:-1], display.gradients.weights[0])


def test_that_clicking_a_cell_selects_its_weight(qtbot: QtBot) -> None:
    display = display_of()
    view = WeightsView(display, DARK)
    show(view, qtbot)
    rect = view.grid.grid_rect()
    place = QPointF(rect.left() + 3.5 / 5 * rect.width(), rect.top() + 1.5 / 3 * rect.height())
    QTest.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert display.selection.edge == EdgeRef(1, 1, 3)
    bias = QPointF(place.x(), rect.bottom() - 3)
    QTest.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=bias.toPoint())
    assert display.selection.unit == UnitRef(1, 3)


def test_that_maxout_weights_are_shown_piece_by_piece(qtbot: QtBot) -> None:
    display = display_of("maxout")
    view = WeightsView(display, DARK)
    show(view, qtbot)
    assert view._pieces.isVisible()
    view._pieces.setCurrentIndex(2)
    view.refresh()
    assert view.grid.matrix is not None
    np.testing.assert_array_equal(view.grid.matrix.values[:-1], display.network.weights[0][2])


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


def test_that_ticks_have_a_true_minus_and_commas(qtbot: QtBot) -> None:
    plot = make_plot(DARK, "plot", "A plot")
    qtbot.addWidget(plot)
    axis = plot.getPlotItem().getAxis("bottom")
    assert axis.tickStrings([-200000.0, 0.0, 1000000.0], 1.0, 200000.0) == [
        "−200,000",
        "0",
        "1,000,000",
    ]


def test_that_the_first_piece_is_named_at_once(qtbot: QtBot) -> None:
    view = WeightsView(display_of("maxout"), DARK)
    show(view, qtbot)
    assert view._pieces.currentText() == "Piece 1"


def test_that_the_arrow_keys_walk_over_the_weights(qtbot: QtBot) -> None:
    display = display_of()
    view = WeightsView(display, DARK)
    show(view, qtbot)
    QTest.keyClick(view.grid, Qt.Key.Key_Right)
    assert display.selection.edge == EdgeRef(1, 0, 0)
    QTest.keyClick(view.grid, Qt.Key.Key_Right)
    QTest.keyClick(view.grid, Qt.Key.Key_Down)
    assert display.selection.edge == EdgeRef(1, 1, 1)
    QTest.keyClick(view.grid, Qt.Key.Key_Down)
    assert display.selection.unit == UnitRef(1, 1)
    QTest.keyClick(view.grid, Qt.Key.Key_Up)
    assert display.selection.edge == EdgeRef(1, 1, 1)


def test_that_a_small_picture_of_a_large_matrix_keeps_the_strongest_weights() -> None:
    values = np.random.default_rng(3).normal(size=(785, 130))
    values[400, 77] = -50.0
    values[3, 3] = np.nan
    small = strongest(values, 100, 130)
    assert small.shape == (100, 130)
    starts = np.arange(101) * 785 // 100
    for block in range(100):
        rows = values[starts[block] : starts[block + 1]]
        np.testing.assert_array_equal(np.abs(small[block]), np.nanmax(np.abs(rows), axis=0))
    assert np.nanmax(np.abs(small)) == 50.0
    assert strongest(values, 785, 130) is values


def test_that_a_reduced_matrix_says_so(qtbot: QtBot) -> None:
    model = ModelSpec((LayerSpec(500), LayerSpec(3)))
    display = trained_display(ExperimentSpec(data=DataSpec("digits"), model=model), 0)
    view = WeightsView(display, DARK)
    show(view, qtbot)
    assert "the strongest of its block" in view.facts
    view.resize(900, 600)
    assert "the strongest of its block" not in view.facts


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("activation", ["tanh", "maxout"])
@pytest.mark.parametrize("kind", [ActivationView, LossView, GradientsView, WeightsView])
def test_that_numbers_that_are_none_can_be_drawn(
    kind: type[View], activation: str, bad: float, qtbot: QtBot
) -> None:
    display = display_of(activation, epochs=2)
    snapshot = display.snapshot
    display.show(
        replace(
            snapshot,
            step=snapshot.step + 1,
            parameters=np.full_like(snapshot.parameters, bad),
            gradients=np.full_like(snapshot.gradients, bad),
        )
    )
    display.selection.select_unit(UnitRef(1, 1))
    view = kind(display, DARK)
    show(view, qtbot)
    assert not view.grab().isNull()
