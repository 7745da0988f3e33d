"""CodeMargin: numbers of the trace's lines beside the code, and their breakpoints."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnviz.gui.fonts import ui_font

if TYPE_CHECKING:
    from nnviz.gui.views.code_editor import CodeEditor

MARGIN = 44
_DOT = 9.0


class CodeMargin(QWidget):
    """Numbers of the trace's lines, and their breakpoints."""

    def __init__(self, editor: "CodeEditor") -> None:
        super().__init__(editor)
        self.setObjectName("code_margin")
        self.setAccessibleName("Breakpoints")
        self.setToolTip("Click to set or clear a breakpoint")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        """Return the width that it always has."""
        return QSize(MARGIN, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a number at each line's first row, and dots and the lit line's bar."""
        editor, theme = self._editor, self._editor.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(theme.well))
        painter.setFont(ui_font(10))
        before = 0
        for index, row in enumerate(editor.rows):
            place = editor.row_rect(index)
            if place.top() > self.height():
                break
            if place.bottom() >= 0 and row.line_number:
                self._paint_row(painter, row.line_number, place, row.line_number != before)
            before = row.line_number
        painter.end()

    def _paint_row(self, painter: QPainter, number: int, place: QRectF, is_first: bool) -> None:
        editor, theme = self._editor, self._editor.theme
        if number == editor.current:
            painter.fillRect(
                QRectF(MARGIN - 3, place.top(), 3, place.height()), QColor(theme.accent)
            )
        if not is_first:
            return
        if number in editor.breakpoints:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.danger))
            painter.drawEllipse(QPointF(10, place.center().y()), _DOT / 2, _DOT / 2)
        painter.setPen(QColor(theme.text_tertiary))
        room = QRectF(0, place.top(), MARGIN - 10, place.height())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, str(number))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set or clear the breakpoint of the row that was clicked."""
        self._editor.toggle_at(self._editor.row_at(event.position().y()))
