"""Which pin a name or a number on the screen stands for, and whether a network has it."""

import re

from nnviz.core.notation import Source
from nnviz.core.parameter_names import ParameterNames
from nnviz.core.spec import NetworkSpec
from nnviz.gui.display import Display
from nnviz.gui.watch_list import Pin

EXAMPLES = "W2[3,1], b1[2], dW1[1,1], a1[2], z1[2] or dz1[2]"
_OF_A_UNIT = re.compile(r"\s*(dz|delta|z|a)(\d+)\s*(?:\[\s*(\d+)\s*\])??\s*\[\s*(\d+)\s*\]\s*")


def pin_of(display: Display, source: Source) -> Pin:
    """Return the pin of a number that is on the screen.

    Raises
    ------
    ValueError
        With a sentence, if it is of a kind that no run remembers, or of no training row.
    """
    letter, index = source.buffer.lstrip("d")[:1], source.index
    if letter in ("W", "b"):
        return Pin(source.buffer, index)
    if not re.fullmatch(r"(dz|z|a)\d+", source.buffer):
        raise ValueError(f"only weights, biases, z, a and gradients can be watched: {EXAMPLES}")
    *before, sample, unit = index
    rows = display.batch_rows
    if sample >= len(rows):
        raise ValueError("this sample was typed in, so no training row can be watched for it")
    return Pin(source.buffer, (*before, unit), int(rows[sample]))


def pin_named(display: Display, text: str) -> Pin:
    """Return the pin of a name such as ``W2[3,1]``; what needs a row is of the selected sample.

    Raises
    ------
    ValueError
        With a sentence that says what there is.
    """
    match = _OF_A_UNIT.fullmatch(text)
    if match is None:
        name = text.strip()
        is_gradient = name[:1] == "d"
        names = ParameterNames(display.network.layout)
        try:
            place = names.place(name.removeprefix("d"))
        except ValueError as error:
            raise ValueError(f"{error}; {EXAMPLES} can be watched") from error
        buffer, index = names.index(place)
        return Pin(f"d{buffer}" if is_gradient else buffer, index)
    buffer = match[1].replace("delta", "dz") + match[2]
    piece, unit = int(match[3] or 1) - 1, int(match[4]) - 1
    pieces = _pieces(display.spec, int(match[2]), match[1])
    rows = display.batch_rows
    if not len(rows):
        raise ValueError("the sample was typed in, so no training row can be watched for it")
    pin = Pin(buffer, (piece, unit) if pieces > 1 else (unit,), int(rows[display.sample_index]))
    problem = problem_of(display, pin)
    if problem is not None:
        raise ValueError(problem)
    return pin


def problem_of(display: Display, pin: Pin) -> str | None:
    """Say why the network on show has no such number, or return ``None``."""
    layers = display.spec.layers
    if not 1 <= pin.layer <= len(layers):
        return f"there is no layer {pin.layer}: the layers are 1 to {len(layers)}"
    block = display.network.layout.blocks[pin.layer - 1]
    pieces = _pieces(display.spec, pin.layer, pin.buffer)
    bounds = [block.fan_in, block.fan_out] if pin.letter == "W" else [block.fan_out]
    if block.has_pieces and pin.letter != "a":
        bounds.insert(0, pieces)
    if len(bounds) != len(pin.index):
        return f"{pin.name} is of another kind of layer"
    for index, bound in zip(pin.index, bounds, strict=True):
        if not 0 <= index < bound:
            return f"there is no {pin.name}: the numbers there go from 1 to {bound}"
    if pin.row is not None and pin.row >= len(display.data.train_inputs):
        return f"there is no training row {pin.row + 1}"
    return None


def _pieces(spec: NetworkSpec, layer: int, letter: str) -> int:
    if letter.startswith("a") or not 1 <= layer <= len(spec.layers):
        return 1
    return spec.layers[layer - 1].piece_count
