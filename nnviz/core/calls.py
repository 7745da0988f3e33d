"""Calls: functions already bound to their buffers, the atoms of a Program.

Programs of one network and of a whole set of them (``network_stack``) are laid out by the
same code. A set adds an axis to every array, and the helpers here know where it is:

=====================  ===========  =================================
array                  one network  N networks
=====================  ===========  =================================
parameters, gradients  P            N x P
layer matrices         rows x cols  N x rows x cols
unit buffers           units x n    units x N x n
totals                 0-d          N
=====================  ===========  =================================
"""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Call: TypeAlias = Callable[[], object]
FloatArray: TypeAlias = NDArray[np.floating]
FloatType: TypeAlias = "np.dtype[np.floating]"

_SHORT = 256


def scalar(value: float, like: FloatArray) -> FloatArray:
    """Return the value as a 0-d array of the other array's type.

    NumPy converts a Python float anew in every call, which takes longer than
    the arithmetic on a small buffer (ENGINE measurements: 577 against 247 ns).
    """
    return np.array(value, dtype=like.dtype)


def one_each(vectors: FloatArray, value: float) -> FloatArray:
    """Return one number for each flat vector, to compute with them: 0-d, or N x 1 (or N x P)."""
    if vectors.ndim == 1:
        return scalar(value, vectors)
    # NumPy spreads a number over a short row in four times what reading a row takes.
    length = vectors.shape[1]
    return np.full((len(vectors), length if length <= _SHORT else 1), value, vectors.dtype)


def by_network(buffer: FloatArray) -> FloatArray:
    """Return the view of units x N x n as N x units x n; units x n of one network stays."""
    return buffer if buffer.ndim == 2 else buffer.swapaxes(0, 1)


def transposed(matrix: FloatArray) -> FloatArray:
    """Return the transposed view of a matrix, or of each of N."""
    return matrix.swapaxes(-1, -2)


def product(left: FloatArray, right: FloatArray, out: FloatArray) -> Call:
    """Return the call that writes a product of matrices, or of each pair of N."""
    # A bound dot takes two thirds of matmul's time, but only matmul loops over N.
    if out.ndim == 2:
        return partial(left.dot, right, out)
    if left.shape[-1] == 1:
        # Columns times rows: matmul has no fast way for them and takes up to seven times as long.
        return partial(np.multiply, by_network(left), by_network(right), by_network(out))
    return partial(np.matmul, left, right, out)


def inner(left: FloatArray, right: FloatArray, totals: FloatArray) -> tuple[Call, ...]:
    """Return the calls that write the sum of all products, one total for each network.

    Both are flat vectors, or both unit buffers; with N networks the right one may lack axes
    as long as NumPy broadcasts it.
    """
    if totals.ndim == 0:
        return (partial(left.reshape(-1).dot, right.reshape(-1), totals),)
    if left.ndim == 2:
        return (partial(np.vecdot, left, right, totals),)
    if len(left) == 1:
        return (partial(np.vecdot, left[0], right[0], totals),)
    parts = np.empty(left.shape[:-1], dtype=left.dtype)
    return (partial(np.vecdot, left, right, parts), partial(np.add.reduce, parts, 0, None, totals))


def run(calls: tuple[Call, ...]) -> None:
    """Make the calls, in order."""
    for call in calls:
        call()


def fill(buffer: FloatArray, value: float) -> Call:
    """Return the call that writes one value everywhere."""
    return partial(np.copyto, buffer, scalar(value, buffer))
