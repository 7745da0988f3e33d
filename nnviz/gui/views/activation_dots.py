"""The dots where a curve jumps: filled at the value that is taken, hollow at the others."""

from typing import Any

import numpy as np
from PySide6.QtGui import QColor

from nnviz.core.jumps import Jump

# Diameter of the dots, in px.
DOT = 8


def draw_jumps(dots: Any, jumps: tuple[Jump, ...], colour: str, ground: str) -> None:
    """Draw a filled dot at each value taken, and a hollow one at each limit that is not."""
    hollow = [(jump.at, limit) for jump in jumps for limit in jump.untaken]
    filled = [(jump.at, jump.taken) for jump in jumps]
    brushes = [QColor(ground)] * len(hollow) + [QColor(colour)] * len(filled)
    dots.setData(pos=np.array(hollow + filled).reshape(-1, 2), brush=brushes)
