"""FlowStrips: how the sizes of each layer's numbers are spread, over the steps."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.axes import ticks
from nnviz.gui.views.flow_content import Spread, layer_colours
from nnviz.gui.views.flow_pictures import SHADES, Strips, strips
from nnviz.gui.views.step_pointer import POINTER_KEYS, StepPointer
from nnviz.gui.widgets.fields import focus_ring
from nnviz.gui.widgets.keys import keep_keys
from nnviz.gui.widgets.text import count_text, percent_text

_NAME, _SCALE, _FOOT, _GAP = 62.0, 38.0, 20.0, 4.0
_LOWEST_STRIP = 26.0
_MOST_COLUMNS = 480
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class FlowStrips(QWidget):
    """A strip for each layer: steps to the right, powers of ten upwards, the fuller the brighter.

    Attributes
    ----------
    pointer
        Which step the mouse or the keyboard points at.
    pictures
        What is drawn, or ``None`` while there is nothing.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("flow_strips")
        self.setAccessibleName("Sizes over steps: arrow keys read, Enter goes there")
        self.setToolTip("Click to see this step")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, POINTER_KEYS)
        self.theme = theme
        self.pointer = StepPointer(self)
        self.pointer.moved.connect(self.update)
        self.pictures: Strips | None = None
        self._images: list[QImage] = []
        self._layers: tuple[str, ...] = ()
        self._is_past = False

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self._make_images()

    def show_spread(self, spread: Spread, layers: tuple[str, ...], last_step: int) -> None:
        """Draw these frames, up to a cursor if the run goes on behind them."""
        columns = int(min(max(self.width() - _NAME - _SCALE, 16), _MOST_COLUMNS))
        self.pictures = strips(spread, last_step, columns)
        self._layers = layers
        self._is_past = int(spread.steps[-1]) < last_step
        self.pointer.show_steps(spread.steps)
        self.setMinimumHeight(round(_FOOT + (_LOWEST_STRIP + _GAP) * len(layers)))
        rows = zip(layers, self.pictures.zero_shares[-1].tolist(), strict=True)
        self.setAccessibleDescription(
            "; ".join(f"{name}: {percent_text(share)} are 0" for name, share in rows)
        )
        self._make_images()

    def sizeHint(self) -> QSize:
        """Return a size that suits a panel."""
        return QSize(400, 240)

    def strip_rect(self, index: int) -> QRectF:
        """Return where the strip of a layer is."""
        pitch = (self.height() - _FOOT) / max(1, len(self._layers))
        return QRectF(_NAME, index * pitch, self.width() - _NAME - _SCALE, pitch - _GAP)

    def _make_images(self) -> None:
        if self.pictures is None:
            return
        table = shade_table(self.theme)
        self._images = []
        for shades in self.pictures.shades:
            pixels = np.ascontiguousarray(table[shades])
            height, width = pixels.shape
            image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
            # The copy owns its pixels.
            self._images.append(image.copy())
        self.update()

    # Places.

    def x_of(self, step: float) -> float:
        """Return the x of a step, px."""
        assert self.pictures is not None
        rect = self.strip_rect(0)
        share = (step - self.pictures.first) / (self.pictures.last - self.pictures.first)
        return rect.left() + share * rect.width()

    def step_at(self, x: float) -> float | None:
        """Return the step at an x, or ``None`` beside the strips."""
        rect = self.strip_rect(0)
        if self.pictures is None or not rect.left() <= x <= rect.right():
            return None
        share = (x - rect.left()) / rect.width()
        return self.pictures.first + share * (self.pictures.last - self.pictures.first)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strips, the scale, the steps, the cursor and the pointer."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        if self.pictures is not None:
            colours = layer_colours(self.theme, len(self._layers))
            for index, name in enumerate(self._layers):
                rect = self.strip_rect(index)
                painter.drawImage(rect, self._images[index])
                self._paint_words(painter, index, name, colours[index], rect)
                self._paint_powers(painter, rect)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_steps(painter)
            self._paint_lines(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            focus_ring(painter, QRectF(self.rect()), 4, self.window().palette())
        painter.end()

    def _place_read(self) -> int:
        """Return which of the frames the words are about."""
        place = self.pointer.place
        return len(self.pointer.steps) - 1 if place is None else place

    def _paint_words(
        self, painter: QPainter, index: int, name: str, colour: str, rect: QRectF
    ) -> None:
        assert self.pictures is not None
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(ui_font(10, QFont.Weight.DemiBold))
        painter.setPen(QColor(colour))
        line = QRectF(4, rect.top() + 2, _NAME - 4, 13)
        painter.drawText(line, left, name)
        place = self._place_read()
        broken = int(self.pictures.not_finite[place, index])
        share = float(self.pictures.zero_shares[place, index])
        words = f"{count_text(broken)} NaN" if broken else zero_words(share)
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_secondary))
        painter.drawText(line.translated(0, 12), left, words)

    def _paint_powers(self, painter: QPainter, rect: QRectF) -> None:
        assert self.pictures is not None
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        room = QRectF(rect.right() + 3, rect.top(), _SCALE - 3, 12)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, left, power_text(self.pictures.high))
        room.moveBottom(rect.bottom())
        lowest = power_text(self.pictures.low)
        painter.drawText(room, left, f"≤{lowest}" if self.pictures.is_open else lowest)

    def _paint_steps(self, painter: QPainter) -> None:
        assert self.pictures is not None
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        metrics = QFontMetricsF(painter.font())
        rect = self.strip_rect(0)
        most = max(2, int(rect.width() // 70))
        for step in ticks(self.pictures.first, self.pictures.last, most):
            if step != round(step):
                continue
            text = count_text(round(step))
            width = metrics.horizontalAdvance(text)
            x = min(max(self.x_of(step) - width / 2, rect.left()), rect.right() - width)
            painter.drawText(QPointF(x, self.height() - 5.0), text)

    def _paint_lines(self, painter: QPainter) -> None:
        bottom = self.height() - _FOOT
        lines = []
        if self._is_past:
            lines.append((int(self.pointer.steps[-1]), self.theme.accent, 2))
        if self.pointer.step is not None:
            lines.append((self.pointer.step, self.theme.text_secondary, 1))
        for step, colour, width in lines:
            x = self.x_of(step)
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
            if step == self.pointer.step:
                self._paint_step(painter, x)

    def _paint_step(self, painter: QPainter, x: float) -> None:
        """Write the step that is pointed at over the numbers of the axis."""
        painter.setFont(ui_font(10, QFont.Weight.DemiBold))
        text = f"step {count_text(self.pointer.step or 0)}"
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 10
        rect = self.strip_rect(0)
        left = min(max(x - width / 2, rect.left()), rect.right() - width)
        box = QRectF(left, self.height() - _FOOT + 1, width, _FOOT - 3)
        painter.setPen(QPen(QColor(self.theme.border_strong), 1))
        painter.setBrush(QColor(self.theme.raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # What a person does.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the step under the mouse."""
        self.pointer.point_at(self.step_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pointer.point_at(self.step_at(event.position().x()))
            self.pointer.choose()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self.pointer.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read and go by the keys."""
        if not self.pointer.press(event.key()):
            super().keyPressEvent(event)


def zero_words(share: float) -> str:
    """Say which share of the numbers is exactly 0, in a few letters."""
    if share in (0.0, 1.0):
        return "all 0" if share else "no zero"
    if not 0.005 <= share < 0.995:
        return "<1 % zero" if share < 0.5 else ">99 % zero"
    return f"{100 * share:.0f} % zero"


def power_text(exponent: float) -> str:
    """Write a power of ten as one, such as ``10⁻³``."""
    return f"10{str(round(exponent)).translate(_RAISED)}"


@lru_cache(maxsize=4)
def shade_table(theme: Theme) -> NDArray[np.uint32]:
    """Return ``0xffRRGGBB`` for each shade: from the well over the accent towards the text."""
    colours = []
    for shade in np.linspace(0.0, 1.0, SHADES).tolist():
        if shade <= 0.75:
            colours.append(mix(theme.well, theme.accent, shade / 0.75).rgb())
        else:
            colours.append(mix(theme.accent, theme.text, (shade - 0.75) / 0.25 * 0.75).rgb())
    return np.array(colours, dtype=np.uint32)
