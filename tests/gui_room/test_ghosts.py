"""Other runs as ghosts in the decision boundary and in the diagram."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath
from pytestqt.qtbot import QtBot

from nnviz.gui.app import Program
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK
from nnviz.gui.views.decision_ghosts import DecisionGhosts
from nnviz.gui.views.decision_lines import boundary
from nnviz.gui.views.decision_view import DecisionView
from nnviz.gui.views.joined_lines import joined
from nnviz.gui.views.network_ghosts import ghost_lines, weight_ghosts
from nnviz.gui.views.network_scene import Focus
from nnviz.gui.views.network_view import NetworkView
from tests.gui_room.travels import branched, look_at, program_on_screen, train


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    for program in program_on_screen(qtbot, tmp_path):
        train(qtbot, program, 8)
        branched(qtbot, program, 4, 0.5)
        train(qtbot, program, 2)
        yield program


def frame_parameters(display: Display, step: int) -> np.ndarray:
    """Return what the reel of the other run has of a step."""
    (run,) = display.runs.others
    return next(frame.parameters for frame in run.reel.frames if frame.step == step)


def test_that_the_ghost_line_is_the_boundary_of_the_other_run_at_the_same_step(
    program: Program,
) -> None:
    display = program.display
    (ghost,) = DecisionGhosts(display).ghosts(DARK, is_curve=False)
    assert ghost.number == 1
    assert ghost.colour == display.runs.others[0].colour(DARK)
    # The very network that run 1 was at step 6, asked as the view asks its own.
    own = display.network.parameters.copy()
    display.network.set_parameters(frame_parameters(display, 6))
    display._cache.clear()
    expected = boundary(display.output_map(50), is_classification=True)
    display.network.set_parameters(own)
    display._cache.clear()
    assert ghost.contour == joined(expected)


def test_that_short_lines_are_joined_where_they_meet() -> None:
    path = QPainterPath()
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    sides = list(zip(square, square[1:] + square[:1], strict=True))
    crossing = [((5.0, 5.0), (6.0, 5.0)), ((7.0, 5.5), (6.0, 5.0))]
    for start, end in (sides[2], crossing[1], sides[0], crossing[0], sides[3], sides[1]):
        path.moveTo(*start)
        path.lineTo(*end)
    lines = joined(path)
    assert len(lines.toSubpathPolygons()) == 2
    assert lines.length() == pytest.approx(path.length())
    assert lines.boundingRect() == path.boundingRect()
    assert joined(QPainterPath()).isEmpty()


def test_that_a_branch_is_no_ghost_before_it_began(qtbot: QtBot, program: Program) -> None:
    display = program.display
    display.travel.recall(display.runs.others[0].generation)
    qtbot.waitUntil(lambda: display.runs.current.number == 1 and display.snapshot.step == 8)
    for step, count in ((4, 1), (3, 0)):
        look_at(qtbot, program, step)
        assert len(DecisionGhosts(display).ghosts(DARK, is_curve=False)) == count
        assert len(weight_ghosts(display)) == count


def test_that_ghosts_are_worked_out_once_for_each_frame(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    ghosts = DecisionGhosts(program.display)
    first = ghosts.ghosts(DARK, is_curve=False)
    monkeypatch.setattr(ghosts, "_answers", lambda *_: pytest.fail("worked out twice"))
    assert ghosts.ghosts(DARK, is_curve=False)[0].contour is first[0].contour


def test_that_the_decision_view_draws_them_until_the_run_is_removed(
    qtbot: QtBot, program: Program
) -> None:
    view = program.window.views["decision"]
    assert isinstance(view, DecisionView)
    view.refresh()
    assert [ghost.number for ghost in view.canvas.ghosts] == [1]
    program.display.travel.forget(program.display.runs.others[0].generation)
    qtbot.waitUntil(lambda: not program.display.runs.others)
    view.refresh()
    assert len(view.canvas.ghosts) == 0


def test_that_the_diagram_tells_the_weight_of_the_other_run(program: Program) -> None:
    display = program.display
    (ghost,) = weight_ghosts(display)
    edge = EdgeRef(1, 1, 2)
    expected = display.network.layout.views(frame_parameters(display, 6)).weights[0][1, 2]
    assert ghost.value(edge) == expected
    assert ghost.value(edge) != display.network.weights[0][1, 2]
    (line,) = ghost_lines(display, edge)
    assert line.startswith("Run 1 at step 6: w = ")
    view = program.window.views["network"]
    assert isinstance(view, NetworkView)
    view.refresh()
    assert line in view.tip_of(Focus(edge=edge))


def test_that_the_other_runs_weight_is_drawn_beside_the_pill(program: Program) -> None:
    view = program.window.views["network"]
    assert isinstance(view, NetworkView)
    program.display.selection.select_unit(UnitRef(1, 2))
    view.refresh()
    scene = view.scene
    assert scene is not None
    pills = scene.pills(view.focus)
    assert {pill.edge.target for pill in pills} == {2}
    picture = view.grab().toImage()
    scene.ghosts = ()
    view.update()
    without = view.grab().toImage()
    place = QPointF(pills[0].x - 46, pills[0].y)
    area = range(round(place.x()) - 20, round(place.x()) + 20)
    ratio = picture.devicePixelRatio()
    row = round(place.y() * ratio)
    assert any(
        picture.pixelColor(round(x * ratio), row) != without.pixelColor(round(x * ratio), row)
        for x in area
    )
