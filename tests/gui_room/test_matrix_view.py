"""The matrix pane: what is painted is the buffer's, and every cell leads to its number."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.core.notation import Source
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK, LIGHT, Theme
from nnviz.gui.views.matrix_axes import PlacedTile
from nnviz.gui.views.matrix_canvas import MARGIN
from nnviz.gui.views.matrix_painting import title_width
from nnviz.gui.views.matrix_view import MatrixView
from nnviz.gui.views.walk_links import WELCOME, neat_number
from tests.gui_room.walks import (
    is_number,
    move_to,
    number_of,
    put,
    spec_of,
    trace_of,
    walking,
    written_on,
)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_the_painted_numbers_are_the_buffers(qtbot: QtBot, theme: Theme) -> None:
    trace = trace_of()
    display = walking(trace)
    view = MatrixView(display, theme)
    put(view, qtbot, (900, 500))
    for line in trace.lines:
        display.playback.go_to(line.number)
        view.refresh()
        texts = written_on(view.canvas)
        assert view.canvas.formula is not None
        for tile in view.canvas.formula.tiles:
            for value in np.ravel(trace.value(tile.buffer, tile.position)):
                is_there = any(is_number(text, float(value)) for text in texts)
                assert is_there, (line.line.formula, tile.title)


def test_that_the_entry_in_focus_is_told_below(qtbot: QtBot) -> None:
    trace = trace_of()
    display = walking(trace, number_of(trace, "z1 ="))
    display.selection.select_sample(2)
    display.selection.select_unit(UnitRef(1, 1))
    view = MatrixView(display, DARK)
    put(view, qtbot)
    number = neat_number(float(trace.value("z1")[2, 1]))
    assert view.info.accessibleName() == f"sample 3, z₁,₂ = {number} · made in line 1"
    z, x, w, b = (placed.tile for placed in _placed(view))
    assert z.lit.marked == (2, 1)
    assert x.lit.row == 2
    assert w.lit.column == 1
    assert b.lit.column == 1


def _placed(view: MatrixView) -> tuple[PlacedTile, ...]:
    assert view.canvas.arrangement is not None
    return view.canvas.arrangement.tiles


def click_on(view: MatrixView, source: Source) -> None:
    rect = view.canvas.cell_rect(source)
    assert rect is not None
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())


def test_that_a_click_selects_what_the_number_belongs_to(qtbot: QtBot) -> None:
    trace = trace_of()
    display = walking(trace, number_of(trace, "z2 ="))
    view = MatrixView(display, DARK)
    put(view, qtbot)
    click_on(view, Source("z2", (3, 1), 4))
    assert (display.selection.unit, display.selection.sample) == (UnitRef(2, 1), 3)
    click_on(view, Source("a1", (1, 2), 2))
    assert (display.selection.unit, display.selection.sample) == (UnitRef(1, 2), 1)
    click_on(view, Source("W2", (2, 0)))
    assert display.selection.edge == EdgeRef(2, 2, 0)
    click_on(view, Source("b2", (1,)))
    assert display.selection.unit == UnitRef(2, 1)
    display.playback.go_to(number_of(trace, "z1 ="))
    view.refresh()
    click_on(view, Source("x", (0, 1)))
    assert (display.selection.unit, display.selection.sample) == (UnitRef(0, 1), 0)
    display.playback.go_to(number_of(trace, "L ="))
    view.refresh()
    click_on(view, Source("p", (2, 0), 7))
    assert (display.selection.unit, display.selection.sample) == (UnitRef(2, 0), 2)
    click_on(view, Source("L", (), 7))
    assert display.selection.unit == UnitRef(2, 0)


def hovered_in(display: Display) -> Source | None:
    return display.selection.hovered


def test_that_hovering_points_at_the_number_both_ways(qtbot: QtBot) -> None:
    trace = trace_of()
    display = walking(trace, number_of(trace, "z1 ="))
    view = MatrixView(display, DARK)
    put(view, qtbot)
    weight = Source("W1", (1, 2), 0)
    rect = view.canvas.cell_rect(weight)
    assert rect is not None
    move_to(view.canvas, rect.center())
    assert hovered_in(display) == weight
    assert view.info.accessibleName().startswith("w₁,₂,₃ = ")
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert hovered_in(display) is None
    plain = view.canvas.grab().toImage()
    display.selection.hover(weight)
    view.refresh()
    assert view.canvas.grab().toImage() != plain
    display.selection.hover(Source("W2", (1, 1)))
    view.refresh()
    assert view.info.accessibleName().endswith("there from the start")


@pytest.mark.parametrize("size", [(320, 220), (500, 260), (900, 500)])
@pytest.mark.parametrize("elides", [True, False])
@pytest.mark.parametrize("activation", ["tanh", "maxout"])
def test_that_all_stands_apart_and_inside(
    qtbot: QtBot, size: tuple[int, int], elides: bool, activation: str
) -> None:
    trace = trace_of(spec_of(activation, sizes=(6, 14, 5, 3), l2=0.1, dropout=0.2), rows=32)
    display = walking(trace)
    view = MatrixView(display, DARK)
    put(view, qtbot, size)
    (view.numbers_button if elides else view.whole_button).click()
    room = view.canvas.rect().toRectF().adjusted(-0.5, -0.5, 0.5, 0.5)
    for line in trace.lines:
        display.playback.go_to(line.number)
        view.refresh()
        boxes = [QRectF(p.x, p.y, p.right - p.x, p.bottom - p.y) for p in _placed(view)]
        for index, box in enumerate(boxes):
            assert room.contains(box.translated(6, 6)), line.line.formula
            assert not any(box.intersects(other) for other in boxes[index + 1 :])


@pytest.mark.parametrize("elides", [True, False])
def test_that_every_cell_of_large_matrices_leads_to_its_number(qtbot: QtBot, elides: bool) -> None:
    trace = trace_of(spec_of(sizes=(60, 40, 3)), rows=32)
    display = walking(trace, number_of(trace, "z1 ="))
    display.selection.select_sample(20)
    display.selection.select_edge(EdgeRef(1, 33, 17))
    view = MatrixView(display, DARK)
    put(view, qtbot)
    (view.numbers_button if elides else view.whole_button).click()
    assert view.canvas.arrangement is not None
    assert view.canvas.arrangement.is_elided == elides
    assert view.canvas.arrangement.has_numbers == elides
    for source in (Source("z1", (20, 17), 1), Source("W1", (33, 17)), Source("x", (20, 33))):
        rect = view.canvas.cell_rect(source)
        assert rect is not None
        found = view.canvas.tile_at(rect.center())
        assert found is not None
        assert found[0].tile.source_of(*found[1]) == source
    if elides:
        number = float(trace.value("W1", 0)[33, 17])
        assert any(is_number(text, number) for text in written_on(view.canvas))


def test_that_the_loupe_writes_the_numbers_under_it(qtbot: QtBot) -> None:
    trace = trace_of(spec_of(sizes=(200, 100, 3)), rows=32)
    display = walking(trace, number_of(trace, "z1 ="))
    view = MatrixView(display, DARK)
    put(view, qtbot)
    assert view.whole_button.isChecked()
    source = Source("W1", (120, 60))
    rect = view.canvas.cell_rect(source)
    assert rect is not None
    move_to(view.canvas, rect.center())
    found = view.canvas.tile_at(rect.center())
    assert found is not None
    row, column = found[1]
    texts = written_on(view.canvas)
    assert {str(row + 1), str(column + 1)} <= set(texts)
    for at in (row - 2, row, row + 2):
        value = float(trace.value("W1", 0)[at, column])
        assert any(is_number(text, value) for text in texts)


def test_that_the_arrow_keys_walk_over_the_result(qtbot: QtBot) -> None:
    trace = trace_of()
    display = walking(trace, number_of(trace, "z1 ="))
    view = MatrixView(display, DARK)
    put(view, qtbot)
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    QTest.keyClick(view.canvas, Qt.Key.Key_Down)
    assert (display.selection.unit, display.selection.sample) == (UnitRef(1, 1), 1)


def test_that_a_tab_brings_another_piece_of_maxout_up(qtbot: QtBot) -> None:
    trace = trace_of(spec_of("maxout", sizes=(2, 3, 2)))
    display = walking(trace, number_of(trace, "z1 ="))
    view = MatrixView(display, DARK)
    put(view, qtbot)
    placed = _placed(view)[0]
    (tab,) = (box for box in placed.tab_boxes(title_width) if box[0] == 2)
    place = QPointF(tab[1] + MARGIN + 6, tab[2] + MARGIN + 8)
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place.toPoint())
    for tile in (placed.tile for placed in _placed(view)):
        assert tile.piece == (2 if tile.pieces else 0)
        if tile.pieces:
            assert tile.values is not None
            buffer = trace.value(tile.buffer, tile.position)
            np.testing.assert_array_equal(tile.values[0], buffer[2].reshape(tile.shape)[0])


def test_that_without_a_walk_it_says_how_to_begin(qtbot: QtBot) -> None:
    display = walking(trace_of())
    display.playback.leave()
    view = MatrixView(display, DARK)
    put(view, qtbot, (700, 300))
    assert view.info.text() == WELCOME
    assert view.canvas.formula is None
    assert written_on(view.canvas) == []
