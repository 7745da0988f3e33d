"""The command line: the same engine, and no Qt unless a picture is wanted."""

from nnviz.cli.main import run_command_line

__all__ = ["run_command_line"]
