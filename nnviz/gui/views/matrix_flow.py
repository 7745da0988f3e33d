"""Setting a formula of matrices like words: from left to right, in lines."""

from nnviz.gui.views.matrix_axes import (
    SHEET_STEP,
    SHEETS_DRAWN,
    TAB_WIDTH,
    TITLE_HEIGHT,
    Arrangement,
    Axes,
    Measures,
    PlacedSign,
    PlacedTile,
    title_text,
)
from nnviz.gui.views.matrix_tiles import Formula, Item, Tile

FOOT_GAP = 18.0
SIGN_PADDING = 6.0
SIGN_HEIGHT = 20.0
LINE_GAP = 8.0
_ANY_LINES = 99


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


class Flow:
    """Sets the items of a formula like words: from left to right, in lines."""

    def __init__(
        self,
        formula: Formula,
        room: tuple[float, float],
        measures: Measures,
        has_shapes: bool = True,
    ) -> None:
        self.words, self.room, self.has_shapes = _words(formula), room, has_shapes
        self.signs = {
            item: measures[1](item) + 2 * SIGN_PADDING
            for item in formula.items
            if isinstance(item, str)
        }
        self.titles = {
            (tile.title, tile.note): measures[0](title_text(tile, has_shapes))
            + tile.pieces * TAB_WIDTH
            + 6
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
        shape = self.has_shapes
        placed = [PlacedTile(tile, x, y, rows, columns, shape)]
        if tile.foot is not None:
            below = y + rows.length + _foot_gap(tile)
            placed.append(
                PlacedTile(tile.foot, x, below, axes[tile.foot.dimensions[0]][0], columns, shape)
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
