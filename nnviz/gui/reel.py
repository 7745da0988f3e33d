"""Reel: the vectors of the snapshots that were shown, for whoever asks how they came about.

Keeping them is an append to a list. What follows from them (norms, histograms, a
path through weight space) is worked out by the views that show it, and only then.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.training.snapshot import Snapshot

MOST_FRAMES = 512
MOST_BYTES = 48 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class ReelFrame:
    """What one snapshot told; see :class:`~nnviz.training.snapshot.Snapshot`.

    Attributes
    ----------
    step
        Updates done.
    parameters, gradients, last_update
        Flat vectors, read-only.
    batch_rows
        Row numbers into the training set of the last batch.
    """

    step: int
    parameters: NDArray[np.floating]
    gradients: NDArray[np.floating]
    last_update: NDArray[np.floating]
    batch_rows: NDArray[np.int64]

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        vectors = (self.parameters, self.gradients, self.last_update, self.batch_rows)
        return sum(vector.nbytes for vector in vectors)


def frame_of(snapshot: Snapshot) -> ReelFrame:
    """Return what a snapshot tells; its arrays are shared."""
    return ReelFrame(
        snapshot.step,
        snapshot.parameters,
        snapshot.gradients,
        snapshot.last_update,
        snapshot.batch_rows,
    )


class Reel:
    """Frames in the order of their steps, thinned evenly to fit into bounded memory.

    The first and the newest are always there.

    Parameters
    ----------
    frames
        What is known from the start, rising.
    """

    def __init__(self, frames: Sequence[ReelFrame] = ()) -> None:
        self._frames = list(frames)
        self._nbytes = sum(frame.nbytes for frame in self._frames)

    @property
    def frames(self) -> Sequence[ReelFrame]:
        """All frames, rising."""
        return self._frames

    @property
    def nbytes(self) -> int:
        """Memory that the frames take, in bytes."""
        return self._nbytes

    def until(self, step: int) -> Sequence[ReelFrame]:
        """Return the frames of a step and of those before it."""
        return [frame for frame in self._frames if frame.step <= step]

    def note(self, snapshot: Snapshot) -> None:
        """Keep what a later snapshot tells; what is known already stays."""
        if self._frames and snapshot.step <= self._frames[-1].step:
            return
        frame = frame_of(snapshot)
        self._frames.append(frame)
        self._nbytes += frame.nbytes
        self.limit(MOST_BYTES)

    def limit(self, most_bytes: int) -> None:
        """Make do with so many bytes: half of the frames go, as often as it takes."""
        while len(self._frames) > 2 and (
            len(self._frames) > MOST_FRAMES or self._nbytes > most_bytes
        ):
            self._halve()
            self._nbytes = sum(frame.nbytes for frame in self._frames)

    def _halve(self) -> None:
        """Keep those nearest to steps that lie evenly between the first and the newest."""
        steps = np.array([frame.step for frame in self._frames])
        wanted = np.linspace(steps[0], steps[-1], max(2, len(steps) // 2))
        after = np.clip(np.searchsorted(steps, wanted), 1, len(steps) - 1)
        is_before_nearer = wanted - steps[after - 1] < steps[after] - wanted
        nearest = np.unique(np.where(is_before_nearer, after - 1, after))
        self._frames = [self._frames[place] for place in nearest]
