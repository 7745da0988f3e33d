"""The V-shaped curve: how wrong a difference quotient is for each step size, and why.

Large steps cut the Taylor series off too early: the error of a central difference grows
with the square of the step. Small ones divide the rounding of the loss by less and less.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nnviz.core.probe import Entry, Probe
from nnviz.core.trace import Trace
from nnviz.core.verdicts import relative_error

DTYPES = ("float64", "float32")
LARGEST, SMALLEST = 0.0, -15.0
POINTS_OF_A_DECADE = 4

Floats = NDArray[np.float64]


def step_sizes() -> Floats:
    """Return the step sizes of a curve, the largest first."""
    count = round((LARGEST - SMALLEST) * POINTS_OF_A_DECADE) + 1
    return np.logspace(LARGEST, SMALLEST, count)


class StepSizeCurve:
    """Relative errors of the central difference of one gradient, measured a point at a time.

    Attributes
    ----------
    entry
        Which gradient.
    steps
        Step sizes, the largest first.
    errors
        For each dtype the relative errors against the recorded gradient. NaN where one is
        not measured yet, or exactly 0, which has no place on a logarithmic axis.

    Parameters
    ----------
    trace, entry
        The recorded step, and a gradient of it.
    probe_with
        Returns the step's probe of a dtype; ``None`` makes them anew.
    """

    def __init__(
        self, trace: Trace, entry: Entry, probe_with: Callable[[str], Probe] | None = None
    ) -> None:
        self.entry, self.steps = entry, step_sizes()
        self.errors = {dtype: np.full(self.steps.size, np.nan) for dtype in DTYPES}
        self._claimed = float(trace.value(entry.gradient, entry.position)[entry.index])
        self._losses = dict.fromkeys(DTYPES, 0.0)
        self._points = self._measure(probe_with or partial(Probe, trace))
        self.is_done = False

    def advance(self, is_time_up: Callable[[], bool] = lambda: False) -> bool:
        """Measure on until all points are there or the time is up; return whether they are."""
        for _ in self._points:
            if is_time_up():
                return False
        self.is_done = True
        return True

    def _measure(self, probe_with: Callable[[str], Probe]) -> Iterator[None]:
        for dtype in DTYPES:
            probe = probe_with(dtype)
            self._losses[dtype] = probe.value(self.entry)
            yield
            for place, step in enumerate(self.steps):
                measured = probe.quotient(self.entry, float(step))
                error = relative_error(self._claimed, measured)
                self.errors[dtype][place] = error if error > 0 and np.isfinite(error) else np.nan
                yield

    def best(self, dtype: str) -> float | None:
        """Return the measured step size with the smallest error; ``None`` without any."""
        errors = self.errors[dtype]
        return float(self.steps[np.nanargmin(errors)]) if np.isfinite(errors).any() else None

    def error_near(self, dtype: str, step: float) -> float | None:
        """Return the error at the measured step size next to this one."""
        error = self.errors[dtype][np.argmin(np.abs(np.log(self.steps / step)))]
        return float(error) if np.isfinite(error) else None

    def rounding(self, dtype: str) -> Floats:
        """Return the error that rounding the loss makes: its last place over two steps."""
        place = float(np.finfo(dtype).eps) * abs(self._losses[dtype])
        with np.errstate(all="ignore"):
            return place / (2 * self.steps * abs(self._claimed))

    def truncation(self) -> Floats:
        """Return the error of the formula, which grows with the square of the step.

        How fast is read off the measured errors, where rounding is far below them; NaN
        where they do not tell.
        """
        errors, rounding = self.errors["float64"], self.rounding("float64")
        with np.errstate(invalid="ignore"):
            tells = (errors > 100 * rounding) & (self.steps <= 0.1) & (errors < 0.1)
        if not tells.any():
            return np.full(self.steps.size, np.nan)
        factor = float(np.median(errors[tells] / self.steps[tells] ** 2))
        return factor * self.steps**2

    def advice(self, step: float) -> str:
        """Return in a sentence what limits the quotient at a step size in float64."""
        best = self.best("float64")
        if not self.is_done or best is None:
            return ""
        error = self.error_near("float64", step)
        least = self.error_near("float64", best)
        if least is not None and least > 1e-3:
            return "No step size brings the error down: the gradient itself is another one."
        if error is None or least is None or error <= max(30 * least, 1e-7):
            return "A good step size: neither the formula nor rounding shows much."
        if step > best:
            return "Too large: the formula leaves out the bend of the loss (truncation)."
        return "Too small: what is left of the loss after rounding decides (round-off)."
