"""Usual mistakes on the way back from the loss."""

import numpy as np

from nnviz.core.looking_glass import LookingGlass
from nnviz.core.losses import LOSSES
from nnviz.core.mistaken import Mistake, Mistakes, array, derivative_at, entry, sheet
from nnviz.core.mistakes_forward import MOST_TERMS


def loss_gradient(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in the gradient of the loss by the outputs."""
    spec, rows = glass.trace.spec, glass.trace.batch_size
    record, at = LOSSES[spec.loss], (glass.focus.sample, glass.focus.unit)
    if "cross_entropy" in spec.loss:
        yield Mistake(
            "log_likelihood_sign",
            -value,
            "That is the gradient of the log-likelihood, which is to grow; the loss is minus that, "
            "so it is p − t and not t − p.",
        )
    else:
        yield Mistake("swapped", -value, "That is target minus output; it is output minus target.")
    count = rows * (spec.output_size if record.per_element else 1)
    if count > 1:
        yield Mistake(
            "summed",
            value * count,
            f"The loss is a mean over {count:,} terms, so each gradient is divided by {count:,}.",
        )
    yield from _of_loss(glass, value, count)
    last = len(spec.layers)
    slope = entry(glass, f"g{last}", *at)
    if slope is not None:
        yield Mistake(
            "too_early",
            value * slope,
            "That has the activation's slope in it already: it comes in the next line.",
        )


def _of_loss(glass: LookingGlass, value: float, count: int) -> Mistakes:
    spec, at = glass.trace.spec, (glass.focus.sample, glass.focus.unit)
    z = entry(glass, f"a{len(spec.layers)}", *at)
    target, prediction = glass.before("t", *at).value, glass.before("p", *at).value
    assert target is not None
    assert prediction is not None
    if LOSSES[spec.loss].wants_logits and z is not None:
        yield Mistake(
            "used_z_for_p",
            (z - target) / count,
            "That takes the output z in place of the probability p that is made of it.",
        )
    yield Mistake(
        "forgot_target", prediction / count, "That is the prediction alone: the target is missing."
    )
    if spec.loss == "mean_squared_error":
        yield Mistake("forgot_two", value / 2, "The 2 that comes from the square is missing.")
    if spec.loss in ("half_mean_squared_error", "half_sum_of_squares"):
        yield Mistake("doubled", value * 2, "The ½ takes the 2 of the square away.")


def through_activation(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in dz = da g."""
    (grad, slope), lead = glass.line.line.reads, glass.lead()
    layer, at = glass.line.line.layer, (glass.focus.sample, glass.focus.unit)
    downstream = glass.before(grad, *at).value or 0.0
    local = glass.before(slope, *lead, *at).value or 0.0
    yield Mistake(
        "forgot_derivative",
        downstream,
        "That is the downstream gradient alone: f'(z), the local gradient, is missing.",
    )
    yield Mistake(
        "forgot_downstream",
        local,
        "That is the local gradient f'(z) alone: multiply it by the downstream gradient.",
    )
    yield Mistake("added", downstream + local, "The two factors are multiplied, not added.")
    a = entry(glass, f"a{layer}", *at)
    z = entry(glass, f"z{layer}", *lead, *at)
    if a is not None:
        yield Mistake(
            "value_for_derivative",
            downstream * a,
            "That multiplies by a = f(z) in place of its slope f'(z).",
        )
        twice = derivative_at(glass, layer, a)
        if twice is not None:
            yield Mistake(
                "derivative_at_a",
                downstream * twice,
                "That takes the slope at a: f'(a) in place of f'(z).",
            )
    if z is not None:
        yield Mistake(
            "used_z_for_derivative", downstream * z, "That multiplies by z in place of f'(z)."
        )
    yield from other_sample(glass, grad, slope)


def other_sample(glass: LookingGlass, grad: str, slope: str) -> Mistakes:
    """Yield what comes out for the other samples."""
    lead, unit = glass.lead(), glass.focus.unit
    for sample in range(min(glass.trace.batch_size, MOST_TERMS)):
        if sample == glass.focus.sample:
            continue
        first = glass.before(grad, sample, unit).value or 0.0
        second = glass.before(slope, *lead, sample, unit).value or 0.0
        yield Mistake("other_sample", first * second, f"That is the number of sample {sample + 1}.")


def through_dropout(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in da = dd m."""
    grad, _ = glass.line.line.reads
    downstream = glass.before(grad, glass.focus.sample, glass.focus.unit).value or 0.0
    if value:
        yield Mistake(
            "forgot_scale", downstream, "The mask is 1 / (1 − rate) here, on the way back as well."
        )
    yield Mistake(
        "forgot_dropout",
        downstream,
        "This unit was left out by dropout: the mask is 0, and no gradient passes.",
    )


def to_layer_below(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in da = dz W^T."""
    (delta_name, weight_name), layer = glass.line.line.reads, glass.line.line.layer
    sample, unit = glass.focus.sample, glass.focus.unit
    delta, w = sheet(glass, delta_name)[sample], sheet(glass, weight_name)
    grad = array(glass, f"da{layer}")
    if grad is not None and not glass.has_pieces:
        yield Mistake(
            "forgot_derivative",
            float(grad[sample] @ w[unit]),
            f"That hands da{layer} down: f'(z) of layer {layer} is missing, dz = da · f'(z).",
        )
    if w.shape[0] == w.shape[1]:
        yield Mistake(
            "transposed",
            float(delta @ w[:, unit]),
            f"That takes column {unit + 1} of W; on the way back it is row {unit + 1}, dz Wᵀ.",
        )
    activations = array(glass, f"a{layer}")
    if activations is not None:
        yield Mistake(
            "used_a_for_delta",
            float(activations[sample] @ w[unit]),
            "That sends the activations back; what goes back is delta.",
        )
    yield Mistake(
        "forgot_weights", float(delta.sum()), "That adds the deltas alone: each has its weight."
    )
    if len(delta) > 1:
        yield Mistake(
            "averaged",
            value / len(delta),
            "That is the mean over the units; what comes back over them is added.",
        )
    yield from _terms(delta, w[unit], value)


def _terms(delta: np.ndarray, weights: np.ndarray, value: float) -> Mistakes:
    if len(delta) < 2:
        return
    for j in range(min(len(delta), MOST_TERMS)):
        share = float(delta[j] * weights[j])
        yield Mistake(
            "left_out_term", value - share, f"What comes back over unit {j + 1} is missing."
        )
        yield Mistake(
            "single_term", share, f"That is what comes back over unit {j + 1} alone: add all units."
        )
