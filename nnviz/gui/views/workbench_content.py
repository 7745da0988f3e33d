"""What the activation workbench shows of a function, worked out without Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.health import SATURATED_BELOW
from nnviz.core.jumps import Jump, jumps_of
from nnviz.gui.display import Display
from nnviz.gui.views.activation_curves import histogram, largest_size, open_gap, points_with_gap

Floats = NDArray[np.float64]
BINS = 60
# Dots beyond this number lie on top of one another.
MOST_DOTS = 400
_LEAST_REACH = 4.0


@dataclass(frozen=True, slots=True)
class Tangent:
    """The function at the selected unit and sample.

    Attributes
    ----------
    z, a, g
        Where it is, what it is there, and its slope.
    """

    z: float
    a: float
    g: float


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """A function over z, with the batch on it.

    Attributes
    ----------
    x, function, derivative
        The curves; NaN within a jump.
    function_jumps, derivative_jumps
        Where they jump.
    greatest
        The greatest slope over x.
    zones
        (from, to) where the slope is below a twentieth of it.
    others
        Keys and curves of the functions to compare with, each with its own default alpha.
    z
        The pre-activations of the layer, of all units and samples; empty without a layer.
    dots
        n x 2: at most ``MOST_DOTS`` of them with the value of the function.
    in_zone
        How many of z lie in a zone.
    bins, counts
        Edges of the histogram of z, and the counts.
    tangent
        ``None`` while no unit of the layer is selected.
    """

    x: Floats
    function: Floats
    derivative: Floats
    function_jumps: tuple[Jump, ...]
    derivative_jumps: tuple[Jump, ...]
    greatest: float
    zones: tuple[tuple[float, float], ...]
    others: tuple[tuple[str, Floats], ...]
    z: Floats
    dots: Floats
    in_zone: int
    bins: Floats
    counts: NDArray[np.int64]
    tangent: Tangent | None


def bench_of(
    display: Display | None,
    activation: str,
    alpha: float,
    others: tuple[str, ...],
    layer: int | None,
) -> Bench:
    """Work out everything about a function of one number.

    Parameters
    ----------
    display
        Whose batch is put through it; ``None`` before there is one.
    activation, alpha
        Key of ``ACTIVATIONS``, without pieces, and its parameter.
    others
        Functions to compare with.
    layer
        Whose z, from 1; ``None`` is none.
    """
    z = np.zeros(0) if display is None or layer is None else pre_activations(display, layer)
    reach = max(_LEAST_REACH, 1.05 * largest_size(z))
    x = points_with_gap(reach)
    with np.errstate(invalid="ignore", over="ignore"):
        function, derivative = evaluate(activation, x, alpha)
        values, slopes = evaluate(activation, z, alpha)
        curves = tuple(
            (key, evaluate(key, x, ACTIVATIONS[key].default_alpha)[0].astype(np.float64))
            for key in others
            if key != activation
        )
    function_jumps, derivative_jumps = jumps_of(activation, alpha)
    greatest = largest_size(derivative)
    # What is not finite has no place in the plot.
    fair = np.flatnonzero(np.isfinite(z) & np.isfinite(values))
    shown = fair[np.unique(np.linspace(0, len(fair) - 1, min(len(fair), MOST_DOTS)).astype(int))]
    return Bench(
        x=x,
        function=open_gap(function, function_jumps),
        derivative=open_gap(derivative, derivative_jumps),
        function_jumps=function_jumps,
        derivative_jumps=derivative_jumps,
        greatest=greatest,
        zones=flat_zones(x, derivative.astype(np.float64), greatest),
        others=curves,
        z=z,
        dots=np.stack((z[shown], values[shown]), axis=1).astype(np.float64),
        in_zone=int(np.sum(np.abs(slopes) < SATURATED_BELOW * greatest)) if greatest else len(z),
        bins=np.linspace(-reach, reach, BINS + 1),
        counts=histogram(z, -reach, reach, BINS),
        tangent=None if display is None else _tangent(display, activation, alpha, layer),
    )


def pre_activations(display: Display, layer: int) -> Floats:
    """Return all z of a layer in the current batch; of maxout those of all pieces."""
    z = display.batch_pass.pre_activations[layer - 1]
    return z.astype(np.float64).reshape(-1)


def flat_zones(x: Floats, derivative: Floats, greatest: float) -> tuple[tuple[float, float], ...]:
    """Return the stretches of x where |f'| is below ``SATURATED_BELOW`` of its greatest value."""
    if not greatest:
        return ((float(x[0]), float(x[-1])),)
    is_flat = np.abs(derivative) < SATURATED_BELOW * greatest
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_flat, [False]))))
    return tuple(
        (float(x[start]), float(x[stop - 1]))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if stop - start > 1
    )


def _tangent(display: Display, activation: str, alpha: float, layer: int | None) -> Tangent | None:
    unit = display.selection.unit
    if unit is None or layer is None or unit.layer != layer:
        return None
    z = display.batch_pass.pre_activations[layer - 1]
    if z.ndim != 2:
        return None
    at = float(z[display.sample_index, unit.index])
    a, g = evaluate(activation, np.array([at]), alpha)
    return Tangent(at, float(a[0]), float(g[0]))


@dataclass(frozen=True, slots=True, eq=False)
class PieceShares:
    """How often each piece of a maxout layer wins in the batch.

    Attributes
    ----------
    wins
        pieces x units: for how many samples the piece is the greatest.
    samples
        How many samples there are.
    """

    wins: NDArray[np.int64]
    samples: int


def piece_shares(display: Display, layer: int) -> PieceShares:
    """Count the wins of the pieces of a maxout layer over the current batch."""
    z = display.batch_pass.pre_activations[layer - 1]
    winners = np.argmax(z, axis=0)
    wins = np.stack([(winners == piece).sum(axis=0) for piece in range(len(z))])
    return PieceShares(wins.astype(np.int64), z.shape[1])
