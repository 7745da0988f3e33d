"""Ticks of a logarithmic axis: as many labels as there is room for, and no more."""

import math
from itertools import pairwise

from nnviz.gui.views.axes import ticks

# Pixels that a label needs along the axis.
_ROOM = 17.0
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGITS = ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,))
_DECADES = (2, 5, 10, 20, 50, 100, 200, 500)
_MOST_MINOR_DECADES = 8


def log_ticks(low: float, high: float, size: float) -> tuple[list[float], list[float]]:
    """Return the ticks with a label and those without, as decimal logarithms.

    Parameters
    ----------
    low, high
        Ends of the axis, as decimal logarithms.
    size
        Length of the axis in pixels.
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [], []
    room = _ROOM * span / max(size, 1.0)
    labelled = _labelled(low, high, room)
    minor = _within(low, high, _DIGITS[0], 1) if span <= _MOST_MINOR_DECADES else []
    return labelled, [tick for tick in minor if tick not in labelled]


def log_tick_text(exponent: float) -> str:
    """Write 10 to this power: plainly while it is short, then as a power of ten."""
    if -3 <= exponent < 4:
        return f"{10.0**exponent:.6g}"
    power = math.floor(exponent + 1e-9)
    digit = round(10.0 ** (exponent - power), 4)
    factor = "" if digit == 1 else f"{digit:g}·"
    return f"{factor}10{str(power).translate(_SUPERSCRIPTS)}"


def _labelled(low: float, high: float, room: float) -> list[float]:
    ladders = [(digits, 1) for digits in _DIGITS] + [((1,), step) for step in _DECADES]
    for digits, step in ladders:
        found = _within(low, high, digits, step)
        if _have_room(found, room):
            break
    if len(found) > 2 or max(abs(low), abs(high)) > 300:
        return found
    # Less than a decade in sight: round numbers, as on a plain axis.
    for most in (8, 5, 4, 3, 2):
        plain = [math.log10(value) for value in ticks(10.0**low, 10.0**high, most) if value > 0]
        if len(plain) > len(found) and _have_room(plain, room):
            return plain
    return found


def _within(low: float, high: float, digits: tuple[int, ...], step: int) -> list[float]:
    first, last = math.floor(low), math.ceil(high)
    found = [
        power + math.log10(digit)
        for power in range(first, last + 1)
        if power % step == 0
        for digit in digits
    ]
    return [tick for tick in found if low <= tick <= high]


def _have_room(found: list[float], room: float) -> bool:
    return all(after - before >= room for before, after in pairwise(found))
