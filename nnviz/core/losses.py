"""The table of losses: value and gradient in one record, bound to buffers.

Inside a Program arrays are feature-major: outputs and targets are k x n. A loss
writes a raw sum, which the Program multiplies by ``scale(k, n)`` when anyone
reads it, and the exact gradient dL/dy with the mean already in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import Call, FloatArray, scalar


@dataclass(frozen=True, slots=True)
class LossBuffers:
    """What a loss reads and writes.

    Attributes
    ----------
    outputs, targets
        k x n; the outputs are logits where the loss wants logits.
    predictions
        k x n; probabilities, or the outputs themselves.
    output_grads
        k x n; dL/dy.
    total
        0-d; the raw sum.
    """

    outputs: FloatArray
    targets: FloatArray
    predictions: FloatArray
    output_grads: FloatArray
    total: FloatArray


@dataclass(frozen=True, slots=True)
class BoundLoss:
    """The calls of a loss on given buffers; they are made in this order.

    Attributes
    ----------
    link
        Write the predictions.
    value
        Write the raw sum.
    gradient
        Write dL/dy.
    """

    link: tuple[Call, ...]
    value: tuple[Call, ...]
    gradient: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """One row of the table.

    Attributes
    ----------
    name, label, aliases
        The saved name, the one that people read, and short names that the
        command line accepts.
    formula, gradient_formula
        LaTeX, with outputs y (or logits z) and targets t.
    bind
        ``LossBuffers -> BoundLoss``.
    per_element
        Whether the mean is over all n k entries (else over the n samples).
    wants_logits
        Whether the loss applies its own function to the outputs to make
        predictions of them, so that the outputs must come from a linear layer.
    link_label
        Name of that function, or "".
    """

    name: str
    label: str
    aliases: tuple[str, ...]
    formula: str
    gradient_formula: str
    bind: Callable[[LossBuffers], BoundLoss]
    per_element: bool
    wants_logits: bool = False
    link_label: str = ""

    def scale(self, outputs: int, samples: int) -> float:
        """Return what turns the raw sum into the mean."""
        return 1.0 / (outputs * samples if self.per_element else samples)


def _mean_squared_error(b: LossBuffers) -> BoundLoss:
    error = np.empty_like(b.outputs)
    flat = error.reshape(-1)
    factor = scalar(2.0 / b.outputs.size, b.outputs)
    return BoundLoss(
        # Predictions are the outputs themselves: nothing to compute.
        link=(),
        value=(
            partial(np.subtract, b.outputs, b.targets, error),
            partial(flat.dot, flat, b.total),
        ),
        gradient=(partial(np.multiply, error, factor, b.output_grads),),
    )


def _mean_difference(b: LossBuffers, count: int) -> tuple[Call, ...]:
    return (
        partial(np.subtract, b.predictions, b.targets, b.output_grads),
        partial(np.multiply, b.output_grads, scalar(1.0 / count, b.outputs), b.output_grads),
    )


def _binary_cross_entropy(b: LossBuffers) -> BoundLoss:
    # t log(1 + e^-z) + (1 - t) log(1 + e^z): no overflow, no logarithm of 0, and
    # no difference of large numbers, so full precision for any z.
    zero, one = scalar(0, b.outputs), scalar(1, b.outputs)
    if_one, if_zero, rest = (np.empty_like(b.outputs) for _ in range(3))
    ones = np.ones(rest.size, dtype=rest.dtype)
    return BoundLoss(
        link=ACTIVATIONS["sigmoid"].bind_function(b.outputs, b.predictions, 0.0),
        value=(
            partial(np.negative, b.outputs, if_one),
            partial(np.logaddexp, zero, if_one, if_one),
            partial(np.logaddexp, zero, b.outputs, if_zero),
            partial(np.multiply, if_one, b.targets, if_one),
            partial(np.subtract, one, b.targets, rest),
            partial(np.multiply, if_zero, rest, if_zero),
            partial(np.add, if_one, if_zero, rest),
            partial(rest.reshape(-1).dot, ones, b.total),
        ),
        gradient=_mean_difference(b, b.outputs.size),
    )


def _softmax_cross_entropy(b: LossBuffers) -> BoundLoss:
    # log sum e^z - z_target, with the largest logit taken out first: nothing
    # changes in exact arithmetic, exp cannot overflow, and no logarithm of a
    # probability that was rounded to 0 is taken. Products with ones sum faster
    # than reductions do.
    classes, samples = b.outputs.shape
    dtype = b.outputs.dtype
    largest, total = (np.empty((1, samples), dtype=dtype) for _ in range(2))
    shifted = np.empty_like(b.outputs)
    sum_classes = np.ones((1, classes), dtype=dtype)
    # What is taken from the logarithms, and the logarithms: one product sums both.
    terms = np.empty((classes + 1, samples), dtype=dtype)
    signs = np.repeat(np.array([-1, 1], dtype=dtype), [classes * samples, samples])
    return BoundLoss(
        link=(
            partial(np.maximum.reduce, b.outputs, 0, None, largest, True),
            partial(np.subtract, b.outputs, largest, shifted),
            partial(np.exp, shifted, b.predictions),
            partial(sum_classes.dot, b.predictions, total),
            partial(np.divide, b.predictions, total, b.predictions),
        ),
        value=(
            partial(np.log, total, terms[classes:]),
            partial(np.multiply, shifted, b.targets, terms[:classes]),
            partial(terms.reshape(-1).dot, signs, b.total),
        ),
        gradient=_mean_difference(b, samples),
    )


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        record.name: record
        for record in (
            Loss(
                "mean_squared_error",
                "mean squared error",
                ("mse",),
                r"\frac{1}{n k} \sum (y - t)^2",
                r"\frac{2}{n k} (y - t)",
                _mean_squared_error,
                per_element=True,
            ),
            Loss(
                "binary_cross_entropy",
                "binary cross-entropy",
                ("bce",),
                r"\frac{1}{n k} \sum \left( t \log(1 + e^{-z}) + (1 - t) \log(1 + e^z) \right)",
                r"\frac{1}{n k} (\sigma(z) - t)",
                _binary_cross_entropy,
                per_element=True,
                wants_logits=True,
                link_label="sigmoid",
            ),
            Loss(
                "softmax_cross_entropy",
                "softmax cross-entropy",
                ("cross_entropy", "ce"),
                r"-\frac{1}{n} \sum \log \mathrm{softmax}(z)_t",
                r"\frac{1}{n} (\mathrm{softmax}(z) - t)",
                _softmax_cross_entropy,
                per_element=False,
                wants_logits=True,
                link_label="softmax",
            ),
        )
    }
)
