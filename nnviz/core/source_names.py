"""What a number of a trace is, in words."""

from collections.abc import Mapping
from types import MappingProxyType

from nnviz.core.notation import Source
from nnviz.core.trace import Trace

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "x": "input",
        "t": "target",
        "W": "weight",
        "b": "bias",
        "z": "weighted sum z",
        "a": "activation",
        "g": "local gradient f'(z)",
        "m": "mask of dropout",
        "d": "activation after dropout",
        "p": "prediction",
        "L": "loss of the batch",
        "R": "penalty",
    }
)


def source_name(trace: Trace, source: Source) -> str:
    """Return a number's name, such as ``"activation of unit 2 in layer 1, sample 1"``."""
    name = source.buffer
    is_gradient = len(name) > 1 and name[0] == "d" and name[1].isalpha()
    letter = name.removeprefix("d")[0] if is_gradient else name[0]
    layer = name.lstrip("dWbzagmpxtLR")
    words = _NAMES[letter]
    what = f"gradient of the loss by the {words}" if is_gradient else words
    if letter in "LR":
        return what
    has_pieces = bool(layer) and letter in "Wbzg" and _has_pieces(trace, int(layer))
    index = source.index[1:] if has_pieces else source.index
    piece = f", piece {source.index[0] + 1}" if has_pieces else ""
    match letter:
        case "W":
            place = f" from unit {index[0] + 1} to unit {index[1] + 1} of layer {layer}"
        case "b":
            place = f" of unit {index[0] + 1} in layer {layer}"
        case "x" | "t" | "p":
            place = f" {index[1] + 1}, sample {index[0] + 1}"
        case _:
            place = f" of unit {index[1] + 1} in layer {layer}, sample {index[0] + 1}"
    return what + place + piece


def where_made(source: Source) -> str:
    """Return where a number was made, such as ``"made in line 3"``."""
    return f"made in line {source.position}" if source.position else "there from the start"


def _has_pieces(trace: Trace, layer: int) -> bool:
    return trace.spec.layers[layer - 1].piece_count > 1
