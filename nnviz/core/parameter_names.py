"""Names of single weights and biases: ``W2[3,1]`` leads from unit 3 to unit 1 of layer 2.

Everything is counted from 1, as people do. In a maxout layer the piece comes first:
``W2[2][3,1]``.
"""

import re

import numpy as np
from numpy.typing import NDArray

from nnviz.core.layout import LayerBlock, ParameterLayout

_NAME = re.compile(r"\s*([Wb])(\d+)\s*(?:\[\s*(\d+)\s*\])??\s*\[\s*(\d+)\s*(?:,\s*(\d+)\s*)?\]\s*")


class ParameterNames:
    """What every place of a flat vector is.

    Attributes
    ----------
    layer, source, target, piece
        For each of P places: its layer from 1; the unit below that a weight comes from
        (-1 for a bias), the unit that it leads to, and the maxout piece, all from 0.
    """

    def __init__(self, layout: ParameterLayout) -> None:
        self._layout = layout
        self.layer = np.zeros(layout.size, dtype=np.int32)
        self.source, self.target, self.piece = (np.zeros_like(self.layer) for _ in range(3))
        for number, block in enumerate(layout.blocks, start=1):
            part = slice(block.start, block.stop)
            rows, columns = np.divmod(np.arange(block.stop - block.start), _row_length(block))
            self.layer[part] = number
            self.source[part] = np.where(rows == block.fan_in, -1, rows)
            self.piece[part], self.target[part] = np.divmod(columns, block.fan_out)

    def name(self, place: int) -> str:
        """Return the name of a place."""
        layer, target = int(self.layer[place]), int(self.target[place]) + 1
        has_pieces = self._layout.blocks[layer - 1].has_pieces
        piece = f"[{int(self.piece[place]) + 1}]" if has_pieces else ""
        source = int(self.source[place])
        if source < 0:
            return f"b{layer}{piece}[{target}]"
        return f"W{layer}{piece}[{source + 1},{target}]"

    def place(self, name: str) -> int:
        """Return the place of a name.

        Raises
        ------
        ValueError
            With a sentence, if that is no name, or nothing of this network.
        """
        match = _NAME.fullmatch(name)
        if match is None or (match[1] == "W") != (match[5] is not None):
            raise ValueError(
                f"{name.strip()!r} is no weight or bias: write it like W1[2,3] (from unit 2 to "
                "unit 3 of layer 1) or b1[3]"
            )
        layer, piece = int(match[2]), int(match[3] or 1)
        source, target = (int(match[4]), int(match[5])) if match[5] else (0, int(match[4]))
        blocks = self._layout.blocks
        if not 1 <= layer <= len(blocks):
            raise ValueError(f"there is no layer {layer}: the layers are 1 to {len(blocks)}")
        block = blocks[layer - 1]
        if match[5] and not 1 <= source <= block.fan_in:
            raise ValueError(f"W{layer} comes from units 1 to {block.fan_in}, not from {source}")
        if not 1 <= target <= block.fan_out:
            raise ValueError(f"layer {layer} has units 1 to {block.fan_out}, not {target}")
        if not 1 <= piece <= block.pieces:
            raise ValueError(f"the units of layer {layer} have pieces 1 to {block.pieces}")
        row = source - 1 if match[5] else block.fan_in
        return block.start + row * _row_length(block) + (piece - 1) * block.fan_out + target - 1

    def index(self, place: int) -> tuple[str, tuple[int, ...]]:
        """Return buffer and index of a place as a Source has them, such as ("W2", (2, 0))."""
        layer, target = int(self.layer[place]), int(self.target[place])
        has_pieces = self._layout.blocks[layer - 1].has_pieces
        piece = (int(self.piece[place]),) if has_pieces else ()
        source = int(self.source[place])
        if source < 0:
            return f"b{layer}", (*piece, target)
        return f"W{layer}", (*piece, source, target)


def _row_length(block: LayerBlock) -> int:
    return block.pieces * block.fan_out


def places_named(
    names: ParameterNames,
    letter: str,
    layer: int | None = None,
    first: int | None = None,
    second: int | None = None,
) -> NDArray[np.bool_]:
    """Return for every place whether its name begins like this.

    Parameters
    ----------
    names
        Of the network.
    letter
        ``"W"`` or ``"b"``.
    layer, first, second
        Layer and indices from 1, as they stand in the name; ``None`` is any.
    """
    found: NDArray[np.bool_] = (names.source >= 0) if letter == "W" else (names.source < 0)
    if layer is not None:
        found = found & (names.layer == layer)
    ends = (names.source, names.target) if letter == "W" else (names.target, names.target)
    for index, end in zip((first, second), ends, strict=True):
        if index is not None:
            found = found & (end == index - 1)
    return found
