"""Numbers as coloured pixels: the diverging map of a matrix, and its small form."""

import numpy as np
from numpy.typing import NDArray

from nnviz.gui.theme import Theme, diverging_lut

Floats = NDArray[np.float64]


def colours_of(values: Floats, theme: Theme) -> NDArray[np.uint32]:
    """Return ``0xffRRGGBB`` per number; the largest size of all has the full colour.

    A number that is not finite has no colour of its own: it gets the middle one.
    """
    sizes = np.abs(values[np.isfinite(values)])
    largest = float(sizes.max(initial=0.0)) or 1.0
    shares = np.nan_to_num(values / largest, nan=0.0, posinf=0.0, neginf=0.0)
    levels = np.rint((shares + 1) * 127.5).astype(np.intp)
    return np.ascontiguousarray(diverging_lut(theme)[np.clip(levels, 0, 255)])


def strongest(values: Floats, most_rows: int, most_columns: int) -> Floats:
    """Return a matrix of at most so many rows and columns, for an image of that size.

    Each entry is the one of its block that is farthest from 0, with its sign: where
    a pixel has to stand for several weights, none that matters is dropped.
    """
    return _along(_along(values, most_rows, 0), most_columns, 1)


def _along(values: Floats, most: int, axis: int) -> Floats:
    count = values.shape[axis]
    if count <= max(1, most):
        return values
    starts = np.arange(max(1, most)) * count // max(1, most)
    high = np.fmax.reduceat(values, starts, axis=axis)
    low = np.fmin.reduceat(values, starts, axis=axis)
    result: Floats = np.where(high >= -low, high, low)
    return result
