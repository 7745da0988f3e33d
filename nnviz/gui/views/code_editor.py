"""CodeEditor: the code of a step, the current line lit, breakpoints in the margin."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from nnviz.core.numpy_code import CodeLine
from nnviz.gui.fonts import monospace_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.code_colours import colour_code
from nnviz.gui.views.code_margin import MARGIN, CodeMargin
from nnviz.gui.widgets.fields import focus_ring
from nnviz.gui.widgets.keys import keep_keys

_KEYS = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Space,
        Qt.Key.Key_F9,
    }
)


class CodeEditor(QPlainTextEdit):
    """Shows rows of code; it is read, not written.

    A click on a row goes to its line; one in the margin sets or clears a breakpoint.
    With the keyboard, the arrows choose a row, Return goes to it, and Space or F9
    sets or clears its breakpoint.

    Attributes
    ----------
    rows
        What is shown.
    current
        Number of the trace's line that is lit; 0 for none.
    breakpoints
        Numbers of the lines that are marked.

    Signals
    -------
    line_clicked
        A person wants to go to this line.
    breakpoint_toggled
        A person wants this line's breakpoint set or cleared.
    """

    line_clicked = Signal(int)
    breakpoint_toggled = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code_editor")
        self.setAccessibleName("Code of this training step")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(monospace_font(12))
        self.document().setDocumentMargin(6)
        self.setViewportMargins(MARGIN, 0, 0, 0)
        # Without one of its own, the corner between the scroll bars is drawn raised.
        self.setCornerWidget(QWidget(self))
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        keep_keys(self, _KEYS)
        self.rows: tuple[CodeLine, ...] = ()
        self.current = 0
        self.breakpoints: frozenset[int] = frozenset()
        self._chosen = 0
        self._pressed_at = -1
        self.theme = theme
        self.margin = CodeMargin(self)
        self.updateRequest.connect(self._scroll_margin)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme = theme
        colours = self.palette()
        for role, token in (
            (QPalette.ColorRole.Base, theme.well),
            (QPalette.ColorRole.Text, theme.text),
            (QPalette.ColorRole.Highlight, theme.accent_fill),
            (QPalette.ColorRole.HighlightedText, theme.on_accent),
        ):
            colours.setColor(role, QColor(token))
        self.setPalette(colours)
        colour_code(self.document(), theme)
        self._light()

    def show_rows(self, rows: Sequence[CodeLine]) -> None:
        """Show this code; without a change nothing moves."""
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self._chosen = 0
            self.setPlainText("\n".join(row.text for row in self.rows))
            colour_code(self.document(), self.theme)
            self._light()

    def show_place(self, current: int, breakpoints: frozenset[int]) -> None:
        """Light a line and bring it into view; mark those with a breakpoint."""
        has_moved = current != self.current
        if has_moved or breakpoints != self.breakpoints:
            self.current, self.breakpoints = current, breakpoints
            self._light()
        if has_moved:
            self._bring_into_view()

    def rows_of(self, line_number: int) -> list[int]:
        """Return the indices of the rows of a line of the trace."""
        numbers = enumerate(row.line_number for row in self.rows)
        return [index for index, number in numbers if line_number and number == line_number]

    def row_rect(self, index: int) -> QRectF:
        """Return where a row is in the viewport."""
        block = self.document().findBlockByNumber(index)
        return self.blockBoundingGeometry(block).translated(self.contentOffset())

    def row_at(self, y: float) -> int:
        """Return the row at this height of the viewport, or -1."""
        index = self.cursorForPosition(QPointF(0, y).toPoint()).blockNumber()
        return index if self.rows and self.row_rect(index).bottom() >= y else -1

    # Drawing.

    def _light(self) -> None:
        background = mix(self.theme.well, self.theme.accent, 0.22)
        chosen = self._lit(self._chosen, QColor(self.theme.raised))
        lit = [self._lit(index, background) for index in self.rows_of(self.current)]
        self.setExtraSelections([chosen, *lit] if self.hasFocus() else lit)
        self.margin.update()

    def _lit(self, index: int, colour: QColor) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        look = selection.format
        look.setBackground(colour)
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        selection.format = look
        selection.cursor = QTextCursor(self.document().findBlockByNumber(index))
        return selection

    def _bring_into_view(self) -> None:
        indices = self.rows_of(self.current)
        if not indices:
            return
        # Two rows around it keep it in its context, unless there is no room for them.
        span = (max(0, indices[0] - 2), min(len(self.rows) - 1, indices[-1] + 2))
        first, seen = self.firstVisibleBlock().blockNumber(), self._rows_in_view()
        if span[0] < first:
            self.verticalScrollBar().setValue(span[0])
        elif span[1] >= first + seen:
            self.verticalScrollBar().setValue(min(span[0], span[1] - seen + 1))
        self.horizontalScrollBar().setValue(0)

    def _rows_in_view(self) -> int:
        return max(1, self.viewport().height() // self.fontMetrics().lineSpacing())

    def _scroll_margin(self, area: QRect, dy: int) -> None:
        if dy:
            self.margin.scroll(0, dy)
        else:
            self.margin.update(0, area.y(), MARGIN, area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margin at the left, and the lit line in view."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self.margin.setGeometry(QRect(inside.left(), inside.top(), MARGIN, inside.height()))
        self._bring_into_view()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows and, with the keyboard upon them, a ring."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            focus_ring(painter, QRectF(self.viewport().rect()), 4, self.window().palette())
            painter.end()

    # The mouse and the keyboard.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember the row, to tell a click from a selection of text."""
        super().mousePressEvent(event)
        self._pressed_at = self.row_at(event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to the line that was clicked."""
        super().mouseReleaseEvent(event)
        index = self.row_at(event.position().y())
        is_click = index == self._pressed_at and not self.textCursor().hasSelection()
        if is_click and event.button() is Qt.MouseButton.LeftButton:
            self._go_to(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a row, go to it, or set its breakpoint."""
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._choose(-1 if event.key() == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._go_to(self._chosen)
            case Qt.Key.Key_Space | Qt.Key.Key_F9:
                self.toggle_at(self._chosen)
            case _:
                super().keyPressEvent(event)

    def _choose(self, by: int) -> None:
        if not self.rows:
            return
        self._chosen = max(0, min(self._chosen + by, len(self.rows) - 1))
        first, seen = self.firstVisibleBlock().blockNumber(), self._rows_in_view()
        if not first <= self._chosen < first + seen:
            self.verticalScrollBar().setValue(self._chosen if by < 0 else self._chosen - seen + 1)
        self.setAccessibleDescription(self.rows[self._chosen].text)
        self._light()

    def _go_to(self, index: int) -> None:
        number = self.rows[index].line_number if 0 <= index < len(self.rows) else 0
        if number:
            self.line_clicked.emit(number)

    def toggle_at(self, index: int) -> None:
        """Ask for the breakpoint of a row's line to be set or cleared."""
        number = self.rows[index].line_number if 0 <= index < len(self.rows) else 0
        if number:
            self.breakpoint_toggled.emit(number)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the row that the keyboard has: the lit one, if there is one."""
        super().focusInEvent(event)
        self._chosen = next(iter(self.rows_of(self.current)), self._chosen)
        self._light()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self._light()
