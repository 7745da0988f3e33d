"""The rules of the optimisers, each a list of whole-vector calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from nnviz.core.calls import Call, FloatArray, scalar
from nnviz.core.memory import aligned_zeros_like

if TYPE_CHECKING:
    from nnviz.core.spec import OptimizerSpec


@dataclass(frozen=True, slots=True)
class Vectors:
    """What a rule changes and what it reads.

    Attributes
    ----------
    parameters
        Flat vector, changed in place.
    gradients
        Flat vector, only read: clipped and decayed already.
    """

    parameters: FloatArray
    gradients: FloatArray

    def empty(self) -> FloatArray:
        """Return a vector for intermediate results."""
        return aligned_zeros_like(self.parameters)

    def zeros(self) -> FloatArray:
        """Return a vector that the rule carries from step to step."""
        return aligned_zeros_like(self.parameters)

    def number(self, value: float) -> FloatArray:
        """Return a constant for the calls."""
        return scalar(value, self.parameters)


@dataclass(frozen=True, slots=True)
class Rule:
    """The calls of one update, and what they carry from step to step."""

    calls: tuple[Call, ...]
    state: Mapping[str, FloatArray] = field(default_factory=dict)


def _descend(v: Vectors, direction: FloatArray, rate: FloatArray) -> tuple[Call, ...]:
    """Return theta -= rate * direction."""
    update = v.empty()
    return (
        partial(np.multiply, direction, rate, update),
        partial(np.subtract, v.parameters, update, v.parameters),
    )


def sgd(spec: "OptimizerSpec", v: Vectors, rate: FloatArray) -> Rule:
    """Bind v = mu v + (1 - dampening) g, and theta -= rate v (Nesterov: g + mu v).

    The first v is g itself, whatever the dampening.
    """
    if spec.momentum == 0:
        return Rule(_descend(v, v.gradients, rate))
    velocity, momentum = v.zeros(), v.number(spec.momentum)
    state = {"velocity": velocity}
    calls: tuple[Call, ...] = (partial(np.multiply, velocity, momentum, velocity),)
    share = v.gradients
    if spec.dampening:
        share, more, count = _dampened(spec.dampening, v)
        calls += more
        state["count"] = count
    calls += (partial(np.add, velocity, share, velocity),)
    if not spec.nesterov:
        return Rule(calls + _descend(v, velocity, rate), state)
    ahead = v.empty()
    calls += (
        partial(np.multiply, velocity, momentum, ahead),
        partial(np.add, ahead, v.gradients, ahead),
    )
    return Rule(calls + _descend(v, ahead, rate), state)


def _dampened(dampening: float, v: Vectors) -> tuple[FloatArray, tuple[Call, ...], FloatArray]:
    share, factor, count = v.empty(), v.number(1.0), np.zeros(())

    def advance() -> None:
        factor[...] = 1.0 if count == 0 else 1.0 - dampening
        count[...] += 1

    return share, (advance, partial(np.multiply, v.gradients, factor, share)), count


def rmsprop(spec: "OptimizerSpec", v: Vectors, rate: FloatArray) -> Rule:
    """Bind s = rho s + (1 - rho) g^2, theta -= rate g / (sqrt(s) + epsilon).

    Centred, the square of a moving mean of g is taken from s; with momentum, a
    moving sum of the quotients is what descends.
    """
    square, root, scratch = v.zeros(), v.empty(), v.empty()
    keep, add = v.number(spec.smoothing), v.number(1.0 - spec.smoothing)
    state = {"square": square}
    calls: tuple[Call, ...] = (
        partial(np.multiply, square, keep, square),
        partial(np.multiply, v.gradients, v.gradients, scratch),
        partial(np.multiply, scratch, add, scratch),
        partial(np.add, square, scratch, square),
    )
    if spec.centred:
        mean = state["mean"] = v.zeros()
        calls += (
            partial(np.multiply, mean, keep, mean),
            partial(np.multiply, v.gradients, add, scratch),
            partial(np.add, mean, scratch, mean),
            partial(np.multiply, mean, mean, scratch),
            partial(np.subtract, square, scratch, root),
            partial(np.sqrt, root, root),
        )
    else:
        calls += (partial(np.sqrt, square, root),)
    calls += (
        partial(np.add, root, v.number(spec.resolved_epsilon), root),
        partial(np.divide, v.gradients, root, root),
    )
    if spec.momentum == 0:
        return Rule(calls + _descend(v, root, rate), state)
    velocity = state["velocity"] = v.zeros()
    calls += (
        partial(np.multiply, velocity, v.number(spec.momentum), velocity),
        partial(np.add, velocity, root, velocity),
    )
    return Rule(calls + _descend(v, velocity, rate), state)


def adam(spec: "OptimizerSpec", v: Vectors, rate: FloatArray) -> Rule:
    """Bind Adam with the constant factors of its moments taken out.

    With m = (1 - beta1) M and v = (1 - beta2) V the recurrences are
    M = beta1 M + g and V = beta2 V + g^2, three calls fewer; the factors go
    into the step length and into epsilon, which change with the count t:
    theta -= rate m_hat / (sqrt(v_hat) + epsilon), m_hat = m / (1 - beta1^t).
    """
    mean, square = v.zeros(), v.zeros()
    # One vector for all that lies between: the fewer there are, the more of it stays cached.
    scratch = v.empty()
    length, small, count = np.empty_like(rate), v.number(0.0), np.zeros(())
    calls = (
        _moment_clock(spec, rate, length, small, count),
        partial(np.multiply, mean, v.number(spec.beta1), mean),
        partial(np.add, mean, v.gradients, mean),
        partial(np.multiply, square, v.number(spec.beta2), square),
        partial(np.multiply, v.gradients, v.gradients, scratch),
        partial(np.add, square, scratch, square),
        partial(np.sqrt, square, scratch),
        partial(np.add, scratch, small, scratch),
        partial(np.divide, mean, scratch, scratch),
        partial(np.multiply, scratch, length, scratch),
        partial(np.subtract, v.parameters, scratch, v.parameters),
    )
    return Rule(calls, {"mean": mean, "square": square, "count": count})


def _moment_clock(
    spec: "OptimizerSpec",
    rate: FloatArray,
    length: FloatArray,
    small: FloatArray,
    count: FloatArray,
) -> Call:
    """Return the call that counts a step of Adam and sets what depends on the count."""
    epsilon, beta1, beta2 = spec.resolved_epsilon, spec.beta1, spec.beta2
    read_count, read_rate, has_one_rate = count.item, rate.item, rate.ndim == 0

    def advance() -> None:
        # Python's own numbers take a quarter of the time of 0-d arrays here.
        t = read_count() + 1
        count[()] = t
        root_factor = sqrt((1 - beta2) / (1 - beta2**t))
        small[()] = epsilon / root_factor
        share = (1 - beta1) / ((1 - beta1**t) * root_factor)
        length[()] = read_rate() * share if has_one_rate else rate * np.float64(share)

    return advance


def adamw(spec: "OptimizerSpec", v: Vectors, rate: FloatArray) -> Rule:
    """Bind theta *= 1 - rate * decay, and then Adam."""
    keep = np.ones_like(rate)

    def follow_rate() -> None:
        keep[...] = 1.0 - rate * np.float64(spec.resolved_weight_decay)

    rule = adam(spec, v, rate)
    decay = (follow_rate, partial(np.multiply, v.parameters, keep, v.parameters))
    return Rule(decay + rule.calls, rule.state)


def adagrad(spec: "OptimizerSpec", v: Vectors, rate: FloatArray) -> Rule:
    """Bind s += g^2, theta -= rate g / (sqrt(s) + epsilon)."""
    total, root = v.zeros(), v.empty()
    calls = (
        partial(np.multiply, v.gradients, v.gradients, root),
        partial(np.add, total, root, total),
        partial(np.sqrt, total, root),
        partial(np.add, root, v.number(spec.resolved_epsilon), root),
        partial(np.divide, v.gradients, root, root),
    )
    return Rule(calls + _descend(v, root, rate), {"total": total})
