"""How the network diagram is arranged: pure geometry, no painting.

A layer is a column of separate nodes, or, where those would not fit, a block: a
framed grid of small cells. All lengths are in pixels of the view, before scaling.
"""

from itertools import pairwise

import numpy as np

from nnviz.gui.views.network_places import Box, LayerPlace, NetworkLayout

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
CAPTION_SLOT = 56.0
CAPTION_HEIGHT = 22.0
NODE_SLOT_SHARE = 0.55
WIDEST_BLOCK = 156.0
LARGEST_CELL = 20.0


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
    return sum(a * b for a, b in pairwise(sizes))


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
    is_wide = slot >= CAPTION_SLOT
    padding = 8.0 if slot >= WIDE_SLOT else 5.0 if is_wide else 2.0
    wide = min(0.55 * slot, WIDEST_BLOCK) - 2 * padding
    # Equal room above and below keeps the block in the middle.
    high = tall - 2 * padding - (2 * CAPTION_HEIGHT if is_wide else 0.0)

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
    has_caption = room[0] >= CAPTION_SLOT
    return LayerPlace(layer, size, True, box, pitch - gap, columns, pitch, step, has_caption)
