"""A check box in the look of the window."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.widgets.keys import reach_by_tab

_SIDE = 15.0
_GAP = 7.0


class CheckBox(QAbstractButton):
    """A box with a tick, and words at its right."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setFont(ui_font(11))
        reach_by_tab(self)

    def sizeHint(self) -> QSize:
        """Return the room for the box and the words."""
        width = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(round(_SIDE + _GAP) + width + 6, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, tick and words and, with the keyboard upon it, a ring."""
        colours = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2.5, (self.height() - _SIDE) / 2, _SIDE, _SIDE)
        focus = self.hasFocus()
        edge = QPalette.ColorRole.Accent if focus or self.isChecked() else QPalette.ColorRole.Mid
        fill = QPalette.ColorRole.Highlight if self.isChecked() else QPalette.ColorRole.Base
        painter.setPen(QPen(colours.color(edge), 2 if focus else 1))
        painter.setBrush(colours.color(fill))
        painter.drawRoundedRect(box, 4, 4)
        if self.isChecked():
            painter.setPen(QPen(colours.color(QPalette.ColorRole.HighlightedText), 1.8))
            x, y = box.center().x(), box.center().y()
            painter.drawPolyline([QPointF(x - 4, y), QPointF(x - 1, y + 3), QPointF(x + 4, y - 3)])
        painter.setPen(colours.color(QPalette.ColorRole.Text))
        words = QRectF(self.rect()).adjusted(_SIDE + _GAP + 2, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, flags, self.text())
        if focus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.color(QPalette.ColorRole.Accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 6, 6)
        painter.end()
