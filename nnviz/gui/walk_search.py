"""The search for the next line of a walk where a condition is met."""

from typing import Protocol

from nnviz.core.trace import Trace
from nnviz.core.walk import Walk

MOST_STEPS = 1000


class StopCondition(Protocol):
    """Something that is true at some lines of a trace."""

    def is_met(self, trace: Trace, line_number: int) -> bool:
        """Whether it is true when this line is done."""


class WalkSearch:
    """Looks through one trace after the other, so many at most.

    Parameters
    ----------
    condition
        What is looked for.
    """

    def __init__(self, condition: StopCondition) -> None:
        self._condition = condition
        self._steps = 0

    def next_line(self, walk: Walk) -> int | None:
        """Return the next line where the condition is met; ``None`` looks in the next step.

        After the last step it is the end of that one.
        """
        count = len(walk.trace.lines)
        for number in range(walk.position + 1, count + 1):
            if self._condition.is_met(walk.trace, number):
                return number
        self._steps += 1
        return count if self._steps >= MOST_STEPS else None
