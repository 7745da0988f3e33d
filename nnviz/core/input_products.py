"""The two products of the first layer: with the inputs of a batch, for one network or for N.

Where N networks share a batch, their small weight matrices, side by side, make a single
product of it: one call for the BLAS in place of N, which take longer to begin than to do.
"""

from functools import partial

import numpy as np

from nnviz.core.calls import Call, FloatArray, by_network, product, transposed

# With more weights than these, putting matrices side by side takes longer than it saves.
_MOST_WEIGHTS = 160


def products_with_inputs(
    inputs: FloatArray, matrix: FloatArray, out: FloatArray
) -> tuple[Call, ...]:
    """Return the calls that write z = (x W)^T of a batch.

    Parameters
    ----------
    inputs
        The batch with its column of ones: n x rows, or N x n x rows, or 1 x n x rows if
        N networks share it.
    matrix
        Weights with biases: rows x columns, or N of them.
    out
        columns x n, or columns x N x n.
    """
    if not _is_wide(inputs, matrix):
        return (product(transposed(matrix), transposed(inputs), by_network(out)),)
    wide = _wide(matrix)
    return (
        partial(np.copyto, wide, matrix.transpose(1, 2, 0)),
        partial(_flat(wide).T.dot, inputs[0].T, out.reshape(-1, out.shape[-1])),
    )


def gradients_from_inputs(
    inputs: FloatArray, delta: FloatArray, out: FloatArray
) -> tuple[Call, ...]:
    """Return the calls that write dL/dW = x^T dL/dz of a batch.

    Parameters
    ----------
    inputs
        As above.
    delta
        dL/dz, shaped like z above.
    out
        Shaped like the matrix above.
    """
    if not _is_wide(inputs, out):
        return (product(transposed(inputs), transposed(by_network(delta)), out),)
    wide = _wide(out)
    return (
        partial(inputs[0].T.dot, delta.reshape(-1, delta.shape[-1]).T, _flat(wide)),
        partial(np.copyto, out, wide.transpose(2, 0, 1)),
    )


def _is_wide(inputs: FloatArray, matrix: FloatArray) -> bool:
    is_shared = matrix.ndim == 3 and len(inputs) == 1 < len(matrix)
    return is_shared and matrix[0].size <= _MOST_WEIGHTS


def _wide(matrix: FloatArray) -> FloatArray:
    count, rows, columns = matrix.shape
    return np.empty((rows, columns, count), dtype=matrix.dtype)


def _flat(wide: FloatArray) -> FloatArray:
    return wide.reshape(len(wide), -1)
