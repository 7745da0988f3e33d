"""Reading the values of arguments, with sentences for those that cannot be read."""

import argparse
import math
from collections.abc import Callable, Mapping
from typing import TypeVar

from nnviz.core.table import look_up

Value = TypeVar("Value")


def layer_sizes(text: str) -> tuple[int, ...]:
    """Return the sizes in text like 16,16; ``none`` is no layer at all."""
    if text.strip().lower() in ("", "none"):
        return ()
    parts = text.split(",")
    if not all(part.strip().isdigit() and int(part) > 0 for part in parts):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of layer sizes; write whole numbers from 1 up, as in 16,16"
        )
    return tuple(int(part) for part in parts)


def batch_size(text: str) -> int | None:
    """Return a number of rows, or ``None`` for the full set."""
    return None if text == "full" else whole(1)(text)


def whole(low: int, high: int | None = None) -> Callable[[str], int]:
    """Return what reads a whole number from low to high, both included."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if value < low or (high is not None and value > high):
            span = f"from {low} up" if high is None else f"from {low} to {high}"
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {span}")
        return value

    return parse


def number(low: float, below: float | None = None) -> Callable[[str], float]:
    """Return what reads a number from low to below the end."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = low - 1
        if not low <= value < (float("inf") if below is None else below):
            span = f"from {low:g} up" if below is None else f"from {low:g} to below {below:g}"
            raise argparse.ArgumentTypeError(f"{text!r} is not a number {span}")
        return value

    return parse


def any_number(text: str) -> float:
    """Return a number of any sign."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


def each(parse: Callable[[str], Value]) -> Callable[[str], tuple[Value, ...]]:
    """Return what reads values with commas between them, as in 0.1,0.2."""
    return lambda text: tuple(parse(part.strip()) for part in text.split(","))


def key_of(table: Mapping[str, object], what: str) -> Callable[[str], str]:
    """Return what reads a key of a table."""

    def parse(text: str) -> str:
        try:
            look_up(table, text, what)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return text

    return parse
