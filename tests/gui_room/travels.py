"""What the tests of time travel share: the real program, trained, sought and branched."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pytestqt.qtbot import QtBot

from nnviz.data.request import DataSpec
from nnviz.gui.app import Program
from nnviz.gui.display import Display
from nnviz.gui.settings import WindowSettings
from nnviz.gui.views.timeline_view import TimelineView
from nnviz.training.commands import StepOnce
from nnviz.training.experiment import ExperimentSpec

LAST = 14


def program_on_screen(qtbot: QtBot, folder: Path) -> Iterator[Program]:
    """Yield the real program with a small experiment, and close it afterwards."""
    experiment = ExperimentSpec(data=DataSpec(dataset="circles", samples=60), batch_size=10)
    program = Program(experiment, WindowSettings(folder / "nnviz.ini"))
    qtbot.addWidget(program.window)
    program.window.resize(1280, 800)
    with qtbot.waitExposed(program.window):
        program.window.show()
    qtbot.waitUntil(lambda: program.display.is_ready and "gradients" in program.window.views)
    yield program
    program.close()
    # The test item holds on to the program; pyqtgraph's menus go with the last reference.
    del program.window


def is_at(program: Program, step: int) -> bool:
    """Return whether this step is on show."""
    return program.display.snapshot.step == step


def train(qtbot: QtBot, program: Program, steps: int) -> None:
    """Train so many single steps."""
    for _ in range(steps):
        before = program.display.snapshot.step
        program.bridge.send(StepOnce())
        qtbot.waitUntil(partial(is_at, program, before + 1))


def look_at(qtbot: QtBot, program: Program, step: int) -> None:
    """Look at a step of the run."""
    program.display.travel.go_to(step)
    qtbot.waitUntil(partial(is_at, program, step))


def opened(qtbot: QtBot, program: Program) -> TimelineView:
    """Return the timeline, open and up to date."""
    program.window.docks["timeline"].show()
    qtbot.waitUntil(lambda: "timeline" in program.window.views)
    view = program.window.views["timeline"]
    assert isinstance(view, TimelineView)
    view.refresh()
    return view


def branched(qtbot: QtBot, program: Program, step: int, rate: float) -> None:
    """Look at a step and branch there with another learning rate, as a person does."""
    view = opened(qtbot, program)
    look_at(qtbot, program, step)
    view.refresh()
    count = len(program.display.runs.all)
    view.form.learning_rate.setValue(rate)
    view.form.button.click()
    qtbot.waitUntil(lambda: len(program.display.runs.all) == count + 1)
    view.refresh()


def losses_of(display: Display) -> list[float]:
    """Return every loss of the run on show."""
    means = display.losses.query(1, display.losses.steps, 1000).mean
    return [float(loss) for loss in means]
