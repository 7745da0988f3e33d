"""Paints a page of equations."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnviz.core.notation import Piece, Source
from nnviz.gui.theme import Theme, mix, sign_colour
from nnviz.gui.views.equation_page import Page
from nnviz.gui.views.tex_boxes import Area, Box, Run
from nnviz.gui.views.tex_fonts import formula_font
from nnviz.gui.views.tex_nodes import Gap


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a page, and which number is lit.

    Attributes
    ----------
    theme
        Where colours come from.
    lit
        The number under the mouse, here or in another view.
    colours_all
        Whether numbers have their sign's colour that come from no single place.
    """

    theme: Theme
    lit: Source | None = None
    colours_all: bool = False

    def of_run(self, run: Run) -> str:
        """Return the colour of a piece of text."""
        owner = run.owner
        if isinstance(owner, Gap):
            return self.theme.accent
        if run.is_pending:
            return self.theme.text_tertiary
        if owner is None or (owner.source is None and not self.colours_all):
            return self.theme.text
        return number_colour(self.theme, owner.value)


def number_colour(theme: Theme, value: float | None) -> str:
    """Return the colour of a number of the network: its sign's."""
    return sign_colour(theme, value, for_text=True) if value else theme.text


def is_lit(area: Area, source: Source | None) -> bool:
    """Whether an area shows the number that is under the mouse."""
    return isinstance(area.owner, Piece) and source is not None and area.owner.source == source


def paint_page(painter: QPainter, page: Page, inks: Inks) -> None:
    """Paint a page."""
    theme = inks.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.border), 1))
    for y in page.rules:
        painter.drawLine(QLineF(12, round(y) + 0.5, max(page.width, 24) - 12, round(y) + 0.5))
    for caption in page.captions:
        painter.setFont(caption.font)
        painter.setPen(QColor(getattr(theme, caption.role)))
        painter.drawText(caption.area, Qt.TextFlag.TextWordWrap, caption.text)
    for placed in page.formulas:
        symbols = placed.symbols
        if symbols.formula is not None:
            symbols.formula.draw(painter, placed.x, placed.y, symbols.scale)
        else:
            paint_box(painter, symbols.box.moved(placed.x, placed.y), inks)
    paint_box(painter, page.numbers, inks)


def paint_box(painter: QPainter, box: Box, inks: Inks) -> None:
    """Paint what was laid out; its coordinates are the painter's."""
    for area in box.areas:
        _paint_area(painter, area, inks)
    pen_colour = ""
    size = 0.0
    for run in box.runs:
        if run.size != size:
            size = run.size
            painter.setFont(formula_font(size))
        colour = inks.of_run(run)
        if colour != pen_colour:
            pen_colour = colour
            painter.setPen(QColor(colour))
        painter.drawText(QPointF(run.x, run.y), run.text)
    painter.setPen(QPen(QColor(inks.theme.text), 1.1))
    for rule in box.rules:
        painter.drawLine(QLineF(rule.x, rule.y, rule.end_x, rule.end_y))


def _paint_area(painter: QPainter, area: Area, inks: Inks) -> None:
    """Paint what lies below a number: the light upon it, or the field that hides it."""
    theme = inks.theme
    lit = is_lit(area, inks.lit)
    if not (lit or area.is_hidden):
        return
    # A hidden number has room of its own; others have signs close by.
    side = -1.5 if area.is_hidden else 2.0
    frame = QRectF(area.x - side, area.y - 3.5, area.width + 2 * side, area.height + 7)
    painter.setPen(QPen(QColor(theme.accent), 1.25))
    painter.setBrush(mix(theme.card, theme.accent, 0.24) if lit else QColor(theme.well))
    painter.drawRoundedRect(frame, 4, 4)
