"""What the lecture's code calls the buffers: ``sum1``, ``out1``, ``dloss_sum1`` and so on."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_LETTERS: Mapping[str, str] = MappingProxyType(
    {"W": "W", "b": "b", "z": "sum", "a": "out", "g": "local", "m": "mask", "d": "kept"}
)
_WHOLE_NAMES: Mapping[str, str] = MappingProxyType(
    {"p": "prediction", "L": "loss", "R": "penalty", "x": "x", "t": "t", "dx": "dloss_x"}
)
_BUFFER = re.compile(r"(d?)([Wbzagmd])(\d+)")
_WORD = re.compile(r"[A-Za-z_]\w*")


def variable_name(buffer: str) -> str:
    """Return the variable that holds a buffer.

    Raises
    ------
    KeyError
        If a Program has no buffer of this name.
    """
    match = _BUFFER.fullmatch(buffer)
    if match is None:
        return _WHOLE_NAMES[buffer]
    return ("dloss_" if match[1] else "") + _LETTERS[match[2]] + match[3]


def words_of(code: str) -> frozenset[str]:
    """Return all names and words in a piece of code, its comments left out."""
    return frozenset(
        word for row in code.splitlines() for word in _WORD.findall(row.partition("#")[0])
    )
