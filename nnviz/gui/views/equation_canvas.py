"""EquationCanvas: the page of the equation pane, with numbers that can be pointed at."""

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.core.notation import Piece, Source
from nnviz.gui.theme import Theme
from nnviz.gui.views.equation_content import Content
from nnviz.gui.views.equation_page import NARROW, SIZES, Page, PageBuilder
from nnviz.gui.views.equation_painting import Inks, paint_page
from nnviz.gui.views.equation_rows import SymbolSetter
from nnviz.gui.views.tex_boxes import Area
from nnviz.gui.views.tex_nodes import Gap
from nnviz.gui.views.tex_setting import Typesetter
from nnviz.gui.views.typesetting import FormulaStore


class EquationCanvas(QWidget):
    """Shows a Content; a click on a number asks for the line that made it.

    ``tip`` returns what is told of a number below the mouse.

    Attributes
    ----------
    page
        What is drawn, and where.
    formulas
        The typeset formulas.

    Signals
    -------
    number_hovered
        The Source under the mouse, or ``None``.
    number_clicked
        The Source of a number that was clicked.
    gap_clicked
        More terms of a long sum were asked for: which of its gaps.
    copy_requested
        A person pressed Ctrl+C.
    """

    number_hovered = Signal(object)
    number_clicked = Signal(object)
    gap_clicked = Signal(int)
    copy_requested = Signal()

    def __init__(
        self, theme: Theme, tip: Callable[[Piece], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.formulas = FormulaStore(self)
        self.formulas.formulas_ready.connect(self._lay_out)
        self.page = Page(0.0, 0.0)
        self.content: Content | None = None
        self._theme = theme
        self._tip = tip
        self._lit: Source | None = None
        self.setObjectName("equation_canvas")
        self.setAccessibleName("Equation")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_content(self, content: Content | None, theme: Theme) -> None:
        """Show this from now on."""
        self.content, self._theme = content, theme
        self._lay_out()

    def light(self, source: Source | None) -> None:
        """Light the numbers that come from here."""
        if source != self._lit:
            self._lit = source
            self.update()

    @property
    def lit(self) -> Source | None:
        """What is lit."""
        return self._lit

    def area_of(self, source: Source) -> Area | None:
        """Return the place of the first number that comes from here."""
        for area in self.page.numbers.areas:
            if isinstance(area.owner, Piece) and area.owner.source == source:
                return area
        return None

    def _lay_out(self) -> None:
        if self.content is None:
            self.page = Page(0.0, 0.0)
        else:
            sizes = SIZES[1:] if self.width() < NARROW else SIZES
            for size in sizes:
                self.page = self._page(self.content, size)
                # Only what cannot be broken, such as a long fraction, needs smaller letters.
                if self.page.width <= self.width():
                    break
        self.setMinimumHeight(ceil(self.page.height))
        self.updateGeometry()
        self.update()

    def _page(self, content: Content, size: float) -> Page:
        self.formulas.forget_wishes()
        setter = SymbolSetter(self.formulas, Typesetter(size, content.hides), self._theme.text)
        return PageBuilder(content, setter, float(self.width())).build()

    def sizeHint(self) -> QSize:
        """Ask for the whole page."""
        return QSize(ceil(self.page.width), ceil(self.page.height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the page."""
        painter = QPainter(self)
        paint_page(painter, self.page, Inks(self._theme, self._lit))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which number is under the mouse."""
        area = self.page.area_at(event.position().x(), event.position().y())
        owner = area.owner if area is not None else None
        source = owner.source if isinstance(owner, Piece) else None
        can_click = isinstance(owner, Gap) or source is not None
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if can_click else Qt.CursorShape.ArrowCursor
        )
        self.number_hovered.emit(source)

    def leaveEvent(self, event: QEvent) -> None:
        """No number is under the mouse any more."""
        super().leaveEvent(event)
        self.number_hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the line that made the number, or for the terms that are left out."""
        area = self.page.area_at(event.position().x(), event.position().y())
        if event.button() != Qt.MouseButton.LeftButton or area is None:
            super().mousePressEvent(event)
        elif isinstance(area.owner, Gap):
            self.gap_clicked.emit(area.owner.ordinal)
        elif isinstance(area.owner, Piece) and area.owner.source is not None:
            self.number_clicked.emit(area.owner.source)

    def event(self, event: QEvent) -> bool:
        """Tell what the number under the mouse is, all digits of it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._tip_at(event.pos())
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _tip_at(self, point: QPoint) -> str:
        area = self.page.area_at(point.x(), point.y())
        if area is None:
            return ""
        if isinstance(area.owner, Gap):
            return "Click to write more of them out"
        if area.owner is None:
            return ""
        return "" if area.is_hidden else self._tip(area.owner)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy at the system's key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        else:
            super().keyPressEvent(event)
