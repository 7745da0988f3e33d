"""Painting of a computational graph: values above each wire, gradients below it."""

from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from nnviz.core.notation import Source
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix, sign_colour
from nnviz.gui.views.graph_parts import (
    LABEL_HEIGHT,
    LABEL_WIDTH,
    Graph,
    Node,
    NodeKind,
    Point,
    Quantity,
    Shown,
    State,
    Values,
    Wire,
)
from nnviz.gui.views.graph_sheet import TURN
from nnviz.gui.views.walk_links import neat_number

BEND, CORNER = 50.0, 8.0
GLYPH = 15.0
_LINE = 14.0
_ARROW = 5.0
_NOT_YET = "\N{MIDDLE DOT}\N{MIDDLE DOT}\N{MIDDLE DOT}"


def label_box(wire: Wire, is_below: bool) -> QRectF:
    """Return where a wire's value or gradient stands."""
    x, y = wire.label_place
    top = y + 3 if is_below else y - LABEL_HEIGHT
    return QRectF(x - LABEL_WIDTH / 2, top, LABEL_WIDTH, LABEL_HEIGHT - 3)


def number_boxes(node: Node) -> list[tuple[Quantity, QRectF]]:
    """Return a node's numbers and where they stand."""
    rect = QRectF(node.x, node.y, node.width, node.height)
    if node.kind is NodeKind.OPERATION and node.value is not None:
        return [(node.value, QRectF(rect.left(), rect.bottom() - 20, rect.width(), 18))]
    top = rect.top() + (1.0 + _LINE if len(node.quantities) > 1 else _LINE + 4)
    return [
        (quantity, QRectF(rect.left(), top + slot * _LINE, rect.width(), _LINE))
        for slot, quantity in enumerate(node.quantities)
    ]


def glyph_boxes(node: Node) -> dict[int, QRectF]:
    """Return where a layer opens (+1) and closes (-1)."""
    if not node.layer:
        return {}
    right = node.x + node.width - GLYPH - 4
    steps = [step for step, fits in ((1, node.can_open), (-1, node.depth > 0)) if fits]
    return {
        step: QRectF(right - slot * (GLYPH + 4), node.y + 4, GLYPH, GLYPH)
        for slot, step in enumerate(steps)
    }


@lru_cache(maxsize=16)
def _font(size: int, bold: bool) -> QFont:
    return ui_font(size, QFont.Weight.DemiBold if bold else QFont.Weight.Normal)


