"""Which part of the diagram is under a point."""

from collections.abc import Mapping

import numpy as np

from nnviz.gui.selection import EdgeRef
from nnviz.gui.views.network_blocks import thumbnail_box
from nnviz.gui.views.network_curves import nearest_edge
from nnviz.gui.views.network_edges import edge_widths, span_of
from nnviz.gui.views.network_places import NetworkLayout
from nnviz.gui.views.network_weights import ShownWeights

_THUMBNAIL_MARGIN = 5


def edge_at(
    layout: NetworkLayout,
    shown_weights: Mapping[int, ShownWeights],
    point: tuple[float, float],
    is_straight: bool,
) -> EdgeRef | None:
    """Return the drawn edge within 5 px of a point; strong edges go first."""
    for left, right in layout.pairs:
        widths = np.array(edge_widths((left, right)))
        shown = shown_weights[right.layer]
        heights = left.port_ys[shown.sources], right.port_ys[shown.targets]
        strengths = (shown.bins + 1) / len(widths)
        span = span_of((left, right), is_straight)
        found = nearest_edge(point, span, heights, strengths, widths[shown.bins])
        if found is not None:
            return EdgeRef(right.layer, int(shown.sources[found]), int(shown.targets[found]))
    return None


def thumbnail_at(layout: NetworkLayout, x: float, y: float) -> int | None:
    """Return the layer whose W thumbnail is under a point."""
    for pair in layout.pairs:
        box = thumbnail_box(pair)
        if box is not None and box.grown(_THUMBNAIL_MARGIN).contains(x, y):
            return pair[1].layer
    return None
