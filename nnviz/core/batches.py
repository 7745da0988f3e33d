"""BatchFeed: the rows of a training set, shuffled each epoch, handed to Programs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.program import Program

_MOST_SLOTS = 64
_WINDOW_BYTES = 8 << 20


class BatchFeed:
    """Gathers shuffled rows into the slots of a Program, many batches at once.

    One gather for a window of batches costs little more than one for a single
    batch does, and a step then finds its inputs in place.

    Parameters
    ----------
    inputs, targets
        n x d and n x k, in the Program's dtype.
    batch_size
        Rows per batch; the last batch of an epoch has what is left.
    generator
        Draws a permutation at the start of each epoch. A full batch keeps the
        order of the rows, since shuffling would change nothing but rounding.

    Attributes
    ----------
    batches_per_epoch
        Number of batches, the smaller last one included.
    order
        The row numbers in this epoch's order.
    drawn_from
        State of the generator before it drew that order.
    """

    def __init__(
        self,
        inputs: FloatArray,
        targets: FloatArray,
        batch_size: int,
        generator: np.random.Generator,
    ) -> None:
        # With the column of ones that Programs want, so that a gather needs no second copy.
        self._inputs: FloatArray = np.ones((len(inputs), inputs.shape[1] + 1), dtype=inputs.dtype)
        self._inputs[:, :-1] = inputs
        self._targets = targets
        self._generator = generator
        self.rows = len(inputs)
        self.batch_size = min(batch_size, self.rows)
        self.batches_per_epoch = -(-self.rows // self.batch_size)
        self.order: NDArray[np.int64] = np.arange(self.rows)
        self._first: Mapping[str, Any] = generator.bit_generator.state
        self.drawn_from = self._first

    def shuffle(self) -> None:
        """Draw the order of the next epoch."""
        if self.batch_size < self.rows:
            self.drawn_from = self._generator.bit_generator.state
            self.order = self._generator.permutation(self.rows)

    def restart(self) -> None:
        """Draw the very first order again."""
        self.shuffle_from(self._first)

    def shuffle_from(self, state: Mapping[str, Any]) -> None:
        """Draw an order again, from what ``drawn_from`` was then."""
        self._generator.bit_generator.state = state
        self.drawn_from = state
        self.shuffle()

    def rows_of(self, batch: int) -> NDArray[np.int64]:
        """Return the row numbers of one batch of this epoch."""
        return self.order[batch * self.batch_size : (batch + 1) * self.batch_size]

    def slots_for(self, batch_size: int) -> int:
        """Return how many batches of this size a Program should hold at a time."""
        batch_bytes = batch_size * self._inputs.strides[0]
        whole_batches = max(1, self.rows // batch_size)
        return min(_MOST_SLOTS, whole_batches, max(1, _WINDOW_BYTES // batch_bytes))

    def fill(self, program: Program, first: int, count: int) -> None:
        """Put ``count`` batches of this epoch, from ``first`` on, into slots 0, 1, ...

        All of them must have the Program's batch size.
        """
        start = first * self.batch_size
        rows = self.order[start : start + count * program.batch_size]
        rows = rows.reshape(count, program.batch_size)
        # Row numbers are known to be right; without "clip" NumPy gathers into a copy.
        self._inputs.take(rows, axis=0, out=program.batches.inputs[:count], mode="clip")
        targets = self._targets.take(rows, axis=0)
        program.batches.targets[:count] = targets.transpose(0, 2, 1)
