"""The data points of the decision view: where they are and how they are drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nnviz.data.prepared import PreparedData
from nnviz.gui.input_plane import InputPlane
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.axes import Axes

DISC, SQUARE = 3.9, 5.8


@dataclass(frozen=True, slots=True)
class PointSet:
    """Points in the view's coordinates.

    Attributes
    ----------
    places
        n x 2, scaled units.
    colours
        One ``#RRGGBB`` per point.
    has_values
        Whether the colours are those of values, which fade into the map near the
        middle: then every mark is filled and has a grey rim.
    """

    places: NDArray[np.float64]
    colours: tuple[str, ...]
    has_values: bool = False


def point_sets(data: PreparedData, plane: InputPlane, theme: Theme) -> tuple[PointSet, PointSet]:
    """Return the training and the validation points."""
    return (
        _points(data, plane, theme, data.train_inputs, data.train_targets),
        _points(data, plane, theme, data.validation_inputs, data.validation_targets),
    )


def _points(
    data: PreparedData,
    plane: InputPlane,
    theme: Theme,
    inputs: NDArray[np.float64],
    targets: NDArray[np.int64] | NDArray[np.float64],
) -> PointSet:
    right, up = plane.columns
    across = inputs[:, right]
    if data.is_classification:
        classes = targets.astype(np.int64)
        colours = tuple(class_colour(theme, data.class_count, int(number)) for number in classes)
        if data.input_size > 1:
            return PointSet(np.stack((across, inputs[:, up]), axis=1), colours)
        # One input: the height only keeps the classes apart.
        share = (classes + 0.5) / data.class_count
        height = plane.low[1] + share * (plane.high[1] - plane.low[1])
        return PointSet(np.stack((across, height), axis=1), colours)
    values = np.asarray(targets, dtype=np.float64)[:, 0]
    if data.input_size == 1:
        return PointSet(np.stack((across, values), axis=1), (theme.text_secondary,) * len(values))
    train = np.asarray(data.train_targets, dtype=np.float64)[:, 0]
    middle, half = train.mean(), np.abs(train - train.mean()).max() or 1.0
    colours = tuple(_value_colour(theme, float(value)) for value in (values - middle) / half)
    return PointSet(np.stack((across, inputs[:, up]), axis=1), colours, has_values=True)


def class_colour(theme: Theme, classes: int, number: int) -> str:
    """Return the colour of a class: the sign colours for two, categories for more."""
    if classes == 2:
        return theme.positive if number == 1 else theme.negative
    return theme.categories[number % len(theme.categories)]


def _value_colour(theme: Theme, value: float) -> str:
    share = min(1.0, abs(value)) ** 0.85
    return mix(theme.zero, theme.positive if value > 0 else theme.negative, share).name()


def paint_points(
    painter: QPainter, train: PointSet, validation: PointSet, axes: Axes, theme: Theme
) -> None:
    """Draw training points as discs and validation points as hollow squares."""
    painter.save()
    painter.setClipRect(axes.rect)
    size = mark_scale(axes)
    gap = mix(theme.well, "#000000" if theme.is_dark else "#FFFFFF", 0.5)
    rim = mix(theme.well, theme.text_secondary, 0.7)
    painter.setPen(QPen(rim if train.has_values else gap, 1.0))
    for (x, y), colour in zip(train.places, train.colours, strict=True):
        painter.setBrush(QColor(colour))
        painter.drawEllipse(axes.to_pixel(x, y), DISC * size, DISC * size)
    half = QPointF(SQUARE / 2, SQUARE / 2) * size
    painter.setBrush(QColor(theme.well))
    for (x, y), colour in zip(validation.places, validation.colours, strict=True):
        centre = axes.to_pixel(x, y)
        if validation.has_values:
            painter.setPen(QPen(rim, 1.0))
            painter.setBrush(QColor(colour))
        else:
            painter.setPen(QPen(QColor(colour), 1.6))
        painter.drawRect(QRectF(centre - half, centre + half))
    painter.restore()


def mark_scale(axes: Axes) -> float:
    """Return how large marks are: full size, smaller only where the plot is small."""
    return min(1.0, max(0.55, min(axes.rect.width(), axes.rect.height()) / 220))


def nearest(points: PointSet, axes: Axes, place: QPointF, reach: float = 8.0) -> int | None:
    """Return the index of the point under a pixel, or ``None``."""
    if not len(points.places):
        return None
    x, y = axes.to_value(place)
    per_x = axes.rect.width() / (axes.high[0] - axes.low[0])
    per_y = axes.rect.height() / (axes.high[1] - axes.low[1])
    offsets = (points.places - (x, y)) * (per_x, per_y)
    distances = np.hypot(offsets[:, 0], offsets[:, 1])
    index = int(np.argmin(distances))
    return index if distances[index] <= reach else None
