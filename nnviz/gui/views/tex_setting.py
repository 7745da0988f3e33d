"""Equations laid out: where every sign, rule and number of a tree stands.

The proportions are TeX's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from nnviz.core.notation import Piece
from nnviz.gui.views.tex_boxes import Area, Box, Owner, Rule, Run, merged
from nnviz.gui.views.tex_fonts import extent
from nnviz.gui.views.tex_nodes import (
    Fraction,
    Gap,
    Group,
    Hat,
    Kind,
    Node,
    Nodes,
    Number,
    Root,
    Scripts,
    Sign,
    Space,
)

SCRIPT_SIZE = 0.7
SMALLEST = 8.0
HIDDEN_WIDTH = 3.2  # em
_AXIS = 0.25  # em: where fraction bars and minus signs stand above the baseline
_DIGIT_ASCENT, _DIGIT_DESCENT = 0.66, 0.2
_NO_BINARY_AFTER = (None, Kind.BINARY, Kind.RELATION, Kind.OPENING, Kind.OPERATOR, Kind.COMMA)


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Lays out trees.

    Attributes
    ----------
    size
        Of the letters, px.
    hides
        Whether a number is not to be read yet.
    """

    size: float
    hides: Callable[[Piece], bool] = lambda piece: False

    def row(self, nodes: Nodes, size: float | None = None) -> Box:
        """Lay nodes out side by side."""
        size = self.size if size is None else size
        boxes = self.spaced(nodes, size)
        return merged(
            boxes[-1][1] + boxes[-1][0].width if boxes else 0.0,
            ((box, x, 0.0) for box, x in boxes),
        )

    def spaced(self, nodes: Nodes, size: float) -> list[tuple[Box, float]]:
        """Lay nodes out side by side, and keep them apart: each with its x."""
        placed: list[tuple[Box, float]] = []
        x = 0.0
        for node, room in zip(nodes, rooms(nodes), strict=True):
            x += room * size if size > 0.8 * self.size else 0.0
            box = self.node(node, size)
            placed.append((box, x))
            x += box.width
        return placed

    def node(self, node: Node, size: float) -> Box:
        """Lay one node out."""
        match node:
            case Sign():
                return _text(node.text, size)
            case Number():
                return self._number(node, size)
            case Gap():
                return _owned(_text(node.text, size * 0.85), node)
            case Space():
                return Box(node.width * size)
            case Group():
                return self.row(node.nodes, size)
            case Fraction():
                return self._fraction(node, size)
            case Scripts():
                return self._scripts(node, size)
            case Root():
                return self._root(node, size)
            case Hat():
                return self._hat(node, size)

    def _smaller(self, size: float) -> float:
        return max(size * SCRIPT_SIZE, min(SMALLEST, size))

    def _number(self, node: Number, size: float) -> Box:
        piece = node.piece
        if self.hides(piece):
            # The question mark is nobody's: in the number's colour it would tell the sign.
            mark, width = _tall(_text("?", size), size), HIDDEN_WIDTH * size
            box = merged(width, [(mark, (width - mark.width) / 2, 0.0)])
            area = Area(0.0, -box.ascent, width, box.ascent + box.descent, piece, is_hidden=True)
            return replace(box, areas=(area,))
        # A zero that came out of a product with a negative number has no sign.
        text = piece.text if piece.value else "0"
        mantissa, _, exponent = text.partition("e")
        box = _tall(_text(mantissa, size), size)
        if exponent:
            small = _text(exponent, self._smaller(size))
            ten = _text("\u2009·\u200910", size)
            box = merged(
                box.width + ten.width + small.width,
                [(box, 0, 0), (ten, box.width, 0), (small, box.width + ten.width, -0.36 * size)],
            )
        return _owned(box, piece, pending=node.is_pending)

    def _fraction(self, node: Fraction, size: float) -> Box:
        inner = self._smaller(size) if node.is_small else size * 0.92
        above, below = self.row(node.above, inner), self.row(node.below, inner)
        width = max(above.width, below.width) + 0.24 * size
        gap, axis = 0.17 * size, _AXIS * size
        bar = Box(width, rules=(Rule(0, -axis, width, -axis),))
        return merged(
            width,
            [
                (bar, 0, 0),
                (above, (width - above.width) / 2, -axis - gap - above.descent),
                (below, (width - below.width) / 2, -axis + gap + below.ascent),
            ],
        )

    def _scripts(self, node: Scripts, size: float) -> Box:
        small = self._smaller(size)
        is_sum = isinstance(node.base, Sign) and node.base.text == "∑"
        base = _sum_sign(size) if is_sum else self.node(node.base, size)
        raised, lowered = self.row(node.raised, small), self.row(node.lowered, small)
        if is_sum:
            width = max(base.width, raised.width, lowered.width)
            up = -base.ascent - 0.12 * size - raised.descent
            down = base.descent + 0.12 * size + lowered.ascent
            return merged(
                width,
                [
                    (base, (width - base.width) / 2, 0),
                    (raised, (width - raised.width) / 2, up),
                    (lowered, (width - lowered.width) / 2, down),
                ],
            )
        x, up = base.width + 0.03 * size, -max(0.36 * size, base.ascent - 0.3 * size)
        down = max(0.22 * size, base.descent)
        return merged(
            x + max(raised.width, lowered.width),
            [(base, 0, 0), (raised, x, up), (lowered, x, down)],
        )

    def _root(self, node: Root, size: float) -> Box:
        inside = self.row(node.inside, size)
        start, top = 0.55 * size, -inside.ascent - 0.16 * size
        foot = inside.descent + 0.02 * size
        middle = foot - 0.45 * (foot - top)
        rules = (
            Rule(0.06 * size, middle + 0.05 * size, 0.18 * size, middle),
            Rule(0.18 * size, middle, 0.34 * size, foot),
            Rule(0.34 * size, foot, start, top),
            Rule(start, top, start + inside.width + 0.1 * size, top),
        )
        width = start + inside.width + 0.1 * size
        return merged(width, [(inside, start, 0), (Box(width, -top, rules=rules), 0, 0)])

    def _hat(self, node: Hat, size: float) -> Box:
        inside = self.row(node.inside, size)
        peak, y = inside.width / 2 + 0.04 * size, -inside.ascent - 0.08 * size
        reach = 0.15 * size
        rules = (
            Rule(peak - reach, y, peak, y - 0.12 * size),
            Rule(peak, y - 0.12 * size, peak + reach, y),
        )
        return merged(inside.width, [(inside, 0, 0), (Box(0, 0.2 * size - y, rules=rules), 0, 0)])


