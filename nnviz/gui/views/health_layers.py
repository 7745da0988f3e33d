"""HealthLayers: a row of small bars for each layer."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.core.health import LayerHealth
from nnviz.core.vitals import Vitals
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.text import number_text, percent_text

_HEAD, _ROW, _NAME, _GAP = 16, 22, 58, 6
# Whole, and where there is little room.
_HEADS = (
    ("gradient", "grad."),
    ("update / weights", "update"),
    ("dead", "dead"),
    ("saturated", "sat."),
)
# Room for a number beside a bar, and the width of a column that has it to spare.
_NUMBER, _WIDE = 58, 105
_WIDTHS = (0.28, 0.34, 0.19, 0.19)
# Ends of the logarithmic axis of update by weights, and what is usual.
_LOWEST, _HIGHEST, _USUAL = -6.0, 0.0, -3.0
# Decades of gradient norms that the bars span.
_DECADES = 6.0


class HealthLayers(QWidget):
    """Gradient norm, update ratio, dead and saturated share of each layer.

    Attributes
    ----------
    vitals
        What is drawn, ``None`` before there is anything.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("health_layers")
        self.setAccessibleName("State of each layer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.theme = theme
        self.vitals: Vitals | None = None

    def sizeHint(self) -> QSize:
        """Return a row for each layer."""
        count = 0 if self.vitals is None else len(self.vitals.layers)
        return QSize(260, _HEAD + _ROW * count + 4)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.update()

    def show_vitals(self, vitals: Vitals) -> None:
        """Show these layers."""
        is_taller = self.vitals is None or len(self.vitals.layers) != len(vitals.layers)
        self.vitals = vitals
        names = range(len(vitals.layers))
        self.setAccessibleDescription("; ".join(self.sentence(place) for place in names))
        if is_taller:
            self.updateGeometry()
        self.update()

    def name(self, place: int) -> str:
        """Return what to call a layer."""
        assert self.vitals is not None
        return "Output" if place + 1 == len(self.vitals.layers) else f"Hidden {place + 1}"

    def sentence(self, place: int) -> str:
        """Return the exact numbers of a layer."""
        assert self.vitals is not None
        layer = self.vitals.layers[place]
        saturated = layer.saturated_fraction
        return (
            f"{self.name(place)}: gradient norm {number_text(layer.gradient_norm)}, update by "
            f"weights {number_text(layer.update_ratio)}, {percent_text(layer.dead_fraction)} of "
            f"the units dead, {percent_text(saturated)} of the activations saturated"
        )

    def _columns(self, top: float, height: float) -> list[QRectF]:
        room = self.width() - _NAME - 4
        left, columns = float(_NAME), []
        for share in _WIDTHS:
            columns.append(QRectF(left, top, room * share - _GAP, height))
            left += room * share
        return columns

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heads and rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self.theme.text_tertiary))
        for box, words in zip(self._columns(0, _HEAD), _HEADS, strict=True):
            is_narrow = painter.fontMetrics().horizontalAdvance(words[0]) > box.width()
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, words[is_narrow])
        if self.vitals is not None:
            largest = max(
                (_logarithm(layer.gradient_norm) for layer in self.vitals.layers), default=0.0
            )
            for place, layer in enumerate(self.vitals.layers):
                self._paint_layer(painter, place, layer, largest)
        painter.end()

    def _paint_layer(
        self, painter: QPainter, place: int, layer: LayerHealth, largest: float
    ) -> None:
        top = _HEAD + place * _ROW
        painter.setFont(ui_font(11))
        painter.setPen(QColor(self.theme.text_secondary))
        left = QRectF(2, top, _NAME - 4, _ROW)
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, self.name(place))
        boxes = self._columns(top + 5, _ROW - 10)
        if boxes[-1].width() > _WIDE:
            boxes = self._paint_numbers(painter, boxes, layer)
        gradient, update, dead, saturated = boxes
        share = 1 + (_logarithm(layer.gradient_norm) - largest) / _DECADES
        self._paint_bar(painter, gradient, share, self.theme.accent)
        span = _HIGHEST - _LOWEST
        ratio = (_logarithm(layer.update_ratio) - _LOWEST) / span
        self._paint_bar(painter, update, ratio, self.theme.accent)
        x = update.left() + update.width() * (_USUAL - _LOWEST) / span
        painter.setPen(QPen(QColor(self.theme.text), 1))
        painter.drawLine(QPointF(x, update.top() - 2), QPointF(x, update.bottom() + 2))
        self._paint_bar(painter, dead, layer.dead_fraction, self.theme.danger)
        if layer.saturated_fraction is not None:
            self._paint_bar(painter, saturated, layer.saturated_fraction, self.theme.danger)

    def _paint_numbers(
        self, painter: QPainter, boxes: list[QRectF], layer: LayerHealth
    ) -> list[QRectF]:
        """Write the numbers to the right of the bars, and return what is left for those."""
        texts = (
            number_text(layer.gradient_norm, 3),
            "" if math.isnan(layer.update_ratio) else number_text(layer.update_ratio, 3),
            percent_text(layer.dead_fraction),
            "" if layer.saturated_fraction is None else percent_text(layer.saturated_fraction),
        )
        for box, text in zip(boxes, texts, strict=True):
            place = QRectF(box.right() - _NUMBER + 6, box.top() - 5, _NUMBER, _ROW)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        return [box.adjusted(0, 0, -_NUMBER, 0) for box in boxes]

    def _paint_bar(self, painter: QPainter, box: QRectF, share: float, colour: str) -> None:
        painter.fillRect(box, QColor(self.theme.well))
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.drawRect(box)
        if math.isfinite(share) and share > 0:
            filled = QRectF(box)
            filled.setWidth(max(1.5, box.width() * min(share, 1.0)))
            painter.fillRect(filled, QColor(colour))

    def event(self, event: QEvent) -> bool:
        """Say the exact numbers of the layer under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = (event.pos().y() - _HEAD) // _ROW
            known = self.vitals is not None and 0 <= place < len(self.vitals.layers)
            words = self.sentence(place) if known else "The bar of update / weights marks 0.001"
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)


def _logarithm(value: float) -> float:
    return float(np.log10(value)) if math.isfinite(value) and value > 0 else -math.inf
