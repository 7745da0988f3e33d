"""Usual mistakes in the forward pass and in the loss."""

import math

import numpy as np

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.looking_glass import LookingGlass
from nnviz.core.losses import LOSSES
from nnviz.core.mistaken import (
    Mistake,
    Mistakes,
    array,
    derivative_at,
    entry,
    function_at,
    pre_activations,
    sheet,
)

MOST_TERMS = 32


def affine(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in z = x W + b."""
    below, weights, biases = glass.line.line.reads
    sample, j = glass.focus.sample, glass.focus.unit
    x = glass.trace.value(below, glass.line.number - 1)[sample]
    w = sheet(glass, weights)
    bias = float(np.atleast_2d(glass.trace.value(biases, glass.line.number - 1))[_row(glass), j])
    yield Mistake("forgot_bias", value - bias, "The bias is missing: z is the sum plus b.")
    yield Mistake("bias_sign", value - 2 * bias, "The bias is added, not taken away.")
    z = pre_activations(glass, below)
    if z is not None:
        yield Mistake(
            "used_z_for_a",
            float(z[sample] @ w[:, j]) + bias,
            "That comes out with the z of the layer below in place of its activations a = f(z).",
        )
    dropped = array(glass, f"a{below[1:]}") if below[0] == "d" else None
    if dropped is not None:
        yield Mistake(
            "forgot_dropout",
            float(dropped[sample] @ w[:, j]) + bias,
            "That comes out with the activations before dropout.",
        )
    if w.shape[0] == w.shape[1]:
        yield Mistake(
            "transposed",
            float(x @ w[j]) + bias,
            f"That takes row {j + 1} of W in place of column {j + 1}: the matrix is transposed.",
        )
    for i in range(min(len(x), MOST_TERMS)):
        yield Mistake(
            "left_out_term",
            value - float(x[i] * w[i, j]),
            f"The product of input {i + 1} is missing.",
        )


def _row(glass: LookingGlass) -> int:
    return glass.focus.piece if glass.has_pieces else 0


def activation(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in a = f(z)."""
    (z_name,), layer = glass.line.line.reads, glass.line.line.layer
    sample, unit = glass.focus.sample, glass.focus.unit
    if glass.has_pieces:
        pieces = glass.trace.value(z_name)[:, sample, unit]
        yield Mistake("least_piece", float(pieces.min()), "Maxout takes the largest of its pieces.")
        yield Mistake(
            "added_pieces", float(pieces.sum()), "Maxout takes the largest piece, not their sum."
        )
        return
    z = float(glass.trace.value(z_name)[sample, unit])
    yield Mistake("forgot_activation", z, "That is z itself: the activation function is missing.")
    slope = derivative_at(glass, layer, z)
    if slope is not None:
        yield Mistake(
            "derivative_for_value", slope, "That is f'(z), the slope; asked is f(z), the value."
        )
    own = ACTIVATIONS[glass.layer.activation].label
    for name, record in ACTIVATIONS.items():
        if name != glass.layer.activation and not record.has_pieces:
            yield Mistake(
                "other_activation",
                function_at(name, z),
                f"That is {record.label} of z; this layer's activation is {own}.",
            )


def local_gradient(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in g = f'(z)."""
    (z_name, a_name), layer = glass.line.line.reads, glass.line.line.layer
    sample, unit = glass.focus.sample, glass.focus.unit
    a = float(glass.trace.value(a_name)[sample, unit])
    z = float(glass.trace.value(z_name)[*glass.lead(), sample, unit])
    yield Mistake("value_for_derivative", a, "That is a = f(z); asked is its slope f'(z).")
    by_a = {"tanh": 1 - z * z, "sigmoid": z * (1 - z)}.get(glass.layer.activation)
    if by_a is not None:
        yield Mistake(
            "used_z_for_a",
            by_a,
            "That puts z into the formula that is written with a: first work out a = f(z).",
        )
    twice = derivative_at(glass, layer, a)
    if twice is not None:
        yield Mistake(
            "derivative_at_a",
            twice,
            "That is f'(a): the slope is taken at z, before the activation.",
        )
    yield Mistake("derivative_of_identity", z, "That is z itself; asked is the slope at z.")


def dropout(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in d = a m."""
    (a_name,) = glass.line.line.reads
    a = float(glass.trace.value(a_name)[glass.focus.sample, glass.focus.unit])
    if value:
        yield Mistake(
            "forgot_scale",
            a,
            "What is kept is made larger by 1 / (1 − rate), so that the mean stays the same.",
        )
    yield Mistake("forgot_dropout", a, "This unit is left out by dropout: the mask is 0.")


def loss(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in the loss."""
    spec, rows = glass.trace.spec, glass.trace.batch_size
    record = LOSSES[spec.loss]
    is_likelihood = "cross_entropy" in spec.loss
    if is_likelihood:
        yield Mistake(
            "log_likelihood_sign",
            -value,
            "That is the log-likelihood, which is to grow; the loss is minus that, and shrinks.",
        )
        yield Mistake(
            "decimal_logarithm", value / math.log(10), "That uses log₁₀; the loss has natural logs."
        )
        yield Mistake("binary_logarithm", value / math.log(2), "That uses log₂; the loss has ln.")
    if is_likelihood and rows == 1:
        p = glass.after("p", 0, glass.focus.unit).value or 0.0
        yield Mistake("forgot_log", p, "That is the prediction itself: the loss is −log of it.")
    elements = rows * (spec.output_size if record.per_element else 1)
    if elements > 1:
        yield Mistake(
            "summed",
            value * elements,
            f"That is the sum; the loss is the mean over {elements:,} terms.",
        )
        if record.per_element and rows > 1 and spec.output_size > 1:
            for divided, words in ((rows, "samples"), (spec.output_size, "outputs")):
                yield Mistake(
                    "wrong_mean",
                    value * elements / divided,
                    f"That divides by the number of {words} only; the mean is over both.",
                )
    if spec.loss == "mean_squared_error":
        yield Mistake("halved", value / 2, "The mean squared error has no factor ½.")
    if spec.loss in ("half_mean_squared_error", "half_sum_of_squares"):
        yield Mistake("forgot_half", value * 2, "The factor ½ is missing.")


def penalty(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in R."""
    spec = glass.trace.spec
    weights = [glass.trace.value(name, glass.line.number) for name in glass.line.line.reads]
    squares = sum(float((w * w).sum()) for w in weights)
    sizes = sum(float(np.abs(w).sum()) for w in weights)
    if spec.l2:
        yield Mistake(
            "forgot_half", value + spec.l2 / 2 * squares, "The factor ½ of the squares is missing."
        )
    yield Mistake(
        "forgot_strength",
        (squares / 2 if spec.l2 else 0.0) + (sizes if spec.l1 else 0.0),
        "The strength λ of the penalty is missing.",
    )
    z = entry(glass, "L")
    if z is not None:
        yield Mistake(
            "added_loss", value + z, "That is loss and penalty together; asked is R alone."
        )
