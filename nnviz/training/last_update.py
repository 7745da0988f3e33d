"""LastUpdate: by how much the last step changed each parameter."""

from collections.abc import Callable

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.program import Program


class LastUpdate:
    """Keeps the parameters that the last step began with.

    One copy for each call of :meth:`run`, however many steps it does.

    Parameters
    ----------
    parameters
        Flat vector of what is trained.
    """

    def __init__(self, parameters: FloatArray) -> None:
        self._parameters = parameters
        self._before = parameters.copy()

    @property
    def change(self) -> FloatArray:
        """The change of the parameters by the last step; zeros where that is not known."""
        return self._parameters - self._before

    def keep(self) -> None:
        """Forget the step that was done: the parameters have become others."""
        np.copyto(self._before, self._parameters)

    def run(
        self,
        program: Program,
        first: int,
        count: int,
        is_stopped: Callable[[], bool] | None = None,
    ) -> int:
        """Train on the batches in so many slots from the first; return how many steps were done.

        With ``is_stopped`` it is a single step, abandoned as soon as this says so.
        """
        if is_stopped is None:
            program.run_slots(first, first + count - 1)
            self.keep()
            program.run_slots(first + count - 1, first + count)
            return count
        before = self._parameters.copy()
        if not program.run_unless(first, is_stopped):
            return 0
        self._before = before
        return 1
