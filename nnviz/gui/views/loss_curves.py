"""What the loss plot shows of a range of steps, worked out without Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.training.history import Band, LossHistory
from nnviz.training.snapshot import Evaluation

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LossCurves:
    """Curves ready to draw; y is log10 of the loss on a logarithmic axis.

    A loss that is zero, negative or not finite has no place on the axis: it is
    NaN, a gap, and never moved to where it could be drawn.

    Attributes
    ----------
    x
        Steps of the band and of the smoothed line.
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
) -> LossCurves:
    """Return the curves of steps first to last in about so many points."""
    band = history.query(first, last, points)
    measured = [
        (evaluation.step, evaluation.validation_loss)
        for evaluation in evaluations
        if evaluation.validation_loss is not None and first <= evaluation.step <= last
    ]
    steps, losses = np.array(measured, dtype=np.float64).reshape(-1, 2).T
    scale = _logarithm if logarithmic else _plain
    return LossCurves(
        x=_middles(band),
        low=scale(band.minimum),
        high=scale(band.maximum),
        smoothed=scale(band.smoothed),
        validation_x=steps,
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
