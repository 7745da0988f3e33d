"""The activation view: curve, histogram and marker are what the network computes."""

import math

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.render import trained_display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK, LIGHT, Theme
from nnviz.gui.views.activation_curves import activation_curves, histogram
from nnviz.gui.views.activation_view import ActivationView
from nnviz.gui.widgets.text import ElidedLabel, number_text
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.plot_displays import display_of, show


@pytest.mark.parametrize(
    "activation",
    ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu"],
)
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


@pytest.mark.parametrize(
    ("scaling", "name"),
    [("none", "petal length (cm)"), ("standardise", "petal length (cm), scaled")],
)
def test_that_maxout_says_what_it_is_drawn_over(scaling: str, name: str, qtbot: QtBot) -> None:
    model = ModelSpec((LayerSpec(2, "maxout", pieces=2),))
    display = trained_display(
        ExperimentSpec(data=DataSpec("iris", scaling=scaling), model=model), 0
    )
    column = display.data.raw.feature_names.index("petal length (cm)")
    weights = display.network.weights[0]
    weights[:] = 0.0
    weights[1, column, 0] = 1.0
    curves = activation_curves(display, layer=1, unit=0)
    assert curves.axis_name == name
    assert curves.marker is not None
    assert curves.marker.x == display.batch_inputs[0, column]
    view = ActivationView(display, DARK)
    show(view, qtbot)
    view.resize(600, 400)
    label = view.findChild(ElidedLabel, "activation_along")
    assert label is not None
    assert label.isVisible()
    assert label.text() == f"over {name}; the other inputs are as in the sample"


def test_that_maxout_of_one_input_speaks_of_no_others(qtbot: QtBot) -> None:
    view = ActivationView(display_of("maxout", dataset="sine"), DARK)
    view.display.selection.select_unit(UnitRef(1, 0))
    show(view, qtbot)
    label = view.findChild(ElidedLabel, "activation_along")
    assert label is not None
    assert label.text() == "over x, scaled"


def test_that_a_plain_layer_is_over_z_and_says_no_more(qtbot: QtBot) -> None:
    view = ActivationView(display_of(), DARK)
    show(view, qtbot)
    label = view.findChild(ElidedLabel, "activation_along")
    assert label is not None
    assert not label.isVisible()


@pytest.mark.parametrize("activation", ["step", "relu", "leaky_relu"])
def test_that_a_jump_is_a_gap_and_no_slope(activation: str) -> None:
    display = display_of(activation, epochs=0)
    curves = activation_curves(display, layer=1, unit=None)
    broken = curves.function if activation == "step" else curves.derivative
    gaps = np.flatnonzero(np.isnan(broken))
    assert len(gaps) == 1
    assert abs(curves.x[gaps[0]]) < 1e-7
    assert broken[gaps[0] + 1] != pytest.approx(broken[gaps[0] - 1])


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(
    ("activation", "jumping", "hollow", "filled"),
    [
        ("step", "function", [(0.0, 0.0)], [(0.0, 1.0)]),
        ("relu", "derivative", [(0.0, 1.0)], [(0.0, 0.0)]),
        ("leaky_relu", "derivative", [(0.0, 1.0)], [(0.0, 0.1)]),
    ],
)
def test_that_the_value_taken_is_filled_and_the_other_hollow(
    activation: str,
    jumping: str,
    hollow: list[tuple[float, float]],
    filled: list[tuple[float, float]],
    theme: Theme,
    qtbot: QtBot,
) -> None:
    view = ActivationView(display_of(activation, epochs=0), theme)
    show(view, qtbot)
    dots = {"function": view._function_dots, "derivative": view._derivative_dots}
    drawn = [
        ((spot.pos().x(), spot.pos().y()), spot.brush().color().name())
        for spot in dots.pop(jumping).points()
    ]
    colour = theme.accent if jumping == "function" else theme.derivative
    assert drawn == [
        *((place, QColor(theme.well).name()) for place in hollow),
        *((place, QColor(colour).name()) for place in filled),
    ]
    (other,) = dots.values()
    assert len(other.points()) == 0
    record = ACTIVATIONS[activation]
    assert view.plot.toolTip().endswith(record.kink)


def test_that_a_smooth_curve_has_no_dots(qtbot: QtBot) -> None:
    view = ActivationView(display_of("tanh"), DARK)
    show(view, qtbot)
    assert len(view._function_dots.points()) + len(view._derivative_dots.points()) == 0
    assert view.plot.toolTip() == ""


def test_that_the_slope_of_maxout_jumps_where_another_piece_wins() -> None:
    curves = activation_curves(display_of("maxout"), layer=1, unit=1)
    assert curves.function_jumps == ()
    for jump in curves.derivative_jumps:
        left, right = np.searchsorted(curves.x, jump.at) + np.array([-3, 3])
        assert curves.derivative[left] == pytest.approx(jump.left)
        assert curves.derivative[right] == pytest.approx(jump.right)
        assert jump.taken == pytest.approx((jump.left + jump.right) / 2)
    gaps = np.flatnonzero(np.isnan(curves.derivative))
    assert len(gaps) == len(curves.derivative_jumps)


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
    assert text.startswith("unit 4 · z")
    for value in (z, math.tanh(z), 1 - math.tanh(z) ** 2):
        assert f">{number_text(value)}<" in text


def test_that_histograms_leave_out_what_is_not_finite_or_outside() -> None:
    counts = histogram(np.array([-1.0, -0.99, 0.0, 1.0, 2.0, np.nan, np.inf]), -1, 1, 4)
    assert counts.tolist() == [2, 0, 1, 1]


def test_that_no_number_of_the_read_out_is_cut_short(qtbot: QtBot) -> None:
    display = display_of()
    display.selection.select_unit(UnitRef(1, 3))
    view = ActivationView(display, DARK)
    show(view, qtbot)
    whole = view.read_out.text()
    view.resize(230, 160)
    short = view.read_out.text()
    assert len(short) < len(whole)
    assert whole.startswith(f"{short} · ")
    assert view.read_out.sizeHint().width() <= view.read_out.width()


def test_that_a_selected_weight_brings_up_its_layer(qtbot: QtBot) -> None:
    display = display_of()
    view = ActivationView(display, DARK)
    show(view, qtbot)
    display.selection.select_edge(EdgeRef(1, 0, 0))
    assert view.layer == 1
