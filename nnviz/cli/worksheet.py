"""``nnviz worksheet``: a training step as a PDF, to be computed by hand."""

import argparse
import os
from pathlib import Path

from nnviz.cli.errors import CommandError
from nnviz.cli.experiment import add_experiment_arguments, has_subject
from nnviz.cli.trace import add_step_arguments
from nnviz.cli.trace_source import traced_step
from nnviz.core.worksheet import worksheet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz worksheet``."""
    group = parser.add_argument_group(
        "worksheet", "FILE may be a table, or a case in JSON as `nnviz verify` reads it."
    )
    add_step_arguments(group)
    group.add_argument(
        "--answers", action="store_true", help="with every number in its place, not blanks"
    )
    group.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    add_experiment_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Record the step, write its worksheet, and return the exit code."""
    if not has_subject(arguments):
        raise CommandError(
            "say what to compute: --example NAME, --dataset NAME with --sample, or a file",
            is_wrong_use=True,
        )
    if arguments.out.suffix.lower() != ".pdf":
        raise CommandError(
            f"{arguments.out} does not end in .pdf; name the worksheet with it", is_wrong_use=True
        )
    step = traced_step(arguments)
    try:
        sheet = worksheet(step.trace, step.data)
    except ValueError as error:
        raise CommandError(str(error), is_wrong_use=True) from error
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from nnviz.gui.app import make_application
    from nnviz.gui.worksheet import write_worksheet

    make_application()
    try:
        write_worksheet(arguments.out, sheet, arguments.answers)
    except OSError as error:
        raise CommandError(str(error)) from error
    return 0
