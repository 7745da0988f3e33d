"""The graph view: numbers above and below the wires, and what a person does with them."""

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.core.notation import Source
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK, LIGHT, Theme
from nnviz.gui.views.graph_camera import LEGIBLE, GraphCamera
from nnviz.gui.views.graph_layout import LINES, SCALARS
from nnviz.gui.views.graph_painting import glyph_boxes
from nnviz.gui.views.walk_links import WELCOME
from tests.gui_room.graph_gestures import (
    click,
    nodes_of,
    pixel_of,
    place_of_node,
    place_of_number,
    view_of,
    wire_with,
)
from tests.gui_room.walks import (
    is_number,
    move_to,
    number_of,
    spec_of,
    trace_of,
    written_on,
)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_the_painted_numbers_are_the_buffers(qtbot: QtBot, theme: Theme) -> None:
    trace = trace_of(spec_of(sizes=(2, 2, 2)))
    view, display = view_of(qtbot, trace, 0)
    view.set_theme(theme)
    for layer, depth in ((1, SCALARS), (2, LINES)):
        for _ in range(depth):
            view.open_layer(layer, 1)
    display.selection.select_edge(EdgeRef(1, 1, 1))
    for line in trace.lines:
        display.playback.go_to(line.number)
        view.refresh()
        texts = written_on(view.canvas)
        for name in ("x", "W1", "b1", "z1", "a1", "dz1", "dW1"):
            array = trace.read(name, line.number)
            if array is not None:
                index = {"W1": (1, 1), "dW1": (1, 1), "b1": (1,)}.get(name, (0, 1))
                assert any(is_number(text, float(array[index])) for text in texts), name


def test_that_a_click_on_a_number_goes_to_the_line_that_made_it(qtbot: QtBot) -> None:
    trace = trace_of()
    view, display = view_of(qtbot, trace, len(trace.lines))
    click(view, place_of_number(view, "a₁,₁"))
    assert display.playback.position == number_of(trace, "a1 =")
    click(view, place_of_number(view, "da₁,₁"))
    assert display.playback.position == number_of(trace, "da1 =")
    click(view, place_of_node(view, "loss"))
    assert display.playback.position == number_of(trace, "L =")


def test_that_what_is_not_computed_is_dots(qtbot: QtBot) -> None:
    trace = trace_of()
    view, display = view_of(qtbot, trace, 0)
    assert written_on(view.canvas).count("···") == 6
    display.playback.last()
    view.refresh()
    assert "···" not in written_on(view.canvas)


def test_that_hovering_points_at_the_number_both_ways(qtbot: QtBot) -> None:
    trace = trace_of()
    view, display = view_of(qtbot, trace, len(trace.lines))
    move_to(view.canvas, place_of_number(view, "a₁,₁"))
    source = Source("a1", (0, 0), number_of(trace, "a1 ="))
    assert display.selection.hovered == source
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert view.canvas.hovered is None
    plain = view.canvas.grab().toImage()
    display.selection.hover(source)
    view.refresh()
    assert view.canvas.grab().toImage() != plain


def test_that_a_layer_opens_and_closes(qtbot: QtBot) -> None:
    view, _ = view_of(qtbot, trace_of(), 1)
    for step, key in ((1, "affine1"), (1, "times1.0.0"), (-1, "affine1"), (-1, "layer1")):
        glyph = glyph_boxes(nodes_of(view)["layer1"])[step]
        click(view, pixel_of(view, glyph))
        assert key in nodes_of(view)
    assert "affine1" not in nodes_of(view)
    place = place_of_node(view, "layer2").toPoint()
    QTest.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert "affine2" in nodes_of(view)


def test_that_the_unit_in_focus_is_the_one_whose_numbers_are_shown(qtbot: QtBot) -> None:
    trace = trace_of()
    view, display = view_of(qtbot, trace, number_of(trace, "z2 ="))
    display.selection.select_edge(EdgeRef(2, 2, 1))
    display.selection.select_sample(3)
    view.refresh()
    assert wire_with(view, "a₁,₃")[1].entries == (("a1", (3, 2)),)
    assert wire_with(view, "a₂,₂")[1].entries == (("a2", (3, 1)),)
    display.playback.go_to(number_of(trace, "da1 ="))
    view.refresh()
    assert wire_with(view, "da₁,₃")[1].entries == (("da1", (3, 2)),)
    display.selection.select_unit(UnitRef(0, 1))
    view.refresh()
    assert wire_with(view, "x₂")[1].entries == (("x", (3, 1)),)


def test_that_the_arrow_keys_walk_and_plus_and_minus_zoom(qtbot: QtBot) -> None:
    trace = trace_of()
    view, display = view_of(qtbot, trace, 3)
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    assert display.playback.position == 4
    QTest.keyClick(view.canvas, Qt.Key.Key_Left)
    QTest.keyClick(view.canvas, Qt.Key.Key_Left)
    assert display.playback.position == 2
    scale = view.canvas.camera.scale
    QTest.keyClick(view.canvas, Qt.Key.Key_Plus)
    assert view.canvas.camera.scale > scale
    QTest.keyClick(view.canvas, Qt.Key.Key_0)
    assert view.canvas.camera.scale == pytest.approx(scale)


@pytest.mark.parametrize("size", [(320, 240), (500, 300), (1000, 600)])
def test_that_what_is_computed_is_legible_and_in_view(qtbot: QtBot, size: tuple[int, int]) -> None:
    trace = trace_of(spec_of(sizes=(2, 3, 3, 3, 2)))
    view, display = view_of(qtbot, trace, 0, size)
    room = view.canvas.rect().toRectF()
    for line in trace.lines:
        display.playback.go_to(line.number)
        view.refresh()
        node = nodes_of(view)[
            "loss" if line.line.writes[0] in {"L", "dz4"} else f"layer{line.line.layer}"
        ]
        box = QRectF(node.x, node.y, node.width, node.height)
        assert room.contains(view.canvas.camera.to_pixels(box).center()), line.line.formula
        assert view.canvas.camera.scale >= LEGIBLE


def test_that_dragging_moves_and_is_no_click(qtbot: QtBot) -> None:
    trace = trace_of()
    view, display = view_of(qtbot, trace, 3)
    before = QPointF(view.canvas.camera.offset)
    start = place_of_node(view, "layer1").toPoint()
    QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=start)
    end = QPointF(start) + QPointF(40, 30)
    move_to(view.canvas, end, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=end.toPoint())
    assert view.canvas.camera.offset == before + QPointF(40, 30)
    assert display.playback.position == 3


def test_that_zooming_keeps_the_place_under_the_mouse() -> None:
    camera = GraphCamera()
    camera.fit(QRectF(-50, -20, 300, 100), QSizeF(400, 300))
    about = QPointF(120, 80)
    place = camera.to_scene(about)
    camera.zoom(1.7, about)
    after = camera.to_scene(about)
    assert (after.x(), after.y()) == pytest.approx((place.x(), place.y()))
    assert not camera.is_automatic


def test_that_without_a_walk_it_says_how_to_begin(qtbot: QtBot) -> None:
    view, display = view_of(qtbot, trace_of(), 1)
    display.playback.leave()
    view.refresh()
    assert view.info.text() == WELCOME
    assert written_on(view.canvas) == []
