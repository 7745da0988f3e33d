"""What activations compute: functions and local gradients as calls bound to buffers.

Each function takes ``(z, a, alpha)`` and returns calls that write a = f(z); each
derivative takes ``(z, a, g, alpha)`` and returns calls that write g = f'(z) once
a is known.
"""

from functools import partial
from math import pi, sqrt

import numpy as np

from nnviz.core.calls import Call, FloatArray, scalar
from nnviz.core.special import erfc


def linear(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = z."""
    # A Program gives z and a of a linear layer one buffer.
    return () if np.may_share_memory(z, a) else (partial(np.copyto, a, z),)


def linear_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    """Bind g = 1."""
    return (partial(np.copyto, g, scalar(1, g)),)


def step(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = 1 from z = 0 on, else 0."""
    return (partial(np.heaviside, z, scalar(1, z), a),)


def step_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind g = 0."""
    return (partial(np.copyto, g, scalar(0, g)),)


def sigmoid(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = 1 / (1 + exp(-z))."""
    # Full relative precision for negative z; where exp overflows, 1 / infinity is 0.
    one = scalar(1, z)
    return (
        partial(np.negative, z, a),
        partial(np.exp, a, a),
        partial(np.add, a, one, a),
        partial(np.divide, one, a, a),
    )


def sigmoid_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    """Bind g = a (1 - a)."""
    # a (1 - a), with 1 - a = 1 / (1 + exp(z)): the difference itself would round
    # to 0 from z = 37 on and hide how small a vanishing gradient is.
    one = scalar(1, z)
    return (
        partial(np.exp, z, g),
        partial(np.add, g, one, g),
        partial(np.divide, one, g, g),
        partial(np.multiply, g, a, g),
    )


def tanh(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = tanh(z)."""
    return (partial(np.tanh, z, a),)


def tanh_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind g = 1 - a^2."""
    return (partial(np.multiply, a, a, g), partial(np.subtract, scalar(1, a), g, g))


def relu(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = max(0, z)."""
    # fmax is several times as fast as maximum, and again with an array of zeros
    # in place of one zero. It turns a NaN into 0; whoever trains looks for that.
    return (partial(np.fmax, z, np.zeros_like(z), a),)


def relu_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind g = 1 above 0, else 0."""
    # A comparison into booleans and a cast are two fast calls; comparing into
    # floats or multiplying by booleans is one slow one.
    positive = np.empty(z.shape, dtype=np.bool_)
    return (
        partial(np.greater, z, scalar(0, z), positive),
        partial(np.copyto, g, positive),
    )


def leaky_relu(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = z above 0, else alpha z."""
    larger = np.fmax if alpha <= 1 else np.fmin
    return (partial(np.multiply, z, scalar(alpha, z), a), partial(larger, z, a, a))


def leaky_relu_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    """Bind g = 1 above 0, else alpha."""
    return (
        *relu_derivative(z, a, g, alpha),
        partial(np.multiply, g, scalar(1 - alpha, g), g),
        partial(np.add, g, scalar(alpha, g), g),
    )


def elu(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = z above 0, else alpha (exp(z) - 1)."""
    # max(z, 0) + alpha (exp(min(z, 0)) - 1), with expm1 for full precision near 0.
    zero, positive_part = scalar(0, z), np.empty_like(z)
    return (
        partial(np.fmin, z, zero, a),
        partial(np.expm1, a, a),
        partial(np.multiply, a, scalar(alpha, z), a),
        partial(np.fmax, z, zero, positive_part),
        partial(np.add, a, positive_part, a),
    )


def elu_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind g = 1 above 0, else alpha exp(z)."""
    # alpha exp(z) for z <= 0, and 1 above.
    positive = np.empty(z.shape, dtype=np.bool_)
    zero, one = scalar(0, z), scalar(1, z)
    return (
        partial(np.fmin, z, zero, g),
        partial(np.exp, g, g),
        partial(np.multiply, g, scalar(alpha, z), g),
        partial(np.greater, z, zero, positive),
        partial(np.copyto, g, one, where=positive),
    )


def maxout(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = the greatest of the pieces of z."""
    return (partial(np.maximum.reduce, z, 0, None, a),)


def maxout_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    """Bind g = 1 for the winning piece, else 0."""
    # 1 for the winning piece and 0 for the others; winners that tie share it equally.
    winner = np.empty(z.shape, dtype=np.bool_)
    winners = np.empty_like(a)
    return (
        partial(np.equal, z, a, winner),
        partial(np.copyto, g, winner),
        partial(np.add.reduce, g, 0, None, winners),
        partial(np.divide, g, winners, g),
    )


def softplus(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = log(1 + exp(z))."""
    return (partial(np.logaddexp, scalar(0, z), z, a),)


def softplus_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    """Bind g = sigmoid(z)."""
    return sigmoid(z, g, alpha)


def silu(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = z sigmoid(z)."""
    return (*sigmoid(z, a, alpha), partial(np.multiply, a, z, a))


def silu_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind g = sigmoid(z) (1 + z (1 - sigmoid(z)))."""
    # sigma(z) (1 + z (1 - sigma(z))), with 1 - sigma(z) = sigma(-z) for full precision.
    minus, rest = np.empty_like(z), np.empty_like(z)
    return (
        partial(np.negative, z, minus),
        *sigmoid(minus, rest, alpha),
        partial(np.multiply, rest, z, rest),
        partial(np.add, rest, scalar(1, z), rest),
        *sigmoid(z, g, alpha),
        partial(np.multiply, g, rest, g),
    )


def gelu(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind a = z Phi(z), Phi the normal distribution."""
    # z Phi(z), Phi(z) = erfc(-z / sqrt(2)) / 2: no difference of nearly equal numbers.
    half, factor = scalar(0.5, z), scalar(-1 / sqrt(2), z)
    return (
        partial(np.multiply, z, factor, a),
        partial(erfc, a, a),
        partial(np.multiply, a, half, a),
        partial(np.multiply, a, z, a),
    )


def gelu_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    """Bind g = Phi(z) + z phi(z), phi the normal density."""
    # Phi(z) + z phi(z), phi the standard normal density.
    density, half = np.empty_like(z), scalar(0.5, z)
    return (
        partial(np.multiply, z, scalar(-1 / sqrt(2), z), g),
        partial(erfc, g, g),
        partial(np.multiply, g, half, g),
        partial(np.multiply, z, z, density),
        partial(np.multiply, density, scalar(-0.5, z), density),
        partial(np.exp, density, density),
        partial(np.multiply, density, scalar(1 / sqrt(2 * pi), z), density),
        partial(np.multiply, density, z, density),
        partial(np.add, g, density, g),
    )
