"""The losses made of squared errors, in the manner of :mod:`nnviz.core.loss_functions`."""

from functools import partial

import numpy as np

from nnviz.core.calls import inner, scalar
from nnviz.core.loss_functions import BoundLoss, LossBuffers


def mean_squared_error(b: LossBuffers) -> BoundLoss:
    """Bind the mean of (y - t)^2."""
    return _squares(b, 2.0 / b.entries)


def half_mean_squared_error(b: LossBuffers) -> BoundLoss:
    """Bind half of the mean of (y - t)^2; the table's scale has the half."""
    return _squares(b, 1.0 / b.entries)


def half_sum_of_squares(b: LossBuffers) -> BoundLoss:
    """Bind half of the sum of (y - t)^2 over the outputs, the mean over the samples."""
    return _squares(b, 1.0 / b.samples)


def _squares(b: LossBuffers, slope: float) -> BoundLoss:
    error = np.empty_like(b.outputs)
    factor = scalar(slope, b.outputs)
    return BoundLoss(
        # Predictions are the outputs themselves: nothing to compute.
        link=(),
        value=(
            partial(np.subtract, b.outputs, b.targets, error),
            *inner(error, error, b.total),
        ),
        gradient=(partial(np.multiply, error, factor, b.output_grads),),
    )
