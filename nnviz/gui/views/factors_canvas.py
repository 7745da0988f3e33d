"""FactorsCanvas: local x downstream = product in tiles, one row for each multiplication."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from nnviz.core.notation import Source
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.factor_tile import FactorTile, TileContent

MARGIN = 12.0
SIGN_WIDTH = 22.0
ROW_GAP = 14.0
# Below this, the tiles of a row stand on top of each other.
SIDE_BY_SIDE = 440.0
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class TileRow:
    """A heading, tiles with signs between them, and a note below."""

    heading: str
    tiles: tuple[TileContent, ...]
    signs: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    area: QRectF
    font: QFont
    role: str
    flags: Qt.TextFlag | Qt.AlignmentFlag


class FactorsCanvas(QWidget):
    """Shows rows of tiles.

    Attributes
    ----------
    rows
        What is shown.
    tiles
        The tiles in use, row by row.

    Signals
    -------
    source_hovered
        The Source under the mouse, or ``None``.
    tile_clicked
        The content of a tile that leads somewhere.
    """

    source_hovered = Signal(object)
    tile_clicked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("factors_canvas")
        self.setAccessibleName("Factors")
        self._theme = theme
        self.rows: tuple[TileRow, ...] = ()
        self.tiles: list[FactorTile] = []
        self._pool: list[FactorTile] = []
        self._words: list[_Words] = []
        self._tips: dict[str, str] = {}

    def show_rows(self, rows: tuple[TileRow, ...], theme: Theme, tips: dict[str, str]) -> None:
        """Show these rows; ``tips`` are the tooltips by role."""
        self.rows, self._theme, self._tips = rows, theme, tips
        count = sum(len(row.tiles) for row in rows)
        while len(self._pool) < count:
            self._pool.append(self._new_tile())
        self.tiles = self._pool[:count]
        for tile in self._pool[count:]:
            tile.hide()
        contents = [content for row in rows for content in row.tiles]
        for tile, content in zip(self.tiles, contents, strict=True):
            tile.show_content(content, theme, tips.get(content.role, ""))
            tile.show()
        self._lay_out()

    def light(self, source: Source | None) -> None:
        """Light the tiles whose number comes from here."""
        for tile in self.tiles:
            tile.light(source)

    def _new_tile(self) -> FactorTile:
        tile = FactorTile(self._theme, self)
        tile.setObjectName(f"factor_tile_{len(self._pool) + 1}")
        tile.source_hovered.connect(self.source_hovered)
        tile.clicked.connect(lambda *_, tile=tile: self._click(tile))
        return tile

    def _click(self, tile: FactorTile) -> None:
        if tile.content is not None and tile.content.target:
            self.tile_clicked.emit(tile.content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the tiles anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def _lay_out(self) -> None:
        self._words.clear()
        y, tiles = MARGIN - 4, iter(self.tiles)
        for row in self.rows:
            y = self._write(row.heading, y, ui_font(12, QFont.Weight.DemiBold), "text") + 6
            in_row = [next(tiles) for _ in row.tiles]
            if self.width() >= SIDE_BY_SIDE:
                y = self._side_by_side(in_row, row.signs, y)
            else:
                y = self._stacked(in_row, row.signs, y)
            if row.note:
                y = self._write(row.note, y + 4, ui_font(11), "text_secondary")
            y += ROW_GAP
        self.setMinimumHeight(round(y))
        self.update()

    def _write(self, text: str, y: float, font: QFont, role: str) -> float:
        if not text:
            return y
        room = QRectF(MARGIN, y, self.width() - 2 * MARGIN, 1000)
        area = QFontMetricsF(font).boundingRect(room, _WRAP, text)
        self._words.append(_Words(text, area.adjusted(0, 0, 4, 2), font, role, _WRAP))
        return area.bottom()

    def _sign(self, text: str, area: QRectF) -> None:
        font = ui_font(17, QFont.Weight.Medium)
        middle = Qt.AlignmentFlag.AlignCenter
        self._words.append(_Words(text, area, font, "text_secondary", middle))

    def _side_by_side(self, tiles: list[FactorTile], signs: tuple[str, ...], y: float) -> float:
        count = max(len(tiles), 3) if signs else len(tiles)
        room = self.width() - 2 * MARGIN - SIGN_WIDTH * (count - 1)
        width = float(int(room / max(count, 1)))
        height = max((tile.height_for(width) for tile in tiles), default=0.0)
        x = MARGIN
        for index, tile in enumerate(tiles):
            tile.setGeometry(round(x), round(y), round(width), round(height))
            x += width
            if index < len(signs):
                self._sign(signs[index], QRectF(x, y, SIGN_WIDTH, height))
            x += SIGN_WIDTH
        return y + height

    def _stacked(self, tiles: list[FactorTile], signs: tuple[str, ...], y: float) -> float:
        left = MARGIN + (SIGN_WIDTH - 4 if signs else 0)
        width = self.width() - MARGIN - left
        for index, tile in enumerate(tiles):
            height = tile.height_for(width)
            tile.setGeometry(round(left), round(y), round(width), round(height))
            if index and index <= len(signs):
                self._sign(signs[index - 1], QRectF(MARGIN - 6, y, SIGN_WIDTH, height))
            y += height + 6
        return y - 6

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw headings, signs and notes."""
        painter = QPainter(self)
        for words in self._words:
            painter.setFont(words.font)
            painter.setPen(QColor(getattr(self._theme, words.role)))
            painter.drawText(words.area, words.flags, words.text)
        painter.end()
