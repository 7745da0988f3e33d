"""The equation pane's page: where its headings, formulas and numbers stand."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from nnviz.core.notation import Equation, Pieces
from nnviz.gui.fonts import ui_font
from nnviz.gui.views.equation_content import Content, split_at_equals
from nnviz.gui.views.equation_rows import LINE_GAP, Symbols, SymbolSetter, wrapped
from nnviz.gui.views.tex_boxes import NOTHING, Area, Box
from nnviz.gui.views.tex_nodes import read_pieces

PADDING = 12.0
# Heights of the letters, px, and the width below which the first is too large.
SIZES = (17.0, 15.0, 13.0, 11.5)
NARROW = 380.0
_EQUATION_GAP = 16.0
RELATION_ROOM = 5 / 18  # em
_WRAP = Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class Caption:
    """Words in the window's type, in an area; ``role`` is a token of the theme."""

    text: str
    area: QRectF
    font: QFont
    role: str


@dataclass(frozen=True, slots=True)
class PlacedSymbols:
    """A formula, with its left end and its baseline."""

    symbols: Symbols
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Page:
    """Everything in its place.

    Attributes
    ----------
    width, height
        Of the page; wider than the room where an equation cannot be broken.
    captions, formulas
        Words and symbols.
    numbers
        All lines of numbers, one box from the page's corner.
    rules
        Heights of the thin lines between parts.
    """

    width: float
    height: float
    captions: tuple[Caption, ...] = ()
    formulas: tuple[PlacedSymbols, ...] = ()
    numbers: Box = NOTHING
    rules: tuple[float, ...] = ()

    def area_at(self, x: float, y: float) -> Area | None:
        """Return the number or gap at a place."""
        for area in self.numbers.areas:
            if (
                area.x - 2 <= x <= area.x + area.width + 2
                and area.y - 3 <= y <= area.y + area.height + 3
            ):
                return area
        return None


class PageBuilder:
    """Lays a page out from the top."""

    def __init__(self, content: Content, setter: SymbolSetter, width: float) -> None:
        self._content = content
        self._setter = setter
        self._room = max(width - 2 * PADDING, 80.0)
        self._size = setter.setter.size
        self._y = PADDING - 2
        self._right = 0.0
        self._captions: list[Caption] = []
        self._formulas: list[PlacedSymbols] = []
        self._boxes: list[Box] = []
        self._rules: list[float] = []

    def build(self) -> Page:
        """Return the page."""
        explanation = self._content.explanation
        self._caption(explanation.title, 13, "text", QFont.Weight.DemiBold)
        self._caption(" · ".join(explanation.substeps), 11, "text_secondary")
        self._y += 12
        self._scalar(explanation.scalar)
        self._rules.append(self._y + 2)
        self._y += 12
        self._caption("The whole layer in matrices", 11, "text_secondary")
        self._y += 8
        self._matrix(explanation.matrix.symbols)
        self._y += 4
        self._caption(explanation.shapes, 12, "text_secondary")
        return Page(
            self._right + PADDING,
            self._y + PADDING,
            tuple(self._captions),
            tuple(self._formulas),
            Box(
                runs=tuple(run for box in self._boxes for run in box.runs),
                rules=tuple(rule for box in self._boxes for rule in box.rules),
                areas=tuple(area for box in self._boxes for area in box.areas),
            ),
            tuple(self._rules),
        )

    def _caption(
        self, text: str, size: int, role: str, weight: QFont.Weight = QFont.Weight.Normal
    ) -> None:
        if not text:
            return
        font = ui_font(size, weight)
        room = QRectF(0, 0, self._room, 1000)
        height = QFontMetricsF(font).boundingRect(room, _WRAP, text).height()
        area = QRectF(PADDING, self._y, self._room, height)
        self._captions.append(Caption(text, area, font, role))
        self._y += height + 2

    def _scalar(self, equations: tuple[Equation, ...]) -> None:
        lefts = [self._setter.set(split_at_equals(e.symbols)[0], self._room) for e in equations]
        # All equals signs stand below one another, and right-hand sides have what is left.
        equals = max((left.width for left in lefts), default=0.0)
        for index, (equation, left) in enumerate(zip(equations, lefts, strict=True)):
            x = self._symbols(left, split_at_equals(equation.symbols)[1], equals)
            self._y += LINE_GAP * self._size
            self._numbers(index, x, self._room - (x - PADDING))
            self._y += _EQUATION_GAP

    def _symbols(self, left: Symbols, rest: Pieces, equals: float) -> float:
        """Place a formula; return where its equals sign stands."""
        x = PADDING + equals + RELATION_ROOM * self._size
        # The sign is set here, so that it stands above the one of the numbers.
        sign = self._setter.setter.row(read_pieces(rest[:1]))
        start = x + sign.width + RELATION_ROOM * self._size
        right = self._setter.set(rest[1:], self._room - (start - PADDING))
        baseline = self._y + max(left.ascent, right.ascent)
        self._place(left, PADDING + equals - left.width, baseline)
        self._place(Symbols(sign), x, baseline)
        self._place(right, start, baseline)
        self._y = baseline + max(left.descent, right.descent)
        return x

    def _numbers(self, index: int, x: float, room: float) -> None:
        pieces, pending = self._content.numbers(index)
        left, right = split_at_equals(pieces)
        shifted = frozenset(place - len(left) for place in pending)
        if not right:
            return
        box = wrapped(read_pieces(right, shifted), room, self._setter.setter)
        self._boxes.append(box.moved(x, self._y + box.ascent))
        self._right = max(self._right, x + box.width)
        self._y += box.ascent + box.descent

    def _matrix(self, pieces: Pieces) -> None:
        left, rest = split_at_equals(pieces)
        name = self._setter.set(left, self._room)
        self._symbols(name, rest, name.width)

    def _place(self, symbols: Symbols, x: float, y: float) -> None:
        self._formulas.append(PlacedSymbols(symbols, x, y))
        self._right = max(self._right, x + symbols.width)
