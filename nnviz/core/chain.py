"""Chain: f5(f4(f3(f2(f1(x))))), forward and backward, as the lecture writes it.

The forward pass saves every ``out``. The backward pass runs in reverse, and each
of its lines multiplies the local gradient of one function by the downstream
gradient, which the line before it made.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.table import look_up

LONGEST_CHAIN = 12


@dataclass(frozen=True, slots=True)
class ChainFunction:
    """One row of the table: a function of one number.

    Attributes
    ----------
    name, label
        The saved name, and the formula that people read, in terms of u.
    slope_label
        The derivative, in terms of u or of the result.
    evaluate
        ``u -> (value, slope)``.
    """

    name: str
    label: str
    slope_label: str
    evaluate: Callable[[float], tuple[float, float]]


def _scaled(factor: float, u: float) -> tuple[float, float]:
    return factor * u, factor


def _shifted(shift: float, u: float) -> tuple[float, float]:
    return u + shift, 1.0


def _square(u: float) -> tuple[float, float]:
    return u * u, 2 * u


def _exp(u: float) -> tuple[float, float]:
    with np.errstate(over="ignore"):
        value = float(np.exp(u))
    return value, value


def _sin(u: float) -> tuple[float, float]:
    return math.sin(u), math.cos(u)


def _activation(name: str, u: float) -> tuple[float, float]:
    value, slope = evaluate(name, np.array([u]), ACTIVATIONS[name].default_alpha)
    return float(value[0]), float(slope[0])


CHAIN_FUNCTIONS: Mapping[str, ChainFunction] = MappingProxyType(
    {
        row.name: row
        for row in (
            ChainFunction("triple", "3 u", "3", partial(_scaled, 3.0)),
            ChainFunction("double", "2 u", "2", partial(_scaled, 2.0)),
            ChainFunction("quarter", "u / 4", "1/4", partial(_scaled, 0.25)),
            ChainFunction("minus", "−u", "−1", partial(_scaled, -1.0)),
            ChainFunction("minus_one", "u − 1", "1", partial(_shifted, -1.0)),
            ChainFunction("minus_fifth", "u − 0.2", "1", partial(_shifted, -0.2)),
            ChainFunction("plus_one", "u + 1", "1", partial(_shifted, 1.0)),
            ChainFunction("square", "u²", "2 u", _square),
            ChainFunction("exp", "exp(u)", "exp(u)", _exp),
            ChainFunction("sin", "sin(u)", "cos(u)", _sin),
            ChainFunction("tanh", "tanh(u)", "1 − tanh(u)²", partial(_activation, "tanh")),
            ChainFunction("sigmoid", "σ(u)", "σ(u) (1 − σ(u))", partial(_activation, "sigmoid")),
            ChainFunction("relu", "max(0, u)", "1 or 0", partial(_activation, "relu")),
        )
    }
)

LECTURE_CHAIN = ("triple", "minus_one", "tanh", "minus_fifth", "square")
LECTURE_X = 0.5


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One line of the two code blocks.

    Attributes
    ----------
    number
        Its place, from 1: first the forward lines, then the backward ones.
    function
        Which function of the chain it belongs to, from 1.
    name
        What it makes: ``out1`` ... ``loss``, then ``dloss_out4`` ... ``dloss_x``.
    code
        The line as the lecture writes it.
    value
        What it makes, as a number.
    local, downstream
        The two factors of a backward line; ``None`` in a forward line.
    """

    number: int
    function: int
    name: str
    code: str
    value: float
    local: float | None = None
    downstream: float | None = None

    @property
    def is_backward(self) -> bool:
        """Whether it is a line of the backward pass."""
        return self.local is not None


@dataclass(frozen=True, slots=True)
class ChainPass:
    """Both passes through a chain at one x.

    Attributes
    ----------
    functions
        The functions, innermost first.
    outs
        x, out1, ..., loss: one more than there are functions.
    slopes
        The local gradient of each function, at what went into it.
    gradients
        dloss_x, dloss_out1, ..., 1: the gradient of the loss by each of ``outs``.
    lines
        All lines in their order.
    """

    functions: tuple[ChainFunction, ...]
    outs: tuple[float, ...]
    slopes: tuple[float, ...]
    gradients: tuple[float, ...]
    lines: tuple[ChainLine, ...]


def run_chain(names: tuple[str, ...], x: float) -> ChainPass:
    """Run a chain of functions forward and backward.

    Parameters
    ----------
    names
        Keys of ``CHAIN_FUNCTIONS``, innermost first.
    x
        What the first function is given.

    Raises
    ------
    ValueError
        If a name is unknown, or there are none or too many.
    """
    if not 1 <= len(names) <= LONGEST_CHAIN:
        raise ValueError(f"a chain has 1 to {LONGEST_CHAIN} functions, not {len(names)}")
    functions = tuple(look_up(CHAIN_FUNCTIONS, name, "function of a chain") for name in names)
    outs, slopes = [x], []
    for function in functions:
        value, slope = function.evaluate(outs[-1])
        outs.append(value)
        slopes.append(slope)
    gradients = [1.0]
    for slope in reversed(slopes):
        gradients.append(slope * gradients[-1])
    gradients.reverse()
    lines = (*_forward_lines(outs), *_backward_lines(slopes, gradients))
    return ChainPass(functions, tuple(outs), tuple(slopes), tuple(gradients), lines)


def out_name(number: int, count: int) -> str:
    """Return what the lecture calls a value of a chain of ``count`` functions."""
    if number == 0:
        return "x"
    return "loss" if number == count else f"out{number}"


def _forward_lines(outs: list[float]) -> list[ChainLine]:
    count = len(outs) - 1
    names = [out_name(number, count) for number in range(count + 1)]
    return [
        ChainLine(i, i, names[i], f"{names[i]} = f{i}({names[i - 1]})", outs[i])
        for i in range(1, count + 1)
    ]


def _backward_lines(slopes: list[float], gradients: list[float]) -> list[ChainLine]:
    count = len(slopes)
    lines = []
    for i in range(count, 0, -1):
        below = out_name(i - 1, count)
        # The gradient of the loss by itself is 1, and the lecture leaves it out.
        last = "" if i == count else f" * dloss_{out_name(i, count)}"
        lines.append(
            ChainLine(
                2 * count + 1 - i,
                i,
                f"dloss_{below}",
                f"dloss_{below} = df{i}({below}){last}",
                gradients[i - 1],
                slopes[i - 1],
                gradients[i],
            )
        )
    return lines
