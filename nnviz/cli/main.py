"""From arguments to a command, and from mistakes to sentences and exit codes."""

import argparse
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from nnviz import __version__
from nnviz.cli import (
    datasets,
    initialization,
    render,
    surface,
    sweep,
    trace,
    train,
    verify,
    window,
    worksheet,
)
from nnviz.cli.errors import CommandError

FAILED, WRONG_USE = 1, 2


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """One row of the table of commands.

    Attributes
    ----------
    summary
        What it does, for ``nnviz --help``.
    add_arguments
        Adds its arguments to a parser.
    run
        Does it, and returns the exit code.
    """

    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS: Mapping[str, CommandRecord] = MappingProxyType(
    {
        "train": CommandRecord(
            "train without a window and print the result", train.add_arguments, train.run
        ),
        "sweep": CommandRecord(
            "train from many starts or over a grid of settings, on all processors",
            sweep.add_arguments,
            sweep.run,
        ),
        "render": CommandRecord(
            "train, then write a picture without a screen", render.add_arguments, render.run
        ),
        "surface": CommandRecord(
            "train, then write the loss over a plane through weight space as a table",
            surface.add_arguments,
            surface.run,
        ),
        "trace": CommandRecord(
            "write out every number of one training step", trace.add_arguments, trace.run
        ),
        "worksheet": CommandRecord(
            "print a training step as a PDF to compute by hand",
            worksheet.add_arguments,
            worksheet.run,
        ),
        "verify": CommandRecord(
            "check a file of gradients and updates against the engine",
            verify.add_arguments,
            verify.run,
        ),
        "initialization": CommandRecord(
            "print what starting weights do to signals and gradients",
            initialization.add_arguments,
            initialization.run,
        ),
        "datasets": CommandRecord("list the data sets", datasets.add_arguments, datasets.run),
    }
)


def run_command_line(arguments: Sequence[str]) -> int:
    """Run nnviz with these arguments; return 0, 1 (failed) or 2 (wrong use)."""
    logging.basicConfig(format="nnviz: %(message)s", level=logging.WARNING)
    try:
        return _run(list(arguments))
    except CommandError as error:
        print(f"nnviz: {error}", file=sys.stderr)
        return WRONG_USE if error.is_wrong_use else FAILED
    except KeyboardInterrupt:
        print("nnviz: stopped", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output has gone, as in ``nnviz datasets | head -1``.
        sys.stderr.close()
        return FAILED


def _run(arguments: list[str]) -> int:
    if arguments and arguments[0] in COMMANDS:
        command = COMMANDS[arguments[0]]
        parser = argparse.ArgumentParser(
            prog=f"nnviz {arguments[0]}", description=command.summary.capitalize() + "."
        )
        command.add_arguments(parser)
        return command.run(parser.parse_args(arguments[1:]))
    parser = argparse.ArgumentParser(
        prog="nnviz",
        description="Watch a neural network learn, and check every number of it.",
        epilog=_command_list(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"nnviz {__version__}")
    window.add_arguments(parser)
    return window.run(parser.parse_args(arguments))


def _command_list() -> str:
    rows = (f"  nnviz {name:<14} {record.summary}" for name, record in COMMANDS.items())
    return "\n".join(("commands (each has its own --help):", *rows))
