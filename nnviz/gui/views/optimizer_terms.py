"""TermsCanvas: the terms of an update below one another, each with its name."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from nnviz.core.notation import Piece
from nnviz.gui.theme import Theme
from nnviz.gui.views.equation_canvas import EquationCanvas
from nnviz.gui.views.equation_content import Content, split_at_equals
from nnviz.gui.views.equation_page import PADDING, RELATION_ROOM, SIZES, Page, PageBuilder
from nnviz.gui.views.equation_rows import LINE_GAP, SymbolSetter
from nnviz.gui.views.optimizer_content import Microscope
from nnviz.gui.views.tex_boxes import Box
from nnviz.gui.views.tex_nodes import read_pieces
from nnviz.gui.views.tex_setting import Typesetter

_TERM_GAP = 11.0


@dataclass(frozen=True, slots=True)
class TermsContent(Content):
    """Equations with names.

    Attributes
    ----------
    names
        One for each equation.
    warning
        A sentence above them, or "".
    """

    names: tuple[str, ...] = ()
    warning: str = ""


class _TermsBuilder(PageBuilder):
    """Lays the terms out from the top, all on one equals sign."""

    def __init__(self, content: TermsContent, setter: SymbolSetter, width: float) -> None:
        super().__init__(content, setter, width)
        self._terms = content

    def build(self) -> Page:
        """Return the page."""
        self._caption(self._terms.warning, 11, "danger", QFont.Weight.Medium)
        equations = self._terms.explanation.scalar
        lefts = [self._setter.set(split_at_equals(e.symbols)[0], self._room) for e in equations]
        equals = max((left.width for left in lefts), default=0.0)
        for index, (equation, left) in enumerate(zip(equations, lefts, strict=True)):
            self._caption(self._terms.names[index], 11, "text_secondary", QFont.Weight.Medium)
            self._y += 3
            x = self._symbols(left, split_at_equals(equation.symbols)[1], equals)
            if not self._put_behind(index):
                self._y += LINE_GAP * self._size
                self._numbers(index, x, self._room - (x - PADDING))
            self._y += _TERM_GAP
        return Page(
            self._right + PADDING,
            self._y,
            tuple(self._captions),
            tuple(self._formulas),
            Box(
                runs=tuple(run for box in self._boxes for run in box.runs),
                rules=tuple(rule for box in self._boxes for rule in box.rules),
                areas=tuple(area for box in self._boxes for area in box.areas),
            ),
        )

    def _put_behind(self, index: int) -> bool:
        """Write a result that needs no numbers behind its symbols, if there is room."""
        _, right = split_at_equals(self._content.numbers(index)[0])
        formula = self._formulas[-1]
        if sum(piece.value is not None for piece in right) != 1:
            return False
        setter = self._setter.setter
        box = setter.row(read_pieces(right))
        x = formula.x + formula.symbols.width + RELATION_ROOM * self._size
        if x + box.width > PADDING + self._room:
            return False
        self._boxes.append(box.moved(x, formula.y))
        self._right = max(self._right, x + box.width)
        return True


class TermsCanvas(EquationCanvas):
    """Shows the terms of a microscope; ``tip`` tells of a number below the mouse."""

    def __init__(
        self, theme: Theme, tip: Callable[[Piece], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, tip, parent)
        self.setObjectName("optimizer_terms")
        self.setAccessibleName("Terms of the update")

    def show_microscope(self, shown: Microscope | None, theme: Theme) -> None:
        """Show these terms from now on."""
        if shown is None:
            self.show_content(None, theme)
            return
        names = tuple(term.name for term in shown.terms)
        content = TermsContent(shown.explanation(), names=names, warning=shown.warning)
        self.show_content(content, theme)
        self.setAccessibleDescription(shown.text())

    def heightForWidth(self, width: int) -> int:
        """Return how high the page is."""
        return ceil(self.page.height)

    def _page(self, content: Content, size: float) -> Page:
        assert isinstance(content, TermsContent)
        # There are many rows, so they begin one size smaller than a single equation.
        size = min(size, SIZES[1])
        self.formulas.forget_wishes()
        setter = SymbolSetter(self.formulas, Typesetter(size), self._theme.text)
        return _TermsBuilder(content, setter, float(self.width())).build()
