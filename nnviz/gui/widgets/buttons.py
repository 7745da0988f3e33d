"""Buttons: an icon that follows the theme, and the round one that runs training."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QToolButton, QWidget

from nnviz.gui.icons import icon, icon_pixmap
from nnviz.gui.widgets.keys import reach_by_tab


class IconButton(QToolButton):
    """A flat square button with a bundled icon, re-coloured with the palette."""

    def __init__(
        self,
        name: str,
        spoken: str,
        icon_name: str,
        side: int = 34,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self._icon_name = icon_name
        self._icon_size = 18 if side >= 30 else 14
        self.setFixedSize(side, side)
        self.setIconSize(QSize(self._icon_size, self._icon_size))
        self.setAutoRaise(True)
        reach_by_tab(self)
        self._update_icon()

    def set_icon_name(self, icon_name: str) -> None:
        """Show another icon."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._update_icon()

    def follow(self, action: QAction) -> None:
        """Do what the action does, and share its tooltip and whether it is enabled."""
        self.clicked.connect(action.trigger)
        self.setToolTip(action.toolTip())
        self.setEnabled(action.isEnabled())
        action.enabledChanged.connect(self.setEnabled)

    def _update_icon(self) -> None:
        colours = self.palette()
        active = QPalette.ColorGroup.Active
        normal = colours.color(active, QPalette.ColorRole.Text).name()
        disabled = colours.color(active, QPalette.ColorRole.Mid).name()
        self.setIcon(icon(self._icon_name, normal, disabled, self._icon_size))

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon in the new palette's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_icon()


class RunButton(QAbstractButton):
    """The round accent button: a triangle while paused, two bars while running."""

    SIDE = 42

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_button")
        self.setFixedSize(self.SIDE, self.SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        reach_by_tab(self)
        self.set_running(False)

    def set_running(self, running: bool) -> None:
        """Show what a click would do now."""
        self._icon_name = "pause" if running else "play"
        words = "Pause training" if running else "Run training"
        self.setAccessibleName(words)
        self.setToolTip(f"{words} (Space)")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return QSize(self.SIDE, self.SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the disc, its icon and, with the keyboard upon it, a ring."""
        colours = self.palette()
        fill = colours.color(QPalette.ColorRole.Highlight)
        if self.isDown():
            fill = fill.darker(115)
        elif self.underMouse():
            fill = fill.lighter(112)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        side = self.SIDE
        painter.drawEllipse(QRectF(4, 4, side - 8, side - 8))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.color(QPalette.ColorRole.Accent), 2))
            painter.drawEllipse(QRectF(1, 1, side - 2, side - 2))
        white = QColor(colours.color(QPalette.ColorRole.HighlightedText)).name()
        pixmap = icon_pixmap(self._icon_name, white, 16, self.devicePixelRatioF(), filled=True)
        offset = (side - 16) / 2
        nudge = 1 if self._icon_name == "play" else 0
        painter.drawPixmap(QRectF(offset + nudge, offset, 16, 16), pixmap, QRectF(pixmap.rect()))
        painter.end()
