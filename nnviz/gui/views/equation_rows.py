"""One equation of the pane: a typeset line of symbols, and a line of numbers below it.

Both lines stand on the same equals sign. A line that is too long goes on in the
next one, before a plus or an equals sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nnviz.core.notation import Pieces, join_tex, join_text
from nnviz.gui.views.tex_boxes import Box, merged
from nnviz.gui.views.tex_nodes import Node, Nodes, Sign, UnknownTexError, read_pieces
from nnviz.gui.views.tex_setting import Typesetter, rooms
from nnviz.gui.views.typesetting import Formula, FormulaKey, FormulaStore

LINE_GAP = 0.42  # em, between the lines of one equation
SMALLEST_SCALE = 0.6
_BREAKS_BEFORE = frozenset("=+−")


@dataclass(frozen=True, slots=True)
class Symbols:
    """A formula without numbers: the picture if it is there, or the quick setting.

    Attributes
    ----------
    box
        The quick setting, whose place is kept in both cases.
    formula, scale
        The picture, and how much smaller than asked for it is drawn.
    """

    box: Box
    formula: Formula | None = None
    scale: float = 1.0

    @property
    def width(self) -> float:
        """How wide it is, px."""
        return self.box.width if self.formula is None else self.formula.width * self.scale

    @property
    def ascent(self) -> float:
        """How high it stands above the baseline, px."""
        drawn = 0.0 if self.formula is None else self.formula.ascent * self.scale
        return max(drawn, self.box.ascent)

    @property
    def descent(self) -> float:
        """How deep it reaches below the baseline, px."""
        drawn = 0.0 if self.formula is None else self.formula.descent * self.scale
        return max(drawn, self.box.descent)


@dataclass(frozen=True, slots=True)
class SymbolSetter:
    """Sets formulas without numbers.

    Attributes
    ----------
    store
        Where pictures come from.
    setter
        For the quick setting.
    colour
        Of the signs in pictures.
    """

    store: FormulaStore
    setter: Typesetter
    colour: str

    def set(self, pieces: Pieces, room: float) -> Symbols:
        """Set a formula into so much room, px; what is too long is broken or made smaller."""
        formula = self.store.formula(FormulaKey(join_tex(pieces), self.setter.size, self.colour))
        try:
            nodes = read_pieces(pieces)
        except UnknownTexError:
            # Only the picture can show it; until then, its words.
            box = self.setter.row((Sign(join_text(pieces).strip(), is_word=True),))
            if formula is None:
                return Symbols(box)
            scale = min(1.0, max(room / formula.width, SMALLEST_SCALE))
            return Symbols(Box(formula.width * scale), formula, scale)
        box = wrapped(nodes, room, self.setter)
        if formula is None or formula.width > room:
            return Symbols(box)
        return Symbols(box, formula)


def wrapped(nodes: Nodes, room: float, setter: Typesetter) -> Box:
    """Lay an equation out in lines that are no wider than the room, if they can be broken."""
    boxes = setter.spaced(nodes, setter.size)
    starts = _line_starts(nodes, boxes, room)
    lines: list[tuple[Box, float, float]] = []
    y = depth = 0.0
    width = 0.0
    for start, end in zip(starts, [*starts[1:], len(nodes)], strict=True):
        first = boxes[start][1]
        line = merged(
            boxes[end - 1][1] + boxes[end - 1][0].width - first,
            ((box, x - first, 0.0) for box, x in boxes[start:end]),
        )
        if lines:
            y += depth + LINE_GAP * setter.size + line.ascent
        lines.append((line, 0.0, y))
        depth, width = line.descent, max(width, line.width)
    return merged(width, lines)


def _line_starts(nodes: Nodes, boxes: Sequence[tuple[Box, float]], room: float) -> list[int]:
    spaces = rooms(nodes)
    breaks = [i for i, node in enumerate(nodes) if i and _may_break(node) and spaces[i] > 0]
    starts, begin = [0], 0.0
    for index, place in enumerate(breaks):
        end = breaks[index + 1] if index + 1 < len(breaks) else len(nodes)
        box, x = boxes[end - 1]
        if x + box.width - begin > room and place > starts[-1]:
            starts.append(place)
            begin = boxes[place][1]
    return starts


def _may_break(node: Node) -> bool:
    return isinstance(node, Sign) and node.text in _BREAKS_BEFORE
