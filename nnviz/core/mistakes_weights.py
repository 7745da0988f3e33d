"""Usual mistakes in the gradients of weights and biases, and in their update."""

import numpy as np

from nnviz.core.looking_glass import LookingGlass
from nnviz.core.mistaken import Mistake, Mistakes, array, entry, pre_activations, sheet
from nnviz.core.updated_parameter import updated_parameter


def weight_gradient(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in dW = a^T dz and db = sum of dz."""
    below, delta_name = glass.line.line.reads
    i, j, layer = glass.focus.source, glass.focus.unit, glass.line.line.layer
    is_bias = i >= glass.fan_in
    inputs = glass.trace.value(below, glass.line.number - 1)
    delta = sheet(glass, delta_name)[:, j]
    x = np.ones(len(inputs)) if is_bias else inputs[:, i]
    grad = array(glass, f"da{layer}")
    if grad is not None and not glass.has_pieces:
        yield Mistake(
            "forgot_derivative",
            float(x @ grad[:, j]),
            f"f'(z) of layer {layer} is missing: delta is da · f'(z), not da.",
        )
    z = pre_activations(glass, below)
    if z is not None and not is_bias:
        yield Mistake(
            "used_z_for_a",
            float(z[:, i] @ delta),
            "That takes z of the unit below; the weight's input is its activation a.",
        )
    yield from _of_bias(glass, inputs, delta) if is_bias else _of_weight(glass, inputs, delta)
    yield from _of_samples(glass, x, delta, value)


def _of_bias(glass: LookingGlass, inputs: np.ndarray, delta: np.ndarray) -> Mistakes:
    for i in range(min(glass.fan_in, 32)):
        yield Mistake(
            "input_at_bias",
            float(inputs[:, i] @ delta),
            f"That multiplies by input {i + 1}; a bias is added as it is, so its input is 1.",
        )


def _of_weight(glass: LookingGlass, inputs: np.ndarray, delta: np.ndarray) -> Mistakes:
    _, delta_name = glass.line.line.reads
    i, j = glass.focus.source, glass.focus.unit
    deltas = sheet(glass, delta_name)
    if i < deltas.shape[1] and j < inputs.shape[1] and i != j:
        yield Mistake(
            "transposed",
            float(inputs[:, j] @ deltas[:, i]),
            f"That is the gradient of the weight from {j + 1} to {i + 1}: rows and columns are "
            "swapped.",
        )
    weight = entry(glass, f"W{glass.line.line.layer}", *glass.lead(), i, j)
    if weight is not None:
        yield Mistake(
            "weight_for_input",
            weight * float(delta.sum()),
            "That multiplies delta by the weight; the local gradient of w is its input.",
        )
    yield Mistake(
        "forgot_input",
        float(delta.sum()),
        "That is delta alone: multiply it by the weight's input.",
    )
    yield Mistake(
        "forgot_downstream",
        float(inputs[:, i].sum()),
        "That is the input alone: multiply it by the downstream gradient delta.",
    )


def _of_samples(glass: LookingGlass, x: np.ndarray, delta: np.ndarray, value: float) -> Mistakes:
    rows = len(x)
    if rows == 1:
        return
    yield Mistake(
        "summed",
        value * rows,
        f"That is summed and not averaged: the mean over {rows:,} samples is in delta already, "
        "which has 1/n in it.",
    )
    yield Mistake(
        "averaged_twice",
        value / rows,
        f"That divides by {rows:,} once more: the mean is in delta already.",
    )
    sample = glass.focus.sample
    yield Mistake(
        "single_sample",
        float(x[sample] * delta[sample]),
        f"That is the share of sample {sample + 1} alone: add up all {rows:,} samples.",
    )
    yield Mistake(
        "product_of_sums",
        float(x.sum() * delta.sum()),
        "That adds up inputs and deltas first; each sample's product comes first, then the sum.",
    )


def penalty_gradient(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in dW = dW + dR/dW."""
    spec = glass.trace.spec
    weights, grads = glass.line.line.reads
    at = (*glass.lead(), glass.focus.source, glass.focus.unit)
    weight, grad = glass.before(weights, *at).value or 0.0, glass.before(grads, *at).value or 0.0
    yield Mistake("forgot_penalty", grad, "That is the gradient without the penalty's part.")
    yield Mistake(
        "forgot_gradient", value - grad, "That is the penalty's part alone: add it to the gradient."
    )
    yield Mistake("penalty_sign", 2 * grad - value, "The penalty's part is added, not taken away.")
    bare = float(np.sign(weight)) * bool(spec.l1) + weight * bool(spec.l2)
    yield Mistake("forgot_strength", grad + bare, "The strength λ of the penalty is missing.")
    if spec.l2:
        yield Mistake(
            "doubled",
            value + spec.l2 * weight,
            "The penalty is λ/2 · w², so its slope is λ w and not 2 λ w.",
        )


def update(glass: LookingGlass, value: float) -> Mistakes:
    """Yield the mistakes in the update of a parameter."""
    rule = glass.trace.optimizer
    if rule is None:
        return
    parameter = updated_parameter(glass, rule)
    old, grad = parameter.old.value or 0.0, parameter.gradient.value or 0.0
    rate, rows = glass.trace.learning_rate, glass.trace.batch_size
    if parameter.is_held:
        yield Mistake("held_bias", old - rate * grad, "Biases are held: this one stays as it is.")
        return
    yield Mistake(
        "update_sign",
        2 * old - value,
        "That goes uphill, as when a log-likelihood is to grow; a loss is to shrink, so the step "
        "is taken away.",
    )
    yield Mistake("forgot_rate", old - grad, "The learning rate η is missing.")
    yield Mistake("no_update", old, "That is the old value: the step is still to be taken.")
    yield Mistake("step_alone", value - old, "That is the step alone: add it to the old value.")
    yield Mistake(
        "step_size_alone", old - value, "That is the step alone: take it from the old value."
    )
    yield Mistake("gradient_alone", grad, "That is the gradient, not the new value.")
    if rows > 1:
        yield Mistake(
            "summed",
            old - rate * grad * rows,
            f"That uses the sum over the {rows:,} samples; the gradient is their mean.",
        )
    is_plain = rule.name == "sgd" and not rule.momentum
    if not is_plain:
        yield Mistake(
            "plain_descent",
            old - rate * grad,
            f"That is plain gradient descent; {rule.name} does more than η times the gradient.",
        )
