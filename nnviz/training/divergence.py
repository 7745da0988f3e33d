"""Divergence: noticing it at the very step, and going back to what was still fair."""

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.optimizers import BoundOptimizer

_RISE = 1e6
_LEAST_LOSS = 1e-6
_GREATEST = float(np.finfo(np.float32).max)


class DivergenceGuard:
    """Judges losses, and keeps parameters to go back to.

    Parameters
    ----------
    parameters, optimizer
        What training changes.

    Attributes
    ----------
    step
        The step whose loss was not finite, or above a million times the first;
        ``None`` while all is well.
    limit
        The greatest fair loss; infinite until the first step is judged.
    outbreak
        Which numbers ran away first; whoever knows the step before says so.
    """

    def __init__(self, parameters: FloatArray, optimizer: BoundOptimizer) -> None:
        self._parameters, self._state = parameters, optimizer.state
        self._kept = parameters.copy()
        self._kept_state = {key: array.copy() for key, array in self._state.items()}
        self._older = parameters.copy()
        self.begin()

    def begin(self, step: int = 0, limit: float = np.inf) -> None:
        """Forget everything: a run begins anew, after so many updates."""
        self.step: int | None = None
        self.outbreak = ""
        self._kept_step = self._older_step = step
        np.copyto(self._kept, self._parameters)
        self.limit = limit

    def keep(self, step: int) -> None:
        """Remember parameters and optimiser, so many updates done, before some steps."""
        np.copyto(self._older, self._kept)
        self._older_step, self._kept_step = self._kept_step, step
        np.copyto(self._kept, self._parameters)
        for key, array in self._state.items():
            np.copyto(self._kept_state[key], array)

    def judge(self, first_step: int, losses: NDArray[np.float32]) -> int | None:
        """Return the place of the first loss that tells of divergence, or ``None``."""
        if first_step == 1 or self.limit == np.inf:
            self.limit = _RISE * max(abs(float(losses[0])), _LEAST_LOSS)
        # A comparison with NaN is false, so that "not below" catches it too.
        bad = ~(np.abs(losses) <= min(self.limit, _GREATEST))
        if not bad.any():
            return None
        place = int(np.argmax(bad))
        self.step = first_step + place
        return place

    def go_back(self, place: int) -> int:
        """Put back parameters whose loss was fair; return how many updates made them.

        They are those kept last, unless the very first loss after that was bad.
        """
        if place == 0:
            np.copyto(self._parameters, self._older)
            return self._older_step
        np.copyto(self._parameters, self._kept)
        for key, array in self._kept_state.items():
            np.copyto(self._state[key], array)
        return self._kept_step
