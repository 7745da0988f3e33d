"""Small things that stand on a plot: a read-out, a note, a button."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.keys import reach_by_tab

_PADDING = 7


class PlotNote(QLabel):
    """Text on a plot that lets the mouse through.

    Parameters
    ----------
    name
        Object name.
    boxed
        Whether a box keeps the text legible on top of curves.
    parent
        The plot.
    """

    def __init__(self, name: str, boxed: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setFont(ui_font(11))
        self._boxed = boxed
        self._fill, self._edge = QColor(), QColor()
        self.setContentsMargins(*((_PADDING, 4, _PADDING, 4) if boxed else (0, 0, 0, 0)))
        self.hide()

    def wear(self, theme: Theme) -> None:
        """Draw the box in these colours."""
        self._fill, self._edge = QColor(theme.raised), QColor(theme.border_strong)
        self.update()

    def say(self, text: str) -> None:
        """Show this text, or nothing."""
        if text != self.text():
            self.setText(text)
            self.resize(self.sizeHint())
        self.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box and the text."""
        if self._boxed:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._edge, 1))
            painter.setBrush(self._fill)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.end()
        super().paintEvent(event)


class PlotButton(QAbstractButton):
    """A quiet little button for the corner of a plot; a checked or a framed one is filled."""

    HEIGHT = 20

    def __init__(
        self,
        name: str,
        text: str,
        spoken: str,
        parent: QWidget | None = None,
        is_framed: bool = False,
    ) -> None:
        super().__init__(parent)
        self._is_framed = is_framed
        self.setObjectName(name)
        self.setText(text)
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.setFont(ui_font(11, QFont.Weight.Medium))
        self.setFixedSize(self.sizeHint())
        reach_by_tab(self)

    def sizeHint(self) -> QSize:
        """Return the size that the text needs."""
        width = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        return QSize(round(width) + 16, self.HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw text, fill and, with the keyboard upon it, a ring."""
        colours = self.palette()
        lit = self.isChecked() or self.underMouse() or self.isDown()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        if lit or self._is_framed or self.hasFocus():
            ring = QPalette.ColorRole.Accent if self.hasFocus() else QPalette.ColorRole.Mid
            painter.setPen(QPen(colours.color(ring), 1.5 if self.hasFocus() else 1))
            painter.setBrush(colours.color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(box, 6, 6)
        role = QPalette.ColorRole.Text if lit else QPalette.ColorRole.PlaceholderText
        painter.setPen(colours.color(role))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Draw anew when the mouse comes or goes."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


def swatch(colour: str, text: str) -> str:
    """Return rich text: a disc of this colour before the text."""
    return f'<span style="color:{colour}">\N{BLACK CIRCLE}</span> {text}'


def coloured(colour: str, text: str) -> str:
    """Return rich text: bold and of this colour."""
    return f'<b style="color:{colour}">{text}</b>'


def quiet(theme: Theme, text: str) -> str:
    """Return rich text in the colour of captions."""
    return f'<span style="color:{theme.text_secondary}">{text}</span>'


def beside(place: QPointF, size: QSize, room: QRectF, gap: float = 10.0) -> QPointF:
    """Return the top left corner for a box to the right of a place, or else to its left."""
    x = place.x() + gap
    if x + size.width() > room.right():
        x = place.x() - gap - size.width()
    y = min(max(place.y(), room.top() + 2), room.bottom() - size.height() - 2)
    return QPointF(max(x, room.left()), y)
