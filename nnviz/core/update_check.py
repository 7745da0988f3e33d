"""Update check: every parameter after a step against the optimiser's definition."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.replay import flat, gradient_of, start_of
from nnviz.core.trace import Trace
from nnviz.core.update_rules import defined_update
from nnviz.core.verdicts import LIMIT, Comparison

# float32 carries about seven digits; some are lost on the way to an update.
_ALLOWED_IN_FLOAT32 = 2e-4
_ROUNDING_UNITS = 16.0


@dataclass(frozen=True, slots=True)
class UpdateCheck:
    """What an update check found; all vectors in the layout of the parameters.

    Attributes
    ----------
    before, after, defined
        Parameters before and after the step, and as the definition has them after it.
    allowed
        The difference between the last two that rounding may make.
    errors
        Their difference relative to the change that the definition makes.
    """

    before: FloatArray
    after: FloatArray
    defined: FloatArray
    allowed: FloatArray
    errors: FloatArray

    @property
    def failures(self) -> NDArray[np.int64]:
        """Return the places of the parameters whose update is wrong, the worst first."""
        # What is no number is no right number either.
        is_right = np.abs(self.after - self.defined) <= self.allowed
        is_right |= self.errors <= LIMIT
        is_right |= np.isnan(self.after) & np.isnan(self.defined)
        wrong = np.flatnonzero(~is_right)
        return wrong[np.argsort(-self.errors[wrong], kind="stable")].astype(np.int64)

    def at(self, index: int) -> Comparison:
        """Return the comparison of one parameter."""
        after, defined = float(self.after[index]), float(self.defined[index])
        return Comparison(after, defined, float(self.errors[index]), float(self.allowed[index]))


def check_update(trace: Trace) -> UpdateCheck | None:
    """Compare the recorded update with the optimiser's definition; ``None`` without an update.

    The definition is given the recorded gradients, right or wrong: the gradient check
    is for those.
    """
    rule = trace.optimizer
    if rule is None:
        return None
    dtype = trace.value("x").dtype
    before = start_of(trace).astype(np.float64)
    gradient = gradient_of(trace).astype(np.float64)
    after = flat(trace.layout, trace, "").astype(np.float64)
    state = {name: array.astype(np.float64) for name, array in trace.state_before.items()}
    with np.errstate(all="ignore"):
        defined = defined_update(rule, before, gradient, state, trace.learning_rate)
        if not rule.trains_biases:
            defined = np.where(trace.layout.weight_mask() != 0, defined, before)
        change = np.abs(defined - before)
        rounding = _ROUNDING_UNITS * float(np.finfo(dtype).eps) * np.abs(before)
        share = _ALLOWED_IN_FLOAT32 if dtype == np.float32 else 0.0
        difference = np.abs(after - defined)
        sizes = np.maximum(np.abs(after - before), change)
        errors = np.where(difference == 0, 0.0, difference / sizes)
    return UpdateCheck(before, after, defined, rounding + share * change, errors)
