"""Where the parts of the initialisation lab's picture lie: panels, columns, histograms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from nnviz.core.signal_skyline import BINS, Histogram
from nnviz.gui.views.initialization_work import LabFindings

LEFT, RIGHT, CAPTION, BOTTOM = 48.0, 10.0, 17.0, 18.0
# Below these heights the skylines make room for the curves.
ALL_PANELS, TWO_PANELS = 300.0, 190.0
# A bar of what lies beyond the scale.
_EDGE = 3.0
# Half the height of the bar of a single value.
_HALF = 1.25
_GAP = 0.12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the pictures that share the axis of layers.

    Attributes
    ----------
    name
        ``"activations"``, ``"gradients"`` or ``"std"``.
    area
        Where it is drawn; its caption stands above.
    """

    name: str
    area: QRectF


@dataclass(frozen=True, slots=True)
class Shape:
    """A part of a histogram; ``sign`` is that of its values (0: neither, 2: no numbers)."""

    polygon: QPolygonF
    sign: int


def panels(width: float, height: float) -> tuple[Panel, ...]:
    """Divide a canvas: three pictures where there is room, else the more telling ones."""
    shares: tuple[tuple[str, float], ...] = (("std", 1.0),)
    if height >= ALL_PANELS:
        shares = (("activations", 1.0), ("gradients", 1.0), ("std", 1.25))
    elif height >= TWO_PANELS:
        shares = (("activations", 1.0), ("std", 1.1))
    room = height - BOTTOM - CAPTION * len(shares)
    whole = sum(share for _, share in shares)
    found, y = [], 0.0
    for name, share in shares:
        y += CAPTION
        part = room * share / whole
        found.append(Panel(name, QRectF(LEFT, y, width - LEFT - RIGHT, max(part - 4, 8))))
        y += part
    return tuple(found)


def column(area: QRectF, layer: int, depth: int) -> QRectF:
    """Return the strip of a layer, 0 (the inputs) to ``depth``."""
    width = area.width() / (depth + 1)
    return QRectF(area.left() + layer * width, area.top(), width, area.height())


def layer_at(area: QRectF, x: float, depth: int) -> int | None:
    """Return the layer whose strip is at this place, or ``None`` beside them."""
    if not area.left() <= x <= area.right():
        return None
    return min(int((x - area.left()) / area.width() * (depth + 1)), depth)


def labelled_layers(area: QRectF, depth: int, room: float = 24.0) -> list[int]:
    """Return the layers whose numbers have room below the axis; the last one always has."""
    width = area.width() / (depth + 1)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if s * width >= room or s == 100)
    layers = [layer for layer in range(0, depth + 1, step) if (depth - layer) * width >= room]
    return [*layers, depth]


def histogram_shapes(found: Histogram, strip: QRectF, shows_edges: bool = True) -> list[Shape]:
    """Return the bars of a histogram that lies on its side, its values upwards.

    What lies beyond the scale is a bar at its end, unless that does not matter. Values of
    exactly 0 have a bar of their own, as long as their share: all of them fill the strip.
    """
    room = strip.width() * (1 - _GAP)
    if not found.is_finite:
        return [Shape(_bar(strip, strip.top(), strip.bottom(), room), 2)]
    if found.only is not None:
        y = _height(strip, found, min(max(found.only, found.low), found.high))
        return [Shape(_bar(strip, y - _HALF, y + _HALF, room), _sign(found.only))]
    outside = np.array([found.below, found.above]) * (found.total if shows_edges else 0)
    peak = max(int(found.counts.max()), float(outside.max()), 1.0)
    lengths: Floats = found.counts * np.float64(room / peak)
    middles = found.low + (np.arange(BINS) + 0.5) * (found.high - found.low) / BINS
    shapes = [
        Shape(_steps(strip, bins, lengths), sign)
        for sign, bins in _runs(middles)
        if lengths[bins].any()
    ]
    if found.zeros and found.low <= 0 <= found.high:
        y = _height(strip, found, 0.0)
        shapes.append(Shape(_bar(strip, y - _HALF, y + _HALF, max(1.0, room * found.zeros)), 0))
    for share, y, sign in (
        (outside[0], strip.bottom() - _EDGE, -1),
        (outside[1], strip.top(), 1),
    ):
        if share:
            shapes.append(Shape(_bar(strip, y, y + _EDGE, max(1.0, room * share / peak)), sign))
    return shapes


def _runs(middles: Floats) -> list[tuple[int, list[int]]]:
    signs = np.where(middles < 0, -1, 1)
    return [(int(sign), list(bins)) for sign, bins in groupby(range(BINS), lambda i: signs[i])]


def _steps(strip: QRectF, bins: list[int], lengths: Floats) -> QPolygonF:
    height = strip.height() / BINS
    points = [QPointF(strip.left(), strip.bottom() - bins[0] * height)]
    for index in bins:
        x = strip.left() + float(lengths[index])
        low = strip.bottom() - index * height
        points += [QPointF(x, low), QPointF(x, low - height)]
    points.append(QPointF(strip.left(), strip.bottom() - (bins[-1] + 1) * height))
    return QPolygonF(points)


def _bar(strip: QRectF, top: float, bottom: float, length: float) -> QPolygonF:
    return QPolygonF(QRectF(strip.left(), top, length, bottom - top))


def _height(strip: QRectF, found: Histogram, value: float) -> float:
    share = (value - found.low) / (found.high - found.low)
    return strip.bottom() - share * strip.height()


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


# The curves, on a logarithmic axis.


@dataclass(frozen=True, slots=True)
class Curves:
    """The curves of one figure, as decimal logarithms (NaN where there is none).

    Attributes
    ----------
    low, middle, high
        The band and the median of the starts.
    predicted
        What theory says, or ``None``.
    zeros
        Layers whose median is exactly 0, which no logarithmic axis can show.
    """

    low: Floats
    middle: Floats
    high: Floats
    predicted: Floats | None
    zeros: tuple[int, ...]


def curves_of(findings: LabFindings, name: str) -> Curves:
    """Return the curves of ``"std"`` (activations) or ``"gradient_std"``."""
    low, middle, high = findings.band(name)
    theory = findings.theory
    predicted = None
    if theory is not None:
        predicted = theory.std if name == "std" else theory.gradient_rms
    return Curves(
        _logarithm(low),
        _logarithm(middle),
        _logarithm(high),
        None if predicted is None else _logarithm(predicted),
        tuple(int(layer) for layer in np.flatnonzero(middle == 0)),
    )


def curve_range(curves: Sequence[Curves]) -> tuple[float, float]:
    """Return an axis on which all curves lie, as decimal logarithms, a decade at least."""
    every = [
        values
        for part in curves
        for values in (part.low, part.middle, part.high, part.predicted)
        if values is not None
    ]
    flat = np.concatenate(every) if every else np.zeros(0)
    flat = flat[np.isfinite(flat)]
    if not flat.size:
        return -1.0, 1.0
    low, high = float(flat.min()), float(flat.max())
    margin = max(0.06 * (high - low), (1.0 - (high - low)) / 2, 0.05)
    return low - margin, high + margin


def finite_runs(values: Floats) -> list[list[int]]:
    """Return the stretches of layers whose values are numbers."""
    fair = np.isfinite(values)
    layers = range(len(values))
    return [list(run) for is_fair, run in groupby(layers, lambda i: bool(fair[i])) if is_fair]


def _logarithm(values: Floats) -> Floats:
    with np.errstate(all="ignore"):
        positive = np.where((values > 0) & np.isfinite(values), values, math.nan)
        result: Floats = np.log10(positive)
    return result
