"""A sum that is done in part: which of its numbers are there, and how much it is so far.

While the walk goes term by term through a line, an equation may not show more
than has been computed.
"""

from dataclasses import dataclass

import numpy as np

from nnviz.core.long_sums import terms_of
from nnviz.core.looking_glass import Focus
from nnviz.core.notation import Equation
from nnviz.core.program import LineKind
from nnviz.core.trace import Trace, TraceLine
from nnviz.core.walk import Place


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an equation of the line at the cursor is computed.

    Attributes
    ----------
    is_done
        Whether its result is there.
    terms
        How many terms of its sum are done; ``None`` where it is no sum or done.
    so_far
        What these terms add up to, if there are any.
    """

    is_done: bool
    terms: int | None = None
    so_far: float | None = None


DONE = Progress(is_done=True)


def progress(trace: Trace, place: Place, focus: Focus) -> Progress:
    """Return how far the scalar in focus is computed in the line at the cursor."""
    if place.line == 0 or place.is_line_done:
        return DONE
    line = trace.lines[place.line - 1]
    layer = trace.spec.layers[line.line.layer - 1]
    weights = trace.spec.layer_sizes[line.line.layer - 1]
    # In a loss there is only one unit, whose terms are the samples.
    unit = 0 if line.line.kind is LineKind.LOSS else focus.unit
    if unit != place.unit - 1:
        return Progress(is_done=unit < place.unit - 1, terms=None)
    match line.line.kind:
        case LineKind.AFFINE:
            done = place.term - focus.piece * (weights + 1)
            return _of_sum(trace, line, focus, done, weights + 1)
        case LineKind.TO_LAYER_BELOW:
            total = layer.size * layer.piece_count
            return _of_sum(trace, line, focus, place.term, total)
        case LineKind.LOSS:
            return _of_sum(trace, line, focus, place.term, trace.batch_size)
        case LineKind.WEIGHT_GRADIENT | LineKind.UPDATE:
            index = focus.piece * (weights + 1) + focus.source
        case LineKind.PENALTY_GRADIENT:
            index = focus.piece * weights + focus.source
        case LineKind.ACTIVATION:
            index = layer.piece_count - 1
        case _:
            index = focus.piece
    return Progress(is_done=index < place.term)


def pending_numbers(equation: Equation, done: Progress) -> frozenset[int]:
    """Return which of the numbers (places in ``equation.numbers``) are not there yet.

    The result is not among them: it is the last piece, and there or not as
    ``done.is_done`` says.
    """
    if done.terms is None:
        return frozenset()
    return frozenset(
        index
        for term in terms_of(equation)
        if term.indices.start >= done.terms
        for index in range(term.start, term.start + len(term.pieces))
    )


def _of_sum(trace: Trace, line: TraceLine, focus: Focus, done: int, total: int) -> Progress:
    if done >= total:
        return DONE
    if done <= 0:
        return Progress(is_done=False, terms=0)
    so_far = None if line.line.kind is LineKind.LOSS else _summed(trace, line, focus, done)
    return Progress(is_done=False, terms=done, so_far=so_far)


def _summed(trace: Trace, line: TraceLine, focus: Focus, done: int) -> float:
    """Add the first products of a sum."""
    first, weights = (trace.value(name, line.number - 1) for name in line.line.reads[:2])
    if line.line.kind is LineKind.AFFINE:
        sheet = weights[focus.piece] if weights.ndim == 3 else weights
        return float(first[focus.sample, :done] @ sheet[:done, focus.unit])
    # The terms of a maxout layer run through its pieces, one after the other.
    delta = np.atleast_3d(first.T).T[:, focus.sample].ravel()
    onwards = (weights if weights.ndim == 3 else weights[np.newaxis])[:, focus.unit].ravel()
    return float(delta[:done] @ onwards[:done])
