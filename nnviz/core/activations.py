"""The table of activations: each one's function and derivative in one record.

A record *binds* NumPy calls to buffers; the same calls serve training, stepping
and the curve. Derivatives are the local gradients g = da/dz of the lecture; at
a kink, g follows the usual convention, stated in the record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from nnviz.core.calls import Call, FloatArray, run, scalar
from nnviz.core.table import look_up

BindFunction: TypeAlias = Callable[[FloatArray, FloatArray, float], tuple[Call, ...]]
BindDerivative: TypeAlias = Callable[[FloatArray, FloatArray, FloatArray, float], tuple[Call, ...]]


@dataclass(frozen=True, slots=True)
class Activation:
    """One row of the table.

    Attributes
    ----------
    name, label
        The saved name, and the one that people read.
    formula, derivative_formula
        LaTeX, in terms of z, a and alpha.
    bind_function
        ``(z, a, alpha) -> calls`` that write a = f(z).
    bind_derivative
        ``(z, a, g, alpha) -> calls`` that write g = f'(z), after a is known.
    kink
        What g is where f has no derivative; empty for smooth functions.
    output_range
        Least and greatest value of f; infinities where it is unbounded.
    default_alpha
        alpha where the layer names none; 0 where the function has no alpha.
    has_pieces
        Whether z has one more leading axis, of pieces (maxout only).
    trainable
        Whether a gradient can pass.
    """

    name: str
    label: str
    formula: str
    derivative_formula: str
    bind_function: BindFunction
    bind_derivative: BindDerivative
    kink: str = ""
    output_range: tuple[float, float] = (-np.inf, np.inf)
    default_alpha: float = 0.0
    has_pieces: bool = False
    trainable: bool = True

    @property
    def uses_alpha(self) -> bool:
        """Whether the function has a parameter alpha."""
        return self.default_alpha != 0.0


def _linear(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    # A Program gives z and a of a linear layer one buffer.
    return () if np.may_share_memory(z, a) else (partial(np.copyto, a, z),)


def _linear_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    return (partial(np.copyto, g, scalar(1, g)),)


def _step(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    return (partial(np.heaviside, z, scalar(1, z), a),)


def _step_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    return (partial(np.copyto, g, scalar(0, g)),)


def _sigmoid(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    # Full relative precision for negative z; where exp overflows, 1 / infinity is 0.
    one = scalar(1, z)
    return (
        partial(np.negative, z, a),
        partial(np.exp, a, a),
        partial(np.add, a, one, a),
        partial(np.divide, one, a, a),
    )


def _sigmoid_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    # a (1 - a), with 1 - a = 1 / (1 + exp(z)): the difference itself would round
    # to 0 from z = 37 on and hide how small a vanishing gradient is.
    one = scalar(1, z)
    return (
        partial(np.exp, z, g),
        partial(np.add, g, one, g),
        partial(np.divide, one, g, g),
        partial(np.multiply, g, a, g),
    )


def _tanh(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    return (partial(np.tanh, z, a),)


def _tanh_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    return (partial(np.multiply, a, a, g), partial(np.subtract, scalar(1, a), g, g))


def _relu(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    # fmax is several times as fast as maximum, and again with an array of zeros
    # in place of one zero. It turns a NaN into 0; whoever trains looks for that.
    return (partial(np.fmax, z, np.zeros_like(z), a),)


def _relu_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
    # A comparison into booleans and a cast are two fast calls; comparing into
    # floats or multiplying by booleans is one slow one.
    positive = np.empty(z.shape, dtype=np.bool_)
    return (
        partial(np.greater, z, scalar(0, z), positive),
        partial(np.copyto, g, positive),
    )


def _leaky_relu(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    larger = np.fmax if alpha <= 1 else np.fmin
    return (partial(np.multiply, z, scalar(alpha, z), a), partial(larger, z, a, a))


def _leaky_relu_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    return (
        *_relu_derivative(z, a, g, alpha),
        partial(np.multiply, g, scalar(1 - alpha, g), g),
        partial(np.add, g, scalar(alpha, g), g),
    )


def _elu(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    # max(z, 0) + alpha (exp(min(z, 0)) - 1), with expm1 for full precision near 0.
    zero, positive_part = scalar(0, z), np.empty_like(z)
    return (
        partial(np.fmin, z, zero, a),
        partial(np.expm1, a, a),
        partial(np.multiply, a, scalar(alpha, z), a),
        partial(np.fmax, z, zero, positive_part),
        partial(np.add, a, positive_part, a),
    )


def _elu_derivative(z: FloatArray, a: FloatArray, g: FloatArray, alpha: float) -> tuple[Call, ...]:
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


def _maxout(z: FloatArray, a: FloatArray, alpha: float) -> tuple[Call, ...]:
    return (partial(np.maximum.reduce, z, 0, None, a),)


def _maxout_derivative(
    z: FloatArray, a: FloatArray, g: FloatArray, alpha: float
) -> tuple[Call, ...]:
    # 1 for the winning piece and 0 for the others; winners that tie share it equally.
    winner = np.empty(z.shape, dtype=np.bool_)
    winners = np.empty_like(a)
    return (
        partial(np.equal, z, a, winner),
        partial(np.copyto, g, winner),
        partial(np.add.reduce, g, 0, None, winners),
        partial(np.divide, g, winners, g),
    )


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        record.name: record
        for record in (
            Activation("linear", "linear", "z", "1", _linear, _linear_derivative),
            Activation(
                "step",
                "step",
                r"\begin{cases} 1 & z \geq 0 \\ 0 & z < 0 \end{cases}",
                "0",
                _step,
                _step_derivative,
                kink="g(0) = 0, although the step has no derivative at 0",
                output_range=(0.0, 1.0),
                trainable=False,
            ),
            Activation(
                "sigmoid",
                "sigmoid",
                r"\frac{1}{1 + e^{-z}}",
                "a (1 - a)",
                _sigmoid,
                _sigmoid_derivative,
                output_range=(0.0, 1.0),
            ),
            Activation(
                "tanh",
                "tanh",
                r"\tanh(z)",
                "1 - a^2",
                _tanh,
                _tanh_derivative,
                output_range=(-1.0, 1.0),
            ),
            Activation(
                "relu",
                "ReLU",
                r"\max(0, z)",
                r"\begin{cases} 1 & z > 0 \\ 0 & z \leq 0 \end{cases}",
                _relu,
                _relu_derivative,
                kink="g(0) = 0",
                output_range=(0.0, np.inf),
            ),
            Activation(
                "leaky_relu",
                "leaky ReLU",
                r"\begin{cases} z & z > 0 \\ \alpha z & z \leq 0 \end{cases}",
                r"\begin{cases} 1 & z > 0 \\ \alpha & z \leq 0 \end{cases}",
                _leaky_relu,
                _leaky_relu_derivative,
                kink="g(0) = alpha",
                default_alpha=0.1,
            ),
            Activation(
                "elu",
                "ELU",
                r"\begin{cases} z & z > 0 \\ \alpha (e^z - 1) & z \leq 0 \end{cases}",
                r"\begin{cases} 1 & z > 0 \\ \alpha e^z & z \leq 0 \end{cases}",
                _elu,
                _elu_derivative,
                kink="g(0) = alpha",
                default_alpha=1.0,
            ),
            Activation(
                "maxout",
                "maxout",
                r"\max_p z_p",
                r"\begin{cases} 1 & z_p = a \\ 0 & z_p < a \end{cases}",
                _maxout,
                _maxout_derivative,
                kink="pieces that tie share the gradient equally",
                has_pieces=True,
            ),
        )
    }
)


def evaluate(
    name: str, pre_activations: FloatArray, alpha: float | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return f(z) and f'(z), computed by the very calls that train.

    Parameters
    ----------
    name
        Key of ``ACTIVATIONS``.
    pre_activations
        z, any shape; for maxout with a leading axis of pieces.
    alpha
        ``None`` takes the table's default.

    Raises
    ------
    ValueError
        If the activation is unknown.
    """
    record = look_up(ACTIVATIONS, name, "activation")
    z = np.ascontiguousarray(pre_activations)
    if not np.issubdtype(z.dtype, np.floating):
        z = z.astype(np.float64)
    a = np.empty(z.shape[1:] if record.has_pieces else z.shape, dtype=z.dtype)
    g = np.empty_like(z)
    used = record.default_alpha if alpha is None else alpha
    with np.errstate(over="ignore"):
        run(record.bind_function(z, a, used) + record.bind_derivative(z, a, g, used))
    return a, g
