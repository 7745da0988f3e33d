"""Axes that are painted by hand: from values to pixels, and where the ticks go."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform


@dataclass(frozen=True, slots=True)
class Axes:
    """A rectangle of pixels over a rectangle of values, y upwards.

    Attributes
    ----------
    rect
        In pixels.
    low, high
        (x, y) at the lower left and the upper right corner.
    """

    rect: QRectF
    low: tuple[float, float]
    high: tuple[float, float]

    def to_pixel(self, x: float, y: float) -> QPointF:
        """Return where a value lies."""
        across = (x - self.low[0]) / (self.high[0] - self.low[0])
        up = (y - self.low[1]) / (self.high[1] - self.low[1])
        return QPointF(
            self.rect.left() + across * self.rect.width(),
            self.rect.bottom() - up * self.rect.height(),
        )

    def to_value(self, point: QPointF) -> tuple[float, float]:
        """Return the value at a pixel."""
        across = (point.x() - self.rect.left()) / self.rect.width()
        up = (self.rect.bottom() - point.y()) / self.rect.height()
        return (
            self.low[0] + across * (self.high[0] - self.low[0]),
            self.low[1] + up * (self.high[1] - self.low[1]),
        )


def unit_to_pixels(rect: QRectF) -> QTransform:
    """Return what takes the unit square, y upwards, onto a rectangle of pixels."""
    return QTransform(rect.width(), 0, 0, -rect.height(), rect.left(), rect.bottom())


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round values from low to high, at most so many of them.

    Steps are 1, 2 or 5 times a power of ten.
    """
    span = high - low
    if not (math.isfinite(span) and span > 0) or most < 1:
        return []
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((m * power for m in (1, 2, 5, 10) if m * power >= rough), 10 * power)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def tick_text(value: float, step_values: list[float]) -> str:
    """Write a tick with as many decimals as its neighbours need, and a true minus."""
    step = step_values[1] - step_values[0] if len(step_values) > 1 else abs(value) or 1.0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    is_long = abs(value) >= 1e5 or decimals > 5
    text = f"{value:.3g}" if is_long else f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\N{MINUS SIGN}")
