"""Whether a network is in a state to learn: norms, dead and saturated units, layer by layer.

All functions are pure: they read flat vectors in the layout of a network, or
what a forward pass computed, and change nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.calls import FloatArray
from nnviz.core.layout import LayerBlock, ParameterLayout
from nnviz.core.network import ForwardPass
from nnviz.core.spec import LayerSpec, NetworkSpec

# A unit counts as saturated where f' is below this share of its greatest value: for
# tanh where |a| > 0.975, and as sigmoid(z) = (1 + tanh(z/2)) / 2, just so for sigmoid.
SATURATED_BELOW = 0.05


@dataclass(frozen=True, slots=True)
class LayerHealth:
    """The state of one layer.

    Attributes
    ----------
    gradient_norm
        Euclidean norm of the gradients of weights and biases together.
    parameter_norm, weight_norm
        Euclidean norm of weights and biases, and of the weights alone.
    update_ratio
        Norm of the last change of the weights by the norm that they had before.
    dead_fraction
        Share of units that no gradient passes in any sample.
    saturated_fraction
        Share of saturated (sample, unit) pairs; ``None`` where the activation
        does not saturate on both sides.
    """

    gradient_norm: float
    parameter_norm: float
    weight_norm: float
    update_ratio: float
    dead_fraction: float
    saturated_fraction: float | None


def network_health(
    spec: NetworkSpec,
    before: FloatArray,
    after: FloatArray,
    gradients: FloatArray,
    forward: ForwardPass,
) -> tuple[LayerHealth, ...]:
    """Return the state of every layer at one update.

    Parameters
    ----------
    spec
        The network.
    before, after, gradients
        Flat vectors: the parameters before and after the update, and the
        gradient that it used.
    forward
        A forward pass with the parameters before it.
    """
    layout = ParameterLayout(spec)
    columns = zip(
        layer_norms(layout, gradients),
        layer_norms(layout, before),
        weight_norms(layout, before),
        update_ratios(layout, before, after),
        dead_fractions(spec, forward),
        saturated_fractions(spec, forward),
        strict=True,
    )
    return tuple(LayerHealth(*column) for column in columns)


def layer_norms(layout: ParameterLayout, vector: FloatArray) -> tuple[float, ...]:
    """Return the Euclidean norm of each layer's part of a flat vector, biases included."""
    return _norms(layout, vector, LayerBlock.matrix)


def weight_norms(layout: ParameterLayout, vector: FloatArray) -> tuple[float, ...]:
    """Return the Euclidean norm of each layer's weights alone."""
    return _norms(layout, vector, LayerBlock.weights)


def update_ratios(
    layout: ParameterLayout, before: FloatArray, after: FloatArray
) -> tuple[float, ...]:
    """Return for each layer the norm of the change of its weights by their norm before it.

    About 1e-3 is a common rule of thumb (Karpathy, CS231n, "Ratio of
    weights:updates"): far below it a layer hardly learns, far above it jumps.
    Biases, which start at 0, are left out. Weights that were all 0 have no
    ratio: NaN.
    """
    changes = weight_norms(layout, after.astype(np.float64) - before.astype(np.float64))
    sizes = weight_norms(layout, before)
    return tuple(
        change / size if size else float("nan") for change, size in zip(changes, sizes, strict=True)
    )


def first_to_last_ratio(norms: tuple[float, ...]) -> float:
    """Return the first layer's gradient norm by the last one's.

    Far below 1 gradients vanish on their way back, far above 1 they explode
    (Bengio, Simard and Frasconi 1994; Glorot and Bengio 2010). NaN where the
    last layer has no gradient.
    """
    return norms[0] / norms[-1] if norms[-1] else float("nan")


def dead_fractions(spec: NetworkSpec, forward: ForwardPass) -> tuple[float, ...]:
    """Return for each layer the share of units whose local gradient is 0 in every sample.

    Such a unit passes no gradient on, so these samples cannot change its
    weights ("dying ReLU": Maas, Hannun and Ng 2013; Lu et al. 2020). A maxout
    unit always has a winning piece and never dies.
    """
    return tuple(
        len(units) / layer.size
        for units, layer in zip(dead_units(spec, forward), spec.layers, strict=True)
    )


def dead_units(spec: NetworkSpec, forward: ForwardPass) -> tuple[tuple[int, ...], ...]:
    """Return for each layer the units, from 0, whose local gradient is 0 in every sample."""
    return tuple(
        tuple(np.flatnonzero(np.all(_local_gradients(layer, z) == 0, axis=0)).tolist())
        for layer, z in zip(spec.layers, forward.pre_activations, strict=True)
    )


def saturated_fractions(spec: NetworkSpec, forward: ForwardPass) -> tuple[float | None, ...]:
    """Return for each layer the share of its n x k activations that are saturated.

    Saturated is an activation where f' is below ``SATURATED_BELOW`` times its
    greatest value, close to an asymptote (Glorot and Bengio 2010, "Understanding
    the difficulty of training deep feedforward neural networks"). ``None`` for
    activations that are not smooth between two asymptotes: only sigmoid and tanh are.
    """
    return tuple(
        _saturated_fraction(layer, z)
        for layer, z in zip(spec.layers, forward.pre_activations, strict=True)
    )


def _saturated_fraction(layer: LayerSpec, pre_activations: FloatArray) -> float | None:
    record = ACTIVATIONS[layer.activation]
    if not (np.all(np.isfinite(record.output_range)) and record.trainable):
        return None
    # Between two asymptotes the slope is greatest in the middle, at z = 0.
    _, greatest = evaluate(layer.activation, np.zeros(1), layer.resolved_alpha)
    local = np.abs(_local_gradients(layer, pre_activations))
    return float(np.mean(local < SATURATED_BELOW * greatest))


def _local_gradients(layer: LayerSpec, pre_activations: FloatArray) -> FloatArray:
    """Return g, n x k; of maxout that of the winning piece."""
    _, local = evaluate(layer.activation, pre_activations, layer.resolved_alpha)
    return local.max(axis=0) if ACTIVATIONS[layer.activation].has_pieces else local


def _norms(
    layout: ParameterLayout,
    vector: FloatArray,
    part: Callable[[LayerBlock, FloatArray], FloatArray],
) -> tuple[float, ...]:
    whole = vector.astype(np.float64)
    return tuple(float(np.linalg.norm(part(block, whole).reshape(-1))) for block in layout.blocks)
