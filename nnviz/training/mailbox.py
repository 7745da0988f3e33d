"""Mailbox: the border between the training thread and whoever watches.

The newest snapshot and the newest track win, losses are kept or folded, failures
and recordings are never dropped.
A queue of one message per step froze the window for seconds; this cannot.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnviz.training.following import Track
from nnviz.training.snapshot import Failure, LossChunk, Recording, Snapshot

_MOST_PENDING = 1 << 16
_FOLD = 16


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was in the mailbox.

    Attributes
    ----------
    snapshot
        The newest one, or ``None`` when nothing changed.
    losses
        Losses in the order of their steps.
    failures
        Everything that could not be done, in order.
    recordings
        Every step that was recorded, in order.
    track
        What followed parameters went through, the newest; or ``None``.
    """

    snapshot: Snapshot | None
    losses: tuple[LossChunk, ...]
    failures: tuple[Failure, ...]
    recordings: tuple[Recording, ...] = ()
    track: Track | None = None


@dataclass(slots=True)
class _Contents:
    snapshot: Snapshot | None = None
    losses: list[LossChunk] = field(default_factory=list)
    pending: int = 0
    failures: list[Failure] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)
    track: Track | None = None


class Mailbox:
    """One writer, one reader.

    Attributes
    ----------
    wanted
        Set while the last snapshot was taken, so that building another is worth it.
    """

    def __init__(self) -> None:
        self.wanted = threading.Event()
        self.wanted.set()
        self._lock = threading.Lock()
        self._contents = _Contents()

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Leave a snapshot, in place of one that nobody took."""
        with self._lock:
            self._contents.snapshot = snapshot
            self.wanted.clear()

    def put_losses(self, generation: int, first_step: int, losses: NDArray[np.float32]) -> None:
        """Leave the losses of consecutive steps; the array must not change any more."""
        chunk = LossChunk(generation, first_step, 1, losses, losses, losses)
        with self._lock:
            contents = self._contents
            contents.losses.append(chunk)
            contents.pending += len(losses)
            if contents.pending > _MOST_PENDING:
                contents.losses = fold(contents.losses)
                contents.pending = sum(len(chunk.mean) for chunk in contents.losses)

    def put_failure(self, failure: Failure) -> None:
        """Leave a failure."""
        with self._lock:
            self._contents.failures.append(failure)

    def put_recording(self, recording: Recording) -> None:
        """Leave a recorded step."""
        with self._lock:
            self._contents.recordings.append(recording)

    def put_track(self, track: Track) -> None:
        """Leave what followed parameters went through, in place of an older one."""
        with self._lock:
            self._contents.track = track

    def take(self) -> Delivery:
        """Empty the mailbox."""
        with self._lock:
            contents, self._contents = self._contents, _Contents()
            self.wanted.set()
        return Delivery(
            contents.snapshot,
            # Whoever takes them pays for each chunk, and training leaves one for every few steps.
            tuple(_join(contents.losses)),
            tuple(contents.failures),
            tuple(contents.recordings),
            contents.track,
        )


def fold(chunks: Sequence[LossChunk]) -> list[LossChunk]:
    """Return the same losses in fewer entries; minimum, maximum and mean stay exact.

    Neighbouring chunks of one generation and stride are joined first, so that
    folding again and again keeps the number of entries bounded.
    """
    folded: list[LossChunk] = []
    for joined in _join(chunks):
        if len(joined.mean) < _FOLD:
            folded.append(joined)
            continue
        whole = len(joined.mean) // _FOLD * _FOLD
        folded.append(
            LossChunk(
                joined.generation,
                joined.first_step,
                joined.stride * _FOLD,
                joined.minimum[:whole].reshape(-1, _FOLD).min(axis=1),
                joined.maximum[:whole].reshape(-1, _FOLD).max(axis=1),
                joined.mean[:whole]
                .reshape(-1, _FOLD)
                .mean(axis=1, dtype=np.float64)
                .astype(np.float32),
            )
        )
        if whole < len(joined.mean):
            folded.append(
                LossChunk(
                    joined.generation,
                    joined.first_step + whole * joined.stride,
                    joined.stride,
                    joined.minimum[whole:],
                    joined.maximum[whole:],
                    joined.mean[whole:],
                )
            )
    return folded


def _join(chunks: Sequence[LossChunk]) -> list[LossChunk]:
    groups: list[list[LossChunk]] = []
    for chunk in chunks:
        if groups and _follows(groups[-1][-1], chunk):
            groups[-1].append(chunk)
        else:
            groups.append([chunk])
    return [group[0] if len(group) == 1 else _joined(group) for group in groups]


def _joined(group: Sequence[LossChunk]) -> LossChunk:
    """Make one chunk of several that follow one another."""
    first = group[0]
    mean = np.concatenate([chunk.mean for chunk in group])
    if first.stride == 1:
        return LossChunk(first.generation, first.first_step, 1, mean, mean, mean)
    return LossChunk(
        first.generation,
        first.first_step,
        first.stride,
        np.concatenate([chunk.minimum for chunk in group]),
        np.concatenate([chunk.maximum for chunk in group]),
        mean,
    )


def _follows(earlier: LossChunk, later: LossChunk) -> bool:
    return (
        later.generation == earlier.generation
        and later.stride == earlier.stride
        and later.first_step == earlier.first_step + len(earlier.mean) * earlier.stride
    )
