"""``nnviz datasets``: list what there is to learn from."""

import argparse

from nnviz.data.datasets import DATASETS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command has no arguments."""
    parser.set_defaults(listed=tuple(DATASETS))


def run(arguments: argparse.Namespace) -> int:
    """Print one line per data set."""
    width = max(len(name) for name in arguments.listed)
    for name in arguments.listed:
        record = DATASETS[name]
        print(f"{name:<{width}}  {record.task:<14}  {record.kind:<7}  {record.summary}")
    return 0
