"""ParameterLayout: where each weight and bias lies in the flat vector.

A layer's block is its weight matrix, fan_in x fan_out, with the biases as one
more row (maxout: one column per piece and unit). Inputs carry a one for that
row, so that a single product adds the bias: the lecture's bias trick.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.memory import aligned_copy
from nnviz.core.spec import NetworkSpec


@dataclass(frozen=True, slots=True)
class LayerBlock:
    """One layer's part of the flat vector; given N x P, views have a leading axis of N.

    Attributes
    ----------
    start, stop
        The slice of the flat vector.
    fan_in, fan_out, pieces
        Inputs, units, and pre-activations per unit.
    has_pieces
        Whether the public views have a leading axis of pieces.
    """

    start: int
    stop: int
    fan_in: int
    fan_out: int
    pieces: int
    has_pieces: bool

    def matrix(self, vector: FloatArray) -> FloatArray:
        """Return the view (fan_in + 1) x (pieces * fan_out), biases last."""
        shape = (*vector.shape[:-1], self.fan_in + 1, self.pieces * self.fan_out)
        return vector[..., self.start : self.stop].reshape(shape)

    def weights(self, vector: FloatArray) -> FloatArray:
        """Return the view fan_in x fan_out (maxout: pieces x fan_in x fan_out)."""
        rows: FloatArray = self.matrix(vector)[..., :-1, :]
        if not self.has_pieces:
            return rows
        return rows.reshape(*rows.shape[:-1], self.pieces, self.fan_out).swapaxes(-2, -3)

    def biases(self, vector: FloatArray) -> FloatArray:
        """Return the view of fan_out biases (maxout: pieces x fan_out)."""
        row: FloatArray = self.matrix(vector)[..., -1, :]
        return row.reshape(*row.shape[:-1], self.pieces, self.fan_out) if self.has_pieces else row


class ParameterLayout:
    """The layout of one network's flat parameter and gradient vectors.

    Attributes
    ----------
    blocks
        One per layer, in order.
    size
        Length of the vectors.
    """

    def __init__(self, spec: NetworkSpec) -> None:
        blocks, start, fan_in = [], 0, spec.input_size
        for layer in spec.layers:
            stop = start + layer.piece_count * layer.size * (fan_in + 1)
            has_pieces = layer.activation == "maxout"
            blocks.append(
                LayerBlock(start, stop, fan_in, layer.size, layer.piece_count, has_pieces)
            )
            start, fan_in = stop, layer.size
        self.blocks = tuple(blocks)
        self.size = start

    def views(self, vector: FloatArray) -> "ParameterViews":
        """Return the weights and biases of every layer as views of the vector."""
        return ParameterViews(self, vector)

    def weight_mask(self) -> FloatArray:
        """Return a vector with 1 where a weight is and 0 where a bias is."""
        mask = np.zeros(self.size)
        for weights in self.views(mask).weights:
            weights[...] = 1.0
        return mask

    def initial_vector(self, spec: NetworkSpec, seed: int, dtype: str) -> FloatArray:
        """Draw the starting weights, or take the spec's own; biases have its value for them.

        Weights are drawn layer by layer in float64 and rounded afterwards, so a
        seed gives the same start at either precision.
        """
        if spec.start is not None:
            return aligned_copy(np.array(spec.start), np.dtype(dtype))
        generator = np.random.default_rng(seed)
        draw = INITIALIZERS[spec.initializer].draw
        vector = np.zeros(self.size)
        for block in self.blocks:
            block.biases(vector)[...] = spec.initial_bias
            weights = block.weights(vector)
            weights[...] = draw(
                generator,
                weights.shape,
                block.fan_in,
                block.fan_out,
                spec.initializer_std,
            )
        return aligned_copy(vector, np.dtype(dtype))


class ParameterViews:
    """Weights and biases of every layer, as views of one flat vector.

    Attributes
    ----------
    vector
        The flat vector.
    weights, biases
        One view per layer, in the shapes of the lecture.
    """

    def __init__(self, layout: ParameterLayout, vector: FloatArray) -> None:
        self.vector = vector
        self.weights = _each(layout, vector, LayerBlock.weights)
        self.biases = _each(layout, vector, LayerBlock.biases)


def _each(
    layout: ParameterLayout,
    vector: FloatArray,
    view: Callable[[LayerBlock, FloatArray], FloatArray],
) -> tuple[FloatArray, ...]:
    return tuple(view(block, vector) for block in layout.blocks)
