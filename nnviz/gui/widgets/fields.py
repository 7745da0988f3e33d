"""Fields of the panels: lists, whole numbers, and numbers on a logarithmic scale."""

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QStandardItem,
    QStandardItemModel,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import MINUS

FIELD_HEIGHT = 26


def draw_chevron(painter: QPainter, centre: QPointF, half_width: float, down: bool) -> None:
    """Draw an open arrow head with the painter's pen."""
    drop = half_width * 0.5 if down else -half_width * 0.5
    x, y = centre.x(), centre.y()
    painter.drawPolyline(
        [
            QPointF(x - half_width, y - drop),
            QPointF(x, y + drop),
            QPointF(x + half_width, y - drop),
        ]
    )


def _chevron_painter(widget: QWidget) -> QPainter:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(widget.palette().color(QPalette.ColorRole.Light), 1.5))
    return painter


class Combo(QComboBox):
    """A list to choose from, whose senseless entries are disabled and say why.

    Signals
    -------
    key_chosen
        A person chose the entry with this key.
    """

    key_chosen = Signal(str)

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMinimumWidth(60)
        self.setFixedHeight(FIELD_HEIGHT)
        reach_by_tab(self)
        self.activated.connect(lambda index: self.key_chosen.emit(self.itemData(index)))

    def set_entries(self, entries: Iterable[tuple[str, str]]) -> None:
        """Offer these (key, label) pairs; keeps the chosen key if it is among them."""
        pairs = list(entries)
        if pairs == [(self.itemData(i), self.itemText(i)) for i in range(self.count())]:
            return
        chosen = self.currentData()
        self.clear()
        for key, label in pairs:
            self.addItem(label, key)
        self.show_key(chosen)

    def show_key(self, key: str | None) -> None:
        """Show the entry with this key as chosen, without reporting a choice."""
        self.setCurrentIndex(self.findData(key))

    def explain(self, key: str, problem: str | None) -> None:
        """Disable an entry with a sentence that says why, or enable it with ``None``."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        item: QStandardItem | None = model.item(self.findData(key))
        if item is not None:
            item.setEnabled(problem is None)
            item.setToolTip(problem or "")

    def describe(self, key: str, text: str) -> None:
        """Give an entry a tip."""
        self.setItemData(self.findData(key), text, Qt.ItemDataRole.ToolTipRole)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel that scrolls."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, as much of the entry as fits, and the arrow."""
        styled = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        styled.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = styled.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room.width() - 2
        )
        styled.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        styled.end()
        painter = _chevron_painter(self)
        draw_chevron(painter, QPointF(self.width() - 13, self.height() / 2), 4, down=True)
        painter.end()


class WholeNumberField(QSpinBox):
    """A whole number, reported when a person has finished with it.

    Signals
    -------
    number_chosen
        A person settled on this value.
    """

    number_chosen = Signal(int)

    def __init__(
        self, name: str, spoken: str, low: int, high: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setRange(low, high)
        self.setMinimumWidth(48)
        self.lineEdit().setTextMargins(5, 0, 0, 0)
        self.lineEdit().setAccessibleName(spoken)
        self.setFixedHeight(FIELD_HEIGHT)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._showing = False
        self.valueChanged.connect(self._report)

    def show_number(self, value: int) -> None:
        """Show a value without reporting it."""
        self._showing = True
        self.setValue(value)
        self._showing = False

    def _report(self, value: int) -> None:
        if not self._showing:
            self.number_chosen.emit(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel that scrolls."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and its two arrows."""
        super().paintEvent(event)
        _paint_step_arrows(self)


class NumberField(QDoubleSpinBox):
    """A number over many orders of magnitude; its arrows go 1, 2, 5, 10, 20, ...

    Signals
    -------
    number_chosen
        A person settled on this value.
    """

    number_chosen = Signal(float)

    def __init__(
        self,
        name: str,
        spoken: str,
        low: float,
        high: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setDecimals(12)
        self.setRange(low, high)
        self.setMinimumWidth(48)
        self.lineEdit().setTextMargins(5, 0, 0, 0)
        self.lineEdit().setAccessibleName(spoken)
        self.setFixedHeight(FIELD_HEIGHT)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._showing = False
        self.valueChanged.connect(self._report)

    def show_number(self, value: float) -> None:
        """Show a value without reporting it."""
        self._showing = True
        self.setValue(value)
        self._showing = False

    def textFromValue(self, value: float) -> str:
        """Write the shortest text that gives the value back."""
        return f"{value:.6g}".replace("-", MINUS)

    def valueFromText(self, text: str) -> float:
        """Read what was typed; the comma counts as a decimal point."""
        return _parse_number(text) or 0.0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed that is or may become a number in the range."""
        value = _parse_number(text)
        if value is not None and self.minimum() <= value <= self.maximum():
            return (QValidator.State.Acceptable, text, position)
        allowed = set("0123456789.,eE+-" + MINUS)
        may_become = set(text) <= allowed and len(text) <= 16
        state = QValidator.State.Intermediate if may_become else QValidator.State.Invalid
        return (state, text, position)

    def stepBy(self, steps: int) -> None:
        """Go up or down the ladder 1, 2, 5, 10, ..."""
        value = self.value()
        for _ in range(abs(steps)):
            value = next_on_ladder(value, upwards=steps > 0)
        self.setValue(min(max(value, self.minimum()), self.maximum()))

    def _report(self, value: float) -> None:
        if not self._showing:
            self.number_chosen.emit(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel that scrolls."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and its two arrows."""
        super().paintEvent(event)
        _paint_step_arrows(self)


def next_on_ladder(value: float, upwards: bool) -> float:
    """Return the next of ..., 0.1, 0.2, 0.5, 1, 2, 5, ... above or below a value."""
    if value <= 0:
        return 1e-4 if upwards else 0.0
    decade = math.floor(math.log10(value))
    rungs = [m * 10.0**e for e in range(decade - 1, decade + 2) for m in (1, 2, 5)]
    if upwards:
        return float(f"{min(rung for rung in rungs if rung > value * 1.0001):.6g}")
    return float(f"{max(rung for rung in rungs if rung < value * 0.9999):.6g}")


def _parse_number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", ".").replace(MINUS, "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _paint_step_arrows(field: QWidget) -> None:
    painter = _chevron_painter(field)
    x = field.width() - 11
    middle = field.height() / 2
    draw_chevron(painter, QPointF(x, middle - 4.5), 3, down=False)
    draw_chevron(painter, QPointF(x, middle + 4.5), 3, down=True)
    painter.end()


def focus_ring(painter: QPainter, area: QRectF, radius: float, palette: QPalette) -> None:
    """Draw the ring that shows where the keyboard is."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), radius, radius)
