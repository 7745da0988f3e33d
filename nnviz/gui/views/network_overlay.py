"""What lies on top: rings round the unit in focus, pills with weights, the focus ring."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from nnviz.gui.fonts import ui_font
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import Theme, sign_colour
from nnviz.gui.views.network_edges import ends_of
from nnviz.gui.views.network_nodes import RADIUS, rect_of
from nnviz.gui.views.network_places import Box, LayerPlace
from nnviz.gui.views.network_values import signed
from nnviz.gui.views.network_weights import ShownWeights

PILL_HEIGHT = 18.0
PILL_GAP = 3.0
PILL_WIDTH = 46.0
PILL_DISTANCE = 9.0
HOVER_HALO, SELECTED_HALO = 40, 70


@dataclass(frozen=True, slots=True)
class Pill:
    """A weight written on its edge; ``x`` and ``y`` are its centre."""

    x: float
    y: float
    value: float
    edge: EdgeRef


def unit_pills(
    shown: ShownWeights, pair: tuple[LayerPlace, LayerPlace], index: int
) -> tuple[Pill, ...]:
    """Return the strongest incoming weights of a unit, beside it and clear of each other.

    None where there is no room between the layers: they would hide units.
    """
    left, right = pair
    span = right.box.x - left.box.right
    if span < PILL_WIDTH:
        return ()
    sources = shown.strongest_incoming(index)
    x = max(right.box.x - PILL_DISTANCE - PILL_WIDTH / 2, left.box.right + span / 2)
    points = []
    for source in sources:
        edge_span, begin, end = ends_of(pair, source, index)
        share, _ = edge_span.blend(x)
        points.append((begin + (end - begin) * share, float(shown.weights[source, index]), source))
    points.sort()
    heights = spread(np.array([y for y, _, _ in points]), PILL_HEIGHT + PILL_GAP)
    return tuple(
        Pill(x, y, value, EdgeRef(right.layer, source, index))
        for y, (_, value, source) in zip(heights, points, strict=True)
    )


def edge_pill(shown: ShownWeights, pair: tuple[LayerPlace, LayerPlace], edge: EdgeRef) -> Pill:
    """Return the weight of an edge, written at its middle."""
    span, begin, end = ends_of(pair, edge.source, edge.target)
    value = float(shown.weights[edge.source, edge.target])
    return Pill((span.start + span.end) / 2, (begin + end) / 2, value, edge)


def spread(heights: np.ndarray, distance: float) -> list[float]:
    """Move rising heights apart until they keep a distance, about their common middle."""
    if len(heights) < 2:
        return [float(y) for y in heights]
    steps = np.arange(len(heights)) * distance
    moved = np.maximum.accumulate(heights - steps) + steps
    return [float(y) for y in moved - (moved - heights).mean()]


def draw_ring(painter: QPainter, theme: Theme, box: Box, is_selected: bool) -> None:
    """Draw the ring and the halo of a unit that is selected or under the mouse."""
    colour = QColor(theme.accent if is_selected else theme.text)
    halo = QColor(colour)
    halo.setAlpha(SELECTED_HALO if is_selected else HOVER_HALO)
    width = 6.0 if box.width >= 20 else 4.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for grown, pen in ((1 + width / 2, QPen(halo, width)), (0.0, QPen(colour, 2.0))):
        outer = box.grown(grown)
        radius = RADIUS * box.width + grown
        painter.setPen(pen)
        painter.drawRoundedRect(rect_of(outer), radius, radius)


def draw_pill(painter: QPainter, theme: Theme, pill: Pill) -> None:
    """Write a weight, its sign always shown, in a pill outlined in the sign's colour."""
    font = ui_font(11, QFont.Weight.DemiBold)
    painter.setFont(font)
    text = signed(pill.value)
    width = max(PILL_WIDTH - 4, painter.fontMetrics().horizontalAdvance(text) + 14)
    rect = QRectF(pill.x - width / 2, pill.y - PILL_HEIGHT / 2, width, PILL_HEIGHT)
    painter.setPen(QPen(QColor(sign_colour(theme, pill.value)), 1.25))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(rect, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
    painter.setPen(QColor(theme.text))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def draw_focus_ring(painter: QPainter, theme: Theme, width: float, height: float) -> None:
    """Show that the keyboard acts here."""
    painter.setPen(QPen(QColor(theme.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(1, 1, width - 2, height - 2), 8, 8)


def neighbour(
    sizes: tuple[int, ...], unit: UnitRef | None, across: int, down: int, columns: int
) -> UnitRef:
    """Return the unit that an arrow key leads to.

    Parameters
    ----------
    sizes
        Units of each layer.
    unit
        Where to go from; ``None`` begins at the first input.
    across, down
        Steps to the right and downwards.
    columns
        Units per row in the unit's layer; within a block, steps to the right stay
        in the block until its side.
    """
    if unit is None:
        return UnitRef(0, 0)
    row, column = divmod(unit.index, columns)
    if across and columns > 1 and 0 <= column + across < columns:
        index = min(unit.index + across, sizes[unit.layer] - 1)
        if index != unit.index:
            return UnitRef(unit.layer, index)
    if across:
        layer = min(max(unit.layer + across, 0), len(sizes) - 1)
        if layer == unit.layer:
            return unit
        share = (row + 0.5) * columns / max(sizes[unit.layer], columns)
        return UnitRef(layer, min(int(share * sizes[layer]), sizes[layer] - 1))
    index = unit.index + down * columns
    return UnitRef(unit.layer, index) if 0 <= index < sizes[unit.layer] else unit
