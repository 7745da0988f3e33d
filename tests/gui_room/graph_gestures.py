"""Graph views on the screen, and where in them a number stands."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.trace import Trace
from nnviz.gui.display import Display
from nnviz.gui.theme import DARK
from nnviz.gui.views.graph_painting import label_box
from nnviz.gui.views.graph_parts import Node, Quantity, Wire
from nnviz.gui.views.graph_view import GraphView
from tests.gui_room.walks import (
    put,
    walking,
)


def view_of(
    qtbot: QtBot, trace: Trace, line: int, size: tuple[int, int] = (900, 400)
) -> tuple[GraphView, Display]:
    display = walking(trace, line)
    view = GraphView(display, DARK)
    put(view, qtbot, size)
    return view, display


def nodes_of(view: GraphView) -> dict[str, Node]:
    assert view.canvas.graph is not None
    return {node.key: node for node in view.canvas.graph.nodes}


def wire_with(view: GraphView, name: str) -> tuple[Wire, Quantity, bool]:
    assert view.canvas.graph is not None
    for wire in view.canvas.graph.wires:
        for quantity, is_below in ((wire.above, False), (wire.below, True)):
            if quantity is not None and quantity.name == name:
                return wire, quantity, is_below
    raise AssertionError(f"no wire carries {name}")


def pixel_of(view: GraphView, box: QRectF) -> QPointF:
    return view.canvas.camera.to_pixels(box).center()


def place_of_number(view: GraphView, name: str) -> QPointF:
    wire, _, is_below = wire_with(view, name)
    return pixel_of(view, label_box(wire, is_below))


def place_of_node(view: GraphView, key: str) -> QPointF:
    node = nodes_of(view)[key]
    return pixel_of(view, QRectF(node.x, node.y, node.width, node.height))


def click(view: GraphView, place: QPointF) -> None:
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place.toPoint())
