"""What a worksheet is printed with: measures, inks, and blocks that stand on its pages."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from nnviz.core.notation import Piece, Pieces, join_tex
from nnviz.core.worksheet import is_blank
from nnviz.gui.fonts import ui_font
from nnviz.gui.views.tex_boxes import Box
from nnviz.gui.views.tex_fonts import formula_font
from nnviz.gui.views.tex_nodes import UnknownTexError, read_pieces
from nnviz.gui.views.tex_setting import Typesetter
from nnviz.gui.views.typesetting import FormulaKey, typeset

# A4 in 96ths of an inch, and the type's measures in the same unit.
PAGE_WIDTH, PAGE_HEIGHT = 793.7, 1122.5
MARGIN, FOOT = 60.0, 48.0
WIDTH = PAGE_WIDTH - 2 * MARGIN
INK, QUIET, HAIR, ANSWER = "#14191F", "#5B6674", "#9AA5B1", "#174EA6"
# Formulas that only ziamath can set are drawn from a picture this much larger.
_SHARPNESS = 6


@dataclass(frozen=True, slots=True)
class Block:
    """Something on a page, as high as this; ``paint`` gets its upper left corner.

    ``follows`` is how high what comes next is that must stand on the same page.
    """

    height: float
    paint: Callable[[QPainter, float, float], None]
    follows: float = 0.0


def space(height: float) -> Block:
    """Return empty room."""
    return Block(height, lambda painter, x, y: None)


def words(
    text: str, size: int, weight: QFont.Weight = QFont.Weight.Normal, ink: str = INK
) -> Block:
    """Return a paragraph over the width of the page."""
    font = ui_font(size, weight)
    flags = Qt.TextFlag.TextWordWrap
    room = QRectF(0, 0, WIDTH, 4000)
    height = QFontMetricsF(font).boundingRect(room, flags, text).height() + 2

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(QRectF(x, y, WIDTH, height + 4), flags, text)

    return Block(height, paint)


def setter(size: float, has_answers: bool) -> Typesetter:
    """Return who lays equations out, with numbers or with blanks for them."""
    return Typesetter(size) if has_answers else Typesetter(size, is_blank)


def paint_box(painter: QPainter, box: Box, x: float, y: float, ink: str = INK) -> None:
    """Paint what was laid out, its baseline beginning here; blanks are lines to write on."""
    blanks = [area for area in box.areas if area.is_hidden]
    for run in box.runs:
        if blanks and run.text == "?":
            continue
        owner = run.owner
        is_answer = isinstance(owner, Piece) and is_blank(owner)
        painter.setFont(formula_font(run.size))
        painter.setPen(QColor(ANSWER if is_answer else ink))
        painter.drawText(QPointF(x + run.x, y + run.y), run.text)
    painter.setPen(QPen(QColor(ink), 0.9))
    for rule in box.rules:
        painter.drawLine(QLineF(x + rule.x, y + rule.y, x + rule.end_x, y + rule.end_y))
    painter.setPen(QPen(QColor(HAIR), 0.8))
    for area in blanks:
        foot = y + area.y + area.height + 1
        painter.drawLine(QLineF(x + area.x + 2, foot, x + area.x + area.width - 2, foot))


def symbols(pieces: Pieces, size: float, ink: str = INK) -> Block:
    """Return a formula without numbers."""
    try:
        box = Typesetter(size).row(read_pieces(pieces))
    except UnknownTexError:
        return _picture(pieces, size, ink)
    above = max(box.ascent, 0.7 * size)
    return Block(
        above + max(box.descent, 0.2 * size),
        lambda painter, x, y: paint_box(painter, box, x, y + above, ink),
    )


def _picture(pieces: Pieces, size: float, ink: str) -> Block:
    formula = typeset(FormulaKey(join_tex(pieces), size, ink))

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.save()
        painter.translate(x, y + formula.ascent)
        painter.scale(1 / _SHARPNESS, 1 / _SHARPNESS)
        formula.draw(painter, 0, 0, _SHARPNESS)
        painter.restore()

    return Block(formula.ascent + formula.descent, paint)
