"""Where one answer gives way to another: the lines of the decision view."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QPainterPath

from nnviz.gui.output_map import OutputMap

Floats = NDArray[np.float64]


# The nearest that float32 comes to 1 is 6e-8 below it.
_SATURATED = 1 - 1e-7


def boundary(outputs: OutputMap, is_classification: bool) -> QPainterPath:
    """Return the line where a signed map crosses zero, over the unit square, y upwards.

    Means of 2 x 2 cells take a quarter of the work and smooth the line.

    Parameters
    ----------
    outputs
        The map.
    is_classification
        Whether its values level off towards -1 and +1. The difference of two
        probabilities is tanh of half the difference of their logits, so that
        arctanh gives numbers that are nearly linear from cell to cell.
    """
    value = outputs.value
    # Extrapolation to the edge must not invent a line that no cell knows of.
    if outputs.kind != "signed" or not value.min() <= 0 <= value.max():
        return QPainterPath()
    if is_classification:
        value = np.arctanh(np.clip(value, -_SATURATED, _SATURATED))
    half = value.shape[0] // 2
    means = value.reshape(half, 2, half, 2).mean(axis=(1, 3))
    return class_lines(np.stack((np.zeros_like(means), means), axis=2))


def class_lines(scores: Floats) -> QPainterPath:
    """Return the lines between the classes, over the unit square, y upwards.

    Parameters
    ----------
    scores
        cells x cells x classes at the centres of cells, ``[row upwards, column]``;
        the greatest of a cell wins.

    Returns
    -------
    QPainterPath
        Short straight lines; none if a score is not finite. They reach the edges
        of the square, and up to half a cell beyond them.

    Notes
    -----
    Every square between four centres is two triangles. Within a triangle the
    scores are taken to be linear, so that the line between two classes is
    straight; where three classes meet, their lines meet in one point.
    """
    if not np.isfinite(scores).all():
        return QPainterPath()
    cells = len(scores)
    padded = _with_margin(scores).reshape(-1, scores.shape[2])
    winners = padded.argmax(axis=1)
    corners = _triangles(cells + 2)
    won = winners[corners]
    mixed = (won[:, 0] != won[:, 1]) | (won[:, 1] != won[:, 2])
    corners, won = corners[mixed], won[mixed]
    # Row and column of each corner; the first centre is half a cell from the edge.
    places = (np.stack(np.divmod(corners, cells + 2), axis=2) - 0.5) / cells
    crossings = _crossings(padded, corners, won, places)
    starts, ends = _segments(crossings, won)
    points = np.stack((starts, ends), axis=1).reshape(-1, 2)
    path: QPainterPath = pg.arrayToQPath(points[:, 1], points[:, 0], connect="pairs")
    return path


def _with_margin(scores: Floats) -> Floats:
    """Continue the scores by one cell on every side, in a straight line."""
    for axis in (0, 1):
        first, second, last_but_one, last = (
            np.take(scores, [index], axis=axis) for index in (0, 1, -2, -1)
        )
        scores = np.concatenate((2 * first - second, scores, 2 * last - last_but_one), axis=axis)
    return scores


def _triangles(side: int) -> NDArray[np.intp]:
    """Return the corners, numbered row by row, of both triangles of every square."""
    number = np.arange(side * side).reshape(side, side)
    here, right = number[:-1, :-1], number[:-1, 1:]
    above, across = number[1:, :-1], number[1:, 1:]
    both = np.stack(((here, right, across), (here, across, above)))
    return both.transpose(0, 2, 3, 1).reshape(-1, 3)


def _crossings(
    scores: Floats, corners: NDArray[np.intp], won: NDArray[np.intp], places: Floats
) -> Floats:
    """Return where each side's two winners are equal, triangles x 3 x 2.

    Side k lies opposite corner k. Sides that one class wins hold no useful number.
    """
    starts, ends = [1, 2, 0], [2, 0, 1]
    first, second = won[:, starts], won[:, ends]
    lead_at_start = scores[corners[:, starts], first] - scores[corners[:, starts], second]
    lead_at_end = scores[corners[:, ends], second] - scores[corners[:, ends], first]
    total = lead_at_start + lead_at_end
    share = np.divide(lead_at_start, total, out=np.full_like(total, 0.5), where=total > 0)
    along = places[:, ends] - places[:, starts]
    return np.asarray(places[:, starts] + share[:, :, np.newaxis] * along)


def _segments(crossings: Floats, won: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Join the crossings of two classes, and those of three with their middle."""
    starts, ends = [], []
    whole = np.stack([won[:, (k + 1) % 3] == won[:, (k + 2) % 3] for k in range(3)], axis=1)
    three = ~whole.any(axis=1)
    middle = crossings[three].mean(axis=1)
    for k in range(3):
        two = whole[:, k]
        starts += [crossings[two, (k + 1) % 3], crossings[three, k]]
        ends += [crossings[two, (k + 2) % 3], middle]
    return np.concatenate(starts), np.concatenate(ends)
