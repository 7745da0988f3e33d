"""The matrices of one line of arithmetic: which they are, and which entries belong together.

A line such as z1 = x W1 + b1 becomes a formula of tiles and signs. A tile knows
how to get from its cells back to the entries of its buffer, so that a click or
a hover on a cell names the very number.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.core.looking_glass import Focus
from nnviz.core.notation import Source, symbol
from nnviz.core.trace import Trace, TraceLine
from nnviz.core.walk import Place

Cell: TypeAlias = tuple[int, int]
Dimensions: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Lit:
    """What is lit in a tile: a row, a column, and the entry that is marked."""

    row: int | None = None
    column: int | None = None
    marked: Cell | None = None


DARK_TILE = Lit()


@dataclass(frozen=True, slots=True)
class Tile:
    """One matrix of a formula.

    Attributes
    ----------
    buffer, position
        Name of the buffer, and the number of the line that made it.
    title
        How it is called above the matrix.
    values
        What is shown, two-dimensional; ``None`` where it is not computed yet.
    finished
        The same once the line is done; gives shape and colour scale, no number.
    dimensions
        Names of the two lengths: what has the same name has the same length.
    piece, pieces
        Of maxout: which sheet is on top, and how many there are; else 0 and 0.
    is_transposed, is_partial
        Whether rows and columns are swapped; whether NaN means "not yet".
    lit
        What the entry in focus is made of, and the entry itself.
    foot, foot_sign
        The biases below the weights, and the sign between them.
    note
        A word behind the title: which of two versions this is.
    rank
        Number of axes of the buffer, the one of pieces not counted.
    """

    buffer: str
    position: int
    title: str
    values: NDArray[np.floating] | None
    finished: NDArray[np.floating]
    dimensions: Dimensions
    piece: int = 0
    pieces: int = 0
    is_transposed: bool = False
    is_partial: bool = False
    lit: Lit = DARK_TILE
    foot: "Tile | None" = None
    foot_sign: str = ""
    note: str = ""
    rank: int = 2

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, known before the values are."""
        rows, columns = self.finished.shape
        return rows, columns

    @property
    def key(self) -> tuple[object, ...]:
        """What the finished numbers are known by within a step."""
        return self.buffer, self.position, self.piece, self.is_transposed

    def index_of(self, row: int, column: int) -> tuple[int, ...]:
        """Return the index of a cell in the buffer's public shape."""
        pair = (column, row) if self.is_transposed else (row, column)
        index = pair[2 - self.rank :]
        return (self.piece, *index) if self.pieces else index

    def cell_of(self, index: tuple[int, ...]) -> Cell | None:
        """Return the cell of an entry, or ``None`` where it is on another sheet."""
        if self.pieces:
            if not index or index[0] != self.piece:
                return None
            index = index[1:]
        if len(index) != self.rank:
            return None
        row, column = (0,) * (2 - self.rank) + index
        return (column, row) if self.is_transposed else (row, column)

    def value_at(self, row: int, column: int) -> float | None:
        """Return the number in a cell; ``None`` where there is none yet."""
        if self.values is None:
            return None
        value = float(self.values[row, column])
        return None if self.is_partial and np.isnan(value) else value

    def hiding(self, source: Source) -> "Tile":
        """Return the tile without this number, if it holds it."""
        foot = None if self.foot is None else self.foot.hiding(source)
        cell = self.cell_of(source.index)
        is_here = (self.buffer, self.position) == (source.buffer, source.position)
        if not is_here or cell is None or self.values is None:
            return replace(self, foot=foot)
        values = np.array(self.values, dtype=np.float64)
        values[cell] = np.nan
        return replace(self, values=values, is_partial=True, foot=foot)

    def source_of(self, row: int, column: int) -> Source:
        """Return where the number in a cell comes from."""
        return Source(self.buffer, self.index_of(row, column), self.position)


Item: TypeAlias = Tile | str


