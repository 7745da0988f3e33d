"""Which sample moves a weight: the gradient of a batch, taken apart into those of its samples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SampleGradients:
    """The gradients of each sample's own loss, for n samples and every weight and bias.

    The loss of a batch is the mean of its samples' losses, so its gradient is the mean of
    theirs; penalties belong to no sample and are left out. In a layer the gradient of
    sample i is the outer product of what came in and of its delta. It is never formed
    where only its length or its angle is wanted (Goodfellow 2015, "Efficient
    per-example gradient computations").

    Attributes
    ----------
    inputs
        What came into each layer, n x fan_in.
    deltas
        dL_i/dz of each layer, n x fan_out (maxout: pieces x n x fan_out), of the sample's
        own loss L_i.
    """

    inputs: tuple[Floats, ...]
    deltas: tuple[Floats, ...]

    @property
    def count(self) -> int:
        """Number of samples n."""
        return len(self.inputs[0])

    def of_weight(self, layer: int, source: int, target: int, piece: int = 0) -> Floats:
        """Return dL_i/dw of one weight for each sample; layers from 1, units from 0."""
        result: Floats = self.inputs[layer - 1][:, source] * self._delta(layer, piece)[:, target]
        return result

    def of_bias(self, layer: int, target: int, piece: int = 0) -> Floats:
        """Return dL_i/db of one bias for each sample."""
        result: Floats = self._delta(layer, piece)[:, target]
        return result

    def norms(self, layer: int | None = None) -> Floats:
        """Return the length of each sample's gradient, of a layer or of all parameters."""
        layers = self._layers(layer)
        squares = [self._squared_inputs(number) * self._squared_deltas(number) for number in layers]
        result: Floats = np.sqrt(np.sum(squares, axis=0))
        return result

    def mean_norm(self, layer: int | None = None) -> float:
        """Return the length of the mean of the samples' gradients."""
        parts = (part for number in self._layers(layer) for part in self._mean(number))
        return float(np.sqrt(sum(float(np.square(part).sum()) for part in parts)))

    def cosines(self, layer: int | None = None) -> Floats:
        """Return the cosine of the angle between each sample's gradient and their mean.

        1 pulls just as the batch does, 0 has nothing to do with it, below 0 a sample
        pulls against it. NaN where one of the two is 0.
        """
        dots = np.sum([self._dots(number) for number in self._layers(layer)], axis=0)
        lengths = self.norms(layer) * self.mean_norm(layer)
        with np.errstate(divide="ignore", invalid="ignore"):
            result: Floats = np.clip(np.where(lengths > 0, dots / lengths, np.nan), -1.0, 1.0)
        return result

    def _layers(self, layer: int | None) -> Sequence[int]:
        return range(1, len(self.deltas) + 1) if layer is None else (layer,)

    def _delta(self, layer: int, piece: int) -> Floats:
        delta = self.deltas[layer - 1]
        return delta[piece] if delta.ndim == 3 else delta

    def _flat_delta(self, layer: int) -> Floats:
        """Return n x (pieces * fan_out)."""
        delta = self.deltas[layer - 1]
        return np.concatenate(tuple(delta), axis=1) if delta.ndim == 3 else delta

    def _squared_inputs(self, layer: int) -> Floats:
        # The bias is a weight from a unit that is always 1.
        result: Floats = 1.0 + np.square(self.inputs[layer - 1]).sum(axis=1)
        return result

    def _squared_deltas(self, layer: int) -> Floats:
        result: Floats = np.square(self._flat_delta(layer)).sum(axis=1)
        return result

    def _mean(self, layer: int) -> tuple[Floats, Floats]:
        """Return the mean gradients of weights and biases."""
        delta = self._flat_delta(layer) / self.count
        return self.inputs[layer - 1].T @ delta, delta.sum(axis=0)

    def _dots(self, layer: int) -> Floats:
        weights, biases = self._mean(layer)
        delta = self._flat_delta(layer)
        result: Floats = np.sum((self.inputs[layer - 1] @ weights + biases) * delta, axis=1)
        return result


def sample_gradients(
    inputs: FloatArray, activations: Sequence[FloatArray], deltas: Sequence[FloatArray]
) -> SampleGradients:
    """Return the gradients of n samples from one forward and one backward pass.

    Parameters
    ----------
    inputs
        n x d.
    activations
        a of each layer, n x units.
    deltas
        dL/dz of each layer as :class:`~nnviz.core.network.BackwardPass` has them: of the
        mean loss, so each holds a share of 1/n of its sample's own.
    """
    below = (inputs, *activations[:-1])
    count = len(inputs)
    return SampleGradients(
        tuple(array.astype(np.float64) for array in below),
        tuple(delta.astype(np.float64) * count for delta in deltas),
    )
