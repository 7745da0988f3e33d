"""The activation workbench: curves, flat zones, tangents, comparisons, pieces."""

import math
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.gui.display import Display
from nnviz.gui.selection import Selection, UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.workbench_content import bench_of, piece_shares
from nnviz.gui.views.workbench_view import WorkbenchView
from tests.gui_room.plot_displays import click, display_of, show

PLAIN = sorted(key for key, row in ACTIVATIONS.items() if not row.has_pieces)


@pytest.fixture(name="display")
def make_display() -> Display:
    return display_of(dataset="moons")


@pytest.fixture(name="view")
def make_view(qtbot: QtBot, display: Display) -> WorkbenchView:
    view = WorkbenchView(display, DARK)
    show(view, qtbot)
    return view


@pytest.mark.parametrize("key", PLAIN)
def test_that_every_row_of_the_table_is_drawn_as_it_trains(
    view: WorkbenchView, display: Display, key: str
) -> None:
    view.choose(key)
    bench = view.bench
    assert bench is not None
    alpha = ACTIVATIONS[key].default_alpha
    function, derivative = evaluate(key, bench.x, alpha)
    fair = np.isfinite(bench.function)
    assert np.array_equal(bench.function[fair], function[fair])
    fair = np.isfinite(bench.derivative)
    assert np.array_equal(bench.derivative[fair], derivative[fair])
    z = display.batch_pass.pre_activations[1].ravel()
    slopes = np.abs(evaluate(key, z, alpha)[1])
    greatest = np.abs(derivative).max()
    expected = np.sum(slopes < 0.05 * greatest) if greatest else len(z)
    assert bench.in_zone == expected
    assert bench.counts.sum() == len(z)
    assert f"of {len(z)} z" in view.read_out.text()


def test_that_flat_zones_of_tanh_lie_where_its_slope_is_below_a_twentieth() -> None:
    bench = bench_of(None, "tanh", 0.0, (), None)
    edge = math.atanh(math.sqrt(0.95))
    (left, right) = bench.zones
    step = float(np.diff(bench.x).max())
    assert left[0] == bench.x[0]
    assert left[1] == pytest.approx(-edge, abs=step)
    assert right[0] == pytest.approx(edge, abs=step)
    assert right[1] == bench.x[-1]
    assert bench_of(None, "linear", 0.0, (), None).zones == ()
    assert len(bench_of(None, "step", 0.0, (), None).zones) == 1


def test_that_the_tangent_has_the_slope_of_the_unit(view: WorkbenchView, display: Display) -> None:
    display.selection.select_unit(UnitRef(1, 3))
    view.refresh()
    assert view.bench is not None
    tangent = view.bench.tangent
    assert tangent is not None
    z = display.batch_pass.pre_activations[0][display.sample_index, 3]
    assert tangent.z == z
    assert tangent.a == pytest.approx(math.tanh(z), rel=1e-15)
    assert tangent.g == pytest.approx(1 - math.tanh(z) ** 2, rel=1e-14)
    x, y = view.picture._tangent.getData()
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(tangent.g)


def test_that_alpha_changes_the_curve_where_there_is_one(view: WorkbenchView) -> None:
    view.choose("tanh")
    assert view.slope.isHidden()
    view.choose("leaky_relu")
    assert not view.slope.isHidden()
    assert view.bench is not None
    before = view.bench.function[0]
    view.slope.setValue(0.5)
    assert view.bench.function[0] == 0.5 * view.bench.x[0]
    assert view.bench.function[0] != before


def test_that_others_are_drawn_and_named_in_their_colours(view: WorkbenchView) -> None:
    view.comparisons["relu"].setChecked(True)
    view.comparisons["gelu"].setChecked(True)
    assert view.bench is not None
    assert [key for key, _ in view.bench.others] == ["relu", "gelu"]
    x, y = view.picture._others[0].getData()
    assert np.array_equal(y, np.maximum(x, 0))
    assert "ReLU" in view.facts
    assert "GELU" in view.facts
    view.comparisons["relu"].setChecked(False)
    assert [key for key, _ in view.bench.others] == ["gelu"]


