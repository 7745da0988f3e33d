"""KeyFrame: all that decides what a run does next; KeyFrames: many of them in bounded memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.training.early_stopping import Patience

# Python's own objects of one key-frame, as tracemalloc sees them, and some more.
_OVERHEAD = 3072


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a person did to a run between two steps.

    Attributes
    ----------
    step
        The updates that were done by then.
    learning_rate
        The rate from then on; ``None`` where early stopping became patient again.
    """

    step: int
    learning_rate: float | None


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A copy of a run after some step: whoever restores it goes on bit for bit.

    Attributes
    ----------
    step, epoch, batch
        As in :class:`~nnviz.training.run.TrainingRun`.
    batch_size, batch_loss
        Rows per batch; the loss of the last step, ``None`` before the first.
    parameters, gradients, optimizer
        Flat vectors, and the arrays of ``BoundOptimizer.state``.
    learning_rate, loss_limit
        The rate in use, and the loss above which the run has diverged.
    shuffles
        State of the generator of shuffles before it drew the order of the last
        step's epoch (at step 0, of the first).
    masks
        State of the generator of dropout's masks.
    patience
        What early stopping remembers.
    change_count
        How many of the run's changes had been made.
    """

    step: int
    epoch: int
    batch: int
    batch_size: int
    batch_loss: float | None
    parameters: FloatArray
    gradients: FloatArray
    optimizer: Mapping[str, FloatArray]
    learning_rate: float
    loss_limit: float
    shuffles: Mapping[str, Any]
    masks: Mapping[str, Any]
    patience: Patience
    change_count: int

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        best = self.patience.best
        arrays = (self.parameters, self.gradients, *self.optimizer.values())
        return _OVERHEAD + sum(a.nbytes for a in arrays) + (0 if best is None else best.nbytes)


class KeyFrames:
    """Key-frames in the order of their steps, the old ones thinned to fit into a budget.

    The first and the newest are kept whatever the budget.

    Parameters
    ----------
    first
        The oldest one.
    budget_bytes
        Memory that all of them may take.

    Attributes
    ----------
    nbytes
        Memory that all of them take.
    """

    def __init__(self, first: KeyFrame, budget_bytes: int) -> None:
        self._budget = budget_bytes
        self._frames = [first]
        self._steps = np.array([first.step])
        self.nbytes = first.nbytes

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._frames)

    @property
    def first(self) -> KeyFrame:
        """The oldest one."""
        return self._frames[0]

    @property
    def newest(self) -> KeyFrame:
        """The youngest one."""
        return self._frames[-1]

    @property
    def steps(self) -> NDArray[np.int64]:
        """The steps that there is a key-frame of, rising."""
        return self._steps.copy()

    def before(self, step: int) -> KeyFrame:
        """Return the newest one of this step or an earlier one; never before the first."""
        return self._frames[int(np.searchsorted(self._steps, step, side="right")) - 1]

    def add(self, frame: KeyFrame) -> None:
        """Append one of a later step, and make room for it."""
        self._frames.append(frame)
        self._steps = np.append(self._steps, frame.step)
        self.nbytes += frame.nbytes
        self._make_room()

    def limit(self, budget_bytes: int) -> None:
        """Make do with this budget from now on."""
        self._budget = budget_bytes
        self._make_room()

    def forget_after(self, step: int) -> None:
        """Drop those of later steps: the run has gone back."""
        while self.newest.step > step and len(self) > 1:
            self._remove(len(self) - 1)

    def _make_room(self) -> None:
        while self.nbytes > self._budget and len(self) > 2:
            self._remove(self._least_missed())

    def _remove(self, index: int) -> None:
        self.nbytes -= self._frames.pop(index).nbytes
        self._steps = np.delete(self._steps, index)

    def _least_missed(self) -> int:
        """Return the place of the one whose loss leaves the shortest gap for its age.

        The gaps at the start of a run become twice as wide as those at its end,
        so no seek is much longer than with even gaps.
        """
        steps = self._steps
        age = (steps[-1] - steps[1:-1]) / (steps[-1] - steps[0])
        return 1 + int(np.argmin((steps[2:] - steps[:-2]) / (1.0 + age)))
