"""FactorTile: one factor of a gradient, its number and what it means."""

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from nnviz.core.notation import Piece, Source, number
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.equation_painting import Inks, number_colour, paint_box
from nnviz.gui.views.tex_boxes import Box, merged
from nnviz.gui.views.tex_nodes import read_pieces
from nnviz.gui.views.tex_setting import Typesetter
from nnviz.gui.widgets.keys import reach_by_tab

RADIUS = 8.0
PADDING = 9.0
SYMBOL_SIZE = 15.0
VALUE_SIZE = 17.0
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class TileContent:
    """What a tile shows.

    Attributes
    ----------
    role
        ``"local"``, ``"downstream"``, ``"product"`` or ``"saved"``.
    head
        The small words on top.
    symbol, value
        Its name, and how much it is.
    source
        Where it was made; ``None`` for a constant.
    meaning
        What it is, in plain words.
    target
        The line that a click goes to; 0 goes nowhere.
    is_hidden
        Whether the number is to be predicted.
    """

    role: str
    head: str
    symbol: Piece
    value: float
    source: Source | None
    meaning: str
    target: int = 0
    is_hidden: bool = False


class FactorTile(QAbstractButton):
    """Shows a factor; a click asks for the line that made it.

    Signals
    -------
    source_hovered
        The Source of its number while the mouse is upon it, else ``None``.
    """

    source_hovered = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content: TileContent | None = None
        self._theme = theme
        self._lit: Source | None = None
        self._laid_out: dict[float, Box] = {}
        self._head_font = ui_font(10, QFont.Weight.DemiBold)
        self._meaning_font = ui_font(11)
        reach_by_tab(self)

    def show_content(self, content: TileContent, theme: Theme, tip: str) -> None:
        """Show this from now on."""
        if content != self.content:
            self._laid_out.clear()
        self.content, self._theme = content, theme
        self.setToolTip(tip)
        self.setAccessibleName(f"{content.head}: {content.symbol.text} = {self.value_text}")
        self.setAccessibleDescription(content.meaning)
        can_go = content.target > 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_go else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if can_go else Qt.FocusPolicy.NoFocus)
        self.update()

    @property
    def value_text(self) -> str:
        """The number as it may be read."""
        if self.content is None:
            return ""
        return "?" if self.content.is_hidden else number(self.content.value).text

    def light(self, source: Source | None) -> None:
        """Light up if this is where its number comes from."""
        if source != self._lit:
            self._lit = source
            self.update()

    @property
    def is_lit(self) -> bool:
        """Whether its number is under the mouse, here or elsewhere."""
        content = self.content
        return content is not None and content.source is not None and content.source == self._lit

    @property
    def _has_sign(self) -> bool:
        """Whether its number comes from the network, and so has its sign's colour."""
        content = self.content
        return content is not None and (content.source is not None or content.role == "product")

    def height_for(self, width: float) -> float:
        """Return how high the tile must be at this width, px."""
        if self.content is None:
            return 0.0
        equation = self._equation(width - 2 * PADDING)
        head = QFontMetricsF(self._head_font).height()
        meaning = self._meaning_area(width, 0.0).height()
        inside = head + 5 + equation.ascent + equation.descent + 6 + meaning
        return float(ceil(inside + 2 * PADDING))

    def sizeHint(self) -> QSize:
        """Return a fair size; the canvas decides."""
        return QSize(120, round(self.height_for(120)))

    def _equation(self, room: float) -> Box:
        """Return name and number, side by side or, where there is no room, on top of each other."""
        if room not in self._laid_out:
            self._laid_out[room] = self._lay_out(room)
        return self._laid_out[room]

    def _lay_out(self, room: float) -> Box:
        assert self.content is not None
        piece = number(self.content.value, self.content.source)
        setter = Typesetter(
            VALUE_SIZE, lambda piece: self.content is not None and self.content.is_hidden
        )
        name = Typesetter(SYMBOL_SIZE).row(read_pieces((self.content.symbol,)))
        value = setter.row(read_pieces((piece,)))
        sign = Typesetter(SYMBOL_SIZE).row(read_pieces((Piece("=", "="),)))
        gap = 5.0
        width = name.width + sign.width + value.width + 2 * gap
        if width <= room:
            x = name.width + gap
            return merged(width, [(name, 0, 0), (sign, x, 0), (value, x + sign.width + gap, 0)])
        down = name.descent + value.ascent + 5
        return merged(
            max(name.width, sign.width + gap + value.width),
            [(name, 0, 0), (sign, 0, down), (value, sign.width + gap, down)],
        )

    def _meaning_area(self, width: float, y: float) -> QRectF:
        assert self.content is not None
        room = QRectF(PADDING, y, width - 2 * PADDING, 1000)
        metrics = QFontMetricsF(self._meaning_font)
        return metrics.boundingRect(room, _WRAP, self.content.meaning)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, head, name and number, and meaning."""
        if self.content is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        theme = self._theme
        head = QFontMetricsF(self._head_font)
        y = PADDING + head.ascent()
        painter.setFont(self._head_font)
        painter.setPen(QColor(theme.text_secondary))
        painter.drawText(QPointF(PADDING, y), self.content.head)
        equation = self._equation(self.width() - 2 * PADDING)
        y += head.descent() + 5 + equation.ascent
        inks = Inks(theme, colours_all=self._has_sign)
        paint_box(painter, equation.moved(PADDING, y), inks)
        area = self._meaning_area(self.width(), y + equation.descent + 6)
        painter.setFont(self._meaning_font)
        painter.setPen(QColor(theme.text_secondary))
        painter.drawText(area.adjusted(0, 0, 2, 2), _WRAP, self.content.meaning)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        assert self.content is not None
        theme = self._theme
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ring = theme.border
        if self.is_lit or self.hasFocus():
            ring = theme.accent
        elif self.underMouse() and self.content.target:
            ring = theme.border_strong
        painter.setPen(QPen(QColor(ring), 2 if ring == theme.accent else 1))
        fill = mix(theme.card, theme.accent, 0.14) if self.is_lit else QColor(theme.well)
        painter.setBrush(fill)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        # The colour of the number's sign, as on the edges of the diagram.
        value = self.content.value
        if not self.content.is_hidden and self._has_sign and value:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(number_colour(theme, value)))
            painter.drawRoundedRect(QRectF(1, RADIUS, 3, self.height() - 2 * RADIUS), 1.5, 1.5)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell whose number is under the mouse."""
        super().enterEvent(event)
        if self.content is not None:
            self.source_hovered.emit(self.content.source)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that it is there no longer."""
        super().leaveEvent(event)
        self.source_hovered.emit(None)
