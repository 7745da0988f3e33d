"""Code panes that walk over a recorded step."""

import numpy as np
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.gui.theme import DARK, Theme
from nnviz.gui.views.code_view import CodeView
from tests.gui_room.walks import put, walking


def lecture(step: int = 1) -> Trace:
    """Return the lecture's worked example."""
    spec = NetworkSpec(2, (LayerSpec(2, "tanh"), LayerSpec(1, "linear")), "binary_cross_entropy")
    parameters = np.array([0.5, -0.3, 0.2, 0.8, 0.1, -0.1, 0.7, -0.4, 0.2])
    x, t = np.array([[1.0, 2.0]]), np.array([[1.0]])
    return record(StepToRecord(spec, parameters, x, t, OptimizerSpec("sgd", 0.1), step=step))


def code_view(
    qtbot: QtBot,
    trace: Trace,
    line: int = 0,
    theme: Theme = DARK,
    size: tuple[int, int] = (900, 500),
) -> CodeView:
    """Return a view on the screen, the cursor at the end of a line."""
    view = CodeView(walking(trace, line), theme)
    put(view, qtbot, size)
    return view


def go_to(view: CodeView, number: int) -> None:
    """Go to the end of a line."""
    view.display.playback.go_to(number)
    view.refresh()
