"""Long lines out of many short ones, so that dashes run on from one to the next."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from PySide6.QtGui import QPainterPath

Place: TypeAlias = tuple[float, float]

# Crossings that two triangles share agree to about 16 digits.
_DIGITS = 9


def joined(path: QPainterPath) -> QPainterPath:
    """Return a path of the same straight lines, joined wherever they meet.

    A dash pattern begins anew with every subpath: a contour of short lines would look
    solid.
    """
    segments = [(start, end) for start, end in _segments(path) if start != end]
    meeting: defaultdict[Place, list[int]] = defaultdict(list)
    for number, places in enumerate(segments):
        for place in places:
            meeting[place].append(number)
    left = set(range(len(segments)))
    result = QPainterPath()
    # Ends first, so that no line is begun in its middle; closed lines have none.
    for begin in sorted(meeting, key=lambda place: len(meeting[place]) != 1):
        while (onward := _first(meeting[begin], left)) is not None:
            place = begin
            result.moveTo(*place)
            while onward is not None:
                left.remove(onward)
                start, end = segments[onward]
                place = end if place == start else start
                result.lineTo(*place)
                onward = _first(meeting[place], left)
    return result


def _first(numbers: list[int], left: set[int]) -> int | None:
    return next((number for number in numbers if number in left), None)


def _segments(path: QPainterPath) -> Iterator[tuple[Place, Place]]:
    here = (0.0, 0.0)
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        place = (round(element.x, _DIGITS), round(element.y, _DIGITS))
        if not element.isMoveTo():
            yield here, place
        here = place
