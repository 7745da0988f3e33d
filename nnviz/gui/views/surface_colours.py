"""Colours and contour lines of a loss surface."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainterPath

from nnviz.core.loss_surface import Surface
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.decision_lines import class_lines

Floats = NDArray[np.float64]
CONTOURS = 12
# Losses that differ by less than this factor are shown in even steps, not in powers.
_FEW = 4.0


@lru_cache(maxsize=4)
def surface_lut(theme: Theme) -> NDArray[np.uint32]:
    """Return 256 ``0xffRRGGBB`` values, from the lowest loss to the highest.

    Shades of the accent: blue and orange mean signs, and a loss has none.
    """
    middle = mix(theme.well, theme.accent, 0.9).name()
    shades = []
    # From the background over the accent to the text: light rises, or falls, throughout.
    for share in np.linspace(0.0, 2.0, 256).tolist():
        ends = (theme.well, middle) if share < 1 else (middle, theme.text)
        shades.append(mix(*ends, share if share < 1 else 0.75 * (share - 1)).rgb())
    return np.array(shades, dtype=np.uint32)


def heights(surface: Surface) -> Floats:
    """Return the losses as heights of 0 to 1, logarithmic where they span much; NaN stays."""
    losses = np.where(np.isfinite(surface.losses), surface.losses, np.nan)
    fair = losses[np.isfinite(losses)]
    if not len(fair):
        return losses
    low, high = float(fair.min()), float(fair.max())
    if high <= low:
        return np.where(np.isnan(losses), np.nan, 0.0)
    if low > 0 and high / low > _FEW:
        result: Floats = np.log(losses / low) / np.log(high / low)
        return result
    floor = low + (high - low) * 1e-6
    if low <= 0 and high > 0:
        shifted = np.log1p((losses - low) / floor if floor > 0 else losses - low)
        return np.asarray(shifted / np.nanmax(shifted))
    return np.asarray((losses - low) / (high - low))


@dataclass(frozen=True, slots=True, eq=False)
class SurfacePicture:
    """A surface as an image, whose pixels it keeps alive.

    Attributes
    ----------
    image
        One pixel for each cell, the top row the highest y.
    contours
        Lines of equal height over the unit square of the cells' centres, y upwards.
    heights
        ``[y, x]`` from 0 to 1.
    """

    image: QImage
    contours: QPainterPath
    heights: Floats
    pixels: NDArray[np.uint32]


def surface_picture(surface: Surface, theme: Theme) -> SurfacePicture:
    """Return the picture of a surface in a theme's colours."""
    found = heights(surface)
    lut = surface_lut(theme)
    shades = np.nan_to_num(found, nan=1.0)
    pixels = np.ascontiguousarray(lut[(shades * 255).astype(np.uint8)][::-1])
    # What is not finite is neither low nor high.
    pixels[np.isnan(found)[::-1]] = mix(theme.card, theme.danger, 0.5).rgb()
    rows, columns = pixels.shape
    image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
    return SurfacePicture(image, contour_lines(found), found, pixels)


def contour_lines(found: Floats) -> QPainterPath:
    """Return lines at evenly spaced heights."""
    path = QPainterPath()
    if not np.isfinite(found).all() or len(found) < 3:
        return path
    for level in (np.arange(CONTOURS) + 0.5) / CONTOURS:
        field = found - level
        if field.min() < 0 < field.max():
            path.addPath(class_lines(np.stack((np.zeros_like(field), field), axis=2)))
    return path
