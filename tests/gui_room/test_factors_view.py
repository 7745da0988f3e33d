"""Local x downstream: the tiles, where they lead, and what is saved for later."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.core.notation import Source, six_digits
from nnviz.core.program import LineKind, Phase
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.selection import EdgeRef, Selection
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.factor_tile import FactorTile
from nnviz.gui.views.factors_view import FactorsView
from tests.gui_room.test_equation_view import worked_example
from tests.gui_room.walks import number_of, put, spec_of, trace_of, walking


def shown(display: Display, qtbot: QtBot, size: tuple[int, int] = (560, 600)) -> FactorsView:
    view = FactorsView(display, DARK)
    put(view, qtbot, size)
    return view


def values(view: FactorsView) -> list[str]:
    return [tile.value_text for tile in view.canvas.tiles]


def hovered(view: FactorsView) -> Source | None:
    return view.display.selection.hovered


def tile_of(view: FactorsView, source: Source) -> FactorTile:
    return next(
        tile
        for tile in view.canvas.tiles
        if tile.content is not None and tile.content.source == source
    )


def test_that_a_weight_s_gradient_is_shown_up_to_the_loss(qtbot: QtBot) -> None:
    trace = worked_example()
    display = walking(trace, number_of(trace, "dW1"))
    display.selection.select_edge(EdgeRef(1, 0, 1))
    view = shown(display, qtbot)
    assert values(view) == [
        "1", "0.0489735", "0.0489735",
        "0.30502", "0.160558", "0.0489735",
        "−0.4", "−0.401395", "0.160558",
        "−0.401395", "1", "−0.401395",
    ]  # fmt: skip
    heads = [tile.content.head for tile in view.canvas.tiles[:3] if tile.content is not None]
    assert heads == ["LOCAL", "DOWNSTREAM", "PRODUCT"]
    assert view.canvas.rows[0].signs == ("×", "=")


@pytest.mark.parametrize("activation", ["tanh", "relu", "maxout"])
def test_that_the_product_is_the_product(qtbot: QtBot, activation: str) -> None:
    trace = trace_of(spec_of(activation))
    display = walking(trace)
    view = shown(display, qtbot)
    for line in trace.lines_of(Phase.BACKWARD):
        display.playback.go_to(line.number)
        view.refresh()
        for row in view.canvas.rows:
            local, downstream, product = row.tiles
            assert product.value == pytest.approx(local.value * downstream.value)


def test_that_a_click_goes_where_a_factor_was_made(qtbot: QtBot) -> None:
    trace = worked_example()
    display = walking(trace, number_of(trace, "dW1"))
    view = shown(display, qtbot)
    delta = Source("dz1", (0, 0), trace.made_at("dz1"))
    QTest.mouseClick(tile_of(view, delta), Qt.MouseButton.LeftButton)
    assert display.playback.position == trace.made_at("dz1")
    view.refresh()
    assert len(view.canvas.rows) == 3


def test_that_an_input_leads_nowhere(qtbot: QtBot) -> None:
    trace = worked_example()
    number = number_of(trace, "dW1")
    display = walking(trace, number)
    view = shown(display, qtbot)
    QTest.mouseClick(tile_of(view, Source("x", (0, 0), 0)), Qt.MouseButton.LeftButton)
    assert display.playback.position == number


def test_that_tiles_and_other_views_light_up_together(qtbot: QtBot) -> None:
    trace = worked_example()
    display = walking(trace, number_of(trace, "dW1"))
    view = shown(display, qtbot)
    source = Source("g1", (0, 0), trace.made_at("g1"))
    tile = tile_of(view, source)
    place = QPointF(5, 5)
    QApplication.sendEvent(
        tile, QEnterEvent(place, place, QPointF(tile.mapToGlobal(QPointF(place))))
    )
    assert hovered(view) == source
    view.refresh()
    assert tile.is_lit
    QApplication.sendEvent(tile, QEvent(QEvent.Type.Leave))
    assert hovered(view) is None
    view.refresh()
    assert not tile.is_lit


def test_that_the_forward_pass_tells_what_is_saved(qtbot: QtBot) -> None:
    trace = worked_example()
    display = walking(trace, 1)
    view = shown(display, qtbot)
    assert view.canvas.rows[0].heading == "Saved for the backward pass"
    assert values(view) == ["1", "0.5"]
    (first, second) = view.canvas.tiles
    assert first.content is not None
    assert first.content.head == f"SAVED, USED IN LINE {number_of(trace, 'dW1')}"
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    line = display.playback.line
    assert line is not None
    assert line.line.kind is LineKind.TO_LAYER_BELOW


@pytest.mark.parametrize("kind", [LineKind.LOSS, LineKind.UPDATE])
def test_that_lines_without_factors_say_why(qtbot: QtBot, kind: LineKind) -> None:
    trace = worked_example()
    number = next(line.number for line in trace.lines if line.line.kind is kind)
    view = shown(walking(trace, number), qtbot)
    assert view.canvas.tiles == []
    assert view.canvas.rows[0].heading == "No gradient is made in this line."
    assert len(view.canvas.rows[0].note) > 40


def test_that_the_start_and_the_welcome_say_how_to_go_on(qtbot: QtBot) -> None:
    view = shown(walking(worked_example(), 0), qtbot)
    assert "Press →" in view.canvas.rows[0].heading
    view = shown(Display(Selection()), qtbot)
    assert view.welcome.isVisible()


def test_that_the_sum_over_samples_is_told(qtbot: QtBot) -> None:
    trace = trace_of(rows=4)
    display = walking(trace, number_of(trace, "dW1"))
    view = shown(display, qtbot)
    row = view.canvas.rows[0]
    total = six_digits(float(trace.value("dW1")[0, 0]))
    assert row.note == f"∂L/∂w₁,₁,₁ is added over 4 samples: {total}"
    # A share is not the gradient, and must not be called so.
    assert row.tiles[2].symbol.text == "share"
    assert row.tiles[2].meaning == "the share of sample 1"


@pytest.mark.parametrize("rows", [1, 4])
def test_that_the_number_to_predict_is_hidden(qtbot: QtBot, rows: int) -> None:
    trace = trace_of(rows=rows)
    display = walking(trace, number_of(trace, "dW1"))
    Predictor.of(display.playback).switch(True)
    view = shown(display, qtbot)
    row = view.canvas.rows[0]
    if rows == 1:
        assert view.canvas.tiles[2].value_text == "?"
    else:
        assert row.note == "∂L/∂w₁,₁,₁ is added over 4 samples: ?"
    Predictor.of(display.playback).reveal()
    view.refresh()
    assert "?" not in values(view)
    assert "?" not in view.canvas.rows[0].note


@pytest.mark.parametrize("width", [320, 430, 700])
def test_that_tiles_neither_overlap_nor_leave_the_view(qtbot: QtBot, width: int) -> None:
    trace = trace_of()
    view = shown(walking(trace, number_of(trace, "dW1")), qtbot, (width, 500))
    boxes = [tile.geometry() for tile in view.canvas.tiles]
    for index, box in enumerate(boxes):
        assert box.left() >= 0
        assert box.right() < view.canvas.width()
        assert not any(box.intersects(other) for other in boxes[index + 1 :])
        assert box.height() >= view.canvas.tiles[index].height_for(box.width()) - 0.5


def test_that_tiles_can_be_read_aloud(qtbot: QtBot) -> None:
    trace = worked_example()
    view = shown(walking(trace, number_of(trace, "dW1")), qtbot)
    assert view.canvas.tiles[0].accessibleName() == "LOCAL: x₁ = 1"
    assert "upstream" in view.canvas.tiles[1].toolTip()
    view.set_theme(LIGHT)
    view.refresh()
    assert view.canvas.tiles[0].accessibleDescription() == "the input of the weight"
