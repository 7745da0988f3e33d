"""Measure the loss history and the loss plot at 1, 10 million steps: time, memory, extremes.

The losses are a falling curve with heavy-tailed noise and two planted extremes, appended at once
and in chunks of random sizes. What is drawn is the real LossView, 900 x 400, without a
screen: its refresh together with the painting that follows, on both step axes. Beside it, in the
same process and in turns, a plain pyqtgraph plot of all losses with automatic downsampling.
Usage: see benchmarks/README.md.
"""

import argparse
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication

from nnviz.data.request import DataSpec
from nnviz.gui.app import make_application
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.theme import DARK
from nnviz.gui.views.loss_view import LossView
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.history import LossHistory
from nnviz.training.snapshot import LossChunk

SIZE = (900, 400)
ROUNDS = 60
Losses = NDArray[np.float32]


def planted(steps: int) -> Losses:
    """Return losses whose least and greatest stand alone between two pixels."""
    generator = np.random.default_rng(0)
    wide = np.exp(-np.linspace(0, 5, steps)) * generator.gamma(2.0, 0.5, steps)
    losses: Losses = np.maximum(wide, 1e-5).astype(np.float32)
    losses[generator.integers(steps)] = 1e-9
    losses[generator.integers(steps)] = 1e4
    return losses


def filled(losses: Losses, most: int) -> tuple[LossHistory, float, float]:
    """Return a history fed in chunks of random sizes, its seconds, and the slowest chunk's."""
    generator = np.random.default_rng(1)
    sizes, left = [], len(losses)
    while left:
        sizes.append(min(left, int(generator.integers(1, most + 1))))
        left -= sizes[-1]
    made, first, slowest = LossHistory(), 0, 0.0
    began = time.perf_counter()
    for size in sizes:
        part, before = losses[first : first + size], time.perf_counter()
        made.extend(LossChunk(1, first + 1, 1, part, part, part))
        slowest, first = max(slowest, time.perf_counter() - before), first + size
    return made, time.perf_counter() - began, slowest


def memory(losses: Losses, most: int) -> tuple[float, float]:
    """Return the megabytes that a history keeps, and the most that filling it took."""
    tracemalloc.start()
    made, _, _ = filled(losses, most)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.steps == len(losses)
    return kept / 2**20, peak / 2**20


def view_of(history: LossHistory) -> tuple[LossView, Display]:
    """Return the view of a run with this history."""
    display = trained_display(ExperimentSpec(data=DataSpec("circles")), 1)
    snapshot = replace(display.snapshot, step=history.steps, last_step=history.steps)
    display.show(snapshot)
    display.runs.current.losses = history
    view = LossView(display, DARK)
    view.resize(*SIZE)
    view.show()
    view.refresh()
    return view, display


def plain_of(losses: Losses) -> pg.PlotWidget:
    """Return pyqtgraph's own plot of all losses."""
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    curve = plot.plot(pen=pg.mkPen("g", width=1))
    curve.setDownsampling(auto=True, method="peak")
    curve.setClipToView(True)
    curve.setData(np.arange(1, len(losses) + 1), losses)
    plot.getPlotItem().setLogMode(y=True)
    plot.show()
    return plot


def milliseconds(draw: Callable[[], object], paint: Callable[[], object]) -> float:
    """Return how long one drawing and its painting take."""
    before = time.perf_counter()
    draw()
    paint()
    return 1000 * (time.perf_counter() - before)


def redraws(app: QApplication, view: LossView, plain: pg.PlotWidget, losses: Losses) -> list[str]:
    """Return the medians and worst of redrawing: even steps, log steps, pyqtgraph's."""
    curve = plain.getPlotItem().listDataItems()[0]
    steps = np.arange(1, len(losses) + 1)
    times: dict[str, list[float]] = {"even": [], "log": [], "plain": []}
    for number in range(ROUNDS):
        for key in ("even", "log"):
            if view.controls.log_steps.isChecked() != (key == "log"):
                view.controls.log_steps.click()
                view.plot.viewport().repaint()
            times[key].append(milliseconds(view.refresh, view.plot.viewport().repaint))
        if number < 10:
            draw = partial(curve.setData, steps, losses)
            times["plain"].append(milliseconds(draw, plain.viewport().repaint))
        app.processEvents()
    return [f"{statistics.median(t):.2f} ({max(t):.1f}) ms" for t in times.values()]


def extremes(view: LossView, losses: Losses) -> bool:
    """Return whether what is plotted reaches the true least and the true greatest loss."""
    truth = np.log10([losses.min(), losses.max()])
    found = []
    for _ in range(2):
        view.controls.log_steps.click()
        box = view._band.path().boundingRect()
        found.append((box.top(), box.bottom()))
    return bool(np.allclose(found, truth, rtol=1e-6))


def main() -> None:
    """Print one row for each number of steps."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=float, nargs="*", default=[1e6, 1e7])
    arguments = parser.parse_args()
    app = make_application()
    print(
        "| steps | at once | in chunks | slowest chunk | kept | most | even steps | log steps "
        "| pyqtgraph | extremes |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    for steps in (int(count) for count in arguments.steps):
        losses = planted(steps)
        _, bulk, _ = filled(losses, steps)
        history, chunked, slowest = filled(losses, 4096)
        kept, peak = memory(losses, 4096)
        view, _ = view_of(history)
        plain = plain_of(losses)
        app.processEvents()
        even, log, other = redraws(app, view, plain, losses)
        print(
            f"| {steps:,} | {1000 * bulk:.0f} ms | {1000 * chunked:.0f} ms | "
            f"{1000 * slowest:.1f} ms | {kept:.1f} MB | {peak:.1f} MB | {even} | {log} | "
            f"{other} | {'kept' if extremes(view, losses) else 'LOST'} |"
        )
        view.close()
        plain.close()


if __name__ == "__main__":
    main()
