"""What the activation view draws of a layer, worked out without Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.jumps import Jump, jumps_of, jumps_of_maxout
from nnviz.gui.display import Display
from nnviz.gui.selection import UnitRef

Floats = NDArray[np.float64]
POINTS = 401
BINS = 60


@dataclass(frozen=True, slots=True)
class Marker:
    """Where the selected unit is on the curve, for the selected sample.

    Attributes
    ----------
    x
        Position on the horizontal axis.
    z, a, g
        Pre-activation, activation and local gradient; for maxout those of the
        winning piece.
    """

    x: float
    z: float
    a: float
    g: float


@dataclass(frozen=True, slots=True)
class ActivationCurves:
    """Curves and histogram of one layer.

    Attributes
    ----------
    x
        The horizontal axis.
    pieces
        One row per piece for maxout; empty otherwise.
    function, derivative
        f and f' over x; NaN within a jump, which is so drawn as a gap.
    function_jumps, derivative_jumps
        Where they jump, and which value is taken there.
    bins, layer_counts, unit_counts
        Edges of the histogram of the batch's z (one more than there are
        counts), for the whole layer and for the selected unit.
    marker
        ``None`` while no unit is selected.
    axis_name
        What x is.
    """

    x: Floats
    pieces: Floats
    function: Floats
    derivative: Floats
    function_jumps: tuple[Jump, ...]
    derivative_jumps: tuple[Jump, ...]
    bins: Floats
    layer_counts: NDArray[np.int64]
    unit_counts: NDArray[np.int64]
    marker: Marker | None
    axis_name: str


def activation_curves(display: Display, layer: int, unit: int | None) -> ActivationCurves:
    """Work out the curves of a layer (counted from 1) and one of its units."""
    activation = display.spec.layers[layer - 1].activation
    # What has diverged is shown as not a number; it is no error here.
    with np.errstate(invalid="ignore", over="ignore"):
        if ACTIVATIONS[activation].has_pieces:
            return _maxout_curves(display, layer, unit or 0)
        return _plain_curves(display, layer, unit)


def _plain_curves(display: Display, layer: int, unit: int | None) -> ActivationCurves:
    spec = display.spec.layers[layer - 1]
    batch = display.batch_pass.pre_activations[layer - 1].astype(np.float64)
    reach = max(3.0, 1.05 * largest_size(batch))
    x = points_with_gap(reach)
    function, derivative = evaluate(spec.activation, x, spec.resolved_alpha)
    function_jumps, derivative_jumps = jumps_of(spec.activation, spec.resolved_alpha)
    marker = None
    if unit is not None:
        z = batch[display.sample_index, unit]
        a, g = evaluate(spec.activation, np.array([z]), spec.resolved_alpha)
        marker = Marker(float(z), float(z), float(a[0]), float(g[0]))
    chosen = batch[:, unit] if unit is not None else batch[:, :0]
    return ActivationCurves(
        x=x,
        pieces=np.empty((0, len(x))),
        function=open_gap(function, function_jumps),
        derivative=open_gap(derivative, derivative_jumps),
        function_jumps=function_jumps,
        derivative_jumps=derivative_jumps,
        bins=np.linspace(-reach, reach, BINS + 1),
        layer_counts=histogram(batch, -reach, reach, BINS),
        unit_counts=histogram(chosen, -reach, reach, BINS),
        marker=marker,
        axis_name="z",
    )


def _maxout_curves(display: Display, layer: int, unit: int) -> ActivationCurves:
    """Return the pieces of one unit along the input that moves it most.

    A maxout unit has no single z. Its pieces are straight lines over any one of
    its inputs while the others stay as they are in the selected sample.
    """
    sample = display.sample_index
    z = display.batch_pass.pre_activations[layer - 1][:, sample, unit].astype(np.float64)
    weights = display.network.weights[layer - 1][:, :, unit].astype(np.float64)
    below = display.batch_inputs
    if layer > 1:
        below = display.batch_pass.activations[layer - 2]
    source = int(np.argmax(np.ptp(weights, axis=0)))
    values = below[:, source].astype(np.float64)
    here = float(values[sample])
    reach = max(1.0, 1.1 * largest_size(values))
    x = np.linspace(-reach, reach, POINTS)
    pieces = z[:, np.newaxis] + weights[:, source, np.newaxis] * (x - here)
    function, shares = evaluate("maxout", pieces)
    # df/dx along this input: the slope of the piece that wins.
    derivative = (shares * weights[:, source, np.newaxis]).sum(axis=0)
    derivative[1:][np.diff(derivative) != 0] = np.nan
    slopes = weights[:, source]
    jumps = jumps_of_maxout(z - slopes * here, slopes)
    a, _ = evaluate("maxout", z[:, np.newaxis])
    winner = int(np.argmax(z))
    return ActivationCurves(
        x=x,
        pieces=pieces,
        function=function.astype(np.float64),
        derivative=derivative,
        function_jumps=(),
        derivative_jumps=tuple(jump for jump in jumps if abs(jump.at) <= reach),
        bins=np.linspace(-reach, reach, BINS + 1),
        layer_counts=histogram(values, -reach, reach, BINS),
        unit_counts=np.zeros(BINS, dtype=np.int64),
        marker=Marker(here, float(z[winner]), float(a[0]), float(weights[winner, source])),
        axis_name=_input_name(display, UnitRef(layer - 1, source)),
    )


def points_with_gap(reach: float) -> Floats:
    """Return points from -reach to reach with two more on either side close to 0."""
    x = np.linspace(-reach, reach, POINTS)
    near = 1e-9 * reach * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    return np.concatenate((x[: POINTS // 2], near, x[POINTS // 2 + 1 :]))


def open_gap(values: NDArray[np.floating], jumps: tuple[Jump, ...]) -> Floats:
    """Return values over such points; where they jump at 0, a point beside it is NaN."""
    result = values.astype(np.float64)
    at = POINTS // 2 + 2
    for jump in jumps:
        for side, limit in ((-1, jump.left), (1, jump.right)):
            if limit != jump.taken:
                result[at + side] = np.nan
    return result


def largest_size(values: NDArray[np.floating]) -> float:
    """Return the greatest size of the finite values, 0 without any."""
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max(initial=0.0))


def histogram(
    values: NDArray[np.floating], low: float, high: float, bins: int
) -> NDArray[np.int64]:
    """Count finite values in equal bins from low to high; those outside are not counted.

    Scaling and counting whole numbers takes a tenth of the time of
    ``np.histogram`` on small arrays.
    """
    flat = np.asarray(values, dtype=np.float64).reshape(-1)
    flat = flat[(flat >= low) & (flat <= high)]
    index = ((flat - low) * (bins / (high - low))).astype(np.int64)
    return np.bincount(np.minimum(index, bins - 1), minlength=bins)


def _input_name(display: Display, source: UnitRef) -> str:
    if source.layer == 0:
        name = display.data.raw.feature_names[source.index]
        # The numbers on the axis are those that the network sees.
        return name if display.data.scaling.kind == "none" else f"{name}, scaled"
    return f"a of unit {source.index + 1} in layer {source.layer}"