@dataclass(frozen=True, slots=True)
class Formula:
    """One line of arithmetic as tiles and signs, from left to right.

    Attributes
    ----------
    items
        Tiles, and the text between them.
    result
        The entry in focus of what the line writes.
    """

    items: tuple[Item, ...]
    result: Source | None = None

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The tiles, feet included."""
        found: list[Tile] = []
        for item in self.items:
            if isinstance(item, Tile):
                found.extend([item] if item.foot is None else [item, item.foot])
        return tuple(found)

    def hiding(self, source: Source | None) -> "Formula":
        """Return the formula without this number."""
        if source is None:
            return self
        items = (item.hiding(source) if isinstance(item, Tile) else item for item in self.items)
        return replace(self, items=tuple(items))


@dataclass(frozen=True, slots=True)
class TileMaker:
    """Makes the tiles of one line at a place of a walk.

    Attributes
    ----------
    trace, line
        What is shown.
    place
        Where the cursor stands: in this line, or before it.
    look
        Which entry is looked at.
    """

    trace: Trace
    line: TraceLine
    place: Place
    look: Focus

    def written(self, name: str, dimensions: Dimensions, lit: Lit = DARK_TILE) -> Tile:
        """Return the tile of what the line writes, as far as it has."""
        fresh = self.line.arrays[name]
        place, number = self.place, self.line.number
        is_done = place.line == number and place.is_line_done
        units = place.unit if place.is_unit_done else place.unit - 1
        begun = place.line == number and fresh.ndim > 0 and units > 0
        tile = self._tile(name, fresh, dimensions, number, lit=lit)
        if is_done:
            return tile
        if not begun or tile.values is None:
            return replace(tile, values=None)
        values = tile.values.copy()
        values[:, units:] = np.nan
        return replace(tile, values=values, is_partial=True)

    def read(
        self,
        name: str,
        dimensions: Dimensions,
        lit: Lit = DARK_TILE,
        transposed: bool = False,
    ) -> Tile:
        """Return the tile of what the line reads."""
        before = self.line.number - 1
        values = self.trace.value(name, before)
        made = self.trace.made_at(name, before)
        return self._tile(name, values, dimensions, made, transposed, lit)

    def _tile(
        self,
        name: str,
        values: NDArray[np.floating],
        dimensions: Dimensions,
        made: int,
        transposed: bool = False,
        lit: Lit = DARK_TILE,
    ) -> Tile:
        pieces = len(values) if has_pieces(self.trace, name) else 0
        piece = min(self.look.piece, max(pieces - 1, 0))
        sheet = values[piece] if pieces else values
        matrix = np.atleast_2d(sheet).T if transposed else np.atleast_2d(sheet)
        return Tile(
            buffer=name,
            position=made,
            title=title_of(name) + ("ᵀ" if transposed else ""),
            values=matrix,
            finished=matrix,
            dimensions=dimensions,
            piece=piece,
            pieces=pieces,
            is_transposed=transposed,
            lit=lit,
            rank=sheet.ndim,
        )


def has_pieces(trace: Trace, name: str) -> bool:
    """Whether a buffer has a leading axis of maxout's pieces."""
    letters = name.rstrip("0123456789")
    if letters not in {"W", "b", "z", "g", "dW", "db", "dz"}:
        return False
    return trace.spec.layers[int(name[len(letters) :]) - 1].activation == "maxout"


def title_of(buffer: str, units: tuple[int, ...] = ()) -> str:
    """Return the short name of a buffer or of an entry: ``dW₁``, ``dw₁,₂,₃``."""
    is_gradient = buffer.startswith("d") and len(buffer) > 1 and buffer[1].isalpha()
    text = symbol(buffer[1:] if is_gradient else buffer, units).text
    return f"d{text}" if is_gradient else text


def entry_name(source: Source) -> str:
    """Return the name of one entry, with the sample before it where it has one."""
    letter = source.buffer.rstrip("0123456789")
    index = source.index
    if letter in {"W", "dW"}:
        return title_of(source.buffer, index)
    if letter in {"b", "db"} or not index:
        return title_of(source.buffer, index)
    *pieces, sample, unit = index
    return f"sample {sample + 1}, {title_of(source.buffer, (*pieces, unit))}"
