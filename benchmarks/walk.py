"""Time the walk: a move of the cursor to the painted window, and a step's recording.

Every dock of the Step workspace is visible, at 1600x1000. A move is timed from
the key to the end of painting. Usage: see benchmarks/README.md.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from nnviz.core.layout import ParameterLayout
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.trace import StepToRecord, record
from nnviz.core.walk import Size
from nnviz.data.request import DataSpec
from nnviz.gui.app import make_application
from nnviz.gui.main_window import MainWindow
from nnviz.gui.render import trained_display
from nnviz.gui.theme import DARK
from nnviz.training.experiment import ExperimentSpec, ModelSpec

NETWORKS = {
    "2-6-5-3-2": ((2, 6, 5, 3, 2), 10),
    "10-14-12-14-9-1": ((10, 14, 12, 14, 9, 1), 32),
    "784-256-128-10": ((784, 256, 128, 10), 32),
}
WORKSPACES = ("step", "inspect")


def table(sizes: tuple[int, ...], folder: Path) -> Path:
    """Write a table of random rows with so many inputs, and return its path."""
    generator = np.random.default_rng(0)
    names = [f"x{index}" for index in range(sizes[0])]
    path = folder / f"rows_{sizes[0]}.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write(",".join([*names, "label"]) + "\n")
        for row in generator.normal(size=(400, sizes[0])).round(4):
            label = (
                f"class {int(generator.integers(sizes[-1]))}"
                if sizes[-1] > 1
                else f"{generator.normal():.4f}"
            )
            out.write(",".join(map(str, row)) + f",{label}\n")
    return path


def experiment(sizes: tuple[int, ...], batch_size: int, folder: Path) -> ExperimentSpec:
    """Return an experiment on random rows with such a network."""
    hidden = tuple(LayerSpec(size, "tanh") for size in sizes[1:-1])
    return ExperimentSpec(
        data=DataSpec(dataset=None, file=str(table(sizes, folder))),
        model=ModelSpec(hidden),
        optimizer=OptimizerSpec("adam", 0.001),
        batch_size=batch_size,
    )


def settle(app: QApplication, window: MainWindow) -> None:
    """Let everything be painted that is due."""
    while True:
        app.processEvents()
        if not window.scheduler.is_busy:
            return


def time_moves(app: QApplication, window: MainWindow, size: Size, most: int) -> list[float]:
    """Walk through the step and back, and return the milliseconds of each move."""
    playback, took = window.display.playback, []
    playback.first()
    playback.set_size(size)
    settle(app, window)

    def move(go: Callable[[], None]) -> None:
        before, place = time.perf_counter(), playback.place
        go()
        settle(app, window)
        if playback.place != place:
            took.append(1000 * (time.perf_counter() - before))

    assert playback.walk is not None
    while not playback.walk.is_at_end and len(took) < most:
        move(playback.forward)
    while not playback.walk.is_at_start and len(took) < 2 * most:
        move(playback.backward)
    return took


def print_moves(most: int) -> None:
    """Print how long moves take, for each network and workspace."""
    app = make_application()
    print("| network | workspace | size of a move | moves | p50 | p99 | max |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, (sizes, batch_size) in NETWORKS.items():
            display = trained_display(experiment(sizes, batch_size, Path(folder)), 0, line=0)
            display.playback.reduces_motion = True
            window = MainWindow(display, DARK)
            window.resize(1600, 1000)
            window.show()
            for workspace in WORKSPACES:
                window.workspaces.show_workspace(workspace)
                window.load_views()
                for size in (Size.OPERATION, Size.TERM):
                    took = time_moves(app, window, size, most)
                    print(
                        f"| {name} | {workspace} | {size.value} | {len(took)} | "
                        f"{np.median(took):.1f} ms | {np.percentile(took, 99):.1f} ms | "
                        f"{max(took):.1f} ms |",
                        flush=True,
                    )
            window.close()
            window.deleteLater()
            app.processEvents()


def print_recording() -> None:
    """Print the least time of recording a step of 10-14-12-14-9-1 at batch 32."""
    spec = NetworkSpec(
        10, tuple(LayerSpec(size) for size in (14, 12, 14, 9, 1)), "mean_squared_error"
    )
    generator = np.random.default_rng(0)
    recipe = StepToRecord(
        spec,
        ParameterLayout(spec).initial_vector(spec, 0, "float64"),
        generator.normal(size=(32, 10)),
        generator.normal(size=(32, 1)),
        OptimizerSpec("adam", 0.001),
    )
    took = []
    for _ in range(200):
        before = time.perf_counter()
        record(recipe)
        took.append(1000 * (time.perf_counter() - before))
    print(f"recording a step: median {np.median(took):.2f} ms, least {min(took):.2f} ms")


def main() -> None:
    """Measure, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=150, help="at most, in each direction")
    print_recording()
    print_moves(parser.parse_args().moves)


if __name__ == "__main__":
    main()
