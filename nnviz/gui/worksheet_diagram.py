"""The network of a worksheet: its units and edges with the numbers that are given."""

from collections.abc import Iterator

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.notation import Piece, six_digits, symbol
from nnviz.core.trace import Trace
from nnviz.gui.fonts import ui_font
from nnviz.gui.views.tex_nodes import read_pieces
from nnviz.gui.views.tex_setting import Typesetter
from nnviz.gui.worksheet_page import HAIR, INK, QUIET, WIDTH, Block, paint_box

MOST_UNITS, MOST_COLUMNS = 5, 6
_RADIUS, _GAP = 19.0, 74.0
_HEAD, _SIDE = 26.0, 86.0
# Numbers stand on the edges near their lower or their upper end, by turns, so that
# no two of them meet.
_PLACES = (0.25, 0.75)


def diagram(trace: Trace) -> Block | None:
    """Return the picture of a network, or ``None`` of one that it would be too crowded for."""
    sizes = trace.spec.layer_sizes
    is_plain = all(layer.piece_count == 1 for layer in trace.spec.layers)
    if max(sizes) > MOST_UNITS or len(sizes) > MOST_COLUMNS or not is_plain:
        return None
    painted = _Diagram(trace)
    return Block(painted.height, painted.paint)


class _Diagram:
    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._sizes = trace.spec.layer_sizes
        self.height = _HEAD + _GAP * max(self._sizes) + 6

    def _place(self, column: int, unit: int) -> QPointF:
        across = (WIDTH - 2 * _SIDE) / (len(self._sizes) - 1)
        top = _HEAD + (max(self._sizes) - self._sizes[column]) * _GAP / 2
        return QPointF(_SIDE + column * across, top + (unit + 0.5) * _GAP + 6)

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        painter.save()
        painter.translate(x, y)
        for column in range(1, len(self._sizes)):
            for source, target in self._edges(column):
                self._paint_edge(painter, column, source, target)
        for column in range(1, len(self._sizes)):
            for source, target in self._edges(column):
                self._paint_weight(painter, column, source, target)
        for column, size in enumerate(self._sizes):
            self._paint_head(painter, column)
            for unit in range(size):
                self._paint_unit(painter, column, unit)
        painter.restore()

    def _edges(self, column: int) -> Iterator[tuple[int, int]]:
        for source in range(self._sizes[column - 1]):
            for target in range(self._sizes[column]):
                yield source, target

    def _paint_edge(self, painter: QPainter, column: int, source: int, target: int) -> None:
        painter.setPen(QPen(QColor(HAIR), 1.1))
        painter.drawLine(QLineF(self._place(column - 1, source), self._place(column, target)))

    def _paint_weight(self, painter: QPainter, column: int, source: int, target: int) -> None:
        start, end = self._place(column - 1, source), self._place(column, target)
        place = start + (end - start) * _PLACES[source % 2]
        weight = self._trace.value(f"W{column}", 0)[source, target]
        _paint_number(painter, place, six_digits(float(weight)))

    def _paint_head(self, painter: QPainter, column: int) -> None:
        layers = self._trace.spec.layers
        text = "inputs" if column == 0 else ACTIVATIONS[layers[column - 1].activation].label
        painter.setFont(ui_font(11))
        painter.setPen(QColor(QUIET))
        middle = self._place(column, 0).x()
        area = QRectF(middle - 90, 0, 180, 18)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_unit(self, painter: QPainter, column: int, unit: int) -> None:
        place = self._place(column, unit)
        painter.setPen(QPen(QColor(INK), 1.2))
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(place, _RADIUS, _RADIUS)
        name = symbol("x" if column == 0 else f"a{column}", [unit])
        _paint_symbol(painter, place, name, 15.0)
        trace = self._trace
        if column:
            bias = six_digits(float(trace.value(f"b{column}", 0)[unit]))
            _paint_number(painter, place - QPointF(0, _RADIUS + 11), f"b = {bias}")
        if trace.batch_size > 1:
            return
        if column == 0:
            text = six_digits(float(trace.value("x", 0)[0, unit]))
            _paint_number(painter, place - QPointF(_RADIUS + 32, 0), text)
        if column == len(self._sizes) - 1:
            text = f"t = {six_digits(float(trace.value('t', 0)[0, unit]))}"
            _paint_number(painter, place + QPointF(_RADIUS + 34, 0), text)


def _paint_number(painter: QPainter, middle: QPointF, text: str) -> None:
    font = ui_font(11)
    width = QFontMetricsF(font).horizontalAdvance(text) + 6
    area = QRectF(middle.x() - width / 2, middle.y() - 8, width, 16)
    painter.fillRect(area, QColor("#FFFFFF"))
    painter.setFont(font)
    painter.setPen(QColor(INK))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


def _paint_symbol(painter: QPainter, middle: QPointF, name: Piece, size: float) -> None:
    box = Typesetter(size).row(read_pieces((name,)))
    paint_box(painter, box, middle.x() - box.width / 2, middle.y() + 0.25 * size)
