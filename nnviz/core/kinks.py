"""Whether a small step of one parameter takes a network across a kink."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray, run
from nnviz.core.program import Program
from nnviz.core.regularizers import REGULARIZERS

# A gradient that turns by more than this share of its change is no smooth one.
_TURN = 0.1
# Turns below this share of the step are the curvature of smooth functions.
_CURVATURE = 1e-3


def crosses_kink(
    program: Program, parameters: FloatArray, index: int, start: float, stop: float
) -> bool:
    """Return whether a kink lies between two moves of one parameter, or at an end.

    A unit changes the piece of its activation (the winner of a maxout), or the
    gradient of the loss or of a penalty turns sharply.

    Parameters
    ----------
    program
        With loss and gradients, its batch loaded; its buffers are overwritten.
    parameters
        The Program's flat vector; changed and put back.
    index
        Which parameter.
    start, stop
        The two moves, added to the parameter's value.
    """
    value, penalties = parameters[index], []

    def move(by: float) -> None:
        parameters[index] = value + by
        program.run()
        penalties.append(_penalty_gradient(program, parameters, index))

    has_kink = lies_between(program, move, start, stop)
    parameters[index] = value
    return has_kink or _turns(penalties, abs(stop - start) / 2)


def lies_between(
    program: Program, move: Callable[[float], None], start: float, stop: float
) -> bool:
    """Return whether activations or loss have a kink between two moves of something.

    Parameters
    ----------
    program
        With loss and gradients.
    move
        Runs the Program with what is looked at moved by so much.
    start, stop
        The two moves.
    """
    pieces, losses = [], []
    for by in (start, (start + stop) / 2, stop):
        move(by)
        pieces.append(_pieces(program))
        losses.append(program.read(f"da{len(program.spec.layers)}").copy())
    first, *others = pieces
    has_changed = any(
        not np.array_equal(one, same)
        for other in others
        for one, same in zip(first, other, strict=True)
    )
    return has_changed or _turns(losses, abs(stop - start) / 2)


def _pieces(program: Program) -> list[NDArray[np.generic]]:
    """Return on which piece of its activation every unit is, where there are pieces."""
    pieces: list[NDArray[np.generic]] = []
    for number, layer in enumerate(program.spec.layers, start=1):
        record, z = ACTIVATIONS[layer.activation], program.read(f"z{number}")
        if record.has_pieces:
            pieces.append(z == z.max(axis=0))
        elif record.kink:
            pieces.append(np.sign(z))
    return pieces


def _penalty_gradient(program: Program, parameters: FloatArray, index: int) -> FloatArray:
    one = parameters[index : index + 1]
    weight = program.layout.weight_mask()[index : index + 1]
    gradient, total = np.zeros_like(one), np.zeros((), dtype=one.dtype)
    for name, record in REGULARIZERS.items():
        bound = record.bind(weight * getattr(program.spec, name), one, gradient, total)
        run(bound.value + bound.gradient)
    return gradient


def _turns(gradients: list[FloatArray], step: float) -> bool:
    """Return whether any entry changes otherwise in the second half than in the first."""
    low, middle, high = gradients
    turn = np.abs(low - 2 * middle + high)
    change = np.abs(high - middle) + np.abs(middle - low)
    largest = max(float(np.abs(gradient).max(initial=0.0)) for gradient in gradients)
    return bool(np.any((turn > _TURN * change) & (turn > _CURVATURE * step * largest)))
