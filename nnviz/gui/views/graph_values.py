"""The numbers of a network's graph at a place of a walk."""

from math import prod

from nnviz.core.notation import Source
from nnviz.core.walk import Walk
from nnviz.gui.views.graph_parts import Quantity, Shown, State


class WalkValues:
    """Reads the numbers of a graph off a walk.

    Parameters
    ----------
    walk
        Where we are.
    hidden
        A number that must not be shown.
    """

    def __init__(self, walk: Walk, hidden: Source | None = None) -> None:
        self._hidden = hidden
        self._trace, self._place, self._position = walk.trace, walk.place, walk.position
        self._writers: dict[str, list[int]] = {}
        for line in walk.trace.lines:
            for name in line.arrays:
                self._writers.setdefault(name, []).append(line.number)

    def shown(self, quantity: Quantity) -> Shown:
        """Return the number and how far it is."""
        if len(quantity.entries) > 1:
            return self._product(quantity)
        ((buffer, index),) = quantity.entries
        line = self._made_at(buffer, index)
        if line is None:
            return Shown(None, self._writers[buffer][0], State.AHEAD)
        array = self._trace.value(buffer, line)
        state = State.NOW if line and line == self._place.line else State.DONE
        source = Source(buffer, index, line)
        if source == self._hidden:
            return Shown(None, line, state)
        return Shown(float(array[index]), line, state, source)

    def state_of(self, lines: tuple[int, ...]) -> State:
        """Return how far a part is that these lines work on."""
        if self._place.line in lines:
            return State.NOW
        if not lines or min(lines) <= self._position:
            return State.DONE
        return State.AHEAD

    def _made_at(self, buffer: str, index: tuple[int, ...]) -> int | None:
        """Return the line that made an entry last; ``None`` if it is still to come."""
        place = self._place
        if place.line > self._position and self._is_done_in_line(buffer, index):
            return place.line
        made = [n for n in self._writers.get(buffer, ()) if n <= self._position]
        if made:
            return made[-1]
        # What no line has written yet is there from the start, or not at all.
        return 0 if self._trace.read(buffer, 0) is not None else None

    def _is_done_in_line(self, buffer: str, index: tuple[int, ...]) -> bool:
        place = self._place
        if place.line not in self._writers.get(buffer, ()) or not index:
            return False
        return index[-1] < (place.unit if place.is_unit_done else place.unit - 1)

    def _product(self, quantity: Quantity) -> Shown:
        place, line = self._place, quantity.line
        reached = (place.unit, place.term) >= (quantity.unit, quantity.term)
        if not (line <= self._position or (line == place.line and reached)):
            return Shown(None, line, State.AHEAD)
        value = prod(
            float(self._trace.value(buffer, line)[index]) for buffer, index in quantity.entries
        )
        is_here = place.is_line_done or (place.unit, place.term) == (quantity.unit, quantity.term)
        is_now = line == place.line and is_here
        return Shown(value, line, State.NOW if is_now else State.DONE)
