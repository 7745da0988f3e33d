"""``nnviz``: open the window, or do the nearest thing where there is no display."""

import argparse

from nnviz.cli.display import has_display
from nnviz.cli.experiment import add_experiment_arguments, experiment_of, has_subject
from nnviz.core.spec import LayerSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec

DEFAULT_EXPERIMENT = ExperimentSpec(
    model=ModelSpec(
        hidden_layers=(LayerSpec(6), LayerSpec(5), LayerSpec(3)), loss="binary_cross_entropy"
    )
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of plain ``nnviz``."""
    add_experiment_arguments(parser)
    parser.add_argument("--theme", choices=("dark", "light"), help="colours of the window")
    parser.add_argument(
        "--smoke-test",
        action="store_true",
        help="open the window, train for a moment, quit, and fail if anything went wrong",
    )


def run(arguments: argparse.Namespace) -> int:
    """Open the window; without a display, train and write a picture of it."""
    experiment = experiment_of(arguments) if has_subject(arguments) else DEFAULT_EXPERIMENT
    if not has_display():
        from nnviz.cli.headless import run_without_display

        return run_without_display(experiment, arguments.theme or "dark")
    from nnviz.gui.app import run as run_window

    return run_window(experiment, smoke_test=arguments.smoke_test, theme=arguments.theme)
