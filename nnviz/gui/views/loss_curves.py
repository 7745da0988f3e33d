"""What the loss plot shows of a range of steps, worked out without Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.training.history import Band, LossHistory
from nnviz.training.log_band import log_band
from nnviz.training.snapshot import Evaluation

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StepAxis:
    """How steps lie on the axis: evenly, or by their decimal logarithms.

    Attributes
    ----------
    logarithmic
        Whether it is the logarithm; step 0 has no place then, and is NaN.
    """

    logarithmic: bool = False

    def places(self, steps: NDArray[np.floating]) -> Floats:
        """Return where steps lie."""
        if not self.logarithmic:
            return steps.astype(np.float64)
        return np.log10(np.where(steps > 0, steps, np.nan))

    def place(self, step: float) -> float:
        """Return where a step lies."""
        return float(self.places(np.array(step)))

    def step(self, x: float) -> float:
        """Return the step at a place."""
        return 10.0 ** min(max(x, -1.0), 15.0) if self.logarithmic else x

    def whole(self, last: int) -> tuple[float, float]:
        """Return the range of a whole run."""
        return (0.0, float(np.log10(max(last, 2)))) if self.logarithmic else (0.0, float(last))


EVEN = StepAxis()


@dataclass(frozen=True, slots=True)
class LossCurves:
    """Curves ready to draw; x and y are decimal logarithms on logarithmic axes.

    A loss that is zero, negative or not finite has no place on the axis: it is
    NaN, a gap, and never moved to where it could be drawn.

    Attributes
    ----------
    x
        Places of the steps of the band and of the smoothed line.
    low, high, smoothed
        Exact minima and maxima, and the moving average.
    validation_x, validation
        Validation losses where they were measured.
    """

    x: Floats
    low: Floats
    high: Floats
    smoothed: Floats
    validation_x: Floats
    validation: Floats

    def gap_words(self, logarithmic: bool) -> str:
        """Return what the gaps in the band are, or "" if there are none."""
        if np.isfinite(self.low).all() and np.isfinite(self.high).all():
            return ""
        if logarithmic:
            return "gaps: a loss of 0 or below, or not a number"
        return "gaps: the loss is not a number"

    def extent(self) -> tuple[float, float]:
        """Return the y range that shows all of it, with a margin."""
        parts = (self.low, self.high, self.validation)
        values = np.concatenate(parts)
        values = values[np.isfinite(values)]
        if not len(values):
            return 0.0, 1.0
        low, high = float(values.min()), float(values.max())
        margin = 0.06 * (high - low) or max(abs(high), 1e-12) * 0.1
        return low - margin, high + margin


def loss_curves(
    history: LossHistory,
    evaluations: Sequence[Evaluation],
    first: int,
    last: int,
    points: int,
    logarithmic: bool,
    axis: StepAxis = EVEN,
) -> LossCurves:
    """Return the curves of steps first to last in about so many points."""
    ask = log_band if axis.logarithmic else LossHistory.query
    band = ask(history, first, last, points)
    measured = [
        (evaluation.step, evaluation.validation_loss)
        for evaluation in evaluations
        if evaluation.validation_loss is not None and first <= evaluation.step <= last
    ]
    steps, losses = np.array(measured, dtype=np.float64).reshape(-1, 2).T
    scale = _logarithm if logarithmic else _plain
    return LossCurves(
        x=axis.places(_middles(band)),
        low=scale(band.minimum),
        high=scale(band.maximum),
        smoothed=scale(band.smoothed),
        validation_x=axis.places(steps),
        validation=scale(losses),
    )


def _middles(band: Band) -> Floats:
    middles: Floats = (band.first_steps + band.last_steps) / 2.0
    return middles


def _plain(values: NDArray[np.floating]) -> Floats:
    wide = values.astype(np.float64)
    return np.where(np.isfinite(wide), wide, np.nan)


def _logarithm(values: NDArray[np.floating]) -> Floats:
    wide = _plain(values)
    positive = np.where(wide > 0, wide, np.nan)
    logarithms: Floats = np.log10(positive)
    return logarithms
