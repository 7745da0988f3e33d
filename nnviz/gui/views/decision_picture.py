"""The coloured map of the decision view, as an image."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from nnviz.gui.output_map import OutputMap
from nnviz.gui.theme import Theme, mix

_LEVELS = 64


@dataclass(frozen=True, slots=True)
class MapPicture:
    """A map as an image.

    Attributes
    ----------
    image
        One pixel per cell, the top row first.
    pixels
        Its memory; Qt does not own it, so it has to live as long as the image.
    """

    image: QImage
    pixels: NDArray[np.uint32]


def paint_map(outputs: OutputMap, theme: Theme) -> MapPicture:
    """Colour a map: by sign and size, or by class and confidence.

    Where the answer is not a number there is no colour, only the background.
    """
    signed = outputs.kind == "signed"
    sizes = outputs.value if signed else outputs.confidence
    fair = np.isfinite(sizes)
    sizes = np.where(fair, sizes, 0.0)
    if signed:
        table = signed_colours(theme)
        colours = table[np.rint((sizes + 1) * (0.5 * (len(table) - 1))).astype(np.intp)]
    else:
        classes = _class_colours(theme)
        levels = np.rint(sizes * (_LEVELS - 1)).astype(np.intp)
        colours = classes[outputs.class_index % len(classes), levels]
    colours = np.where(fair, colours, np.uint32(QColor(theme.well).rgb()))
    pixels = np.ascontiguousarray(colours[::-1])
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    return MapPicture(image, pixels)


@lru_cache(maxsize=4)
def signed_colours(theme: Theme) -> NDArray[np.uint32]:
    """Return the 255 ``0xffRRGGBB`` values of a signed map, from -1 over 0 to +1."""
    colours = []
    for value in np.linspace(-1, 1, 255):
        target = theme.positive if value > 0 else theme.negative
        share = theme.decision_alpha * abs(float(value)) ** 0.9
        colours.append(mix(theme.well, target, share).rgb())
    return np.array(colours, dtype=np.uint32)


@lru_cache(maxsize=4)
def _class_colours(theme: Theme) -> NDArray[np.uint32]:
    rows = [
        [
            mix(
                theme.well, colour, theme.decision_alpha * (0.1 + 0.9 * level / (_LEVELS - 1))
            ).rgb()
            for level in range(_LEVELS)
        ]
        for colour in theme.categories
    ]
    return np.array(rows, dtype=np.uint32)
