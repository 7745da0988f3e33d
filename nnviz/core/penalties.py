"""The Ops of the penalties on weights: their value, and their part of the gradient."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from nnviz.core.calls import Call, FloatArray, scalar
from nnviz.core.layout import ParameterLayout
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
    bound = [_bind(strengths, vectors, penalties[slot, ...]) for slot in range(len(penalties))]
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
    value = Op(Phase.LOSS, (line,), tuple(calls for calls, _ in bound))
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
    gradient = Op(Phase.BACKWARD, lines, tuple(calls for _, calls in bound))
    return [*ops, gradient]


def _bind(
    strengths: dict[str, float], vectors: PenaltyVectors, total: FloatArray
) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    mask = vectors.layout.weight_mask().astype(vectors.parameters.dtype)
    parts: list[BoundPenalty] = [
        REGULARIZERS[name].bind(
            mask * scalar(strength, mask), vectors.parameters, vectors.gradients, total
        )
        for name, strength in strengths.items()
    ]
    start = (partial(np.copyto, total, scalar(0.0, total)),)
    value = start + tuple(call for part in parts for call in part.value)
    return value, tuple(call for part in parts for call in part.gradient)
