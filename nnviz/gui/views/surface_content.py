"""Which plane the loss surface shows, and over which rows: worked out without Qt."""

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
from nnviz.core.loss_surface import Surface, grid, losses_by_rows
from nnviz.core.network import Network
from nnviz.core.parameter_names import ParameterNames
from nnviz.core.spec import NetworkSpec
from nnviz.gui.background import Progress
from nnviz.gui.display import Display
from nnviz.gui.reel import ReelFrame
from nnviz.gui.widgets.text import percent_text
from nnviz.training.targets import encode_targets

# Rows that the loss is the mean of; of a larger set, so many spread evenly over it.
MOST_ROWS = 200
LEVELS = (11, 21, 41)
# Between two slices of work, s, so that the window and the training get their turns.
_PAUSE = 0.001

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


def chosen_plane(display: Display, choice: Choice) -> Look:
    """Return the plane of a choice through the weights on show.

    Raises
    ------
    ValueError
        With a sentence, if there is no such plane.
    """
    real = display.trial.real or display.snapshot
    origin = real.parameters.astype(np.float64)
    if not np.isfinite(origin).all():
        raise ValueError("the weights are not finite, so there is no surface around them")
    return _PLANES[choice.mode](display, choice, origin)


def _of_weights(display: Display, choice: Choice, origin: NDArray[np.float64]) -> Look:
    names = ParameterNames(display.network.layout)
    first, second = (names.place(name) for name in choice.names)
    if first == second:
        raise ValueError("choose two different weights")
    plane = Plane(origin, axis(len(origin), first), axis(len(origin), second))
    reaches = [max(2.0, 1.5 * abs(float(origin[place]))) / choice.zoom for place in (first, second)]
    labels = names.name(first), names.name(second)
    return Look(plane, (0.0, 0.0), (reaches[0], reaches[1]), labels)


def _along_gradient(display: Display, choice: Choice, origin: NDArray[np.float64]) -> Look:
    gradient = (display.trial.real or display.snapshot).gradients
    first = unit_length(gradient)
    drawn = random_direction(display.network.layout, origin, choice.seed)
    second = at_right_angles(drawn, first)
    first = first * np.linalg.norm(second)
    reach = 1.0 / choice.zoom
    labels = "gradient of the last step", "random, at right angles"
    return Look(Plane(origin, first, second), (0.0, 0.0), (reach, reach), labels)


def _at_random(display: Display, choice: Choice, origin: NDArray[np.float64]) -> Look:
    layout = display.network.layout
    first = random_direction(layout, origin, 2 * choice.seed)
    second = at_right_angles(random_direction(layout, origin, 2 * choice.seed + 1), first)
    reach = 1.0 / choice.zoom
    return Look(Plane(origin, first, second), (0.0, 0.0), (reach, reach), ("random", "random"))


def _of_path(display: Display, choice: Choice, origin: NDArray[np.float64]) -> Look:
    path = [frame.parameters for frame in path_frames(display)]
    found = path_plane([*path, origin])
    places, _ = found.plane.coordinates(path)
    low, high = places.min(axis=0), places.max(axis=0)
    centre = (low + high) / 2
    reach = float((high - low).max()) * 0.65 / choice.zoom
    return Look(
        found.plane,
        (float(centre[0]), float(centre[1])),
        (reach, reach),
        ("first component", "second component"),
        f"the plane holds {percent_text(found.explained)} of the path",
    )


def path_frames(display: Display) -> Sequence[ReelFrame]:
    """Return the frames of the run up to the step on show."""
    return display.runs.current.reel.until(display.snapshot.step)


_PLANES: Mapping[str, Callable[[Display, Choice, NDArray[np.float64]], Look]] = MappingProxyType(
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


def rows_of(display: Display) -> Rows:
    """Return the training rows, or ``MOST_ROWS`` of them spread evenly."""
    data = display.data
    total = len(data.train_inputs)
    places = np.unique(np.linspace(0, total - 1, min(total, MOST_ROWS)).astype(int))
    targets = encode_targets(data.train_targets[places], data, display.spec)
    return Rows(data.train_inputs[places], targets, total)


def surface_work(spec: NetworkSpec, view: Look, rows: Rows) -> Callable[[Progress], object]:
    """Return a job that tells ever finer Surfaces; the last is the result."""

    def work(progress: Progress) -> object:
        surface: Surface | None = None
        for points in LEVELS:
            xs, ys = grid(view.centre, view.reach, points)
            losses = np.empty((points, points))
            parts = losses_by_rows(spec, view.plane, xs, ys, rows.inputs, rows.targets)
            for first, part in parts:
                losses[first : first + len(part)] = part
                progress.wait(_PAUSE)
                progress.check()
            surface = Surface(view.plane, xs, ys, losses)
            progress.tell(surface)
        return surface

    return work
