"""Where the matrices of a formula stand: geometry only, no painting.

Lengths with the same name get the same number of pixels, so that one sees which
shapes fit together (n x d times d x k). Three ways are tried in turn: all cells
with their numbers; the cells around the entry in focus, the rest elided; and
heatmaps, where a matrix is a picture.
"""

from collections.abc import Callable, Mapping

from nnviz.gui.views.matrix_axes import (
    SHEET_STEP,
    SHEETS_DRAWN,
    TAB_WIDTH,
    TITLE_HEIGHT,
    Arrangement,
    Axes,
    Axis,
    Measures,
    PlacedSign,
    PlacedTile,
    title_text,
    window,
)
from nnviz.gui.views.matrix_tiles import Formula, Item, Tile

FOOT_GAP = 18.0
SIGN_PADDING = 6.0
SIGN_HEIGHT = 20.0
LINE_GAP = 8.0
MOST_KEPT, LEAST_KEPT = 12, 2
# Cell width, cell height and most lines of a formula, the best first: six digits,
# then all in one line, then what is legible at all.
NUMBER_SIZES = (
    *((w, h, 1) for w in (66.0, 56.0, 48.0) for h in (24.0, 20.0, 16.0)),
    *((w, h, 3) for w in (66.0, 56.0, 48.0) for h in (24.0, 20.0, 16.0)),
    *((w, h, 3) for w in (40.0, 34.0) for h in (20.0, 16.0)),
)
ELIDED_SIZES = ((56.0, 20.0), (48.0, 18.0), (48.0, 16.0))
_ANY_LINES = 99
_EXPONENTS = (1.0, 0.75, 0.5, 0.3, 0.15)
_LARGEST_PIXEL, _SMALLEST_SIDE = 26.0, 12.0


def arrange(
    formula: Formula,
    room: tuple[float, float],
    measures: Measures,
    focus: Mapping[str, int],
    elides: bool,
) -> Arrangement:
    """Return the best arrangement that fits.

    Parameters
    ----------
    formula
        What to show.
    room
        Width and height, px.
    measures
        Width of a title and of a sign between tiles, px.
    focus
        For each length the entry in focus, which is never elided.
    elides
        Whether numbers are worth more than the whole: cells are left out to make
        room for them.
    """
    counts = _counts(formula)
    flow = _Flow(formula, room, measures)
    for width, height, lines in NUMBER_SIZES:
        axes = {name: _axes(count, width, height) for name, count in counts.items()}
        found = flow.place(axes, has_numbers=True, most_lines=lines)
        if found is not None:
            return found
    found = _elided(flow, counts, focus) if elides else None
    return found or _heatmaps(flow, counts)


def _elided(
    flow: "_Flow", counts: Mapping[str, int], focus: Mapping[str, int]
) -> Arrangement | None:
    """Return numbers around the entry in focus, as many as fit."""

    def place(most: Mapping[str, int], size: tuple[float, float]) -> Arrangement | None:
        axes = {
            name: _axes(count, *size, window(count, focus.get(name, 0), most[name]))
            for name, count in counts.items()
        }
        return flow.place(axes, has_numbers=True, is_elided=True)

    for least in range(LEAST_KEPT + 2, LEAST_KEPT - 1, -1):
        for size in ELIDED_SIZES:
            most = dict.fromkeys(counts, least)
            found = place(most, size)
            if found is not None:
                return _grown(place, most, size, counts) or found
    return None


def _grown(
    place: Callable[[Mapping[str, int], tuple[float, float]], Arrangement | None],
    most: dict[str, int],
    size: tuple[float, float],
    counts: Mapping[str, int],
) -> Arrangement | None:
    """Show more of one length after the other, as long as all still fits."""
    best: Arrangement | None = None
    growing = [name for name, count in counts.items() if count > most[name]]
    while growing:
        for name in tuple(growing):
            most[name] += 1
            found = place(most, size)
            if found is None:
                most[name] -= 1
            if found is None or most[name] >= min(counts[name], MOST_KEPT):
                growing.remove(name)
            best = found or best
    return best


def _heatmaps(flow: "_Flow", counts: Mapping[str, int]) -> Arrangement:
    best: Arrangement | None = None
    for exponent in _EXPONENTS:
        low, high = 0.0, _LARGEST_PIXEL
        found = None
        for _ in range(12):
            middle = (low + high) / 2
            tried = flow.place(_pixel_axes(counts, middle, exponent))
            if tried is None:
                high = middle
            else:
                low, found = middle, tried
        if found is not None:
            best = found
            if all(
                axis.length >= _SMALLEST_SIDE for p in found.tiles for axis in (p.rows, p.columns)
            ):
                return found
    # Where not even the least lengths fit, they are drawn all the same, and clipped.
    return best or flow.set_lines(_pixel_axes(counts, 0.0, 1.0))


def _pixel_axes(counts: Mapping[str, int], scale: float, exponent: float) -> Axes:
    axes = {}
    for name, count in counts.items():
        length = min(max(scale * count**exponent, 4.0), _LARGEST_PIXEL * count)
        axis = Axis(count, length / count)
        axes[name] = (axis, axis)
    return axes


def _axes(
    count: int, width: float, height: float, kept: tuple[int, ...] | None = None
) -> tuple[Axis, Axis]:
    return Axis(count, height, kept), Axis(count, width, kept)


