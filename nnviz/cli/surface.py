"""``nnviz surface``: train, then write the loss over a plane through weight space as a table."""

import argparse
import csv
import io
from pathlib import Path

import numpy as np

from nnviz.cli.errors import CommandError
from nnviz.cli.experiment import add_experiment_arguments, experiment_of
from nnviz.cli.train import start_run
from nnviz.cli.values import number, whole
from nnviz.core.loss_surface import Surface, grid, loss_surface
from nnviz.data.whole_files import write_whole
from nnviz.training.run import TrainingRun
from nnviz.training.surface_planes import (
    MODES,
    Choice,
    Look,
    Place,
    chosen_look,
    rows_of,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz surface``."""
    add_experiment_arguments(parser)
    parser.add_argument("--epochs", type=whole(0), default=60, help="passes before it (60)")
    parser.add_argument(
        "--directions",
        choices=MODES,
        default="random",
        help="which plane: two random directions (default), two weights, along the gradient of "
        "the last step, or the plane of the run",
    )
    parser.add_argument(
        "--weights",
        nargs=2,
        default=Choice().names,
        metavar=("W1[1,1]", "W2[1,1]"),
        help="the two weights or biases for --directions weights, counted from 1",
    )
    parser.add_argument("--points", type=whole(3, 401), default=41, help="cells each way (41)")
    parser.add_argument("--zoom", type=number(0.0), default=1.0, help="divides the reach (1)")
    parser.add_argument("--draw", type=whole(0), default=0, help="seed of random directions (0)")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.csv")


def run(arguments: argparse.Namespace) -> int:
    """Train, work out the surface, write the table and say what it holds."""
    if not arguments.zoom > 0:
        raise CommandError("--zoom must be above 0", is_wrong_use=True)
    training = start_run(experiment_of(arguments))
    path = _train(training, arguments.epochs)
    names = (arguments.weights[0], arguments.weights[1])
    choice = Choice(arguments.directions, names, arguments.draw, arguments.zoom)
    network = training.network
    origin = network.parameters.astype(np.float64)
    try:
        look = chosen_look(Place(network.layout, origin, training.gradients, path), choice)
    except ValueError as error:
        raise CommandError(str(error), is_wrong_use=True) from error
    rows = rows_of(training.data, network.spec)
    xs, ys = grid(look.centre, look.reach, arguments.points)
    surface = loss_surface(network.spec, look.plane, xs, ys, rows.inputs, rows.targets)
    try:
        write_whole(arguments.out, [_table(surface)], "the surface")
    except OSError as error:
        raise CommandError(str(error)) from error
    _say(training, look, surface, rows.words)
    return 0


def _train(training: TrainingRun, epochs: int) -> list[np.ndarray]:
    """Train, and return the weights at the start and after each epoch."""
    path = [training.network.parameters.copy()]
    while training.epoch < epochs and training.divergence.step is None:
        epoch = training.epoch
        while training.epoch == epoch and training.divergence.step is None:
            training.advance(training.batches_per_epoch)
            if training.early_stopping.has_stopped:
                return path
        path.append(training.network.parameters.copy())
    return path


def _table(surface: Surface) -> bytes:
    """Return a row for each cell: both coordinates and the loss, to the last digit."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("a", "b", "loss"))
    for b, losses in zip(surface.ys.tolist(), surface.losses.tolist(), strict=True):
        for a, loss in zip(surface.xs.tolist(), losses, strict=True):
            table.writerow((repr(a), repr(b), repr(loss)))
    return text.getvalue().encode()


def _say(training: TrainingRun, look: Look, surface: Surface, rows: str) -> None:
    print(f"a: {look.axes[0]}; b: {look.axes[1]}")
    if look.note:
        print(look.note)
    (here,), _ = look.plane.coordinates([training.network.parameters])
    print(f"after step {training.step:,} the weights are at a = {here[0]:.6g}, b = {here[1]:.6g}")
    print(f"mean loss and penalties over {rows}; the least of the grid is {surface.least:.6g}")
