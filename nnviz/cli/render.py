"""``nnviz render``: train, then write a picture without a screen."""

import argparse
import os
from pathlib import Path

from nnviz.cli.errors import CommandError
from nnviz.cli.experiment import add_experiment_arguments, experiment_of
from nnviz.cli.train import start_run

VIEW_NAMES = (
    "window",
    "network",
    "decision",
    "activation",
    "loss",
    "gradients",
    "weights",
    "equation",
    "factors",
    "code",
    "matrix",
    "graph",
    "check",
    "bug_lab",
    "timeline",
    "metrics",
    "parameters",
    "watch",
    "samples",
    "health",
    "surface",
    "workbench",
    "initialization",
    "flow",
    "sweep",
    "optimizer",
)
WORKSPACE_NAMES = ("train", "step", "inspect", "diagnose", "explore")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz render``."""
    add_experiment_arguments(parser)
    parser.add_argument("--epochs", type=int, default=60, help="passes before the picture (60)")
    parser.add_argument("--view", choices=VIEW_NAMES, default="window")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.png|FILE.svg")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--size", type=_size, metavar="1600x1000", help="in pixels, before scaling")
    parser.add_argument("--scale", type=float, default=1.0, help="pixels per pixel, for PNG (1)")
    parser.add_argument(
        "--select", type=_unit, metavar="LAYER:UNIT", help="select a unit, both counted from 1"
    )
    parser.add_argument(
        "--workspace", choices=WORKSPACE_NAMES, default="train", help="of the window (train)"
    )
    parser.add_argument(
        "--line",
        type=int,
        metavar="N",
        help="walk through the next step and stand after its N-th line",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train and write the picture."""
    if arguments.out.suffix.lower() not in (".png", ".svg"):
        raise CommandError(
            f"{arguments.out} ends in neither .png nor .svg; name the picture with one of them",
            is_wrong_use=True,
        )
    if arguments.epochs < 0 or not 0.5 <= arguments.scale <= 8:
        raise CommandError(
            "--epochs must be 0 or more and --scale from 0.5 to 8", is_wrong_use=True
        )
    experiment = experiment_of(arguments)
    # The same checks and sentences as in `nnviz train`, before Qt is loaded.
    start_run(experiment)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(arguments.scale)
    from nnviz.gui.render import RenderRequest, render

    try:
        render(
            RenderRequest(
                experiment,
                arguments.epochs,
                arguments.view,
                arguments.out,
                arguments.size,
                arguments.theme,
                arguments.select,
                arguments.workspace,
                arguments.line,
            )
        )
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from error
    return 0


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write it like 1600x1000")
    size = int(width), int(height)
    if not all(64 <= side <= 8192 for side in size):
        raise argparse.ArgumentTypeError(f"{text!r}: each side must be from 64 to 8192 pixels")
    return size


def _unit(text: str) -> tuple[int, int]:
    layer, colon, unit = text.partition(":")
    if not (colon and layer.isdigit() and unit.isdigit() and int(unit) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not LAYER:UNIT; write it like 1:3")
    return int(layer), int(unit) - 1
