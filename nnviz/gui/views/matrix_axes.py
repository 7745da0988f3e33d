"""The parts of an arrangement of matrices: lengths, placed tiles and signs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from nnviz.gui.views.matrix_tiles import Cell, Tile

Measure: TypeAlias = Callable[[str], float]
Measures: TypeAlias = tuple[Measure, Measure]
TITLE_HEIGHT = 17.0
TAB_WIDTH = 16.0
ELISION = 12.0
SHEET_STEP, SHEETS_DRAWN = 3.0, 3


@dataclass(frozen=True, slots=True)
class Axis:
    """How one length is shown.

    Attributes
    ----------
    count
        How many entries it has.
    cell
        Pixels of each.
    kept
        Which entries are shown, in order; ``None`` is all of them.
    """

    count: int
    cell: float
    kept: tuple[int, ...] | None = None

    @property
    def shown(self) -> tuple[int, ...] | range:
        """The entries that are shown."""
        return range(self.count) if self.kept is None else self.kept

    @property
    def length(self) -> float:
        """Pixels of all that is shown, gaps of what is elided included."""
        return len(self.shown) * self.cell + ELISION * len(self.gaps)

    @property
    def gaps(self) -> tuple[float, ...]:
        """Where something is elided: the middle of each gap."""
        slots = self._elided_before()
        return tuple(slot * self.cell + ELISION * (i + 0.5) for i, slot in enumerate(slots))

    def _elided_before(self) -> tuple[int, ...]:
        """Return the places among the shown entries before which something is left out."""
        if self.kept is None:
            return ()
        edges = (-1, *self.kept, self.count)
        return tuple(
            slot for slot, (one, following) in enumerate(pairwise(edges)) if following > one + 1
        )

    def start(self, index: int) -> float | None:
        """Return where an entry begins, or ``None`` where it is elided."""
        if self.kept is None:
            return index * self.cell
        if index not in self.kept:
            return None
        slot = self.kept.index(index)
        return slot * self.cell + ELISION * sum(gap <= slot for gap in self._elided_before())

    def index_at(self, offset: float) -> int | None:
        """Return the entry at a pixel, or ``None``."""
        if not 0 <= offset < self.length:
            return None
        if self.kept is None:
            return min(int(offset / self.cell), self.count - 1)
        for index in self.kept:
            start = self.start(index)
            if start is not None and start <= offset < start + self.cell:
                return index
        return None


@dataclass(frozen=True, slots=True)
class PlacedTile:
    """A tile and the place of its cells.

    Attributes
    ----------
    tile
        What is shown.
    x, y
        The top left corner of the cells; the title stands above it.
    rows, columns
        How the two lengths are shown.
    has_shape
        Whether its title tells the shape.
    """

    tile: Tile
    x: float
    y: float
    rows: Axis
    columns: Axis
    has_shape: bool = True

    @property
    def right(self) -> float:
        """Where the cells end."""
        return self.x + self.columns.length

    @property
    def bottom(self) -> float:
        """Where the cells end."""
        return self.y + self.rows.length

    def cell_at(self, x: float, y: float) -> Cell | None:
        """Return the cell at a pixel, or ``None``."""
        row, column = self.rows.index_at(y - self.y), self.columns.index_at(x - self.x)
        return None if row is None or column is None else (row, column)

    def cell_box(self, row: int, column: int) -> tuple[float, float, float, float] | None:
        """Return x, y, width and height of a cell, or ``None`` where it is elided."""
        top, left = self.rows.start(row), self.columns.start(column)
        if top is None or left is None:
            return None
        return self.x + left, self.y + top, self.columns.cell, self.rows.cell

    def tab_boxes(self, measure: Measure) -> Iterator[tuple[int, float, float]]:
        """Yield (piece, x, y) of the tabs of maxout's sheets, right of the title."""
        left = self.x + measure(title_text(self.tile, self.has_shape)) + 4
        for piece in range(self.tile.pieces):
            yield piece, left + piece * TAB_WIDTH, self.y - TITLE_HEIGHT


@dataclass(frozen=True, slots=True)
class PlacedSign:
    """A text between tiles; ``x`` is its left edge, ``y`` its middle."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A formula in its place.

    Attributes
    ----------
    tiles, signs
        What stands where.
    has_numbers
        Whether cells are large enough for numbers.
    is_elided
        Whether entries are left out.
    width, height
        What it takes.
    """

    tiles: tuple[PlacedTile, ...]
    signs: tuple[PlacedSign, ...]
    has_numbers: bool
    is_elided: bool
    width: float
    height: float


Axes: TypeAlias = Mapping[str, tuple[Axis, Axis]]


def title_text(tile: Tile, with_shape: bool = True) -> str:
    """Return the name of a tile, and its shape where there is room for it."""
    name = f"{tile.title} {tile.note}".rstrip()
    return f"{name}  {tile.shape[0]} × {tile.shape[1]}" if with_shape else name


def window(count: int, at: int, most: int) -> tuple[int, ...] | None:
    """Return at most so many entries: the first, the last and those around one.

    ``None`` stands for all of them.
    """
    if count <= most:
        return None
    at = min(max(at, 0), count - 1)
    if most < 4:
        start = min(max(at - most // 2, 0), count - most)
        return tuple(range(start, start + most))
    inner = most - 2
    start = min(max(at - inner // 2, 1), count - 1 - inner)
    return (0, *range(start, start + inner), count - 1)
