"""DecisionGhosts: where the other runs draw the line, or their curve."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainterPath

from nnviz.core.network import Network
from nnviz.gui.display import Display
from nnviz.gui.input_plane import InputPlane
from nnviz.gui.output_map import map_outputs
from nnviz.gui.reel import ReelFrame
from nnviz.gui.run_records import RunRecord
from nnviz.gui.theme import Theme
from nnviz.gui.views.decision_lines import boundary, class_lines
from nnviz.gui.views.ghost_frames import ghost_frame
from nnviz.gui.views.joined_lines import joined
from nnviz.training.experiment import ExperimentSpec, network_spec

Answers: TypeAlias = tuple[QPainterPath, NDArray[np.float64] | None]

CELLS = 50
CURVE_POINTS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Ghost:
    """What another run answers.

    Attributes
    ----------
    number
        Of the run.
    colour
        What it is drawn in.
    contour
        Lines between its classes, joined for their dashes, over the unit square, y upwards.
    curve
        n x 2 in the units of the plot, for values of one input; else ``None``.
    """

    number: int
    colour: str
    contour: QPainterPath
    curve: NDArray[np.float64] | None


class DecisionGhosts:
    """The answers of all runs that can be recalled, each worked out once for each frame.

    A ghost is what its run was at the step on show, as nearly as the reel knows, or at
    its own end if that came before.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._known: dict[object, Answers] = {}
        self._networks: dict[int, tuple[ExperimentSpec, Network]] = {}

    def ghosts(self, theme: Theme, is_curve: bool) -> tuple[Ghost, ...]:
        """Return what there is to draw, in the order of the runs' numbers."""
        display = self._display
        plane, step = display.plane, display.snapshot.step
        found = []
        used: dict[object, Answers] = {}
        for run in display.runs.others:
            frame = ghost_frame(run, step)
            if frame is None:
                continue
            key = (run.number, run.experiment, frame.step, id(display.data), plane.columns)
            answers = self._known.get(key) or self._answers(run, frame, plane, is_curve)
            used[key] = answers
            found.append(Ghost(run.number, run.colour(theme), *answers))
        self._known = used
        return tuple(found)

    def _answers(
        self, run: RunRecord, frame: ReelFrame, plane: InputPlane, is_curve: bool
    ) -> Answers:
        network, data = self._network(run), self._display.data
        network.set_parameters(frame.parameters)
        if is_curve:
            inputs = plane.line(CURVE_POINTS)
            values = network.predict(inputs)[:, 0].astype(np.float64)
            return QPainterPath(), np.stack((inputs[:, plane.columns[0]], values), axis=1)
        if data.class_count > 2:
            outputs = network.forward(plane.grid(CELLS)).outputs.astype(np.float64)
            return joined(class_lines(outputs.reshape(CELLS, CELLS, -1))), None
        answers = map_outputs(network, data, plane, CELLS)
        return joined(boundary(answers, data.is_classification)), None

    def _network(self, run: RunRecord) -> Network:
        known = self._networks.get(run.number)
        if known is None or known[0] != run.experiment:
            spec = network_spec(run.experiment.model, self._display.data)
            known = run.experiment, Network(spec, dtype=run.experiment.dtype)
            self._networks[run.number] = known
        return known[1]
