"""The lecture's chain in the graph view: its numbers, and what a person changes."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.chain import LECTURE_CHAIN, LONGEST_CHAIN
from nnviz.gui.views.graph_chain import ChainValues
from nnviz.gui.views.graph_parts import Node, Wire
from nnviz.gui.views.graph_view import GraphView
from nnviz.gui.views.walk_links import neat_number
from tests.gui_room.graph_gestures import (
    click,
    nodes_of,
    place_of_node,
    place_of_number,
    view_of,
)
from tests.gui_room.walks import (
    press,
    trace_of,
    written_on,
)


def chain_view(qtbot: QtBot) -> GraphView:
    view, display = view_of(qtbot, trace_of(), 0)
    display.playback.leave()
    press(view, "graph_chain")
    return view


def test_that_the_chain_shows_the_lectures_numbers(qtbot: QtBot) -> None:
    view = chain_view(qtbot)
    view.chain_bar.go_to(10)
    texts = written_on(view.canvas)
    for number in ("1.5", "0.5", "0.462117", "0.262117", "0.0687054", "0.524234", "0.412283"):
        assert number in texts
    assert "1.23685" in texts
    assert {"x", "out1", "out4", "loss", "dloss_x", "dloss_out3"} <= set(texts)
    assert view.facts == "line 10 of 10 · dloss_x 1.23685"


def test_that_the_chain_runs_forward_then_backward(qtbot: QtBot) -> None:
    view = chain_view(qtbot)
    graph = view.canvas.graph
    assert graph is not None
    parts: tuple[Node | Wire, ...] = (*graph.nodes, *graph.wires)
    seen = []
    for _ in range(11):
        values = ChainValues(view.chain_bar.run, view.chain_bar.position)
        shown = [values.shown(q).value for part in parts for q in part.quantities]
        seen.append(sum(value is not None for value in shown))
        press(view, "chain_forward")
    # x; the outs, the gradient of the loss by itself; then a slope and a gradient a line.
    assert seen == [1, 2, 3, 4, 5, 7, 9, 11, 13, 15, 17]
    assert view.info.accessibleName() == "dloss_x = df1(x) * dloss_out1"
    press(view, "chain_back")
    assert view.chain_bar.position == 9


def test_that_a_click_in_the_chain_goes_to_its_line(qtbot: QtBot) -> None:
    view = chain_view(qtbot)
    click(view, place_of_number(view, "out3"))
    assert view.chain_bar.position == 3
    click(view, place_of_number(view, "dloss_out2"))
    assert view.chain_bar.position == 8
    QTest.keyClick(view.canvas, Qt.Key.Key_Left)
    assert view.chain_bar.position == 7


def test_that_x_and_the_functions_can_be_chosen(qtbot: QtBot) -> None:
    view = chain_view(qtbot)
    bar = view.chain_bar
    bar.go_to(10)
    bar.set_x(1.5)
    assert bar.run.outs[0] == 1.5
    assert neat_number(bar.run.gradients[0]) in written_on(view.canvas)
    click(view, place_of_node(view, "f3"))
    bar.set_function("sin")
    assert list(bar.names) == ["triple", "minus_one", "sin", "minus_fifth", "square"]
    assert "f3 = sin(u)" in written_on(view.canvas)
    press(view, "chain_more")
    assert list(bar.names) == ["triple", "minus_one", "sin", "sin", "minus_fifth", "square"]
    assert bar.chosen == 3


def test_that_a_chain_has_one_to_twelve_functions(qtbot: QtBot) -> None:
    view = chain_view(qtbot)
    for _ in range(9):
        press(view, "chain_fewer")
    assert view.chain_bar.names == LECTURE_CHAIN[-1:]
    for _ in range(LONGEST_CHAIN + 3):
        press(view, "chain_more")
    assert list(view.chain_bar.names) == ["square"] * LONGEST_CHAIN


def test_that_the_chain_and_the_network_are_two_pictures(qtbot: QtBot) -> None:
    trace = trace_of()
    view, display = view_of(qtbot, trace, 2)
    press(view, "graph_chain")
    assert view.chain_bar.isVisible()
    assert "f1" in nodes_of(view)
    press(view, "graph_network")
    assert not view.chain_bar.isVisible()
    assert "layer1" in nodes_of(view)
    assert display.playback.position == 2
