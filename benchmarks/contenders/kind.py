"""What a contender is."""

import os
from collections.abc import Callable

from benchmarks import THREADS

Contender = Callable[[int], float]
"""Runs so many epochs and returns the seconds that it took."""

ALL_PROCESSORS = os.cpu_count() or 1


def own_threads() -> int:
    """Return how many threads a library takes by itself."""
    return 1 if THREADS == "1" else ALL_PROCESSORS
