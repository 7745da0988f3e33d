"""A slider in the look of the window, alone and with its label and value."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import role_label

GROOVE = 4.0
THUMB = 12.0
_RING = 18.0
_INSET = _RING / 2
_OVERHANG = THUMB / 2


class Slider(QSlider):
    """A horizontal slider whose thumb jumps to the click."""

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setMinimumHeight(20)
        self.setMinimumWidth(60)
        reach_by_tab(self)

    def sizeHint(self) -> QSize:
        """Return a size that suits a panel."""
        return QSize(120, 20)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag at the click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setSliderPosition(self._value_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self.isSliderDown():
            self.setSliderPosition(self._value_at(event.position().x()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self.setSliderDown(False)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel that scrolls."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw groove, filled part, thumb and, with the keyboard upon it, a ring."""
        colours = self.palette()
        middle = self.height() / 2
        centre = self._thumb_centre()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.color(QPalette.ColorRole.Midlight))
        left = _INSET - _OVERHANG
        painter.drawRoundedRect(
            QRectF(left, middle - GROOVE / 2, self.width() - 2 * left, GROOVE), 2, 2
        )
        painter.setBrush(colours.color(QPalette.ColorRole.Accent))
        painter.drawRoundedRect(QRectF(left, middle - GROOVE / 2, centre - left, GROOVE), 2, 2)
        if self.hasFocus():
            painter.setBrush(colours.color(QPalette.ColorRole.AlternateBase))
            painter.setPen(QPen(colours.color(QPalette.ColorRole.Accent), 2))
            ring = _RING - 2
            painter.drawEllipse(QRectF(centre - ring / 2, middle - ring / 2, ring, ring))
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.color(QPalette.ColorRole.Text))
        painter.drawEllipse(QRectF(centre - THUMB / 2, middle - THUMB / 2, THUMB, THUMB))
        painter.end()

    def _thumb_centre(self) -> float:
        span = max(self.maximum() - self.minimum(), 1)
        share = (self.sliderPosition() - self.minimum()) / span
        return _INSET + share * (self.width() - 2 * _INSET)

    def _value_at(self, x: float) -> int:
        share = min(max((x - _INSET) / max(self.width() - 2 * _INSET, 1), 0.0), 1.0)
        return self.minimum() + round(share * (self.maximum() - self.minimum()))


class LabelledSlider(QWidget):
    """A label, the value at the right, and the slider under both.

    Signals
    -------
    position_chosen
        A person has settled on a position (a drag reports its end only).
    """

    position_chosen = Signal(int)

    def __init__(
        self,
        name: str,
        words: str,
        count: int,
        wording: Callable[[int], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._wording = wording
        self.slider = Slider(name, words, self)
        self.slider.setRange(0, count - 1)
        self.slider.setPageStep(max(1, count // 10))
        self._value_label: QLabel = role_label("", "value", self)
        heads = QHBoxLayout()
        heads.addWidget(role_label(words, "label", self))
        heads.addStretch(1)
        heads.addWidget(self._value_label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(heads)
        column.addWidget(self.slider)
        self.slider.setTracking(True)
        self.slider.valueChanged.connect(self._show_value)
        self.slider.valueChanged.connect(self._choose_unless_dragged)
        self.slider.sliderReleased.connect(self._choose)
        self._settled = self.slider.value()
        self._show_value(self.slider.value())

    def set_count(self, count: int) -> None:
        """Offer so many positions, without reporting a choice."""
        if count != self.slider.maximum() + 1:
            self._settled = min(self._settled, count - 1)
            self.slider.setMaximum(count - 1)

    def show_position(self, position: int, text: str | None = None) -> None:
        """Move the thumb without reporting a choice (unless it is being dragged).

        ``text`` is shown where the true value lies between two positions.
        """
        if self.slider.isSliderDown():
            return
        self._settled = position
        self.slider.setValue(position)
        self._show_text(self._wording(position) if text is None else text)

    def _show_value(self, position: int) -> None:
        self._show_text(self._wording(position))

    def _show_text(self, text: str) -> None:
        self._value_label.setText(text)
        self.slider.setAccessibleDescription(text)

    def _choose_unless_dragged(self) -> None:
        if not self.slider.isSliderDown():
            self._choose()

    def _choose(self) -> None:
        position = self.slider.value()
        if position != self._settled:
            self._settled = position
            self.position_chosen.emit(position)
