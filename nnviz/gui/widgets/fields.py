"""Fields of the panels: whole numbers, and numbers on a logarithmic scale."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

from nnviz.gui.widgets.text import MINUS

FIELD_HEIGHT = 26
# The first step away from 0.
_LEAST_RUNG = 1e-4


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


def chevron_painter(widget: QWidget) -> QPainter:
    """Return a painter for arrow heads in the colour of the widget's small signs."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(widget.palette().color(QPalette.ColorRole.Light), 1.5))
    return painter


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
        return parse_number(text) or 0.0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed that is or may become a number in the range."""
        value = parse_number(text)
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
            # Where both signs make sense, the way from one to the other is through 0.
            value = 0.0 if self.minimum() < 0 and abs(value) < _LEAST_RUNG else value
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
    """Return the next of ..., 0.1, 0.2, 0.5, 1, 2, 5, ... above or below a value.

    Below 0 the ladder is its own mirror image; the first rungs beside 0 are +-1e-4.
    """
    if value == 0:
        return _LEAST_RUNG if upwards else -_LEAST_RUNG
    if value < 0:
        return -next_on_ladder(-value, not upwards)
    decade = math.floor(math.log10(value))
    rungs = [m * 10.0**e for e in range(decade - 1, decade + 2) for m in (1, 2, 5)]
    if upwards:
        return float(f"{min(rung for rung in rungs if rung > value * 1.0001):.6g}")
    return float(f"{max(rung for rung in rungs if rung < value * 0.9999):.6g}")


def parse_number(text: str) -> float | None:
    """Return the finite number that a text means, or ``None``.

    A true minus sign, a decimal comma and blanks around it are welcome.
    """
    try:
        value = float(text.strip().replace(",", ".").replace(MINUS, "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _paint_step_arrows(field: QWidget) -> None:
    painter = chevron_painter(field)
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
