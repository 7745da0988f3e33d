"""Drawing of the edges: pens by sign and size, curves kept until the layout changes."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from nnviz.gui.selection import EdgeRef
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.network_curves import Span, flattened
from nnviz.gui.views.network_places import LayerPlace
from nnviz.gui.views.network_weights import BINS, ShownWeights, bin_middle

THINNEST = 0.8
WIDTH_RANGE = 4.0
THICK = 2.0
FULL_WIDTH_SIDE = 44.0
_MOST_KEPT_CURVES = 20_000
_SHARES = [(float(x), float(y)) for x, y in zip(*flattened(), strict=True)]


def edge_widths(pair: tuple[LayerPlace, LayerPlace]) -> tuple[float, ...]:
    """Return the width of each bin in px; finer where the units are small."""
    side = min(pair[0].side, pair[1].side)
    thickness = WIDTH_RANGE * min(max(side / FULL_WIDTH_SIDE, 0.25), 1.0)
    return tuple(THINNEST + thickness * bin_middle(number) ** 1.15 for number in range(BINS))


class EdgePainter:
    """Draws edges of one layout in one theme.

    Attributes
    ----------
    theme
        The colours in use.
    """

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._colours = {
            (sign, number): _colour(theme, sign, number)
            for sign in (-1, 0, 1)
            for number in range(BINS)
        }
        self._lines: dict[tuple[int, int, int], list[QLineF]] = {}
        self._paths: dict[tuple[int, int, int], QPainterPath] = {}

    def draw(
        self,
        painter: QPainter,
        pair: tuple[LayerPlace, LayerPlace],
        shown: ShownWeights,
        positions: NDArray[np.int64] | None = None,
        is_straight: bool = False,
    ) -> None:
        """Draw the edges between two layers, the weakest first.

        Parameters
        ----------
        positions
            Which of the drawn edges; ``None`` for all.
        is_straight
            Lines instead of curves, which cost less.
        """
        chosen = np.arange(len(shown.bins)) if positions is None else positions
        if len(chosen) == 0:
            return
        signs = np.sign(shown.drawn_values[chosen]).astype(np.int64)
        bins = shown.bins[chosen]
        widths = edge_widths(pair)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number in range(BINS):
            for sign in (0, -1, 1):
                group = chosen[(bins == number) & (signs == sign)]
                if len(group):
                    painter.setPen(self.pen(sign, number, widths[number]))
                    sources, targets = shown.sources[group], shown.targets[group]
                    ends = list(zip(sources.tolist(), targets.tolist(), strict=True))
                    is_thick = widths[number] > THICK
                    self._draw_group(painter, pair, ends, is_thick, is_straight)

    def draw_one(
        self, painter: QPainter, pair: tuple[LayerPlace, LayerPlace], edge: EdgeRef, pen: QPen
    ) -> None:
        """Draw a single edge, whether it is among the chosen ones or not."""
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path(pair, edge.source, edge.target))

    def pen(self, weight: float, number: int, width: float) -> QPen:
        """Return the pen of a weight in a bin."""
        pen = QPen(self._colours[(weight > 0) - (weight < 0), number], width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _draw_group(
        self,
        painter: QPainter,
        pair: tuple[LayerPlace, LayerPlace],
        ends: list[tuple[int, int]],
        is_thick: bool,
        is_straight: bool,
    ) -> None:
        if is_straight:
            painter.drawLines([_straight(pair, source, target) for source, target in ends])
        elif is_thick or _is_vector(painter):
            # Joints of a flattened curve would show in a wide stroke.
            for source, target in ends:
                painter.drawPath(self._path(pair, source, target))
        else:
            lines: list[QLineF] = []
            for source, target in ends:
                lines += self._polyline(pair, source, target)
            painter.drawLines(lines)

    def _polyline(
        self, pair: tuple[LayerPlace, LayerPlace], source: int, target: int
    ) -> list[QLineF]:
        key = (pair[1].layer, source, target)
        lines = self._lines.get(key)
        if lines is None:
            span, begin, end = ends_of(pair, source, target)
            width, drop = span.end - span.start, end - begin
            corners = [QPointF(span.start + x * width, begin + y * drop) for x, y in _SHARES]
            lines = [QLineF(a, b) for a, b in pairwise(corners)]
            _make_room(self._lines)
            self._lines[key] = lines
        return lines

    def _path(self, pair: tuple[LayerPlace, LayerPlace], source: int, target: int) -> QPainterPath:
        key = (pair[1].layer, source, target)
        path = self._paths.get(key)
        if path is None:
            span, begin, end = ends_of(pair, source, target)
            path = QPainterPath(QPointF(span.start, begin))
            half = (span.start + span.end) / 2
            path.cubicTo(half, begin, half, end, span.end, end)
            _make_room(self._paths)
            self._paths[key] = path
        return path


def span_of(pair: tuple[LayerPlace, LayerPlace], is_straight: bool = False) -> Span:
    """Return where the edges between two layers run."""
    return Span(pair[0].box.right, pair[1].box.x, is_straight)


def ends_of(
    pair: tuple[LayerPlace, LayerPlace], source: int, target: int
) -> tuple[Span, float, float]:
    """Return the span of an edge, and the heights of its two ends."""
    return span_of(pair), float(pair[0].port_ys[source]), float(pair[1].port_ys[target])


def _straight(pair: tuple[LayerPlace, LayerPlace], source: int, target: int) -> QLineF:
    span, begin, end = ends_of(pair, source, target)
    return QLineF(span.start, begin, span.end, end)


def _make_room(
    kept: dict[tuple[int, int, int], list[QLineF]] | dict[tuple[int, int, int], QPainterPath],
) -> None:
    if len(kept) >= _MOST_KEPT_CURVES:
        kept.clear()


def _is_vector(painter: QPainter) -> bool:
    return painter.paintEngine().type() != painter.paintEngine().Type.Raster


def _colour(theme: Theme, sign: int, number: int) -> QColor:
    # Opaque, mixed with the card: translucent strokes cost several times as much.
    if sign == 0:
        return mix(theme.card, theme.border_strong, 0.6)
    strength = 0.16 + 0.84 * bin_middle(number) ** 0.8
    return mix(theme.card, theme.positive if sign > 0 else theme.negative, strength)
