"""Time the window while it trains workload (a), with more and more panels in sight.

No panel but the network is visible, then those of each workspace, then every panel that
there is, all floating. For each it prints the gaps between ticks of the window's 16 ms timer
(what a person feels as fluency), how many ticks a second painted something, and training
steps a second beside those with hidden panels and those of the same run without a
window. Usage: see benchmarks/README.md.
"""

import argparse
import statistics
import tempfile
import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QSettings, QTimer

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.gui.app import Program, make_application
from nnviz.gui.settings import WindowSettings
from nnviz.gui.view_table import VIEWS
from nnviz.gui.workspaces import WORKSPACES
from nnviz.training.commands import Run
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun

EXPERIMENT = ExperimentSpec(
    data=DataSpec(dataset="circles", samples=334, validation=0.25),
    model=ModelSpec(
        (LayerSpec(4, "tanh"), LayerSpec(2, "tanh")),
        output_activation="tanh",
        loss="mean_squared_error",
    ),
    optimizer=OptimizerSpec("sgd", 0.01),
    batch_size=10,
    dtype="float32",
)


def solo_steps_per_second(seconds: float) -> float:
    """Return the speed of the same training without a window."""
    training = TrainingRun(EXPERIMENT, prepare(EXPERIMENT.data))
    training.advance(1)
    started, first = time.perf_counter(), training.step
    while time.perf_counter() - started < seconds:
        training.advance(64)
    return (training.step - first) / (time.perf_counter() - started)


class Measurement:
    """Watches a Program for a while, then quits."""

    def __init__(self, program: Program, panels: str, seconds: float) -> None:
        self.program = program
        self._panels = panels
        self.ticks: list[float] = []
        self.frames: list[float] = []
        self.steps = 0
        self.elapsed = 0.0
        self._seconds = seconds
        QTimer.singleShot(2500, self._arrange)

    def _arrange(self) -> None:
        window = self.program.window
        if self._panels in WORKSPACES:
            window.workspaces.show_workspace(self._panels)
        elif self._panels == "hidden":
            for dock in window.docks.values():
                dock.hide()
        else:
            for key, dock in window.docks.items():
                dock.show()
                dock.setFloating(True)
                if key in VIEWS:
                    dock.resize(*VIEWS[key].render_size)
        window.load_views()
        QTimer.singleShot(1500, self._begin)

    def _begin(self) -> None:
        self.program.bridge.send(Run())
        QTimer.singleShot(1000, self._watch)

    def _watch(self) -> None:
        self._first = self.program.display.snapshot.step
        self._started = time.perf_counter()
        self.program.bridge.ticked.connect(self._note)
        QTimer.singleShot(round(self._seconds * 1000), self._end)

    def _note(self) -> None:
        self.ticks.append(time.perf_counter())
        self.frames.append(self.program.window.scheduler.frames_per_second())

    def _end(self) -> None:
        self.elapsed = time.perf_counter() - self._started
        self.steps = self.program.display.snapshot.step - self._first
        self.program.window.close()
        QCoreApplication.exit(0)


def measured(panels: str, seconds: float) -> Measurement:
    """Return what was measured with these panels in sight."""
    app = make_application()
    program = Program(EXPERIMENT, WindowSettings())
    program.window.resize(1600, 1000)
    measurement = Measurement(program, panels, seconds)
    program.window.show()
    app.exec()
    program.close()
    return measurement


def main() -> None:
    """Measure, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    choices = ("hidden", *WORKSPACES, "all")
    parser.add_argument("--panels", choices=choices, nargs="*", default=choices)
    arguments = parser.parse_args()
    solo = solo_steps_per_second(3.0)
    print(f"without a window: {solo:,.0f} steps/s")
    print("| panels | gap p50 | p99 | greatest | painted | steps/s | of those alone | of hidden |")
    print("|---|---|---|---|---|---|---|---|")
    hidden = None
    for panels in arguments.panels:
        with tempfile.TemporaryDirectory() as folder:
            QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
            QSettings.setDefaultFormat(QSettings.Format.IniFormat)
            measurement = measured(panels, arguments.seconds)
        gaps = np.diff(measurement.ticks) * 1000
        rate = measurement.steps / measurement.elapsed
        hidden = rate if panels == "hidden" else hidden
        of_hidden = "" if hidden is None else f"{rate / hidden:.0%}"
        print(
            f"| {panels} | {np.percentile(gaps, 50):.1f} ms | {np.percentile(gaps, 99):.1f} ms | "
            f"{gaps.max():.0f} ms | {statistics.median(measurement.frames):.0f}/s | {rate:,.0f} | "
            f"{rate / solo:.0%} | {of_hidden} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
