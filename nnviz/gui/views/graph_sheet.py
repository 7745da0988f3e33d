"""What a graph is drawn on: segments from left to right, in rows where one is too long."""

from collections.abc import Sequence
from dataclasses import replace

from nnviz.gui.views.graph_parts import Graph, Node, NodeKind, Point, Quantity, Wire

BOX_WIDTH, BOX_HEIGHT = 82.0, 50.0
VALUE_WIDTH, VALUE_HEIGHT = 76.0, 46.0
WIRE_LENGTH = 80.0
FRAME_PADDING, FRAME_TITLE = 12.0, 22.0
ROW_GAP, TURN = 20.0, 12.0


class Sheet:
    """The nodes and wires so far.

    Attributes
    ----------
    nodes, wires
        In the order in which they are painted.
    x, y
        Where the next part begins, and the height of the line it stands on: 0 but
        for the units of a layer that is opened to its numbers.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.wires: list[Wire] = []
        self.x = self.y = 0.0

    def add(
        self,
        key: str,
        kind: NodeKind,
        title: str,
        caption: str = "",
        lines: tuple[int, ...] = (),
        value: Quantity | None = None,
        gradient: Quantity | None = None,
        size: Point = (BOX_WIDTH, BOX_HEIGHT),
    ) -> Node:
        """Add a box at the line, and go on behind it."""
        middle = self.x + size[0] / 2, self.y
        node = self.put(key, kind, middle, title, caption, lines, value, gradient, size)
        self.x += size[0]
        return node

    def put(
        self,
        key: str,
        kind: NodeKind,
        middle: Point,
        title: str,
        caption: str = "",
        lines: tuple[int, ...] = (),
        value: Quantity | None = None,
        gradient: Quantity | None = None,
        size: Point = (VALUE_WIDTH, VALUE_HEIGHT),
    ) -> Node:
        """Add a box around a point."""
        node = Node(
            key,
            kind,
            middle[0] - size[0] / 2,
            middle[1] - size[1] / 2,
            *size,
            title,
            caption,
            lines,
            value,
            gradient,
        )
        self.nodes.append(node)
        return node

    def wire(
        self,
        above: Quantity | None = None,
        below: Quantity | None = None,
        length: float = WIRE_LENGTH,
    ) -> None:
        """Draw a wire to the right along the line."""
        end = self.x + length
        self.wires.append(Wire((self.x, self.y), (end, self.y), above, below))
        self.x = end

    def connect(
        self,
        start: Point,
        end: Point,
        above: Quantity | None = None,
        below: Quantity | None = None,
        via: Point | None = None,
    ) -> None:
        """Draw a wire between two points."""
        self.wires.append(Wire(start, end, above, below, via))


def in_rows(sheets: Sequence[Sheet], width: float) -> Graph:
    """Return one graph of segments that follow one another.

    Parameters
    ----------
    sheets
        The segments, each drawn from x = 0 on.
    width
        A row ends before it is longer than this, px; a segment is never cut.
    """
    rows: list[list[Sheet]] = [[]]
    for sheet in sheets:
        if rows[-1] and sum(one.x for one in (*rows[-1], sheet)) > width:
            rows.append([])
        rows[-1].append(sheet)
    nodes: list[Node] = []
    wires: list[Wire] = []
    x = y = bottom = 0.0
    for row in rows:
        _, top, _, low = _box_of(row)
        if wires:
            following = bottom + ROW_GAP - top
            wires.append(Wire((x, y), (0.0, following), turn=bottom + ROW_GAP / 2))
            y = following
        x, bottom = 0.0, y + low
        for sheet in row:
            nodes += [replace(node, x=node.x + x, y=node.y + y) for node in sheet.nodes]
            wires += [_moved(wire, x, y) for wire in sheet.wires]
            x += sheet.x
    return Graph(tuple(nodes), tuple(wires))


def _box_of(row: Sequence[Sheet]) -> tuple[float, float, float, float]:
    nodes = tuple(node for sheet in row for node in sheet.nodes)
    return Graph(nodes, tuple(wire for sheet in row for wire in sheet.wires)).box


def _moved(wire: Wire, x: float, y: float) -> Wire:
    via = None if wire.via is None else (wire.via[0] + x, wire.via[1] + y)
    (start_x, start_y), (end_x, end_y) = wire.start, wire.end
    return replace(wire, start=(start_x + x, start_y + y), end=(end_x + x, end_y + y), via=via)
