"""The band between the extremes of the losses, as a path to fill."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPainterPath

from nnviz.gui.views.loss_curves import LossCurves


def band_path(curves: LossCurves) -> QPainterPath:
    """Return the band between the extremes, a closed outline for each run without a gap."""
    path = QPainterPath()
    fair = np.isfinite(curves.low) & np.isfinite(curves.high)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], fair, [False])).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        run = slice(start, stop)
        x = np.concatenate((curves.x[run], curves.x[run][::-1]))
        y = np.concatenate((curves.high[run], curves.low[run][::-1]))
        path.addPolygon(pg.functions.arrayToQPolygonF(x, y))
        path.closeSubpath()
    return path
