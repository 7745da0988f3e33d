"""SurfaceTrack: where the run went over a surface, and where it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.directions import Plane
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme

MOST_POINTS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """The path of a run, projected onto a plane.

    Attributes
    ----------
    places
        n x 2, the oldest first.
    colour
        Of the run.
    """

    places: NDArray[np.float64]
    colour: str


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceTrack:
    """Everything that lies upon a surface.

    Attributes
    ----------
    own
        The run on show, up to the step on show.
    others
        Those that can be recalled.
    ball
        Where the weights on show are.
    distance
        How far they are from the plane.
    """

    own: Track
    others: tuple[Track, ...]
    ball: tuple[float, float]
    distance: float


def surface_track(display: Display, plane: Plane, theme: Theme) -> SurfaceTrack:
    """Project the runs and the weights on show onto a plane."""
    snapshot = display.snapshot
    own = [frame.parameters for frame in display.runs.current.reel.until(snapshot.step)]
    others = []
    for run in display.runs.others:
        vectors = [frame.parameters for frame in run.reel.frames]
        if vectors and vectors[0].size == plane.origin.size:
            others.append(Track(_places(plane, vectors), run.colour(theme)))
    (ball,), (distance,) = plane.coordinates([snapshot.parameters])
    return SurfaceTrack(
        Track(_places(plane, own), theme.text),
        tuple(others),
        (float(ball[0]), float(ball[1])),
        float(distance),
    )


def _places(plane: Plane, vectors: list[FloatArray]) -> NDArray[np.float64]:
    fair = [vector for vector in vectors if np.isfinite(vector).all()]
    stride = max(1, -(-len(fair) // MOST_POINTS))
    # The newest is always among them.
    chosen = fair[(len(fair) - 1) % stride :: stride] if fair else []
    return plane.coordinates(chosen)[0]
