"""Where the cells of the heat map lie, and the runs within them."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF

from nnviz.gui.fonts import ui_font
from nnviz.gui.views.sweep_content import SweepContent

MARGIN = 10.0
LABEL = 16.0
_MOST_LABEL_WIDTH = 96.0
_GAP = 3.0
# A cell below this size has no room for its runs, and shows its median alone.
_LEAST_HEIGHT = 26.0
_LEAST_WIDTH = 18.0
_TILE_SHARE = 0.42
_MOST_STRIP = 34.0


@dataclass(frozen=True, slots=True)
class CellPlaces:
    """Where the parts of a cell lie.

    Attributes
    ----------
    median
        Where the median is written; empty where a cell is its runs alone.
    tiles
        One rectangle for each run, in their order; none where there is no room.
    """

    median: QRectF
    tiles: tuple[QRectF, ...]


def cell_places(area: QRectF, runs: int, is_alone: bool) -> CellPlaces:
    """Divide a cell into its median above and its runs below.

    Parameters
    ----------
    area
        The cell.
    runs
        Number of its runs.
    is_alone
        Whether it is the only cell: then its runs take all of the room.
    """
    if runs == 1:
        return CellPlaces(QRectF(), (area,))
    if is_alone:
        return CellPlaces(QRectF(), tile_places(area, runs, 2.0))
    if area.height() < _LEAST_HEIGHT or area.width() < _LEAST_WIDTH:
        return CellPlaces(area, ())
    height = min(_TILE_SHARE * area.height(), _MOST_STRIP)
    strip = QRectF(area.left(), area.bottom() - height, area.width(), height)
    median = QRectF(area.left(), area.top(), area.width(), area.height() - height - 1)
    return CellPlaces(median, tile_places(strip, runs, 1.0))


def tile_places(area: QRectF, count: int, gap: float) -> tuple[QRectF, ...]:
    """Return rectangles of one size, row by row, as square as they can be, that fill an area."""
    width, height = max(area.width(), 1.0), max(area.height(), 1.0)
    rows = max(1, round(math.sqrt(count * height / width)))
    columns = -(-count // rows)
    rows = -(-count // columns)
    dx, dy = (width + gap) / columns, (height + gap) / rows
    return tuple(
        QRectF(
            area.left() + (place % columns) * dx,
            area.top() + (place // columns) * dy,
            max(dx - gap, 1.0),
            max(dy - gap, 1.0),
        )
        for place in range(count)
    )


class HeatPlaces:
    """The places of a heat map of one size.

    Parameters
    ----------
    content
        What is shown.
    size
        Of the whole, labels included.

    Attributes
    ----------
    content
        May be replaced by a later state of the same sweep.
    grid
        Where the cells are.
    cells
        The parts of each cell.
    """

    def __init__(self, content: SweepContent, size: QSizeF) -> None:
        self.content = content
        settings = content.plan.spec.settings
        left, top, below = MARGIN, MARGIN, MARGIN
        if settings:
            below = 2 * LABEL + 4
        if len(settings) > 1:
            metrics = QFontMetricsF(ui_font(10))
            widest = max(
                metrics.horizontalAdvance(content.row_label(row)) for row in range(content.rows)
            )
            left += min(widest, _MOST_LABEL_WIDTH, 0.3 * size.width()) + 6
            top += LABEL
        width = max(size.width() - left - MARGIN, 1.0)
        self.grid = QRectF(left, top, width, max(size.height() - top - below, 1.0))
        starts, alone = len(content.plan.spec.seed_list), len(content.cells) == 1
        self.cells = [
            cell_places(self.cell_rect(number), starts, alone)
            for number in range(len(content.cells))
        ]

    @property
    def pitch(self) -> tuple[float, float]:
        """From one cell to the next, across and down, px."""
        content = self.content
        width = (self.grid.width() + _GAP) / content.columns
        return width, (self.grid.height() + _GAP) / content.rows

    def cell_rect(self, cell: int) -> QRectF:
        """Return where a cell lies."""
        column, row = divmod(cell, self.content.rows)
        width, height = self.pitch
        gap = min(_GAP, 0.2 * width, 0.2 * height)
        left, top = self.grid.left() + column * width, self.grid.top() + row * height
        return QRectF(left, top, width - gap, height - gap)

    def run_rect(self, run: int) -> QRectF:
        """Return where a run lies: its tile, or else its cell."""
        number = self.content.plan.runs[run].cell
        tiles = self.cells[number].tiles
        place = self.content.cells[number].runs.index(run)
        return tiles[place] if tiles else self.cell_rect(number)

    def run_at(self, point: QPointF) -> int | None:
        """Return the run under a point; where a cell writes its median, the median run."""
        if not self.grid.contains(point):
            return None
        content, (width, height) = self.content, self.pitch
        column = min(int((point.x() - self.grid.left()) / width), content.columns - 1)
        row = min(int((point.y() - self.grid.top()) / height), content.rows - 1)
        number = column * content.rows + row
        cell, places = content.cells[number], self.cells[number]
        for tile, run in zip(places.tiles, cell.runs, strict=False):
            if tile.contains(point):
                return run
        return cell.median_run if places.median.contains(point) else None