def test_that_the_menu_of_functions_opens(view: WorkbenchView) -> None:
    click(view, "workbench_compare")
    assert view.menu.isVisible()
    view.menu.close()


def test_that_a_function_is_used_on_a_branch(
    qtbot: QtBot, view: WorkbenchView, display: Display
) -> None:
    view.choose("leaky_relu")
    view.slope.setValue(0.2)
    with qtbot.waitSignal(display.travel.branch_requested) as asked:
        click(view, "workbench_use")
    step, experiment, edits = asked.args
    assert (step, edits) == (display.snapshot.step, {})
    layers = experiment.model.hidden_layers
    assert [(layer.activation, layer.alpha) for layer in layers] == [("leaky_relu", 0.2)] * 2
    view.choose("maxout")
    with qtbot.waitSignal(display.wishes.experiment_requested) as loaded:
        click(view, "workbench_use")
    assert loaded.args[0].model.hidden_layers[0].activation == "maxout"


def test_that_another_layers_z_or_none_can_be_chosen(view: WorkbenchView, display: Display) -> None:
    view._choose_layer("1")
    assert view.bench is not None
    assert len(view.bench.z) == display.batch_pass.pre_activations[0].size
    view._choose_layer("none")
    assert len(view.bench.z) == 0


def test_that_the_bench_works_before_there_is_a_network(qtbot: QtBot) -> None:
    view = WorkbenchView(Display(Selection()), DARK)
    show(view, qtbot)
    view.choose("softplus")
    assert view.bench is not None
    assert view.bench.function[-1] > 3
    view.use()


def test_that_maxout_shows_its_pieces_and_who_wins(qtbot: QtBot) -> None:
    display = display_of("maxout", dataset="moons")
    view = WorkbenchView(display, DARK)
    show(view, qtbot)
    assert view.activation == "maxout"
    shares = piece_shares(display, 2)
    z = display.batch_pass.pre_activations[1]
    assert np.array_equal(shares.wins.sum(axis=0), np.full(3, z.shape[1]))
    first = int(np.sum(np.argmax(z[:, :, 0], axis=0) == 0))
    assert f"piece 1 wins {first}" in view.read_out.text()
    _, envelope = view.picture._function.getData()
    _, lines = view.picture._pieces.getData()
    pieces = lines.reshape(-1, len(envelope) + 1)[:, :-1]
    assert len(pieces) == 2
    assert np.array_equal(envelope, pieces.max(axis=0))
    assert [label.toPlainText() for label in view.picture.labels] == ["1", "2"]
    view.choose("relu")
    assert not any(label.isVisible() for label in view.picture.labels)
    view.set_theme(LIGHT)
    view.grab()


def test_that_maxout_without_such_a_layer_says_what_to_do(view: WorkbenchView) -> None:
    view.choose("maxout")
    assert "No layer of this network has maxout units" in view.read_out.text()
    assert len(view.picture._function.getData()[0]) == 0
    view.choose("relu")
    assert view.picture._function.getData()[1].max() > 1


def test_that_controls_stand_in_one_row_where_there_is_room(
    qtbot: QtBot, view: WorkbenchView
) -> None:
    assert view.layers.y() > view.functions.y()
    view.resize(640, 420)
    qtbot.waitUntil(lambda: view.layers.y() == view.functions.y())


def test_that_numbers_that_are_not_finite_have_no_dots(
    view: WorkbenchView, display: Display
) -> None:
    bad = np.full_like(display.snapshot.parameters, np.nan)
    display.show(replace(display.snapshot, parameters=bad))
    view.refresh()
    assert view.bench is not None
    assert len(view.bench.dots) == 0
    view.grab()
