"""VariablesTable: the variables of the code with their shapes and values."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnviz.core.code_variables import Variable
from nnviz.gui.fonts import monospace_font
from nnviz.gui.theme import Theme, mix, sign_colour
from nnviz.gui.views.code_values import Hides, Span
from nnviz.gui.views.variables_model import NAME, SHAPE, VALUE, VariablesModel
from nnviz.gui.widgets.fields import focus_ring
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys

ROW_HEIGHT = 20
_PADDING = 7
_MOST_OF_A_COLUMN, _ROOM_FOR_SHAPES = 150, 250
_Index = QModelIndex | QPersistentModelIndex


class VariablesTable(QTableView):
    """Every variable that has a value, those that the current line wrote marked.

    Attributes
    ----------
    rows
        What is shown.
    hovered
        Name of the buffer under the mouse in any view, or "".
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code_variables")
        self.setAccessibleName("Variables")
        self.theme = theme
        self.hovered = ""
        self.rows = VariablesModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_VariablePainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFont(monospace_font(11))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, CHOICE_KEYS)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        # Values take what is left, and end in dots: a number that is cut off is another number.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setMinimumSectionSize(0)
        self.horizontalHeader().setDefaultSectionSize(40)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme = theme
        colours = self.palette()
        colours.setColor(QPalette.ColorRole.Base, QColor(theme.card))
        self.setPalette(colours)
        self.viewport().update()

    def show_variables(self, variables: Sequence[Variable], written: int, hides: Hides) -> None:
        """Show these variables, and bring those into view that this line wrote."""
        self.rows.show(variables, written, hides)
        metrics = QFontMetricsF(self.font())
        for column in (NAME, SHAPE):
            texts = (self.rows.text(row, column) for row in range(len(self.rows.variables)))
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0.0)
            self.setColumnWidth(column, min(round(widest) + 2 * _PADDING, _MOST_OF_A_COLUMN))
        self._bring_into_view()

    def _bring_into_view(self) -> None:
        # The first one last: it is in view even where there is room for one alone.
        for row in reversed(range(self.rows.rowCount())):
            if self.rows.is_written(row):
                self.scrollTo(self.rows.index(row, NAME))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the shapes to the tips where there is no room; keep what was written in view."""
        self.setColumnHidden(SHAPE, self.width() < _ROOM_FOR_SHAPES)
        super().resizeEvent(event)
        self._bring_into_view()

    def light(self, buffer: str) -> None:
        """Mark the variable of a buffer whose number is under the mouse."""
        if buffer != self.hovered:
            self.hovered = buffer
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows and, with the keyboard upon them, a ring."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            focus_ring(painter, QRectF(self.viewport().rect()), 4, self.window().palette())
            painter.end()


class _VariablePainter(QStyledItemDelegate):
    """Draws a cell, numbers in the colours of their signs."""

    def __init__(self, table: VariablesTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one cell."""
        table, theme = self._table, self._table.theme
        row, column = index.row(), index.column()
        # A hidden header does not see the scroll bar, and gives the last column its room too.
        place = table.visualRect(table.rows.index(row, column))
        place.setRight(min(place.right(), table.viewport().width() - 1))
        area = QRectF(place)
        painter.save()
        if table.rows.is_written(row):
            painter.fillRect(area, mix(theme.card, theme.accent, 0.22))
            if column == NAME:
                bar = QRectF(area.left(), area.top(), 3, area.height())
                painter.fillRect(bar, QColor(theme.accent))
        elif table.hovered and table.rows.variables[row].buffer == table.hovered:
            painter.fillRect(area, QColor(theme.raised))
        painter.setFont(table.font())
        inner = area.adjusted(_PADDING, 0, -2, 0)
        if column == VALUE:
            self._paint_spans(painter, inner, table.rows.spans(row))
        else:
            colour = theme.text if column == NAME else theme.text_tertiary
            self._paint_spans(painter, inner, (Span(table.rows.text(row, column)),), colour)
        painter.restore()

    def _paint_spans(
        self, painter: QPainter, area: QRectF, spans: Sequence[Span], colour: str | None = None
    ) -> None:
        """Draw pieces of text one after the other, dots where there is no more room."""
        theme, metrics = self._table.theme, QFontMetricsF(painter.font())
        left, dots = area.left(), metrics.horizontalAdvance("…")
        for place, span in enumerate(spans):
            width = metrics.horizontalAdvance(span.text)
            room = area.right() - left - (dots if place < len(spans) - 1 else 0)
            is_cut, text = width > room, span.text
            if is_cut:
                # A number without its last digits would be another number.
                elide = Qt.TextElideMode.ElideRight
                text = "…" if len(spans) > 1 else metrics.elidedText(text, elide, room)
            painter.setPen(QColor(colour or _colour_of(theme, span)))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(left, area.top(), width + dots, area.height()), flags, text)
            if is_cut:
                return
            left += width


def _colour_of(theme: Theme, span: Span) -> str:
    if not span.number:
        return theme.text_secondary
    return sign_colour(theme, span.number, for_text=True)
