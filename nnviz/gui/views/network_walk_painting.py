"""What a walk adds to the diagram: lit units, pulses along edges, values so far."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.network_edges import ends_of
from nnviz.gui.views.network_labels import SideLabels
from nnviz.gui.views.network_nodes import RADIUS, rect_of
from nnviz.gui.views.network_places import LayerPlace
from nnviz.gui.views.network_values import short
from nnviz.gui.views.network_walk import Lit, WalkPicture
from nnviz.gui.views.network_weights import BINS, ShownWeights

MOST_PULSES = 80
FAINTEST_PULSE = 0.08
_TAIL = 0.16
_LIT_WIDTH = 2.0


def walk_labels(labels: SideLabels, walk: WalkPicture) -> SideLabels:
    """Return the names with the outputs' values as far as they are computed."""
    values = walk.units[-1].tolist()
    texts = tuple("" if np.isnan(value) else short(value) for value in values)
    return replace(labels, values=texts, winner=None)


def draw_lit_units(painter: QPainter, theme: Theme, place: LayerPlace, lit: Lit | None) -> None:
    """Outline the units of a layer that the present line works out."""
    if lit is None or lit.units[0] != place.layer:
        return
    painter.setPen(QPen(QColor(theme.accent), _LIT_WIDTH))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    units = lit.units[1]
    if place.is_block and units is None:
        painter.drawRoundedRect(rect_of(place.box.grown(2)), 8, 8)
        return
    for index in range(place.size) if units is None else units.tolist():
        box = place.unit_box(index).grown(1.5)
        radius = RADIUS * box.width
        painter.drawRoundedRect(rect_of(box), radius, radius)


def draw_pulses(
    painter: QPainter,
    theme: Theme,
    pair: tuple[LayerPlace, LayerPlace],
    shown: ShownWeights,
    lit: Lit,
    share: float,
) -> None:
    """Draw what flows along the lit edges, a share of 0 to 1 of the way done.

    Forward to the right, back to the left; each pulse as wide and as bright as
    its number is large, a little later the lower it starts.
    """
    positions = lit.edges_among(shown.sources, shown.targets)
    strengths = (shown.bins[positions] + 0.5) / BINS
    chosen = positions[strengths > FAINTEST_PULSE][-MOST_PULSES:]
    for position in chosen.tolist():
        source, target = int(shown.sources[position]), int(shown.targets[position])
        value = float(shown.weights[source, target])
        strength = (int(shown.bins[position]) + 0.5) / BINS
        delay = 0.25 * source / max(pair[0].size, 1)
        way = min(max((share * 1.25 - delay) * 1.05, 0.0), 1.0)
        if 0.0 < way < 1.0:
            hot = mix(
                theme.positive if value >= 0 else theme.negative,
                "#FFFFFF" if theme.is_dark else "#000000",
                0.45 if theme.is_dark else 0.12,
            )
            painter.setPen(QPen(hot, 1.2 + 3.2 * strength, c=Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(_tail(pair, source, target, way, lit.flow))


def _tail(
    pair: tuple[LayerPlace, LayerPlace], source: int, target: int, way: float, flow: int
) -> list[QPointF]:
    span, begin, end = ends_of(pair, source, target)
    points = []
    for back in (0.0, 0.5, 1.0):
        along = min(max(way - back * _TAIL, 0.0), 1.0)
        x = span.start + (along if flow > 0 else 1.0 - along) * (span.end - span.start)
        points.append(QPointF(x, begin + (end - begin) * span.blend(x)[0]))
    return points
