"""The weights of other runs, beside those of the run on show."""

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from nnviz.core.layout import ParameterViews
from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.run_records import RunRecord
from nnviz.gui.selection import EdgeRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.ghost_frames import ghost_frame
from nnviz.gui.views.network_overlay import PILL_HEIGHT, PILL_WIDTH, Pill, draw_pill
from nnviz.gui.views.network_values import exact, signed
from nnviz.gui.widgets.text import count_text

# As many as can be read beside a pill.
MOST = 3
_WIDTH = 46.0


@dataclass(frozen=True, slots=True, eq=False)
class WeightGhost:
    """The weights of a run at the step on show, as nearly as the reel knows.

    Attributes
    ----------
    run
        Whose weights they are.
    step
        Where its weights are from.
    weights
        In the layout of the network on show.
    """

    run: RunRecord
    step: int
    weights: ParameterViews

    def value(self, edge: EdgeRef) -> float | None:
        """Return its weight of an edge; ``None`` for maxout, whose pieces win one by one."""
        matrix = self.weights.weights[edge.layer - 1]
        return float(matrix[edge.source, edge.target]) if matrix.ndim == 2 else None


def weight_ghosts(display: Display) -> tuple[WeightGhost, ...]:
    """Return the runs that can be recalled and had begun to differ by the step on show."""
    step, layout = display.snapshot.step, display.network.layout
    found = []
    for run in display.runs.others:
        frame = ghost_frame(run, step)
        if frame is not None and frame.parameters.size == layout.size:
            found.append(WeightGhost(run, frame.step, layout.views(frame.parameters)))
    return tuple(found[:MOST])


def draw_pills(
    painter: QPainter, theme: Theme, pills: tuple[Pill, ...], ghosts: tuple[WeightGhost, ...]
) -> None:
    """Write weights in pills, and to the left of each those of other runs in their colours."""
    for pill in pills:
        _draw_ghosts(painter, theme, pill, ghosts)
        draw_pill(painter, theme, pill)


def _draw_ghosts(
    painter: QPainter, theme: Theme, pill: Pill, ghosts: tuple[WeightGhost, ...]
) -> None:
    painter.setFont(ui_font(10, QFont.Weight.Medium))
    right = pill.x - PILL_WIDTH / 2 - 4
    for ghost in ghosts:
        value = ghost.value(pill.edge)
        if value is None:
            continue
        box = QRectF(right - _WIDTH, pill.y - PILL_HEIGHT / 2 + 2, _WIDTH - 2, PILL_HEIGHT - 4)
        painter.setPen(QColor(ghost.run.colour(theme)))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(box, 5, 5)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, signed(value))
        right -= _WIDTH


def ghost_lines(display: Display, edge: EdgeRef) -> list[str]:
    """Return a line of a tip for the weight of an edge in each of the other runs."""
    return [
        f"{escape(ghost.run.name)} at step {count_text(ghost.step)}: w = {exact(value)}"
        for ghost in weight_ghosts(display)
        if (value := ghost.value(edge)) is not None
    ]
