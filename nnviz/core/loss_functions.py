"""What losses compute: value and gradient as calls bound to buffers.

Inside a Program arrays are feature-major: outputs and targets are k x n. A loss
writes a raw sum, which the table's ``scale`` turns into the mean, and the exact
gradient dL/dy with the mean already in it. Of N networks, n stands for N x n.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from nnviz.core.calls import Call, FloatArray, inner, scalar


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
        0-d; the raw sum (N of them for N networks).
    """

    outputs: FloatArray
    targets: FloatArray
    predictions: FloatArray
    output_grads: FloatArray
    total: FloatArray

    @property
    def samples(self) -> int:
        """The n of one network."""
        return int(self.outputs.shape[-1])

    @property
    def entries(self) -> int:
        """The n k of one network."""
        return self.samples * len(self.outputs)


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


def binary_cross_entropy(b: LossBuffers) -> BoundLoss:
    """Bind the mean of -t log sigmoid(z) - (1 - t) log sigmoid(-z)."""
    # With h = 1 for z >= 0 and 0 below, d = h - t, e = exp(-|z|), and r = e / (1 + e)
    # with the sign of z: sigmoid(z) = h - r, the loss is z d + log(1 + e), and its
    # gradient d - r. Nothing overflows, and no nearly equal numbers are subtracted,
    # so that all three have full precision for any z.
    one, minus_one = scalar(1, b.outputs), scalar(-1, b.outputs)
    power, rest, sign, upper, difference, terms = (np.empty_like(b.outputs) for _ in range(6))
    return BoundLoss(
        link=(
            partial(np.copysign, b.outputs, minus_one, power),
            partial(np.exp, power, power),
            partial(np.add, power, one, rest),
            partial(np.divide, power, rest, rest),
            partial(np.copysign, one, b.outputs, sign),
            partial(np.multiply, rest, sign, rest),
            partial(np.fmax, sign, np.zeros_like(sign), upper),
            partial(np.subtract, upper, rest, b.predictions),
        ),
        value=(
            partial(np.log1p, power, power),
            partial(np.subtract, upper, b.targets, difference),
            partial(np.multiply, b.outputs, difference, terms),
            partial(np.add, terms, power, terms),
            *_sum(terms, b.total),
        ),
        gradient=(partial(np.subtract, difference, rest, b.output_grads), _mean(b)),
    )


def softmax_cross_entropy(b: LossBuffers) -> BoundLoss:
    """Bind the mean over samples of the sum of -t log softmax(z).

    The targets of a sample are probabilities: a single 1, or soft ones that add up to 1.
    """
    # log sum e^z - sum t z, with the largest logit taken out first: nothing changes
    # in exact arithmetic, exp cannot overflow, and no logarithm of a probability that
    # was rounded to 0 is taken. As targets add up to 1, sum (e^z - t) is the sum less
    # 1: of a sure and right answer it is what the other classes have, which a sum with
    # the 1 in it would round away. Products with ones sum faster than reductions do.
    classes, *columns = b.outputs.shape
    largest, total, excess = (np.empty((1, *columns), b.outputs.dtype) for _ in range(3))
    shifted, powers, others = (np.empty_like(b.outputs) for _ in range(3))
    # What is taken from the logarithms, and the logarithms: one product sums both.
    terms = np.empty((classes + 1, *columns), b.outputs.dtype)
    signs = np.ones_like(terms)
    signs[:classes] = -1
    share = scalar(1.0 / b.samples, b.outputs)
    return BoundLoss(
        link=(
            partial(np.maximum.reduce, b.outputs, 0, None, largest, True),
            partial(np.subtract, b.outputs, largest, shifted),
            partial(np.exp, shifted, powers),
            _sum_classes(powers, total),
            partial(np.divide, powers, total, b.predictions),
        ),
        value=(
            partial(np.subtract, powers, b.targets, others),
            _sum_classes(others, excess),
            partial(np.log1p, excess, terms[classes:]),
            partial(np.multiply, shifted, b.targets, terms[:classes]),
            *inner(terms, signs, b.total),
        ),
        gradient=(
            partial(np.subtract, b.predictions, b.targets, b.output_grads),
            partial(np.multiply, b.output_grads, share, b.output_grads),
        ),
    )


def mean_absolute_error(b: LossBuffers) -> BoundLoss:
    """Bind the mean of abs(y - t); its gradient at 0 is 0."""
    error, sizes = np.empty_like(b.outputs), np.empty_like(b.outputs)
    return BoundLoss(
        link=(),
        value=(
            partial(np.subtract, b.outputs, b.targets, error),
            partial(np.absolute, error, sizes),
            *_sum(sizes, b.total),
        ),
        gradient=(partial(np.sign, error, b.output_grads), _mean(b)),
    )


