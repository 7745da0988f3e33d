"""The loss surface: what it shows, what is tried on it, and the way back to the run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.app import Program
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.selection import EdgeRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.surface_colours import heights, surface_lut
from nnviz.gui.views.surface_content import LEVELS, chosen_plane
from nnviz.gui.views.surface_view import SurfaceView
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.snapshot import RunState
from nnviz.training.surface_planes import MODES, MOST_ROWS, Choice, rows_of
from tests.gui_room.plot_displays import click, display_of, show
from tests.gui_room.travels import program_on_screen, train


@pytest.fixture(name="display")
def make_display() -> Display:
    return display_of(dataset="moons")


@pytest.fixture(name="view")
def make_view(qtbot: QtBot, display: Display) -> Iterator[SurfaceView]:
    view = SurfaceView(display, DARK)
    show(view, qtbot)
    finish(view, qtbot)
    yield view
    view.release()


def finish(view: SurfaceView, qtbot: QtBot) -> None:
    """Wait until the finest surface is there."""
    qtbot.waitUntil(lambda: not view.is_working)
    assert view.surface is not None
    assert len(view.surface.xs) == LEVELS[-1]


def is_tried(display: Display) -> bool:
    return display.trial.is_on


def choose(view: SurfaceView, qtbot: QtBot, choice: Choice) -> None:
    view.bar.choose(choice)
    finish(view, qtbot)


@pytest.mark.parametrize("mode", sorted(MODES))
def test_that_the_ball_lies_where_the_surface_says_its_loss(
    qtbot: QtBot, view: SurfaceView, display: Display, mode: str
) -> None:
    choose(view, qtbot, replace(view.bar.choice, mode=mode))
    assert view.surface is not None
    assert view.map.track is not None
    rows = rows_of(display.data, display.spec)
    (ball,), (distance,) = view.surface.plane.coordinates([display.snapshot.parameters])
    assert view.map.track.ball == pytest.approx(tuple(ball))
    assert distance == pytest.approx(0, abs=1e-9)
    loss = display.network.loss(rows.inputs, rows.targets)
    assert f"loss {loss:.4f}" in view.facts
    row = int(np.argmin(np.abs(view.surface.ys - ball[1])))
    column = int(np.argmin(np.abs(view.surface.xs - ball[0])))
    point = view.surface.plane.point(view.surface.xs[column], view.surface.ys[row])
    own = display.network.parameters.copy()
    display.network.set_parameters(point)
    expected = display.network.loss(rows.inputs, rows.targets)
    display.network.set_parameters(own)
    assert view.surface.losses[row, column] == pytest.approx(expected, rel=1e-12)


def test_that_the_path_ends_at_the_ball_and_begins_at_the_start(
    view: SurfaceView, display: Display
) -> None:
    track = view.map.track
    assert track is not None
    assert view.surface is not None
    frames = display.runs.current.reel.frames
    assert len(track.own.places) == len(frames)
    first, _ = view.surface.plane.coordinates([frames[0].parameters])
    assert track.own.places[0] == pytest.approx(first[0])
    assert track.own.places[-1] == pytest.approx(track.ball)


def test_that_a_dragged_ball_shows_the_network_with_its_weights(
    qtbot: QtBot, view: SurfaceView, display: Display
) -> None:
    real = display.snapshot
    assert view.surface is not None
    axes = view.map.axes
    assert axes is not None
    place = axes.to_pixel(0.5, 0.25).toPoint()
    QTest.mousePress(view.map, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(view.map, Qt.MouseButton.LeftButton, pos=place)
    assert is_tried(display)
    tried = display.snapshot
    a, b = axes.to_value(QPointF(place))
    assert tried.parameters == pytest.approx(view.surface.plane.point(a, b))
    assert np.array_equal(display.network.parameters, tried.parameters)
    loss, _ = display.network.loss_and_outputs(
        display.data.train_inputs, display.data.train_targets
    )
    assert tried.evaluation.train_loss == pytest.approx(loss)
    backward = display.network.backward(display.batch_inputs, display.batch_targets)
    assert display.gradients.weights[0] == pytest.approx(backward.weight_grads[0])
    assert view.bar.back_button.isVisible()
    QTest.keyClick(view.map, Qt.Key.Key_Escape)
    assert display.snapshot is real
    assert not is_tried(display)
    assert np.array_equal(display.network.parameters, real.parameters)
    view.refresh()
    assert not view.bar.back_button.isVisible()


def test_that_arrow_keys_move_the_ball(view: SurfaceView, display: Display) -> None:
    assert view.map.track is not None
    assert view.surface is not None
    before = view.map.track.ball
    QTest.keyClick(view.map, Qt.Key.Key_Right)
    QTest.keyClick(view.map, Qt.Key.Key_Up)
    moved = view.map.track.ball
    step = float(np.ptp(view.surface.xs)) / 20
    assert moved == pytest.approx((before[0] + step, before[1] + step))
    click(view, "surface_back")
    assert not is_tried(display)


def test_that_a_branch_takes_the_weights_that_are_tried(
    qtbot: QtBot, view: SurfaceView, display: Display
) -> None:
    view.map.ball_moved.emit(0.3, -0.2)
    tried = display.snapshot.parameters
    real = display.trial.real
    assert real is not None
    with qtbot.waitSignal(display.travel.branch_requested) as asked:
        click(view, "surface_branch")
    step, experiment, edits = asked.args
    assert (step, experiment) == (real.step, real.experiment)
    edited = real.parameters.copy()
    edited[list(edits)] = list(edits.values())
    assert np.array_equal(edited, tried)


def test_that_a_newer_snapshot_ends_the_trial(view: SurfaceView, display: Display) -> None:
    real = display.snapshot
    view.map.ball_moved.emit(0.3, -0.2)
    display.show(replace(real, step=real.step + 1))
    assert not is_tried(display)
    assert np.array_equal(display.network.parameters, real.parameters)


def test_that_nothing_is_tried_while_it_trains(view: SurfaceView, display: Display) -> None:
    display.show(replace(display.snapshot, state=RunState.RUNNING))
    view.map.ball_moved.emit(0.3, -0.2)
    assert not is_tried(display)


def test_that_the_weights_that_are_named_or_selected_are_drawn(
    qtbot: QtBot, view: SurfaceView, display: Display
) -> None:
    choose(view, qtbot, Choice("weights", ("W1[2,3]", "b2[1]")))
    assert view.surface is not None
    layout = display.network.layout
    views = layout.views(view.surface.plane.first)
    assert views.weights[0][1, 2] == 1
    assert np.count_nonzero(view.surface.plane.first) == 1
    assert layout.views(view.surface.plane.second).biases[1][0] == 1
    display.selection.select_edge(EdgeRef(2, 3, 1))
    finish(view, qtbot)
    assert view.bar.names[0].text() == "W2[4,2]"
    assert layout.views(view.surface.plane.first).weights[1][3, 1] == 1
    view.bar.names[1].setText("nonsense")
    view.bar.names[1].editingFinished.emit()
    assert "'nonsense' is no weight or bias" in view._note.text()


def test_that_other_directions_are_drawn_and_the_reach_can_be_changed(
    qtbot: QtBot, view: SurfaceView
) -> None:
    first = view.surface
    assert first is not None
    click(view, "surface_redraw")
    finish(view, qtbot)
    assert view.surface is not None
    assert not np.array_equal(view.surface.plane.first, first.plane.first)
    view.map.zoomed.emit(2.0)
    finish(view, qtbot)
    assert np.ptp(view.surface.xs) == pytest.approx(np.ptp(first.xs) / 2)
    click(view, "surface_whole")
    finish(view, qtbot)
    assert np.ptp(view.surface.xs) == pytest.approx(np.ptp(first.xs))


def test_that_the_landscape_turns(view: SurfaceView) -> None:
    click(view, "surface_3d")
    assert view.mesh.isVisible()
    before = view.mesh.grab().toImage()
    QTest.keyClick(view.mesh, Qt.Key.Key_Right)
    assert view.mesh.turn == pytest.approx(0.85)
    assert view.mesh.grab().toImage() != before
    across, down, away = view.mesh.project(np.array([0.0]), np.array([0.0]), np.array([0.5]))
    assert (across[0], down[0]) == (view.mesh.width() / 2, view.mesh.height() / 2)
    assert away[0] == 0
    _, higher, _ = view.mesh.project(np.array([0.0]), np.array([0.0]), np.array([1.0]))
    assert higher[0] < down[0]


def test_that_the_pointer_reads_the_exact_loss(view: SurfaceView, display: Display) -> None:
    view.map.place_hovered.emit((0.0, 0.0))
    rows = rows_of(display.data, display.spec)
    loss = display.network.loss(rows.inputs, rows.targets)
    assert f"loss {loss:.6f}" in view.read_out.accessibleName()
    view.map.place_hovered.emit(None)
    assert "training rows" in view.read_out.accessibleName()


def test_that_a_short_run_has_no_plane_and_says_so(qtbot: QtBot) -> None:
    display = display_of(dataset="moons", epochs=0)
    with pytest.raises(ValueError, match="train some more steps"):
        chosen_plane(display, Choice("path"))
    with pytest.raises(ValueError, match="no direction"):
        chosen_plane(display, Choice("gradient"))
    with pytest.raises(ValueError, match="two different"):
        chosen_plane(display, Choice("weights", ("W1[1,1]", "W1[1,1]")))


def test_that_a_large_set_is_looked_at_in_part() -> None:
    experiment = ExperimentSpec(DataSpec("moons", samples=900), ModelSpec((LayerSpec(2),)))
    display = trained_display(experiment, 0)
    rows = rows_of(display.data, display.spec)
    assert len(rows.inputs) == MOST_ROWS
    assert rows.words == "200 of 675 training rows"


def test_that_heights_rise_with_the_loss_and_shades_with_them(view: SurfaceView) -> None:
    assert view.surface is not None
    found = heights(view.surface)
    order = np.argsort(view.surface.losses.ravel())
    assert np.all(np.diff(found.ravel()[order]) >= 0)
    assert (float(found.min()), float(found.max())) == (0, 1)
    odd = view.surface.losses.copy()
    odd[0, 0] = np.inf
    assert np.isnan(heights(replace(view.surface, losses=odd))[0, 0])
    for theme in (DARK, LIGHT):
        shades = surface_lut(theme)
        light = [sum((int(shade) >> bits) & 255 for bits in (0, 8, 16)) for shade in shades]
        steps = np.diff(light) if theme.is_dark else -np.diff(light)
        assert np.all(steps >= -3)
    view.set_theme(LIGHT)
    view.grab()


@pytest.fixture(name="program")
def make_program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    yield from program_on_screen(qtbot, tmp_path)


def test_that_the_window_says_so_while_weights_are_tried(qtbot: QtBot, program: Program) -> None:
    train(qtbot, program, 3)
    program.window.docks["surface"].show()
    qtbot.waitUntil(lambda: "surface" in program.window.views)
    view = program.window.views["surface"]
    assert isinstance(view, SurfaceView)
    qtbot.waitUntil(lambda: view.surface is not None and not view.is_working)
    view.map.ball_moved.emit(0.4, 0.4)
    banner = program.window.centre.trial_banner
    assert banner.isVisible()
    banner.end_button.click()
    assert not is_tried(program.display)
    assert banner.isHidden()


def test_that_a_network_of_another_shape_takes_the_place_at_once(
    qtbot: QtBot, view: SurfaceView, display: Display
) -> None:
    late, other = view.surface, display_of(dataset="diabetes", epochs=1)
    display.show(replace(other.snapshot, generation=9))
    view._background.progressed.emit(late)
    view.map.place_hovered.emit((0.1, 0.1))
    view.map.ball_moved.emit(0.1, 0.1)
    view.refresh()
    finish(view, qtbot)
    assert view.surface is not None
    assert view.surface.plane.origin.size == display.network.parameter_count
