"""The public names of a Program's buffers, in the shapes of the lecture.

======  ==========================================================
name    meaning and shape (rows are samples; l is the layer number)
======  ==========================================================
x, t    inputs n x d and targets n x k of the batch
Wl, bl  weights fan_in x fan_out and biases fan_out
zl, al  pre-activations and activations, n x k
gl      local gradients da/dz, n x k
p       predictions, n x k
L, R    the raw loss, and the penalty (``Program.losses`` puts them together)
d...    gradient of the mean loss by the quantity named
======  ==========================================================

Maxout puts an axis of pieces before W, b, z and g. In a Program of N networks
everything has an axis of them in front, of length 1 where they share a batch.
"""

import numpy as np

from nnviz.core.buffers import LayerBuffers
from nnviz.core.calls import FloatArray, transposed
from nnviz.core.layout import ParameterLayout
from nnviz.core.program import Batches


def public_views(
    layout: ParameterLayout,
    parameters: FloatArray,
    gradients: FloatArray,
    batches: Batches,
    layers: tuple[LayerBuffers, ...],
    predictions: FloatArray,
    input_grad: FloatArray,
) -> dict[str, tuple[FloatArray, ...]]:
    """Return each buffer by name, once or once per slot."""
    slots, is_set = range(len(batches.totals)), parameters.ndim > 1
    views: dict[str, tuple[FloatArray, ...]] = {
        "x": tuple(batch[..., :-1] for batch in batches.inputs),
        "t": tuple(samples_first(batch, is_set) for batch in batches.targets),
        "L": tuple(batches.totals[slot, ...] for slot in slots),
        "p": (samples_first(predictions, is_set),),
        "R": tuple(batches.penalties[slot, ...] for slot in slots),
    }
    _add_parameters(views, "", layout, parameters)
    if gradients.size:
        _add_parameters(views, "d", layout, gradients)
    for number, layer in enumerate(layers, start=1):
        views[f"z{number}"] = (samples_first(layer.z, is_set),)
        views[f"a{number}"] = (samples_first(layer.a, is_set),)
        if layer.g.size:
            views[f"g{number}"] = (samples_first(layer.g, is_set),)
            views[f"dz{number}"] = (samples_first(layer.delta, is_set),)
            views[f"da{number}"] = (samples_first(layer.grad, is_set),)
    if input_grad.size:
        views["dx"] = (samples_first(input_grad, is_set),)
    return views


def samples_first(buffer: FloatArray, is_set: bool) -> FloatArray:
    """Return the view whose rows are samples (after axes of networks and of pieces)."""
    return transposed(np.moveaxis(buffer, -2, 0) if is_set else buffer)


def _add_parameters(
    views: dict[str, tuple[FloatArray, ...]],
    prefix: str,
    layout: ParameterLayout,
    vector: FloatArray,
) -> None:
    for number, block in enumerate(layout.blocks, start=1):
        views[f"{prefix}W{number}"] = (block.weights(vector),)
        views[f"{prefix}b{number}"] = (block.biases(vector),)
