"""Conditions at which a walk through a step stops: a value, a place, or a breakpoint.

Each has ``is_met(trace, line_number)``: whether it is true when that line has
just been done. A condition on a value looks at what that very line wrote, so
that going on from a line where it is met finds the next one, in this step or in
a later one.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Protocol

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.code_names import variable_name
from nnviz.core.notation import six_digits
from nnviz.core.program import LineKind, Phase
from nnviz.core.trace import Trace


class Condition(Protocol):
    """Something that is true at some lines of a trace."""

    def is_met(self, trace: Trace, line_number: int) -> bool:
        """Whether it is true when this line is done."""

    def sentence(self) -> str:
        """Return it in words, as behind "stop"."""


class Comparison(Enum):
    """How a value is compared."""

    BELOW = "<"
    AT_MOST = "≤"
    AT_LEAST = "≥"
    ABOVE = ">"
    NOT_FINITE = "is not a number"


_COMPARE: Mapping[Comparison, Callable[[FloatArray, float], FloatArray]] = MappingProxyType(
    {
        Comparison.BELOW: operator.lt,
        Comparison.AT_MOST: operator.le,
        Comparison.AT_LEAST: operator.ge,
        Comparison.ABOVE: operator.gt,
        Comparison.NOT_FINITE: lambda values, _: ~np.isfinite(values),
    }
)


class Quantity(Enum):
    """What a condition looks at."""

    DELTA = "|delta|"
    LOSS = "loss"
    GRADIENT_NORM = "gradient norm"
    BUFFER = "variable"


@dataclass(frozen=True, slots=True)
class ValueCondition:
    """A quantity compares so with a number; of an array, any of its entries does.

    Attributes
    ----------
    quantity
        ``DELTA``: the size of any gradient by a weighted sum. ``LOSS``: the mean loss
        of the batch, its penalty included. ``GRADIENT_NORM``: the norm of all
        gradients of weights and biases, once the backward phase is done.
    comparison, number
        With what it is compared; the number means nothing to ``NOT_FINITE``.
    buffer
        Which buffer of the trace, for ``BUFFER``.
    takes_size
        Whether the sign of a buffer's entries is left out.
    """

    quantity: Quantity
    comparison: Comparison = Comparison.BELOW
    number: float = 0.0
    buffer: str = ""
    takes_size: bool = False

    def __post_init__(self) -> None:
        """Refuse a buffer without a name."""
        if self.quantity is Quantity.BUFFER and not self.buffer:
            raise ValueError("choose the variable that the condition looks at")

    def is_met(self, trace: Trace, line_number: int) -> bool:
        """Whether it is true of what this line wrote."""
        values = _VALUES[self.quantity](self, trace, line_number)
        return values is not None and bool(np.any(_COMPARE[self.comparison](values, self.number)))

    def sentence(self) -> str:
        """Return it in words, as behind "stop"."""
        if self.quantity is Quantity.BUFFER:
            name = variable_name(self.buffer)
            left = f"|{name}|" if self.takes_size else name
        else:
            left = self.quantity.value
        right = "" if self.comparison is Comparison.NOT_FINITE else f" {six_digits(self.number)}"
        return f"when {left} {self.comparison.value}{right}"


def _delta(_: ValueCondition, trace: Trace, line_number: int) -> FloatArray | None:
    for name, array in trace.lines[line_number - 1].arrays.items():
        if name.startswith("dz"):
            return np.abs(array)
    return None


def _loss(_: ValueCondition, trace: Trace, line_number: int) -> FloatArray | None:
    kinds = [line.line.kind for line in trace.lines]
    last = LineKind.PENALTY if LineKind.PENALTY in kinds else LineKind.LOSS
    return np.array(trace.loss) if kinds[line_number - 1] is last else None


def _gradient_norm(_: ValueCondition, trace: Trace, line_number: int) -> FloatArray | None:
    backward = trace.lines_of(Phase.BACKWARD)
    if not backward or backward[-1].number != line_number:
        return None
    gradients = [
        trace.value(f"d{letter}{number}", line_number).ravel()
        for number in range(1, len(trace.spec.layers) + 1)
        for letter in "Wb"
    ]
    return np.array(np.linalg.norm(np.concatenate(gradients)))


def _buffer(condition: ValueCondition, trace: Trace, line_number: int) -> FloatArray | None:
    array = trace.lines[line_number - 1].arrays.get(condition.buffer)
    return np.abs(array) if array is not None and condition.takes_size else array


_VALUES: Mapping[Quantity, Callable[[ValueCondition, Trace, int], FloatArray | None]]
_VALUES = MappingProxyType(
    {
        Quantity.DELTA: _delta,
        Quantity.LOSS: _loss,
        Quantity.GRADIENT_NORM: _gradient_norm,
        Quantity.BUFFER: _buffer,
    }
)


@dataclass(frozen=True, slots=True)
class PlaceCondition:
    """A phase begins, or its part in one layer.

    Attributes
    ----------
    phase
        Which phase.
    layer
        Which layer, from 1; ``None``: whichever comes first.
    """

    phase: Phase
    layer: int | None = None

    def is_met(self, trace: Trace, line_number: int) -> bool:
        """Whether this is the first line there."""
        return self._is_there(trace, line_number) and not (
            line_number > 1 and self._is_there(trace, line_number - 1)
        )

    def _is_there(self, trace: Trace, line_number: int) -> bool:
        line = trace.lines[line_number - 1]
        return line.phase is self.phase and self.layer in (None, line.line.layer)

    def sentence(self) -> str:
        """Return it in words, as behind "stop"."""
        where = "" if self.layer is None else f"layer {self.layer} "
        return f"at {where}{self.phase.value}"


@dataclass(frozen=True, slots=True)
class Breakpoints:
    """Lines that a person has marked."""

    lines: frozenset[int]

    def is_met(self, trace: Trace, line_number: int) -> bool:
        """Whether this line is marked."""
        return line_number in self.lines

    def sentence(self) -> str:
        """Return it in words, as behind "stop"."""
        return f"at line {', '.join(str(line) for line in sorted(self.lines))}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One condition out of several is met."""

    conditions: tuple[Condition, ...]

    def is_met(self, trace: Trace, line_number: int) -> bool:
        """Whether any of them is true when this line is done."""
        return any(condition.is_met(trace, line_number) for condition in self.conditions)

    def sentence(self) -> str:
        """Return it in words, as behind "stop"."""
        return " or ".join(condition.sentence() for condition in self.conditions)