def huber(b: LossBuffers) -> BoundLoss:
    """Bind c (e - c / 2), c the error e = y - t limited to -1 and 1.

    That is e^2 / 2 within the limits and abs(e) - 1 / 2 beyond; the gradient is c.
    """
    error, limited, terms = (np.empty_like(b.outputs) for _ in range(3))
    one = scalar(1.0, b.outputs)
    return BoundLoss(
        link=(),
        value=(
            partial(np.subtract, b.outputs, b.targets, error),
            partial(np.clip, error, -one, one, limited),
            partial(np.multiply, limited, scalar(0.5, b.outputs), terms),
            partial(np.subtract, error, terms, terms),
            partial(np.multiply, terms, limited, terms),
            *_sum(terms, b.total),
        ),
        gradient=(partial(np.copyto, b.output_grads, limited), _mean(b)),
    )


def binary_cross_entropy_of_probabilities(b: LossBuffers) -> BoundLoss:
    """Bind the mean of -t log y - (1 - t) log(1 - y), logarithms no less than -100.

    The gradient is (y - t) / (y (1 - y)), the denominator no less than 1e-12:
    both limits are PyTorch's.
    """
    y, t, one = b.outputs, b.targets, scalar(1.0, b.outputs)
    rest, terms, others = (np.empty_like(y) for _ in range(3))
    least = np.full_like(y, -100.0)
    return BoundLoss(
        link=(),
        value=(
            partial(np.log, y, terms),
            partial(np.fmax, terms, least, terms),
            partial(np.multiply, terms, t, terms),
            partial(np.negative, y, others),
            partial(np.log1p, others, others),
            partial(np.fmax, others, least, others),
            partial(np.subtract, one, t, rest),
            partial(np.multiply, others, rest, others),
            partial(np.add, terms, others, terms),
            partial(np.negative, terms, terms),
            *_sum(terms, b.total),
        ),
        gradient=(
            partial(np.subtract, one, y, rest),
            partial(np.multiply, rest, y, rest),
            partial(np.fmax, rest, np.full_like(y, 1e-12), rest),
            partial(np.subtract, y, t, b.output_grads),
            partial(np.divide, b.output_grads, rest, b.output_grads),
            _mean(b),
        ),
    )


def hinge(b: LossBuffers) -> BoundLoss:
    """Bind the mean of max(0, 1 - t y) for targets -1 and 1.

    At the margin itself the gradient is -t, as PyTorch's clamp has it.
    """
    margins, terms = np.empty_like(b.outputs), np.empty_like(b.outputs)
    one, is_within = scalar(1.0, b.outputs), np.empty(b.outputs.shape, dtype=np.bool_)
    return BoundLoss(
        link=(),
        value=(
            partial(np.multiply, b.targets, b.outputs, margins),
            partial(np.subtract, one, margins, margins),
            partial(np.fmax, margins, np.zeros_like(margins), terms),
            *_sum(terms, b.total),
        ),
        gradient=(
            partial(np.greater_equal, margins, scalar(0.0, margins), is_within),
            partial(np.copyto, b.output_grads, is_within),
            partial(np.multiply, b.output_grads, b.targets, b.output_grads),
            partial(np.negative, b.output_grads, b.output_grads),
            _mean(b),
        ),
    )


def multi_class_hinge(b: LossBuffers) -> BoundLoss:
    """Bind the mean over samples of the sum of max(0, 1 - y_t + y_j) over j != t, over k.

    PyTorch's MultiMarginLoss; targets have a 1 in the row of the right class.
    """
    right = np.empty((1, *b.outputs.shape[1:]), dtype=b.outputs.dtype)
    count = np.empty_like(right)
    terms, others = np.empty_like(b.outputs), np.empty_like(b.outputs)
    is_within = np.empty(b.outputs.shape, dtype=np.bool_)
    zero, one = np.zeros_like(terms), scalar(1.0, b.outputs)
    return BoundLoss(
        link=(),
        value=(
            partial(np.multiply, b.outputs, b.targets, terms),
            _sum_classes(terms, right),
            partial(np.subtract, b.outputs, right, terms),
            partial(np.add, terms, one, terms),
            partial(np.fmax, terms, zero, terms),
            partial(np.subtract, one, b.targets, others),
            partial(np.multiply, terms, others, terms),
            *_sum(terms, b.total),
        ),
        gradient=(
            partial(np.greater, terms, scalar(0.0, terms), is_within),
            partial(np.copyto, b.output_grads, is_within),
            _sum_classes(b.output_grads, count),
            partial(np.multiply, b.targets, count, others),
            partial(np.subtract, b.output_grads, others, b.output_grads),
            _mean(b),
        ),
    )


def _sum(terms: FloatArray, total: FloatArray) -> tuple[Call, ...]:
    return inner(terms, np.ones_like(terms), total)


def _sum_classes(terms: FloatArray, sums: FloatArray) -> Call:
    ones = np.ones((1, len(terms)), dtype=terms.dtype)
    return partial(ones.dot, terms.reshape(len(terms), -1), sums.reshape(1, -1))


def _mean(b: LossBuffers) -> Call:
    share = scalar(1.0 / b.entries, b.outputs)
    return partial(np.multiply, b.output_grads, share, b.output_grads)
