"""FrameNumbers: what follows from the frames of a reel, each worked out at most once."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Generic, TypeVar

from nnviz.gui.reel import ReelFrame

Number = TypeVar("Number")
_STRIDES = (64, 16, 4, 1)


class FrameNumbers(Generic[Number]):
    """Works through frames a little at a time, and remembers as long as a frame is there.

    Parameters
    ----------
    work
        Works out what is wanted of a frame.
    clock
        Seconds.
    """

    def __init__(
        self, work: Callable[[ReelFrame], Number], clock: Callable[[], float] = perf_counter
    ) -> None:
        self._work = work
        self._clock = clock
        self._known: dict[ReelFrame, Number] = {}

    def follow(
        self, frames: Sequence[ReelFrame], wanted: Sequence[ReelFrame], seconds: float
    ) -> bool:
        """Work on until all is known or the time is over; return whether all is known.

        Parameters
        ----------
        frames
            All that there are: what is known of others is forgotten.
        wanted
            Those to work through; the newest comes first, then from coarse to fine.
        seconds
            About how long it may take; one frame is always done.
        """
        if len(self._known) > len(frames) or any(frame not in self._known for frame in frames):
            alive = set(frames)
            self._known = {frame: self._known[frame] for frame in self._known if frame in alive}
        missing = [frame for frame in wanted if frame not in self._known]
        end = self._clock() + seconds
        for done, frame in enumerate(_from_coarse_to_fine(missing)):
            if done and self._clock() >= end:
                return False
            self._known[frame] = self._work(frame)
        return True

    def known(self, frames: Sequence[ReelFrame]) -> list[tuple[ReelFrame, Number]]:
        """Return those of the frames that are worked out, with what came of them."""
        return [(frame, self._known[frame]) for frame in frames if frame in self._known]


def _from_coarse_to_fine(frames: list[ReelFrame]) -> list[ReelFrame]:
    newest_first = frames[::-1]
    ordered = [frame for stride in _STRIDES for frame in newest_first[::stride]]
    return list(dict.fromkeys(ordered))
