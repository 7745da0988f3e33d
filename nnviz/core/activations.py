"""The table of activations: each one's function and derivative in one record.

A record *binds* NumPy calls to buffers; the same calls serve training, stepping
and the curve. Derivatives are the local gradients g = da/dz of the lecture; at
a kink, g follows the usual convention, stated in the record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from nnviz.core import activation_functions as functions
from nnviz.core import sources
from nnviz.core.calls import Call, FloatArray, run
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
    good_for, source
        When to choose it, and where it comes from.
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
    good_for: str
    source: str
    kink: str = ""
    output_range: tuple[float, float] = (-np.inf, np.inf)
    default_alpha: float = 0.0
    has_pieces: bool = False
    trainable: bool = True

    @property
    def uses_alpha(self) -> bool:
        """Whether the function has a parameter alpha."""
        return self.default_alpha != 0.0


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        record.name: record
        for record in (
            Activation(
                "linear",
                "linear",
                "z",
                "1",
                functions.linear,
                functions.linear_derivative,
                good_for="output layers: any number can come out",
                source=sources.WIDROW_1960,
            ),
            Activation(
                "step",
                "step",
                r"\begin{cases} 1 & z \geq 0 \\ 0 & z < 0 \end{cases}",
                "0",
                functions.step,
                functions.step_derivative,
                good_for="seeing what a threshold unit can decide; gradients cannot train it",
                source=sources.MCCULLOCH_1943,
                kink="g(0) = 0, although the step has no derivative at 0",
                output_range=(0.0, 1.0),
                trainable=False,
            ),
            Activation(
                "sigmoid",
                "sigmoid",
                r"\frac{1}{1 + e^{-z}}",
                "a (1 - a)",
                functions.sigmoid,
                functions.sigmoid_derivative,
                good_for="answers that are probabilities; in deep hidden layers gradients vanish",
                source=sources.RUMELHART_1986,
                output_range=(0.0, 1.0),
            ),
            Activation(
                "tanh",
                "tanh",
                r"\tanh(z)",
                "1 - a^2",
                functions.tanh,
                functions.tanh_derivative,
                good_for="small hidden layers: smooth, and its answers lie around 0",
                source=sources.LECUN_1998,
                output_range=(-1.0, 1.0),
            ),
            Activation(
                "relu",
                "ReLU",
                r"\max(0, z)",
                r"\begin{cases} 1 & z > 0 \\ 0 & z \leq 0 \end{cases}",
                functions.relu,
                functions.relu_derivative,
                good_for="deep networks: cheap, and the gradient passes whole where a unit is on",
                source=sources.NAIR_2010,
                kink="g(0) = 0",
                output_range=(0.0, np.inf),
            ),
            Activation(
                "leaky_relu",
                "leaky ReLU",
                r"\begin{cases} z & z > 0 \\ \alpha z & z \leq 0 \end{cases}",
                r"\begin{cases} 1 & z > 0 \\ \alpha & z \leq 0 \end{cases}",
                functions.leaky_relu,
                functions.leaky_relu_derivative,
                good_for="networks whose ReLU units die: some gradient always passes",
                source=sources.MAAS_2013,
                kink="g(0) = alpha",
                default_alpha=0.1,
            ),
            Activation(
                "elu",
                "ELU",
                r"\begin{cases} z & z > 0 \\ \alpha (e^z - 1) & z \leq 0 \end{cases}",
                r"\begin{cases} 1 & z > 0 \\ \alpha e^z & z \leq 0 \end{cases}",
                functions.elu,
                functions.elu_derivative,
                good_for="deep networks whose activations should average about 0",
                source=sources.CLEVERT_2016,
                kink="g(0) = alpha",
                default_alpha=1.0,
            ),
            Activation(
                "softplus",
                "softplus",
                r"\log(1 + e^z)",
                r"\sigma(z)",
                functions.softplus,
                functions.softplus_derivative,
                good_for="a smooth ReLU, and answers that must be above 0",
                source=sources.DUGAS_2001,
                output_range=(0.0, np.inf),
            ),
            Activation(
                "silu",
                "SiLU",
                r"z \, \sigma(z)",
                r"\sigma(z) (1 + z (1 - \sigma(z)))",
                functions.silu,
                functions.silu_derivative,
                good_for="deep networks that a smooth ReLU with a small dip suits better",
                source=sources.ELFWING_2018,
            ),
            Activation(
                "gelu",
                "GELU",
                r"z \, \Phi(z)",
                r"\Phi(z) + z \varphi(z)",
                functions.gelu,
                functions.gelu_derivative,
                good_for="transformers, and deep networks that a smooth ReLU suits better",
                source=sources.HENDRYCKS_2016,
            ),
            Activation(
                "maxout",
                "maxout",
                r"\max_p z_p",
                r"\begin{cases} 1 & z_p = a \\ 0 & z_p < a \end{cases}",
                functions.maxout,
                functions.maxout_derivative,
                good_for="learning the activation itself, at several times the weights",
                source=sources.GOODFELLOW_2013,
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