class GraphPainter:
    """Paints a graph with the numbers of one place.

    Parameters
    ----------
    painter
        Paints in the graph's coordinates.
    theme
        The colours.
    values
        Knows the numbers.
    hovered
        The number that somebody points at.
    """

    def __init__(
        self, painter: QPainter, theme: Theme, values: Values, hovered: Source | None
    ) -> None:
        self.painter, self.theme, self.values = painter, theme, values
        self.hovered = hovered

    def paint(self, graph: Graph) -> None:
        """Paint frames, wires, boxes and numbers."""
        for node in graph.nodes:
            if node.kind is NodeKind.LAYER and node.depth:
                self._paint_frame(node)
        for wire in graph.wires:
            self._paint_wire(wire)
        for node in graph.nodes:
            if node.kind is not NodeKind.LAYER or not node.depth:
                self._paint_node(node)
        for wire in graph.wires:
            self._paint_labels(wire)

    # Wires.

    def _paint_wire(self, wire: Wire) -> None:
        below = None if wire.below is None else self.values.shown(wire.below)
        above = None if wire.above is None else self.values.shown(wire.above)
        runs_back = below is not None and below.state is State.NOW
        runs = above is not None and above.state is State.NOW
        colour, width = QColor(self.theme.border_strong), 1.5
        if runs or runs_back:
            colour, width = QColor(self.theme.accent), 2.5
        elif above is None or above.state is not State.AHEAD:
            colour = mix(self.theme.card, self.theme.text_tertiary, 0.8)
        self.painter.setPen(QPen(colour, width))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPath(wire_path(wire))
        if wire.quantities or wire.turn is not None:
            self._paint_arrow(wire, colour, runs_back)

    def _paint_arrow(self, wire: Wire, colour: QColor, is_backward: bool) -> None:
        tip, size = (wire.start, _ARROW) if is_backward else (wire.end, -_ARROW)
        x, y = tip
        points = [QPointF(x, y), QPointF(x + size, y - _ARROW * 0.7)]
        points.append(QPointF(x + size, y + _ARROW * 0.7))
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        self.painter.drawPolygon(points)

    def _paint_labels(self, wire: Wire) -> None:
        for quantity, is_below in ((wire.above, False), (wire.below, True)):
            if quantity is None:
                continue
            box, shown = label_box(wire, is_below), self.values.shown(quantity)
            half = box.height() / 2
            upper = QRectF(box.left(), box.top(), box.width(), half)
            lower = upper.translated(0, half)
            # The number is the one nearer to the wire.
            name, number = (lower, upper) if is_below else (upper, lower)
            self._write_name(name, quantity.name, shown.state)
            self._write_number(number, shown)

    # Nodes.

    def _paint_frame(self, node: Node) -> None:
        rect = QRectF(node.x, node.y, node.width, node.height)
        self.painter.setPen(QPen(QColor(self.theme.border_strong), 1))
        self.painter.setBrush(QColor(self.theme.well))
        self.painter.drawRoundedRect(rect, 10, 10)
        self.painter.setFont(_font(11, True))
        self.painter.setPen(QColor(self.theme.text_secondary))
        title = QRectF(rect.left() + 10, rect.top() + 4, rect.width() - 50, 16)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.painter.drawText(title, align, node.title)
        self._paint_glyphs(node)

    def _paint_glyphs(self, node: Node) -> None:
        self.painter.setFont(_font(11, True))
        for step, box in glyph_boxes(node).items():
            self.painter.setPen(QPen(QColor(self.theme.border_strong), 1))
            self.painter.setBrush(QColor(self.theme.card))
            self.painter.drawRoundedRect(box, 4, 4)
            self.painter.setPen(QColor(self.theme.text_secondary))
            self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "+" if step > 0 else "−")

    def _paint_node(self, node: Node) -> None:
        rect = QRectF(node.x, node.y, node.width, node.height)
        state = self._state_of(node)
        if node.kind is not NodeKind.NOTE:
            self._paint_box(node, rect, state)
        dim = self.theme.text_tertiary
        self.painter.setPen(QColor(dim if state is State.AHEAD else self.theme.text))
        if node.kind in (NodeKind.VALUE, NodeKind.PARAMETER):
            self._write_name(QRectF(rect.left(), rect.top() + 1, rect.width(), _LINE), node.title)
        else:
            self._write_title(node, rect)
        for quantity, box in number_boxes(node):
            shown = self.values.shown(quantity)
            prefix = f"{node.caption} " if node.kind is NodeKind.OPERATION else ""
            self._write_number(box, shown, prefix, quantity.is_gradient)
        if node.layer:
            self._paint_glyphs(node)

    def _state_of(self, node: Node) -> State:
        state = self.values.state_of(node.lines)
        is_leaf = node.kind in (NodeKind.VALUE, NodeKind.PARAMETER)
        if state is State.AHEAD and is_leaf and node.value is not None:
            # A weight is there before its gradient is.
            return self.values.shown(node.value).state
        return state

    def _paint_box(self, node: Node, rect: QRectF, state: State) -> None:
        theme = self.theme
        is_leaf = node.kind in (NodeKind.VALUE, NodeKind.PARAMETER)
        pen = QPen(QColor(theme.border_strong if is_leaf else theme.node_border), 1.25)
        if state is State.AHEAD:
            pen = QPen(QColor(theme.border_strong), 1.25, Qt.PenStyle.DashLine)
        elif state is State.NOW:
            pen = QPen(QColor(theme.accent), 2.25)
        self.painter.setPen(pen)
        self.painter.setBrush(QColor(theme.card if is_leaf else theme.raised))
        radius = 6.0 if is_leaf else min(10.0, rect.height() / 2)
        if rect.width() == rect.height():
            radius = rect.height() / 2
        self.painter.drawRoundedRect(rect, radius, radius)

    def _write_title(self, node: Node, rect: QRectF) -> None:
        painter, centre = self.painter, Qt.AlignmentFlag.AlignCenter
        is_sign = len(node.title) == 1 and node.kind is NodeKind.OPERATION
        painter.setFont(_font(16 if is_sign else 12, True))
        has_second_line = bool(node.caption) and not is_sign
        if not has_second_line:
            painter.drawText(rect, centre, node.title)
            return
        upper = rect.adjusted(4, 4, -4, -20)
        if node.layer:
            upper.adjust(-1, 0, -14, 0)
        if QFontMetricsF(painter.font()).horizontalAdvance(node.title) > upper.width():
            painter.setFont(_font(10, True))
        painter.drawText(upper, centre | Qt.TextFlag.TextWordWrap, node.title)
        if node.value is None:
            painter.setFont(_font(10, False))
            painter.setPen(QColor(self.theme.text_secondary))
            lower = QRectF(rect.left(), rect.bottom() - 20, rect.width(), 16)
            painter.drawText(lower, centre, node.caption)

    # Text.

    def _write_name(self, box: QRectF, text: str, state: State = State.DONE) -> None:
        self.painter.setFont(_font(10, False))
        is_now = state is State.NOW
        self.painter.setPen(QColor(self.theme.text if is_now else self.theme.text_tertiary))
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _write_number(
        self, box: QRectF, shown: Shown, prefix: str = "", is_gradient: bool = False
    ) -> None:
        painter, theme = self.painter, self.theme
        is_hovered = self.hovered is not None and shown.source == self.hovered
        if is_hovered:
            painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 0, -2, 0), 4, 4)
        painter.setFont(_font(11, not is_gradient or shown.state is State.NOW))
        text, colour = prefix + _NOT_YET, theme.text_tertiary
        if shown.value is not None:
            text = prefix + neat_number(shown.value, 4 if prefix else 6)
            colour = sign_colour(theme, shown.value, for_text=True)
            colour = theme.text_secondary if shown.value == 0 else colour
        painter.setPen(QColor(colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def wire_path(wire: Wire) -> QPainterPath:
    """Return the line of a wire: level, and bending only near its end."""
    path = QPainterPath(QPointF(*wire.start))
    (x, y), (end_x, end_y) = wire.start, wire.end
    if wire.turn is not None:
        right, left = x + TURN, end_x - TURN
        corners = [(right, y), (right, wire.turn), (left, wire.turn), (left, end_y)]
        return _rounded(path, [*corners, wire.end])
    if wire.via is not None:
        via_x, via_y = wire.via
        middle = (x + via_x) / 2
        path.cubicTo(middle, y, middle, via_y, via_x, via_y)
        x, y = via_x, via_y
    if abs(end_x - x) < BEND / 2 or y == end_y:
        path.lineTo(end_x, end_y)
        return path
    begin = max(x, end_x - BEND)
    path.lineTo(begin, y)
    middle = (begin + end_x) / 2
    path.cubicTo(middle, y, middle, end_y, end_x, end_y)
    return path


def _rounded(path: QPainterPath, points: list[Point]) -> QPainterPath:
    """Go through corners, and cut each of them round."""
    for (x, y), (next_x, next_y) in pairwise(points):
        here = path.currentPosition()
        before, after = _towards(x, y, here.x(), here.y()), _towards(x, y, next_x, next_y)
        path.lineTo(*before)
        path.quadTo(QPointF(x, y), QPointF(*after))
    path.lineTo(*points[-1])
    return path


def _towards(x: float, y: float, to_x: float, to_y: float) -> Point:
    length = max(abs(to_x - x) + abs(to_y - y), 1e-9)
    share = min(CORNER, length / 2) / length
    return x + (to_x - x) * share, y + (to_y - y) * share
