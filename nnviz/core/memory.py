"""Flat vectors that begin where a cache line does.

NumPy aligns arrays to 16 bytes. Calls over a whole vector load 64 bytes at a time, and
loads that straddle two cache lines make them a quarter to a third slower. Buffers of
single layers gain nothing: their calls are short, and products pack what they read.
"""

from math import prod

import numpy as np

from nnviz.core.calls import FloatArray, FloatType

_LINE = 64


def aligned_zeros(shape: int | tuple[int, ...], dtype: FloatType) -> FloatArray:
    """Return zeros whose first byte begins a cache line."""
    sizes = (shape,) if isinstance(shape, int) else shape
    nbytes = prod(sizes) * dtype.itemsize
    memory = np.zeros(nbytes + _LINE, dtype=np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + nbytes].view(dtype).reshape(sizes)


def aligned_zeros_like(array: FloatArray) -> FloatArray:
    """Return aligned zeros of the shape and type of the array."""
    return aligned_zeros(array.shape, array.dtype)


def aligned_copy(array: FloatArray, dtype: FloatType) -> FloatArray:
    """Return an aligned copy in this type."""
    copy = aligned_zeros(array.shape, dtype)
    copy[...] = array
    return copy
