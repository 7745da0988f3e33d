"""Directions through the space of all weights, and the plane that two of them span."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.layout import ParameterLayout

Floats = NDArray[np.float64]
# Less than this share of a direction's length is what rounding leaves of a parallel one.
_PARALLEL = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """The points ``origin + a first + b second``.

    Attributes
    ----------
    origin, first, second
        Flat vectors; the two directions are not parallel.
    """

    origin: Floats
    first: Floats
    second: Floats

    def point(self, a: float, b: float) -> Floats:
        """Return the parameters at two coordinates."""
        result: Floats = self.origin + a * self.first + b * self.second
        return result

    def points(self, coordinates: Floats) -> Floats:
        """Return the parameters at n x 2 coordinates, n x P."""
        result: Floats = self.origin + coordinates @ np.stack((self.first, self.second))
        return result

    def coordinates(self, vectors: Sequence[FloatArray]) -> tuple[Floats, Floats]:
        """Return where n vectors lie: n x 2 coordinates of the nearest points, and n distances.

        The nearest point is the orthogonal projection; the distance is what is lost by it.
        """
        basis = np.stack((self.first, self.second))
        gram = basis @ basis.T
        places, distances = np.empty((len(vectors), 2)), np.empty(len(vectors))
        for index, vector in enumerate(vectors):
            away = vector.astype(np.float64) - self.origin
            places[index] = np.linalg.solve(gram, basis @ away)
            distances[index] = np.linalg.norm(away - places[index] @ basis)
        return places, distances


@dataclass(frozen=True, slots=True, eq=False)
class PathPlane:
    """The plane that a path lies in best.

    Attributes
    ----------
    plane
        Through the last point, both directions of length 1 and at right angles.
    explained
        Share of the path's squared distances from its mean that lies in the plane, 0 to 1.
    """

    plane: Plane
    explained: float


def axis(size: int, place: int) -> Floats:
    """Return the direction of a single parameter."""
    direction = np.zeros(size)
    direction[place] = 1.0
    return direction


def unit_length(direction: FloatArray) -> Floats:
    """Return a direction with length 1.

    Raises
    ------
    ValueError
        If it has no length, or is not finite.
    """
    length = float(np.linalg.norm(direction.astype(np.float64)))
    if not 0 < length < np.inf:
        raise ValueError("the gradient is 0 or not finite here, so it has no direction")
    result: Floats = direction.astype(np.float64) / length
    return result


def random_direction(layout: ParameterLayout, parameters: FloatArray, seed: int) -> Floats:
    """Return a random direction that is as large in every unit as the unit's own weights.

    So that the picture does not depend on how the weights of a unit are scaled: "filter
    normalisation" (Li, Xu, Taylor, Studer and Goldstein 2018, "Visualizing the Loss
    Landscape of Neural Nets"). Biases stay where they are. A unit whose weights are all
    0 stays as well.
    """
    direction = np.random.default_rng(seed).normal(size=layout.size)
    own = parameters.astype(np.float64)
    for block in layout.blocks:
        matrix, weights = block.matrix(direction), block.matrix(own)
        matrix[-1] = 0.0
        lengths = np.linalg.norm(matrix[:-1], axis=0)
        matrix[:-1] *= np.linalg.norm(weights[:-1], axis=0) / lengths
    return direction


def at_right_angles(direction: Floats, other: Floats) -> Floats:
    """Return what of a direction is at right angles to another, with its own length.

    Raises
    ------
    ValueError
        If the two are parallel.
    """
    along = other * float(direction @ other) / float(other @ other)
    rest = direction - along
    length = float(np.linalg.norm(rest))
    if length <= _PARALLEL * float(np.linalg.norm(direction)):
        raise ValueError("the two directions are parallel: choose another one")
    result: Floats = rest * (float(np.linalg.norm(direction)) / length)
    return result


def path_plane(points: Sequence[FloatArray]) -> PathPlane:
    """Return the plane of the two greatest principal components of a path.

    Worked out from the products of all pairs of points, since there are fewer points
    than parameters.

    Raises
    ------
    ValueError
        If the path has fewer than three points, or lies on a line.
    """
    if len(points) < 3:
        raise ValueError("the run is too short for a plane: train some more steps")
    path = np.array([point.astype(np.float64) for point in points])
    centred = path - path.mean(axis=0)
    values, vectors = np.linalg.eigh(centred @ centred.T)
    total = float(values.sum())
    if not total > 0 or values[-2] <= 1e-12 * values[-1]:
        raise ValueError("the run has moved along a line only: train some more steps")
    directions = (vectors[:, [-1, -2]] / np.sqrt(values[[-1, -2]])).T @ centred
    plane = Plane(path[-1], unit_length(directions[0]), unit_length(directions[1]))
    return PathPlane(plane, float(values[-2:].sum()) / total)
