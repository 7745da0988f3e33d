"""What the lists of usual mistakes share: a Mistake, and looking up what it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nnviz.core.activations import evaluate
from nnviz.core.calls import FloatArray
from nnviz.core.looking_glass import LookingGlass


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake and what comes out if it is made.

    Attributes
    ----------
    key
        Its name in code; several mistakes may share it.
    value
        What comes out.
    words
        What went wrong, in a sentence.
    """

    key: str
    value: float
    words: str


Mistakes: TypeAlias = Iterator[Mistake]


def array(glass: LookingGlass, name: str) -> FloatArray | None:
    """Return a buffer as it was when the line began; ``None`` where there is none."""
    if name not in glass.trace.names:
        return None
    return glass.trace.read(name, glass.line.number - 1)


def entry(glass: LookingGlass, name: str, *index: int) -> float | None:
    """Return a number as it was when the line began; ``None`` where there is none."""
    found = array(glass, name)
    if found is None or len(index) != found.ndim:
        return None
    if any(i >= length for i, length in zip(index, found.shape, strict=True)):
        return None
    return float(found[index])


def sheet(glass: LookingGlass, name: str) -> FloatArray:
    """Return the weights or deltas of the piece in focus, two-dimensional."""
    found = glass.trace.value(name, glass.line.number - 1)
    return found[glass.focus.piece] if found.ndim == 3 else found


def pre_activations(glass: LookingGlass, activations: str) -> FloatArray | None:
    """Return the z behind a buffer of activations; ``None`` for inputs and maxout."""
    number = activations[1:]
    found = array(glass, f"z{number}") if activations[0] in "ad" and number else None
    return None if found is None or found.ndim == 3 else found


def derivative_at(glass: LookingGlass, layer: int, value: float) -> float | None:
    """Return a layer's derivative at a value; ``None`` for maxout."""
    spec = glass.trace.spec.layers[layer - 1]
    if spec.activation == "maxout":
        return None
    _, derivative = evaluate(spec.activation, _single(value), spec.resolved_alpha)
    return float(derivative[0])


def function_at(name: str, value: float) -> float:
    """Return an activation of the table at a value."""
    result, _ = evaluate(name, _single(value))
    return float(result[0])


def _single(value: float) -> FloatArray:
    return np.array([value])
