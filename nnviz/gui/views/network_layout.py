"""Where the network diagram puts its layers and units: pure geometry, no painting.

A layer is a column of separate nodes, or, where those would not fit, a block: a
framed grid of small cells. All lengths are in pixels of the view, before scaling.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TOP = 58.0
BOTTOM = 26.0
NODE_SIDES = (20.0, 60.0)
NODE_SHARE = 1.34
NODE_PITCH = 1.46
TIGHTEST_PITCH = 1.12
CROWDED_EDGES = 5000
SMALL_LAYER = 12
NARROWEST_COLUMN = 24.0
MARGIN = 26.0
WIDE_SLOT = 90.0
NODE_SLOT_SHARE = 0.55
WIDEST_BLOCK = 156.0
LARGEST_CELL = 20.0


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
    """

    layer: int
    size: int
    is_block: bool
    box: Box
    side: float
    columns: int
    pitch: float
    slot: float

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
        column, across = divmod(x - left + gap / 2, self.pitch)
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
        return self._corner[1] + rows * self.pitch + self.side / 2


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
            (left, right)
            for left, right in zip(self.places, self.places[1:], strict=False)
            if right.layer == left.layer + 1
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


def arrange(
    sizes: tuple[int, ...],
    width: float,
    height: float,
    label_widths: tuple[float, float] = (0.0, 0.0),
    focus_layer: int | None = None,
) -> NetworkLayout:
    """Place the layers in a view.

    Parameters
    ----------
    sizes
        Units of each layer, the inputs first.
    width, height
        Of the view.
    label_widths
        Room for names at the left of the inputs and at the right of the outputs.
    focus_layer
        A layer that must be drawn although others are left out.
    """
    room = max(width - 2 * MARGIN - sum(label_widths), 2 * NARROWEST_COLUMN)
    slots = _slots(shown_layers(len(sizes), int(room / NARROWEST_COLUMN), focus_layer))
    slot = room / len(slots)
    tall = max(height - TOP - BOTTOM, 2 * NODE_SIDES[0])
    blocks = [_needs_block(sizes, size, slot, tall) for size in sizes]
    nodes = [size for size, block in zip(sizes, blocks, strict=True) if not block]
    side, pitch = _node_size(nodes, slot, tall, height)
    widths = [
        _block_grid(size, slot, tall)[1] if block else side
        for size, block in zip(sizes, blocks, strict=True)
    ]
    first = MARGIN + label_widths[0] + widths[0] / 2
    last = width - MARGIN - label_widths[1] - widths[-1] / 2
    centres = np.linspace(first, max(last, first + 1), len(slots))
    step = float(centres[1] - centres[0])
    middle = TOP + tall / 2
    places, gaps = [], []
    for x, (layer, until) in zip(centres.tolist(), slots, strict=True):
        if until > layer:
            gaps.append((x, layer, until))
        elif blocks[layer]:
            places.append(_block_place(layer, sizes[layer], (x, middle), (slot, tall), step))
        else:
            tallness = (sizes[layer] - 1) * pitch + side
            box = Box(x - side / 2, middle - tallness / 2, side, tallness)
            places.append(LayerPlace(layer, sizes[layer], False, box, side, 1, pitch, step))
    return NetworkLayout(tuple(places), tuple(gaps))


def shown_layers(count: int, columns: int, focus_layer: int | None = None) -> tuple[int, ...]:
    """Return the layers to draw where only so many columns fit.

    The first and the last ones, and those round the layer in focus; every run
    that is left out takes a column itself.
    """
    columns = max(columns, 5)
    if count <= columns:
        return tuple(range(count))
    head = (columns - 1) // 2
    tail = columns - 1 - head
    if focus_layer is None or focus_layer < head or focus_layer >= count - tail:
        return (*range(head), *range(count - tail, count))
    around = max(columns - 4, 1)
    start = min(max(focus_layer - around // 2, 1), count - 1 - around)
    return (0, *range(start, start + around), count - 1)


def _slots(shown: tuple[int, ...]) -> list[tuple[int, int]]:
    # One (first, last) per column: a layer alone, or a run that is left out.
    slots: list[tuple[int, int]] = []
    for layer in shown:
        if slots and layer > slots[-1][1] + 1:
            # A single layer takes no more room than the sign that it is missing.
            slots.append((slots[-1][1] + 1, layer - 1))
        slots.append((layer, layer))
    return slots


def _needs_block(sizes: tuple[int, ...], size: int, slot: float, tall: float) -> bool:
    if slot >= WIDE_SLOT and size > SMALL_LAYER and edge_count(sizes) > CROWDED_EDGES:
        return True
    return size * min(NODE_SIDES[0], NODE_SLOT_SHARE * slot) * TIGHTEST_PITCH > tall + 4


def edge_count(sizes: tuple[int, ...]) -> int:
    """Return the number of edges between layers of these sizes."""
    return sum(a * b for a, b in zip(sizes, sizes[1:], strict=False))


def _node_size(
    node_counts: list[int], slot: float, tall: float, height: float
) -> tuple[float, float]:
    most = max(node_counts, default=1)
    formula = (height - TOP - BOTTOM) / (NODE_SHARE * most)
    side = min(max(formula, NODE_SIDES[0]), NODE_SIDES[1], NODE_SLOT_SHARE * slot)
    side = min(side, tall / (TIGHTEST_PITCH * most) + 1)
    # Where layers stand close, rows move apart instead, so that edges can be told apart.
    pitch = (NODE_PITCH if slot >= WIDE_SLOT else 2.0) * side
    return side, min(pitch, (tall - side) / (most - 1)) if most > 1 else pitch


def _block_grid(size: int, slot: float, tall: float) -> tuple[int, float, float, float]:
    """Return columns, frame width, cell pitch and padding of a block."""
    is_wide = slot >= WIDE_SLOT
    padding = 8.0 if is_wide else 2.0
    wide = min(0.55 * slot, WIDEST_BLOCK) - 2 * padding
    high = tall - 2 * padding - (22.0 if is_wide else 0.0)

    def pitch(columns: int) -> float:
        return min(wide / columns, high / -(-size // columns), LARGEST_CELL)

    columns = _full_grid(size) if is_wide else None
    if columns is None:
        columns = max(range(1, min(size, 64) + 1), key=pitch)
    return columns, columns * pitch(columns) + 2 * padding, pitch(columns), padding


def _full_grid(size: int) -> int | None:
    """Return the columns of the squarest grid that is full, if it is not too tall."""
    whole = [columns for columns in range(1, int(size**0.5) + 1) if size % columns == 0]
    if size // whole[-1] <= 2.5 * whole[-1]:
        return whole[-1]
    return max(1, round(size**0.5)) if size > 4 else None


def _block_place(
    layer: int,
    size: int,
    middle: tuple[float, float],
    room: tuple[float, float],
    step: float,
) -> LayerPlace:
    columns, width, pitch, padding = _block_grid(size, *room)
    height = -(-size // columns) * pitch + 2 * padding
    box = Box(middle[0] - width / 2, middle[1] - height / 2, width, height)
    gap = 1.0 if pitch >= 6 else 0.0
    return LayerPlace(layer, size, True, box, pitch - gap, columns, pitch, step)
