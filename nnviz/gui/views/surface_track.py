"""SurfaceTrack: where the run went over a surface, and where it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.directions import Plane
from nnviz.gui.display import Display
from nnviz.gui.reel import ReelFrame
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


class Projector:
    """Projects frames of runs onto a plane, each once.

    Parameters
    ----------
    plane
        Where to.
    """

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self._known: dict[ReelFrame, tuple[float, float]] = {}

    def track(self, display: Display, theme: Theme) -> SurfaceTrack:
        """Return the runs and the weights on show, as they lie upon the plane."""
        snapshot = display.snapshot
        own = display.runs.current.reel.until(snapshot.step)
        others = [
            Track(self._places(run.reel.frames), run.colour(theme))
            for run in display.runs.others
            if run.reel.frames and run.reel.frames[0].parameters.size == self.plane.origin.size
        ]
        (ball,), (distance,) = self.plane.coordinates([snapshot.parameters])
        return SurfaceTrack(
            Track(self._places(own), theme.text),
            tuple(others),
            (float(ball[0]), float(ball[1])),
            float(distance),
        )

    def _places(self, frames: Sequence[ReelFrame]) -> NDArray[np.float64]:
        stride = max(1, -(-len(frames) // MOST_POINTS))
        # The newest is always among them.
        chosen = frames[(len(frames) - 1) % stride :: stride] if frames else []
        places = np.array([self._place(frame) for frame in chosen]).reshape(-1, 2)
        fair: NDArray[np.float64] = places[np.isfinite(places).all(axis=1)]
        return fair

    def _place(self, frame: ReelFrame) -> tuple[float, float]:
        if frame not in self._known:
            with np.errstate(invalid="ignore", over="ignore"):
                (place,), _ = self.plane.coordinates([frame.parameters])
            self._known[frame] = float(place[0]), float(place[1])
        return self._known[frame]
