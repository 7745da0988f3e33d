"""Tracking: asks what a parameter went through in the last steps, one wish at a time."""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, Signal

from nnviz.gui.wishes import Wishes
from nnviz.training.commands import Follow
from nnviz.training.following import Track
from nnviz.training.snapshot import RunState, Snapshot

STEPS = 200
# While training runs, following takes at most this share of the time.
_SHARE = 0.1


class Tracking(QObject):
    """The newest Track, and the wish for another.

    Parameters
    ----------
    wishes
        Carry the wish to the trainer.
    clock
        Seconds.

    Attributes
    ----------
    track
        What came last, of whatever parameter and step; ``None`` at first.

    Signals
    -------
    track_changed
        There is a newer one.
    """

    track_changed = Signal()

    def __init__(self, wishes: Wishes, clock: Callable[[], float] = perf_counter) -> None:
        super().__init__()
        self.track: Track | None = None
        self._wishes, self._clock = wishes, clock
        self._under_way: Follow | None = None
        self._wanted: Follow | None = None
        self._done: Follow | None = None
        self._sent_at = self._rests_until = 0.0

    def follow(self, place: int, snapshot: Snapshot) -> None:
        """Ask for the steps of a parameter up to the one on show, unless that was done."""
        wish = Follow((place,), STEPS, snapshot.step, snapshot.generation)
        if wish in (self._done, self._under_way):
            self._wanted = None
            return
        old = self._under_way
        if old is not None and old.generation == wish.generation:
            self._wanted = wish
        elif snapshot.state is not RunState.RUNNING or self._clock() >= self._rests_until:
            self._send(wish)

    def take(self, track: Track) -> None:
        """Take what was asked for, and ask for what is wanted by now."""
        now = self._clock()
        self._rests_until = now + (now - self._sent_at) / _SHARE
        self._done, self._under_way = self._under_way, None
        self.track = track
        self.track_changed.emit()
        if self._wanted is not None:
            self._send(self._wanted)

    def give_up(self) -> None:
        """Learn that something could not be done, perhaps the wish; it is not repeated."""
        if self._under_way is not None:
            self._done, self._under_way, self._wanted = self._under_way, None, None

    def _send(self, wish: Follow) -> None:
        self._under_way, self._wanted = wish, None
        self._sent_at = self._clock()
        self._wishes.command(wish)
