"""Where layers and units stand in the network diagram, and what is under a point.

All lengths are in pixels of the view, before scaling.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Box(NamedTuple):
    """A rectangle, its corner at the upper left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def grown(self, by: float) -> "Box":
        """Return the box that reaches so much further on every side."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True)
class LayerPlace:
    """Where one layer stands.

    Attributes
    ----------
    layer, size
        Number of the layer (0 is the inputs) and of its units.
    is_block
        Whether the units are cells of a framed grid.
    box
        Around all units; around the frame, for a block. Edges end at its sides.
    side
        Length of a unit's square.
    columns
        Units per row of the grid, 1 for nodes.
    pitch
        Distance between rows (and columns) of units.
    slot
        Width that the header may take.
    has_caption
        Whether there is room for a line below a block.
    """

    layer: int
    size: int
    is_block: bool
    box: Box
    side: float
    columns: int
    pitch: float
    slot: float
    has_caption: bool = False

    @property
    def rows(self) -> int:
        """Rows of the grid, the last one perhaps not full."""
        return -(-self.size // self.columns)

    @property
    def _corner(self) -> tuple[float, float]:
        gap = self.pitch - self.side
        x, y = self.box.middle
        return (
            x - (self.columns * self.pitch - gap) / 2,
            y - (self.rows * self.pitch - gap) / 2,
        )

    def unit_box(self, index: int) -> Box:
        """Return the square of a unit."""
        row, column = divmod(index, self.columns)
        x, y = self._corner
        return Box(x + column * self.pitch, y + row * self.pitch, self.side, self.side)

    def unit_at(self, x: float, y: float) -> int | None:
        """Return the unit under a point; the gaps of a block belong to the nearest cell."""
        if not self.box.contains(x, y):
            return None
        left, top = self._corner
        gap = self.pitch - self.side
        column, _ = divmod(x - left + gap / 2, self.pitch)
        row, down = divmod(y - top + gap / 2, self.pitch)
        is_off = not gap / 2 <= down <= self.pitch - gap / 2
        if not 0 <= column < self.columns or row < 0 or (is_off and not self.is_block):
            return None
        index = int(row) * self.columns + int(column)
        return index if index < self.size else None

    @cached_property
    def port_ys(self) -> NDArray[np.float64]:
        """The heights at which the edges of each unit end."""
        rows = np.arange(self.size) // self.columns
        heights = self._corner[1] + rows * self.pitch + self.side / 2
        return heights.astype(np.float64)


@dataclass(frozen=True)
class NetworkLayout:
    """The whole diagram.

    Attributes
    ----------
    places
        The layers that are drawn, from the left.
    gaps
        For each run of layers that are left out: centre x, first and last layer.
    """

    places: tuple[LayerPlace, ...]
    gaps: tuple[tuple[float, int, int], ...]

    def place_of(self, layer: int) -> LayerPlace | None:
        """Return where a layer stands, or ``None`` if it is left out."""
        return next((place for place in self.places if place.layer == layer), None)

    @property
    def pairs(self) -> tuple[tuple[LayerPlace, LayerPlace], ...]:
        """Neighbouring layers that are both drawn, with edges between them."""
        return tuple(
            (left, right) for left, right in pairwise(self.places) if right.layer == left.layer + 1
        )

    def unit_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return (layer, index) of the unit under a point, or ``None``."""
        for place in self.places:
            index = place.unit_at(x, y)
            if index is not None:
                return place.layer, index
        return None

    @property
    def node_side(self) -> float:
        """The side of the separate nodes, or of the largest cells if there are none."""
        nodes = [place.side for place in self.places if not place.is_block]
        return nodes[0] if nodes else max(place.side for place in self.places)