def _counts(formula: Formula) -> dict[str, int]:
    return {
        name: count
        for tile in formula.tiles
        for name, count in zip(tile.dimensions, tile.shape, strict=True)
    }


def _words(formula: Formula) -> list[list[Item]]:
    """Return the items in groups that stay together: signs with the tile they belong to."""
    words: list[list[Item]] = []
    opening: list[Item] = []
    for item in formula.items:
        if not isinstance(item, str):
            words.append([*opening, item])
            opening = []
        elif words and item.startswith((")", ",")):
            words[-1].append(item)
        else:
            opening.append(item)
    return words


class _Flow:
    """Sets the items of a formula like words: from left to right, in lines."""

    def __init__(self, formula: Formula, room: tuple[float, float], measures: Measures) -> None:
        self.words, self.room = _words(formula), room
        self.signs = {
            item: measures[1](item) + 2 * SIGN_PADDING
            for item in formula.items
            if isinstance(item, str)
        }
        self.titles = {
            (tile.title, tile.note): measures[0](title_text(tile)) + tile.pieces * TAB_WIDTH + 6
            for tile in formula.tiles
        }

    def place(
        self,
        axes: Axes,
        has_numbers: bool = False,
        is_elided: bool = False,
        most_lines: int = _ANY_LINES,
    ) -> Arrangement | None:
        """Return the arrangement with these lengths, or ``None`` if it does not fit."""
        lines = self._lines(axes)
        widest = max(self._line_width(line, axes) for line in lines)
        height = sum(self._line_height(line, axes) for line in lines)
        height += LINE_GAP * (len(lines) - 1)
        if len(lines) > most_lines or widest > self.room[0] or height > self.room[1]:
            return None
        return self.set_lines(axes, has_numbers, is_elided)

    def set_lines(
        self, axes: Axes, has_numbers: bool = False, is_elided: bool = False
    ) -> Arrangement:
        """Return the arrangement with these lengths, in the middle of the room."""
        lines = self._lines(axes)
        heights = [self._line_height(line, axes) for line in lines]
        total = sum(heights) + LINE_GAP * (len(lines) - 1)
        tiles: list[PlacedTile] = []
        signs: list[PlacedSign] = []
        y = max((self.room[1] - total) / 2, 0.0)
        for line, height in zip(lines, heights, strict=True):
            x = max((self.room[0] - self._line_width(line, axes)) / 2, 0.0)
            self._set_line(line, x, y, height, axes, tiles, signs)
            y += height + LINE_GAP
        return Arrangement(tuple(tiles), tuple(signs), has_numbers, is_elided, self.room[0], total)

    def _lines(self, axes: Axes) -> list[list[Item]]:
        lines: list[list[Item]] = [[]]
        left = 0.0
        for word in self.words:
            width = sum(self._width(item, axes) for item in word)
            if lines[-1] and left + width > self.room[0]:
                lines.append([])
                left = 0.0
            lines[-1].extend(word)
            left += width
        return lines

    def _line_width(self, line: list[Item], axes: Axes) -> float:
        return sum(self._width(item, axes) for item in line)

    def _line_height(self, line: list[Item], axes: Axes) -> float:
        return max(self._height(item, axes) for item in line)

    def _set_line(
        self,
        line: list[Item],
        x: float,
        y: float,
        height: float,
        axes: Axes,
        tiles: list[PlacedTile],
        signs: list[PlacedSign],
    ) -> None:
        for item in line:
            if isinstance(item, str):
                middle = y + (height + TITLE_HEIGHT) / 2
                signs.append(PlacedSign(item, x + SIGN_PADDING, middle))
            else:
                top = y + (height - self._height(item, axes)) / 2 + TITLE_HEIGHT
                tiles.extend(self._placed(item, x, top, axes))
            x += self._width(item, axes)

    def _placed(self, tile: Tile, x: float, y: float, axes: Axes) -> list[PlacedTile]:
        rows, columns = axes[tile.dimensions[0]][0], axes[tile.dimensions[1]][1]
        placed = [PlacedTile(tile, x, y, rows, columns)]
        if tile.foot is not None:
            below = y + rows.length + _foot_gap(tile)
            placed.append(
                PlacedTile(tile.foot, x, below, axes[tile.foot.dimensions[0]][0], columns, True)
            )
        return placed

    def _width(self, item: Item, axes: Axes) -> float:
        if isinstance(item, str):
            return self.signs[item]
        own = self.titles[item.title, item.note]
        if item.foot is not None:
            own = max(own, self.titles[item.foot.title, item.foot.note])
        return max(axes[item.dimensions[1]][1].length + _sheets(item), own)

    def _height(self, item: Item, axes: Axes) -> float:
        if isinstance(item, str):
            return SIGN_HEIGHT
        height = TITLE_HEIGHT + axes[item.dimensions[0]][0].length + _sheets(item)
        if item.foot is not None:
            height += FOOT_GAP + _sheets(item) + axes[item.foot.dimensions[0]][0].length
        return height


def _sheets(tile: Tile) -> float:
    """Return how far the sheets behind a tile of maxout look out."""
    return SHEET_STEP * min(max(tile.pieces - 1, 0), SHEETS_DRAWN)


def _foot_gap(tile: Tile) -> float:
    return FOOT_GAP + _sheets(tile)
