"""Which planes through weight space are worth looking at, and over which rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.directions import (
    Plane,
    at_right_angles,
    axis,
    path_plane,
    random_direction,
    unit_length,
)
from nnviz.core.layout import ParameterLayout
from nnviz.core.network import Network
from nnviz.core.parameter_names import ParameterNames
from nnviz.core.spec import NetworkSpec
from nnviz.data.prepared import PreparedData
from nnviz.training.targets import encode_targets

# Rows that the loss is the mean of; of a larger set, so many spread evenly over it.
MOST_ROWS = 200

MODES: Mapping[str, str] = MappingProxyType(
    {
        "weights": "two weights",
        "gradient": "gradient × random",
        "random": "two random directions",
        "path": "plane of the run",
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to look at.

    Attributes
    ----------
    mode
        Key of ``MODES``.
    names
        The two parameters, for ``"weights"``.
    seed
        Draws the random directions.
    zoom
        The reach is divided by this.
    """

    mode: str = "random"
    names: tuple[str, str] = ("W1[1,1]", "W2[1,1]")
    seed: int = 0
    zoom: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A plane to be looked at.

    Attributes
    ----------
    plane
        Where the grid lies.
    centre, reach
        The middle of the grid, and how far it reaches to either side.
    axes
        What the two directions are, in a few words.
    note
        What else is to be known, or "".
    """

    plane: Plane
    centre: tuple[float, float]
    reach: tuple[float, float]
    axes: tuple[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a run is in weight space, and how it came there.

    Attributes
    ----------
    layout
        Of the vectors.
    origin
        The weights, as a flat vector.
    gradient
        Of the last step.
    path
        Earlier weights, oldest first.
    """

    layout: ParameterLayout
    origin: NDArray[np.float64]
    gradient: FloatArray
    path: Sequence[FloatArray]


def chosen_look(place: Place, choice: Choice) -> Look:
    """Return the plane of a choice through a place.

    Raises
    ------
    ValueError
        With a sentence, if there is no such plane.
    """
    if not np.isfinite(place.origin).all():
        raise ValueError("the weights are not finite, so there is no surface around them")
    return _PLANES[choice.mode](place, choice)


def _of_weights(place: Place, choice: Choice) -> Look:
    names, origin = ParameterNames(place.layout), place.origin
    first, second = (names.place(name) for name in choice.names)
    if first == second:
        raise ValueError("choose two different weights")
    plane = Plane(origin, axis(len(origin), first), axis(len(origin), second))
    reaches = [max(2.0, 1.5 * abs(float(origin[at]))) / choice.zoom for at in (first, second)]
    labels = names.name(first), names.name(second)
    return Look(plane, (0.0, 0.0), (reaches[0], reaches[1]), labels)


def _along_gradient(place: Place, choice: Choice) -> Look:
    first = unit_length(place.gradient)
    drawn = random_direction(place.layout, place.origin, choice.seed)
    second = at_right_angles(drawn, first)
    first = first * np.linalg.norm(second)
    reach = 1.0 / choice.zoom
    labels = "gradient of the last step", "random, at right angles"
    return Look(Plane(place.origin, first, second), (0.0, 0.0), (reach, reach), labels)


def _at_random(place: Place, choice: Choice) -> Look:
    layout, origin = place.layout, place.origin
    first = random_direction(layout, origin, 2 * choice.seed)
    second = at_right_angles(random_direction(layout, origin, 2 * choice.seed + 1), first)
    reach = 1.0 / choice.zoom
    return Look(Plane(origin, first, second), (0.0, 0.0), (reach, reach), ("random", "random"))


def _of_path(place: Place, choice: Choice) -> Look:
    found = path_plane([*place.path, place.origin])
    places, _ = found.plane.coordinates(place.path)
    low, high = places.min(axis=0), places.max(axis=0)
    centre = (low + high) / 2
    reach = float((high - low).max()) * 0.65 / choice.zoom
    return Look(
        found.plane,
        (float(centre[0]), float(centre[1])),
        (reach, reach),
        ("first component", "second component"),
        f"the plane holds {100 * found.explained:.1f} % of the path",
    )


_PLANES: Mapping[str, Callable[[Place, Choice], Look]] = MappingProxyType(
    {
        "weights": _of_weights,
        "gradient": _along_gradient,
        "random": _at_random,
        "path": _of_path,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows that the loss is the mean of.

    Attributes
    ----------
    inputs, targets
        As ``Network.loss`` takes them.
    total
        How many there are in the training set.
    """

    inputs: FloatArray
    targets: FloatArray
    total: int

    def loss(self, network: Network, parameters: FloatArray) -> float:
        """Return the loss over these rows with other parameters, by the network itself."""
        network.set_parameters(parameters)
        with np.errstate(all="ignore"):
            return network.loss(self.inputs, self.targets)

    @property
    def words(self) -> str:
        """How many, in words."""
        count = len(self.inputs)
        if count == self.total:
            return f"all {count:,} training rows"
        return f"{count:,} of {self.total:,} training rows"


def rows_of(data: PreparedData, spec: NetworkSpec) -> Rows:
    """Return the training rows, or ``MOST_ROWS`` of them spread evenly."""
    total = len(data.train_inputs)
    places = np.unique(np.linspace(0, total - 1, min(total, MOST_ROWS)).astype(int))
    targets = encode_targets(data.train_targets[places], data, spec)
    return Rows(data.train_inputs[places], targets, total)
