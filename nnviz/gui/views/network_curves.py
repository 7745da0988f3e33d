"""The curve of an edge: a horizontal cubic, as numbers, and which one is near a point.

All edges between two layers begin at one x and end at one x, so a single curve
parameter t belongs to each x in between, for all of them at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEGMENTS = 14
PICK_DISTANCE = 5.0
STRONG_BONUS = 2.5


@dataclass(frozen=True, slots=True)
class Span:
    """The space between two layers.

    Attributes
    ----------
    start, end
        x where the edges begin and end.
    is_straight
        Whether the edges are straight lines.
    """

    start: float
    end: float
    is_straight: bool = False

    def blend(self, x: float) -> tuple[float, float]:
        """Return how far an edge has come from its first to its last height, and d/dx of it."""
        length = self.end - self.start
        along = min(max((x - self.start) / length, 0.0), 1.0)
        if self.is_straight:
            return along, 1.0 / length
        t = parameter_at(along)
        rise = 6.0 * t * (1.0 - t)
        run = length * (1.5 - 3.0 * t + 3.0 * t * t)
        return t * t * (3.0 - 2.0 * t), rise / run


def parameter_at(along: float) -> float:
    """Return the t at which the curve is at this share (0 to 1) of its width.

    The handles stand half-way, so x(t) = 1.5 t - 1.5 t^2 + t^3, which only rises:
    Newton's method from the middle finds t.
    """
    t = along
    for _ in range(8):
        value = t * (1.5 + t * (t - 1.5))
        t -= (value - along) / (1.5 - 3.0 * t + 3.0 * t * t)
    return min(max(t, 0.0), 1.0)


def flattened(segments: int = SEGMENTS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shares of the width and of the height at the corners of the flattened curve."""
    t = np.linspace(0.0, 1.0, segments + 1)
    return t * (1.5 + t * (t - 1.5)), t * t * (3.0 - 2.0 * t)


def nearest_edge(
    point: tuple[float, float],
    span: Span,
    heights: tuple[NDArray[np.float64], NDArray[np.float64]],
    strengths: NDArray[np.float64],
    widths: NDArray[np.float64],
) -> int | None:
    """Return the position of the edge near a point, or ``None``; strong ones go first.

    Parameters
    ----------
    point
        x and y.
    span
        Where the edges run.
    heights
        y of the beginning and of the end of each edge.
    strengths
        0 to 1; an edge of strength 1 wins over a weak one that is 2.5 px nearer.
    widths
        Width of each edge in px; what is drawn counts as near.
    """
    x, y = point
    if not span.start <= x <= span.end or len(strengths) == 0:
        return None
    share, slope = span.blend(x)
    begin, end = heights
    drop = end - begin
    distances = np.abs(begin + drop * share - y) / np.hypot(1.0, drop * slope) - widths / 2
    scores = np.where(distances <= PICK_DISTANCE, distances - STRONG_BONUS * strengths, np.inf)
    best = int(np.argmin(scores))
    return best if np.isfinite(scores[best]) else None
