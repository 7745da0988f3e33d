"""The Ops of the penalties on weights: their value, and their part of the gradient."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from nnviz.core.calls import Call, FloatArray
from nnviz.core.layout import ParameterLayout
from nnviz.core.memory import aligned_copy
from nnviz.core.program import Line, LineKind, Op, Phase
from nnviz.core.regularizers import REGULARIZERS, BoundPenalty
from nnviz.core.spec import NetworkSpec


@dataclass(frozen=True, slots=True)
class PenaltyVectors:
    """The flat vectors that a penalty reads and adds to.

    Attributes
    ----------
    layout
        Where the weights lie in them.
    parameters, gradients
        The vectors; the gradients are empty in a Program without any.
    """

    layout: ParameterLayout
    parameters: FloatArray
    gradients: FloatArray


def with_penalties(
    ops: list[Op], spec: NetworkSpec, vectors: PenaltyVectors, penalties: FloatArray
) -> list[Op]:
    """Return the Ops with those of the penalties in their places, if there are any."""
    strengths = {name: getattr(spec, name) for name in REGULARIZERS if getattr(spec, name)}
    if not strengths:
        return ops
    parts = _bind(strengths, vectors, penalties[0, ...])
    numbers = range(1, len(vectors.layout.blocks) + 1)
    weights = tuple(f"W{number}" for number in numbers)
    labels = " + ".join(REGULARIZERS[name].label for name in strengths)
    line = Line(
        LineKind.PENALTY,
        numbers[-1],
        f"R = {labels} penalty of {', '.join(weights)}",
        weights,
        ("R",),
    )
    calls = tuple(_value_calls(parts, penalties[slot, ...]) for slot in range(len(penalties)))
    value = Op(Phase.LOSS, (line,), calls)
    end = next((i for i, op in enumerate(ops) if op.phase is Phase.BACKWARD), len(ops))
    ops = [*ops[:end], value, *ops[end:]]
    if not vectors.gradients.size:
        return ops
    lines = tuple(
        Line(
            LineKind.PENALTY_GRADIENT,
            number,
            f"dW{number} = dW{number} + dR/dW{number}",
            (f"W{number}", f"dW{number}"),
            (f"dW{number}",),
            local="R",
            downstream="1",
        )
        for number in numbers
    )
    gradient_calls = tuple(call for part in parts for call in part.bound.gradient)
    gradient = Op(Phase.BACKWARD, lines, (gradient_calls,))
    return [*ops, gradient]


@dataclass(frozen=True, slots=True)
class _Part:
    """One penalty, and where it writes its value."""

    bound: BoundPenalty
    total: FloatArray


def _bind(
    strengths: dict[str, float], vectors: PenaltyVectors, totals: FloatArray
) -> tuple[_Part, ...]:
    # All slots share one binding: with intermediate vectors of their own they would throw
    # one another out of the cache.
    mask = vectors.layout.weight_mask()
    parts = []
    for name, strength in strengths.items():
        total = np.zeros_like(totals)
        each = aligned_copy(mask * strength, vectors.parameters.dtype)
        bound = REGULARIZERS[name].bind(each, vectors.parameters, vectors.gradients, total)
        parts.append(_Part(bound, total))
    return tuple(parts)


def _value_calls(parts: tuple[_Part, ...], slot: FloatArray) -> tuple[Call, ...]:
    first, *others = parts
    sums = tuple(partial(np.add, slot, part.total, slot) for part in others)
    values = tuple(call for part in parts for call in part.bound.value)
    return (*values, partial(np.copyto, slot, first.total), *sums)
