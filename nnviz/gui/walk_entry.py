"""Where the cursor of a walk goes when another step's recording arrives."""

from enum import Enum


class Entry(Enum):
    """Where the cursor goes when the trace that was asked for arrives."""

    START = "start"
    FIRST_MOVE = "first move"
    END = "end"
    STAY = "stay"
    SEARCH = "search"


def epoch_before(steps: int, steps_per_epoch: int, is_at_start: bool) -> int:
    """Return the steps that were done where the epoch began, or the one before it.

    The one before it, if the cursor is at the very start of an epoch already.
    """
    rest = steps % steps_per_epoch
    if rest == 0 and is_at_start:
        rest = steps_per_epoch
    return max(steps - rest, 0)
