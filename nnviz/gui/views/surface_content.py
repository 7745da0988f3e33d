"""What the loss surface shows, worked out without Qt."""

from collections.abc import Callable

import numpy as np

from nnviz.core.loss_surface import Surface, grid, losses_by_rows
from nnviz.core.spec import NetworkSpec
from nnviz.gui.background import Progress
from nnviz.gui.display import Display
from nnviz.training.surface_planes import Choice, Look, Place, Rows, chosen_look

LEVELS = (11, 21, 41)
# Between two slices of work, s, so that the window and the training get their turns.
_PAUSE = 0.001


def chosen_plane(display: Display, choice: Choice) -> Look:
    """Return the plane of a choice through the weights of the run on show.

    Raises
    ------
    ValueError
        With a sentence, if there is no such plane.
    """
    real = display.trial.real or display.snapshot
    frames = display.runs.current.reel.until(real.step)
    place = Place(
        display.network.layout,
        real.parameters.astype(np.float64),
        real.gradients,
        [frame.parameters for frame in frames],
    )
    return chosen_look(place, choice)


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
