"""MatrixCanvas: the formula of a line as matrices, with a loupe over what is too small."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.core.notation import Source, six_digits
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.matrix_axes import TAB_WIDTH, TITLE_HEIGHT, Arrangement, PlacedTile
from nnviz.gui.views.matrix_layout import arrange
from nnviz.gui.views.matrix_loupe import paint_loupe
from nnviz.gui.views.matrix_painting import HeatmapCache, MatrixPainter, sign_width, title_width
from nnviz.gui.views.matrix_tiles import Cell, Formula, entry_name
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys

MARGIN = 6.0
MEASURES = (title_width, sign_width)
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class MatrixCanvas(QWidget):
    """Draws a formula; reports what is clicked and hovered.

    Signals
    -------
    entry_clicked
        The Source of the cell that was clicked, or reached with the arrow keys.
    entry_hovered
        The Source of the cell under the mouse, or ``None``.
    piece_chosen
        The sheet of a maxout layer that is to be on top, from 0.
    """

    entry_clicked = Signal(object)
    entry_hovered = Signal(object)
    piece_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("matrix_canvas")
        self.setAccessibleName("Matrices of the current line, arrow keys select an entry")
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, CHOICE_KEYS)
        self.theme = theme
        self.formula: Formula | None = None
        self.arrangement: Arrangement | None = None
        self.elides = True
        self.hovered: Source | None = None
        self._focus: Mapping[str, int] = {}
        self._pointer: QPointF | None = None
        self._heatmaps = HeatmapCache()
        self._cached_for: object = None

    def show_formula(
        self, formula: Formula | None, focus: Mapping[str, int], step: object, theme: Theme
    ) -> None:
        """Draw this formula from now on.

        Parameters
        ----------
        formula
            What to draw; ``None`` is nothing.
        focus
            For each length the entry in focus.
        step
            The trace: pictures of another one are of no use.
        theme
            The colours.
        """
        if step is not self._cached_for or theme is not self.theme:
            self._heatmaps.clear()
        self._cached_for, self.theme = step, theme
        self.formula, self._focus = formula, focus
        self._arrange()

    def set_elides(self, elides: bool) -> None:
        """Leave cells out to make room for numbers, or show all of every matrix."""
        self.elides = elides
        self._arrange()

    def set_hovered(self, source: Source | None) -> None:
        """Light the cell of this number, whoever it is that points at it."""
        self.hovered = source
        self.update()

    def _arrange(self) -> None:
        self.arrangement = None
        if self.formula is not None:
            room = (self.width() - 2 * MARGIN, self.height() - 2 * MARGIN)
            self.arrangement = arrange(self.formula, room, MEASURES, self._focus, self.elides)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew."""
        super().resizeEvent(event)
        self._arrange()

    # Geometry.

    def tile_at(self, place: QPointF) -> tuple[PlacedTile, Cell] | None:
        """Return the tile and the cell at a pixel, or ``None``."""
        if self.arrangement is None:
            return None
        for placed in self.arrangement.tiles:
            cell = placed.cell_at(place.x() - MARGIN, place.y() - MARGIN)
            if cell is not None:
                return placed, cell
        return None

    def cell_rect(self, source: Source) -> QRectF | None:
        """Return where the number of this source stands, or ``None``."""
        for placed in self.arrangement.tiles if self.arrangement is not None else ():
            cell = (
                placed.tile.cell_of(source.index) if placed.tile.buffer == source.buffer else None
            )
            box = None if cell is None else placed.cell_box(*cell)
            if box is not None:
                return QRectF(*box).translated(MARGIN, MARGIN)
        return None

    def tab_at(self, place: QPointF) -> int | None:
        """Return the sheet whose tab is at a pixel, or ``None``."""
        for placed in self.arrangement.tiles if self.arrangement is not None else ():
            for piece, x, y in placed.tab_boxes(title_width):
                box = QRectF(x + MARGIN, y + MARGIN, TAB_WIDTH, TITLE_HEIGHT)
                if box.contains(place):
                    return piece
        return None

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the formula, what is lit, and the loupe."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        if self.arrangement is not None:
            painter.translate(MARGIN, MARGIN)
            drawing = MatrixPainter(painter, self.theme, self.devicePixelRatioF(), self._heatmaps)
            drawing.paint(self.arrangement)
            self._paint_hovered(drawing)
            painter.translate(-MARGIN, -MARGIN)
            self._paint_loupe(painter)
        if self.hasFocus():
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _paint_hovered(self, drawing: MatrixPainter) -> None:
        source = self.hovered
        if source is None or self.arrangement is None:
            return
        for placed in self.arrangement.tiles:
            if placed.tile.buffer == source.buffer and placed.tile.position == source.position:
                cell = placed.tile.cell_of(source.index)
                if cell is not None:
                    drawing.ring(placed, cell, self.theme.text, 2.0)

    def _paint_loupe(self, painter: QPainter) -> None:
        if self._pointer is None or self.arrangement is None or self.arrangement.has_numbers:
            return
        found = self.tile_at(self._pointer)
        if found is not None and found[0].tile.values is not None:
            painter.setFont(ui_font(10))
            scale = self._heatmaps.scale(found[0].tile)
            paint_loupe(painter, self.theme, found[0].tile, found[1], scale, self._pointer)

    # Pointer and keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the number under the mouse, and move the loupe."""
        self._pointer = event.position()
        found = self.tile_at(self._pointer)
        source = None if found is None else found[0].tile.source_of(*found[1])
        if source != self.hovered:
            self.hovered = source
            self.entry_hovered.emit(source)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._pointer = None
        if self.hovered is not None:
            self.hovered = None
            self.entry_hovered.emit(None)
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report the entry or the tab that is clicked."""
        piece, found = self.tab_at(event.position()), self.tile_at(event.position())
        if piece is not None:
            self.piece_chosen.emit(piece)
        elif found is not None:
            self.entry_clicked.emit(found[0].tile.source_of(*found[1]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next entry of the result with the arrow keys."""
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None or self.formula is None or not self.formula.tiles:
            super().keyPressEvent(event)
            return
        tile = self.formula.tiles[0]
        row, column = tile.lit.marked or (0, 0)
        rows, columns = tile.shape
        row = min(max(row + move[0], 0), rows - 1)
        column = min(max(column + move[1], 0), columns - 1)
        self.entry_clicked.emit(tile.source_of(row, column))

    def event(self, event: QEvent) -> bool:
        """Tell the number under the mouse with all its digits."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.tile_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._words(found), self)
            return True
        return super().event(event)

    @staticmethod
    def _words(found: tuple[PlacedTile, Cell] | None) -> str:
        if found is None:
            return ""
        tile, cell = found[0].tile, found[1]
        value = tile.value_at(*cell)
        name = entry_name(tile.source_of(*cell))
        return f"{name} is not computed yet" if value is None else f"{name} = {six_digits(value)}"
