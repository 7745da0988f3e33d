"""What signals and gradients should do on their way, carried from layer to layer.

With independent weights of mean 0 a pre-activation is the sum of many small terms, so it is
about normal, with

    Var(z) = fan_in Var(w) E[a^2],

where a is what comes from the layer below, and on the way back

    E[(dL/da below)^2] = fan_out Var(w) E[f'(z)^2] E[(dL/da)^2].

The expectations of f are sums over a fine grid of z, with the f that trains.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.special import erfc

Floats = NDArray[np.float64]

# u = finest * sinh(t): points lie as close as that about 0, where activations bend, and the
# kink of a ReLU is one of them.
_FINEST, _REACH, _POINTS = 1e-5, 9.0, 4001


@dataclass(frozen=True, slots=True)
class Prediction:
    """What theory expects, an entry for the inputs (0) and one for each layer.

    Attributes
    ----------
    std, rms
        Of the activations.
    gradient_rms
        Of dL/da; about its standard deviation too, since its mean is about 0.
    """

    std: Floats
    rms: Floats
    gradient_rms: Floats


def prediction_problem(spec: NetworkSpec) -> str | None:
    """Return why theory predicts nothing for this way to start, or ``None``."""
    if spec.start is not None:
        return "the weights were typed in, so there is no variance to predict from"
    if spec.initializer == "constant":
        return "constant weights are no random draw: their terms add up instead of averaging out"
    return None


def predict(
    spec: NetworkSpec, input_std: float, input_rms: float, gradient_rms: float
) -> Prediction | None:
    """Return what the layers should do, or ``None`` where theory says nothing.

    Parameters
    ----------
    spec
        The network and how it starts.
    input_std, input_rms
        Of what is sent in.
    gradient_rms
        Root mean square of dL/da of the output layer.
    """
    if prediction_problem(spec) is not None:
        return None
    variances = weight_variances(spec)
    stds, rmss, slopes = [input_std], [input_rms], []
    with np.errstate(all="ignore"):
        for layer, fan_in, variance in zip(spec.layers, spec.layer_sizes, variances, strict=False):
            spread = sqrt(fan_in * variance) * rmss[-1]
            std, rms, slope = _moments(layer, spec.initial_bias, spread)
            stds.append(std)
            rmss.append(rms)
            slopes.append(slope)
    gradients = [gradient_rms]
    for layer, slope, variance in reversed(list(zip(spec.layers, slopes, variances, strict=True))):
        gradients.append(sqrt(layer.size * variance) * slope * gradients[-1])
    return Prediction(np.array(stds), np.array(rmss), np.array(gradients[::-1]))


def weight_variances(spec: NetworkSpec) -> tuple[float, ...]:
    """Return the variance that each layer's weights start with."""
    variance = INITIALIZERS[spec.initializer].variance
    return tuple(
        variance(fan_in, fan_out, spec.initializer_std)
        for fan_in, fan_out in pairwise(spec.layer_sizes)
    )


def units_start_alike(spec: NetworkSpec) -> bool:
    """Whether all weights of a layer start as the same number, so that its units stay alike."""
    return spec.start is None and not any(weight_variances(spec))


def _moments(layer: LayerSpec, bias: float, spread: float) -> tuple[float, float, float]:
    """Return std and RMS of f(z), and the RMS of f'(z), for z from N(bias, spread^2)."""
    u, weights = _grid()
    z = bias + spread * u
    if ACTIVATIONS[layer.activation].has_pieces:
        # The greatest of p draws lies at u with p phi(u) Phi(u)^(p-1); its slope is 1.
        below = 0.5 * erfc(-u / sqrt(2.0), np.empty_like(u))
        a, g = z, np.ones_like(z)
        weights = layer.pieces * weights * below ** (layer.pieces - 1)
    else:
        a, g = (values.astype(np.float64) for values in evaluate(layer.activation, z, layer.alpha))
    mean = float(weights @ a)
    return _rms(a - mean, weights), _rms(a, weights), _rms(g, weights)


def _grid() -> tuple[Floats, Floats]:
    """Return points u and the probability that belongs to each, for u from N(0, 1)."""
    t = np.linspace(-1.0, 1.0, _POINTS) * np.arcsinh(_REACH / _FINEST)
    u = _FINEST * np.sinh(t)
    weights = np.exp(-0.5 * u * u) * np.cosh(t)
    whole: Floats = weights / weights.sum()
    return u, whole


def _rms(values: Floats, weights: Floats) -> float:
    """Return the root of the mean square; the greatest entry is divided out first."""
    peak = float(np.abs(values).max())
    if peak == 0 or not np.isfinite(peak):
        return peak
    return sqrt(float(weights @ np.square(values / peak))) * peak
