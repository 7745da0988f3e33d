"""The loss over a plane through the space of all weights, by the Programs that train."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.directions import Plane
from nnviz.core.network_stack import NetworkStack
from nnviz.core.spec import NetworkSpec

Floats = NDArray[np.float64]
_MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Losses on a grid.

    Attributes
    ----------
    plane
        What the coordinates mean.
    xs, ys
        Coordinates along the first and the second direction, rising.
    losses
        ``[y, x]``: the mean loss over the rows, penalties included, as training has
        it; infinite or NaN where the network is not fair.
    """

    plane: Plane
    xs: Floats
    ys: Floats
    losses: Floats

    @property
    def least(self) -> float:
        """The least finite loss; NaN without any."""
        fair = self.losses[np.isfinite(self.losses)]
        return float(fair.min()) if len(fair) else float("nan")


def grid(
    centre: tuple[float, float], reach: tuple[float, float], points: int
) -> tuple[Floats, ...]:
    """Return coordinates along both directions, ``points`` each, the centre among them."""
    steps = np.linspace(-1.0, 1.0, points)
    return centre[0] + reach[0] * steps, centre[1] + reach[1] * steps


def losses_by_rows(
    spec: NetworkSpec,
    plane: Plane,
    xs: Floats,
    ys: Floats,
    inputs: ArrayLike,
    targets: ArrayLike,
) -> Iterator[tuple[int, Floats]]:
    """Yield (first row, losses of some rows of the grid), in bounded memory.

    Parameters
    ----------
    inputs, targets
        The rows that the loss is the mean of, as ``Network.loss`` takes them.
    """
    rows = max(1, _MOST_BYTES // (plane.origin.nbytes * len(xs)))
    # As many at once as keep a slice of work short.
    rows = min(rows, max(1, 256 // len(xs)))
    for first in range(0, len(ys), rows):
        part = ys[first : first + rows]
        across, up = np.meshgrid(xs, part)
        points = plane.points(np.stack((across.ravel(), up.ravel()), axis=1))
        with np.errstate(all="ignore"):
            losses = NetworkStack(spec, points).losses(inputs, targets)
        yield first, losses.reshape(len(part), len(xs)).astype(np.float64)


def loss_surface(
    spec: NetworkSpec,
    plane: Plane,
    xs: Floats,
    ys: Floats,
    inputs: ArrayLike,
    targets: ArrayLike,
) -> Surface:
    """Return the losses over a grid, all at once."""
    losses = np.empty((len(ys), len(xs)))
    for first, part in losses_by_rows(spec, plane, xs, ys, inputs, targets):
        losses[first : first + len(part)] = part
    return Surface(plane, xs, ys, losses)