def rooms(nodes: Sequence[Node]) -> list[float]:
    """Return the room before each node, em, by TeX's rules."""
    room: list[float] = []
    before: Kind | None = None
    for index, node in enumerate(nodes):
        kind = node.kind
        if kind is Kind.BINARY and (before in _NO_BINARY_AFTER or index == len(nodes) - 1):
            kind = Kind.ORDINARY
        room.append(_room(before, kind))
        if not isinstance(node, Space):
            before = kind
    return room


def _room(before: Kind | None, kind: Kind) -> float:
    if before is None:
        return 0.0
    pair = (before, kind)
    if Kind.RELATION in pair:
        return 5 / 18
    if Kind.BINARY in pair:
        return 4 / 18
    if before is Kind.COMMA or (Kind.OPERATOR in pair and kind not in (Kind.OPENING, Kind.CLOSING)):
        return 3 / 18 if before is not Kind.OPENING else 0.0
    return 0.0


def _text(text: str, size: float) -> Box:
    width, ascent, descent = extent(text, size)
    return Box(width, ascent, descent, runs=(Run(0.0, 0.0, text, size),))


def _sum_sign(size: float) -> Box:
    big = 1.3 * size
    box = _text("∑", big)
    # The middle of the sign belongs on the axis.
    drop = (box.ascent - box.descent) / 2 - _AXIS * size
    return merged(box.width, [(box, 0, drop)])


def _tall(box: Box, size: float) -> Box:
    return replace(
        box,
        ascent=max(box.ascent, _DIGIT_ASCENT * size),
        descent=max(box.descent, _DIGIT_DESCENT * size),
    )


def _owned(box: Box, owner: Owner, pending: bool = False) -> Box:
    """Return a box whose text belongs to a number or a gap, with the area that it takes."""
    runs = tuple(replace(run, owner=owner, is_pending=pending) for run in box.runs)
    area = Area(0.0, -box.ascent, box.width, box.ascent + box.descent, owner)
    return replace(box, runs=runs, areas=(area,))
