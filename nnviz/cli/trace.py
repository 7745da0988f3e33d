"""``nnviz trace``: every number of one training step, without a window."""

import argparse
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from nnviz.cli.errors import CommandError
from nnviz.cli.experiment import add_experiment_arguments, has_subject
from nnviz.cli.trace_document import json_of
from nnviz.cli.trace_source import TracedStep, traced_step
from nnviz.cli.values import whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz trace``."""
    group = parser.add_argument_group(
        "trace", "FILE may be a table, or a case in JSON as `nnviz verify` reads it."
    )
    add_step_arguments(group)
    group.add_argument("--format", choices=FORMATS, default="text")
    group.add_argument("--out", type=Path, metavar="FILE", help="write there, not to the terminal")
    add_experiment_arguments(parser)


def add_step_arguments(group: "argparse._ArgumentGroup") -> None:
    """Add what chooses the step: how far to train before, which rows, which case."""
    group.add_argument(
        "--at", type=whole(0), default=0, metavar="STEP", help="train so many steps before (0)"
    )
    group.add_argument(
        "--sample", type=whole(0), metavar="ROW", help="trace one training row (from 0) alone"
    )
    group.add_argument("--case", metavar="ID", help="which case of FILE.json (the first)")
    group.add_argument("--batch", metavar="NAME", help="which batch of the case (the first)")


def run(arguments: argparse.Namespace) -> int:
    """Record the step, write it, and return the exit code."""
    if not has_subject(arguments):
        raise CommandError(
            "say what to trace: --dataset NAME (see `nnviz datasets`), --example NAME, FILE.csv "
            "with --target, or FILE.json with a case",
            is_wrong_use=True,
        )
    text = FORMATS[arguments.format](traced_step(arguments))
    if arguments.out is None:
        _print(text)
        return 0
    try:
        arguments.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{arguments.out} could not be written: {error.strerror}") from error
    return 0


def _as_text(step: TracedStep) -> str:
    from nnviz.cli.trace_text import text_of

    return text_of(step)


def _as_tex(step: TracedStep) -> str:
    from nnviz.cli.trace_tex import tex_of

    return tex_of(step)


def _as_html(step: TracedStep) -> str:
    # Only this format needs latex2mathml.
    from nnviz.cli.trace_html import html_of

    return html_of(step)


FORMATS: Mapping[str, Callable[[TracedStep], str]] = MappingProxyType(
    {"text": _as_text, "json": json_of, "tex": _as_tex, "html": _as_html}
)


def _print(text: str) -> None:
    """Print it; where the terminal has no such letters, with the nearest plain ones."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKC", text.replace("\N{MINUS SIGN}", "-"))
        text = plain.encode(encoding, "replace").decode(encoding)
    sys.stdout.write(text)
