"""The buffers of a Program, allocated once.

Inside, activations are feature-major: a layer's buffer is (units + 1) x n with
a row of ones last, so that one product adds the bias and one product gives the
gradients of weights and bias together. Consecutive layers with the same
activation lie in one stack, so that all their local gradients take one call.
In a Program of N networks, n stands for N x n in all buffers of units: the axis
of networks comes next to last, so that every call finds whole blocks of memory.
"""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from nnviz.core.calls import FloatArray, FloatType
from nnviz.core.program import Batches
from nnviz.core.spec import LayerSpec, NetworkSpec


@dataclass(frozen=True, slots=True)
class LayerBuffers:
    """One layer's buffers; n is the batch size.

    Attributes
    ----------
    z, g
        Pre-activations and local gradients, (pieces x) k x n.
    a_ones
        Activations with the row of ones, (k + 1) x n.
    delta, grad
        dL/dz, shaped like z, and dL/da, k x n; empty without gradients. They
        are the same array where the local gradient is 1.
    """

    z: FloatArray
    g: FloatArray
    a_ones: FloatArray
    delta: FloatArray
    grad: FloatArray

    @property
    def a(self) -> FloatArray:
        """Activations, k x n."""
        return self.a_ones[:-1]

    @property
    def z_rows(self) -> FloatArray:
        """Pre-activations as the (pieces * k) x n result of one product."""
        return self.z.reshape(-1, *self.a_ones.shape[1:])

    @property
    def delta_rows(self) -> FloatArray:
        """dL/dz as (pieces * k) x n."""
        return self.delta.reshape(-1, *self.a_ones.shape[1:])


@dataclass(frozen=True, slots=True)
class Stack:
    """Consecutive layers with the same activation, one buffer below the other.

    Attributes
    ----------
    numbers
        The layers' numbers, from 1.
    layer
        One of their specifications, for activation and alpha.
    z, a, g
        The buffers of all of them at once.
    delta
        dL/dz of all of them, without rows between the layers.
    """

    numbers: tuple[int, ...]
    layer: LayerSpec
    z: FloatArray
    a: FloatArray
    g: FloatArray
    delta: FloatArray


def allocate_batches(
    spec: NetworkSpec, shape: tuple[int, ...], slots: int, dtype: FloatType, is_shared: bool
) -> Batches:
    """Allocate inputs, targets and losses of so many batches.

    ``shape`` is that of a batch, n or N x n. A shared batch is there once for all networks.
    """
    networks = shape[:-1]
    owners = (1,) * len(networks) if is_shared else networks
    return Batches(
        inputs=np.ones((slots, *owners, shape[-1], spec.input_size + 1), dtype=dtype),
        targets=np.zeros((slots, spec.output_size, *owners, shape[-1]), dtype=dtype),
        totals=np.zeros((slots, *networks), dtype=dtype),
        penalties=np.zeros((slots, *networks), dtype=dtype),
    )


def allocate_layers(
    spec: NetworkSpec, shape: tuple[int, ...], dtype: FloatType, with_gradients: bool
) -> tuple[tuple[LayerBuffers, ...], tuple[Stack, ...]]:
    """Allocate the buffers of all layers, and say which of them are stacked."""
    layers: list[LayerBuffers] = []
    stacks: list[Stack] = []
    numbered = enumerate(spec.layers, start=1)
    for _, group in groupby(numbered, key=_stack_key):
        members = tuple(group)
        numbers = tuple(number for number, _ in members)
        specs = tuple(layer for _, layer in members)
        allocate = _allocate_maxout if specs[0].activation == "maxout" else _allocate_stack
        buffers, z, a, g, delta = allocate(specs, shape, dtype, with_gradients)
        layers.extend(buffers)
        stacks.append(Stack(numbers, specs[0], z, a, g, delta))
    return tuple(layers), tuple(stacks)


def _stack_key(numbered: tuple[int, LayerSpec]) -> tuple[str, float, int]:
    number, layer = numbered
    # Maxout layers have pieces of their own and never share a stack.
    return (
        layer.activation,
        layer.resolved_alpha,
        number if layer.activation == "maxout" else 0,
    )


_Allocated = tuple[list[LayerBuffers], FloatArray, FloatArray, FloatArray, FloatArray]


def _allocate_stack(
    specs: tuple[LayerSpec, ...],
    shape: tuple[int, ...],
    dtype: FloatType,
    with_gradients: bool,
) -> _Allocated:
    rows = sum(layer.size + 1 for layer in specs)
    is_linear = specs[0].activation == "linear"
    a = np.ones((rows, *shape), dtype=dtype)
    z = a if is_linear else np.zeros((rows, *shape), dtype=dtype)
    g = np.ones((rows if with_gradients else 0, *shape), dtype=dtype)
    units = sum(layer.size for layer in specs) if with_gradients else 0
    deltas = np.zeros((units, *shape), dtype=dtype)
    buffers, start, first = [], 0, 0
    for layer in specs:
        stop, last = start + layer.size, first + layer.size
        delta = deltas[first:last]
        # Where the local gradient is 1, dL/da is dL/dz.
        grad = delta if is_linear else np.zeros_like(delta)
        buffers.append(LayerBuffers(z[start:stop], g[start:stop], a[start : stop + 1], delta, grad))
        start, first = stop + 1, last
    return buffers, z, a, g, deltas


def _allocate_maxout(
    specs: tuple[LayerSpec, ...],
    shape: tuple[int, ...],
    dtype: FloatType,
    with_gradients: bool,
) -> _Allocated:
    (layer,) = specs
    z = np.zeros((layer.pieces, layer.size, *shape), dtype=dtype)
    a = np.ones((layer.size + 1, *shape), dtype=dtype)
    g, delta = (np.zeros_like(z) if with_gradients else z[:0] for _ in range(2))
    grad = np.zeros((layer.size if with_gradients else 0, *shape), dtype=dtype)
    return [LayerBuffers(z, g, a, delta, grad)], z, a[:-1], g, delta
