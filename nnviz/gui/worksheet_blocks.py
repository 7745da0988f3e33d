"""From a worksheet to the blocks that stand on its pages."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.losses import LOSSES
from nnviz.core.notation import Piece, plain, six_digits
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.trace import Trace
from nnviz.core.worksheet import Part, Row, Worksheet, given
from nnviz.gui.fonts import ui_font
from nnviz.gui.views.equation_rows import wrapped
from nnviz.gui.views.tex_boxes import Box
from nnviz.gui.views.tex_nodes import read_pieces
from nnviz.gui.worksheet_diagram import diagram
from nnviz.gui.worksheet_page import (
    HAIR,
    INK,
    QUIET,
    WIDTH,
    Block,
    paint_box,
    setter,
    space,
    symbols,
    words,
)

TITLE = "One training step by hand"
_SIZE = 15.0
_MOST_COLUMNS = 7
_ROOM_TO_WRITE, _ROOM = 17.0, 9.0
_BOLD = QFont.Weight.DemiBold


def blocks(sheet: Worksheet, has_answers: bool) -> Iterator[Block]:
    """Yield everything that is printed, from above."""
    yield _title(has_answers)
    yield words(sheet.title, 13)
    yield words(facts(sheet.trace), 11, ink=QUIET)
    record = LOSSES[sheet.trace.spec.loss]
    loss = plain(f"L = {record.label}", f"L = {record.formula}")
    yield space(6)
    yield symbols((loss,), 14.0)
    yield space(8)
    picture = diagram(sheet.trace)
    if picture is not None:
        yield picture
        yield space(6)
    yield words("Given", 13, _BOLD)
    yield space(6)
    yield from _given(sheet.trace)
    phase = ""
    for part in sheet.parts:
        yield from _part(part, has_answers, phase)
        phase = part.phase


def facts(trace: Trace) -> str:
    """Return how the network is made and trained, in a line."""
    layers = " → ".join(
        f"{layer.size} {ACTIVATIONS[layer.activation].label}" for layer in trace.spec.layers
    )
    count = trace.batch_size
    parts = [f"{trace.spec.input_size} inputs → {layers}"]
    if trace.optimizer is not None:
        label = OPTIMIZERS[trace.optimizer.name].label
        parts.append(f"{label}, learning rate η = {six_digits(trace.learning_rate)}")
        if not trace.optimizer.trains_biases:
            parts.append("biases held")
    parts.append(f"step {trace.step}")
    parts.append(f"{count} sample{'' if count == 1 else 's'}")
    return " · ".join(parts)


def _title(has_answers: bool) -> Block:
    head = words(TITLE, 22, QFont.Weight.Bold)

    def paint(painter: QPainter, x: float, y: float) -> None:
        head.paint(painter, x, y)
        painter.setFont(ui_font(12))
        painter.setPen(QColor(QUIET))
        area = QRectF(x, y, WIDTH, head.height)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if has_answers:
            painter.drawText(area, side, "with answers")
            return
        painter.drawText(area.adjusted(0, 0, -190, 0), side, "Name")
        painter.setPen(QPen(QColor(HAIR), 0.8))
        foot = y + head.height - 6
        painter.drawLine(QLineF(x + WIDTH - 184, foot, x + WIDTH, foot))

    return Block(head.height + 4, paint)


# What is given, as matrices.


def _given(trace: Trace) -> Iterator[Block]:
    row: list[_Matrix] = []
    for matrix in _matrices(trace):
        if row and sum(each.width for each in row) + matrix.width > WIDTH:
            yield _side_by_side(row)
            row = []
        row.append(matrix)
    if row:
        yield _side_by_side(row)


def _matrices(trace: Trace) -> Iterator["_Matrix"]:
    for name, array in given(trace):
        columns = array.shape[1]
        for first in range(0, columns, _MOST_COLUMNS):
            last = min(first + _MOST_COLUMNS, columns)
            part = name
            if columns > _MOST_COLUMNS:
                span = f", columns {first + 1} to {last}"
                part = plain(name.text + span, rf"{name.tex}\text{{{span}}}")
            yield _Matrix(part, array[:, first:last])


def _side_by_side(row: Sequence["_Matrix"]) -> Block:
    height = max(each.height for each in row)

    def paint(painter: QPainter, x: float, y: float) -> None:
        for each in row:
            each.paint(painter, x, y + (height - each.height) / 2)
            x += each.width

    return Block(height + 12, paint)


class _Matrix:
    """A matrix in brackets behind its name."""

    def __init__(self, name: Piece, array: FloatArray) -> None:
        self._rows = [[six_digits(float(value)) for value in line] for line in array]
        self._name = setter(_SIZE, has_answers=True).row(read_pieces((name, plain(" = ", "="))))
        columns = len(self._rows[0])
        most = WIDTH - self._name.width - 40
        self._font, cell = ui_font(12), 0.0
        for size in range(12, 4, -1):
            self._font = ui_font(size)
            metrics = QFontMetricsF(self._font)
            cell = 12 + max(metrics.horizontalAdvance(text) for row in self._rows for text in row)
            if cell * columns <= most:
                break
        self._cell, self._line = cell, 18.0
        self.width = self._name.width + 12 + cell * columns + 26
        self.height = self._line * len(self._rows) + 6

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        middle = y + self.height / 2
        paint_box(painter, self._name, x, middle + 0.25 * _SIZE)
        left = x + self._name.width + 12
        right = left + self._cell * len(self._rows[0])
        painter.setPen(QPen(QColor(INK), 1))
        for side, inward in ((left - 2, 5), (right + 2, -5)):
            painter.drawLine(QLineF(side, y, side, y + self.height))
            for foot in (y, y + self.height):
                painter.drawLine(QLineF(side, foot, side + inward, foot))
        painter.setFont(self._font)
        for i, row in enumerate(self._rows):
            for j, text in enumerate(row):
                area = QRectF(left + j * self._cell, y + 3 + i * self._line, self._cell, self._line)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


# The lines of the step.


def _part(part: Part, has_answers: bool, phase: str) -> Iterator[Block]:
    rows = list(_rows(part.rows, has_answers))
    formula = symbols(part.formula, 14.0, QUIET)
    follows = formula.height + 8 + (rows[0].height if rows else 0.0)
    if part.phase != phase:
        yield space(14)
        yield _phase_head(part.phase, 40 + follows)
    yield space(8)
    head = words(f"{part.number}   {part.title}", 12, _BOLD)
    yield Block(head.height, head.paint, follows + 8)
    yield space(4)
    yield Block(
        formula.height, lambda p, x, y: formula.paint(p, x + 22, y), follows - formula.height
    )
    yield space(8)
    yield from rows


def _phase_head(phase: str, follows: float) -> Block:
    head = words(phase, 15, QFont.Weight.Bold)

    def paint(painter: QPainter, x: float, y: float) -> None:
        head.paint(painter, x, y)
        painter.setPen(QPen(QColor(HAIR), 0.8))
        painter.drawLine(QLineF(x, y + head.height + 2, x + WIDTH, y + head.height + 2))

    return Block(head.height + 4, paint, follows)


def _rows(rows: Sequence[Row], has_answers: bool) -> Iterator[Block]:
    room = _ROOM if has_answers else _ROOM_TO_WRITE
    typesetter = setter(_SIZE, has_answers)
    labels = [setter(12.0, has_answers=True).row(read_pieces(row.label)) for row in rows]
    indent = max((label.width for label in labels), default=0.0)
    indent = 22 + (indent + 12 if indent else 0.0)
    boxes = [
        wrapped(
            read_pieces(row.numbers if has_answers else row.with_blanks()),
            WIDTH - indent,
            typesetter,
        )
        for row in rows
    ]
    across = 2 if all(indent + box.width <= WIDTH / 2 - 10 for box in boxes) else 1
    for first in range(0, len(boxes), across):
        cells = list(zip(labels, boxes, strict=True))[first : first + across]
        yield _row(cells, indent, room)


def _row(cells: Sequence[tuple[Box, Box]], indent: float, room: float) -> Block:
    above = max(box.ascent for _, box in cells)
    below = max(box.descent for _, box in cells)

    def paint(painter: QPainter, x: float, y: float) -> None:
        for index, (label, box) in enumerate(cells):
            left = x + index * WIDTH / 2
            paint_box(painter, label, left + 22, y + above, QUIET)
            paint_box(painter, box, left + indent, y + above)

    return Block(above + below + room, paint)
