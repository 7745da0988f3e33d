"""The definitions of the optimisers in plain formulas, to check updates with.

They are written a second time on purpose, and share nothing with the calls that train:
one step at a time, float64, as PyTorch's documentation has them.
"""

from collections.abc import Mapping

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.spec import OptimizerSpec

State = Mapping[str, FloatArray]


def defined_update(
    rule: OptimizerSpec, theta: FloatArray, gradient: FloatArray, state: State, rate: float
) -> FloatArray:
    """Return the parameters after one update.

    Parameters
    ----------
    rule
        The optimiser.
    theta, gradient
        Flat vectors: the parameters before, and the gradient of the loss by them.
    state
        What the optimiser carried before the step, as the engine keeps it.
    rate
        The learning rate of this step.
    """
    g = _clipped(rule, gradient)
    decay = rule.resolved_weight_decay
    if rule.name == "adamw":
        return _adam(rule, theta * (1 - rate * decay), g, state, rate)
    g = g + decay * theta
    match rule.name:
        case "adam":
            return _adam(rule, theta, g, state, rate)
        case "sgd":
            return _sgd(rule, theta, g, state, rate)
        case "rmsprop":
            return _rmsprop(rule, theta, g, state, rate)
    total = state["total"] + g**2
    return theta - rate * g / (np.sqrt(total) + rule.resolved_epsilon)


def _clipped(rule: OptimizerSpec, g: FloatArray) -> FloatArray:
    if rule.clip_value is not None:
        return np.clip(g, -rule.clip_value, rule.clip_value)
    if rule.clip_norm is not None:
        return g * min(1.0, rule.clip_norm / (float(np.linalg.norm(g)) + 1e-6))
    return g


def _sgd(
    rule: OptimizerSpec, theta: FloatArray, g: FloatArray, state: State, rate: float
) -> FloatArray:
    if rule.momentum == 0:
        return theta - rate * g
    is_first = bool(rule.dampening) and int(state["count"]) == 0
    share = 1.0 if is_first else 1 - rule.dampening
    velocity = rule.momentum * state["velocity"] + share * g
    return theta - rate * (g + rule.momentum * velocity if rule.nesterov else velocity)


def _rmsprop(
    rule: OptimizerSpec, theta: FloatArray, g: FloatArray, state: State, rate: float
) -> FloatArray:
    keep = rule.smoothing
    variance = keep * state["square"] + (1 - keep) * g**2
    if rule.centred:
        mean = keep * state["mean"] + (1 - keep) * g
        variance = variance - mean**2
    step = g / (np.sqrt(variance) + rule.resolved_epsilon)
    if rule.momentum:
        step = rule.momentum * state["velocity"] + step
    return theta - rate * step


def _adam(
    rule: OptimizerSpec, theta: FloatArray, g: FloatArray, state: State, rate: float
) -> FloatArray:
    t = int(state["count"]) + 1
    # The engine carries m / (1 - beta1) and v / (1 - beta2).
    m = rule.beta1 * (1 - rule.beta1) * state["mean"] + (1 - rule.beta1) * g
    v = rule.beta2 * (1 - rule.beta2) * state["square"] + (1 - rule.beta2) * g**2
    m_hat, v_hat = m / (1 - rule.beta1**t), v / (1 - rule.beta2**t)
    return theta - rate * m_hat / (np.sqrt(v_hat) + rule.resolved_epsilon)
