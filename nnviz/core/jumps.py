"""Where an activation or its derivative jumps, and which of the values is taken there.

Nothing here states a convention a second time: limits and values come from
evaluating the functions of the table.
"""

from dataclasses import dataclass

import numpy as np

from nnviz.core.activations import evaluate
from nnviz.core.calls import FloatArray

# The least number above 0: what is left and right of a kink at 0, and nothing between.
_BESIDE = float(np.nextafter(0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Jump:
    """One place where a curve jumps.

    Attributes
    ----------
    at
        Where, on the horizontal axis.
    left, right
        The limits from both sides.
    taken
        The value there; mostly one of the two.
    """

    at: float
    left: float
    taken: float
    right: float

    @property
    def untaken(self) -> tuple[float, ...]:
        """The limits that are not the value there."""
        return tuple(limit for limit in (self.left, self.right) if limit != self.taken)


def jumps_of(name: str, alpha: float | None = None) -> tuple[tuple[Jump, ...], tuple[Jump, ...]]:
    """Return the jumps of an activation without pieces, and those of its derivative.

    All functions of the table that have kinks have them at 0.

    Parameters
    ----------
    name
        Key of ``ACTIVATIONS``.
    alpha
        ``None`` takes the table's default.
    """
    curves = evaluate(name, np.array([-_BESIDE, 0.0, _BESIDE]), alpha)
    function, derivative = (Jump(0.0, *(float(value) for value in curve)) for curve in curves)
    # f = z is 0 at 0 and 5e-324 beside it: no jump, but the next number.
    return _if_jump(function), _if_jump(derivative)


def jumps_of_maxout(intercepts: FloatArray, slopes: FloatArray) -> tuple[Jump, ...]:
    """Return where the slope of the greatest of some straight lines jumps, from left to right.

    Parameters
    ----------
    intercepts, slopes
        One of each per piece.
    """
    if not (np.isfinite(intercepts).all() and np.isfinite(slopes).all()):
        return ()
    jumps = {}
    for place in _crossings(intercepts, slopes):
        heights = intercepts + slopes * place
        slack = 1e-9 * max(1.0, float(np.abs(intercepts).max()), float(np.abs(heights).max()))
        tied = slopes[heights >= heights.max() - slack]
        _, shares = evaluate("maxout", np.zeros((len(tied), 1)))
        left, right = float(tied.min()), float(tied.max())
        if left != right:
            # The greatest of straight lines bends upwards only: each bend comes once.
            jumps[left, right] = Jump(place, left, float(tied @ shares[:, 0]), right)
    return tuple(sorted(jumps.values(), key=lambda jump: jump.at))


def _crossings(intercepts: FloatArray, slopes: FloatArray) -> list[float]:
    first, second = np.triu_indices(len(slopes), 1)
    is_crossing = slopes[first] != slopes[second]
    first, second = first[is_crossing], second[is_crossing]
    places = (intercepts[first] - intercepts[second]) / (slopes[second] - slopes[first])
    return [float(place) for place in places]


def _if_jump(jump: Jump) -> tuple[Jump, ...]:
    least = 1e-9 * max(1.0, abs(jump.taken))
    return (jump,) if any(abs(limit - jump.taken) > least for limit in jump.untaken) else ()
