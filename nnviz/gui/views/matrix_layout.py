"""Where the matrices of a formula stand: geometry only, no painting.

Lengths with the same name get the same number of pixels, so that one sees which
shapes fit together (n x d times d x k). Three ways are tried in turn: all cells
with their numbers; the cells around the entry in focus, the rest elided; and
heatmaps, where a matrix is a picture.
"""

from collections.abc import Callable, Mapping

from nnviz.gui.views.matrix_axes import Arrangement, Axes, Axis, Measures, window
from nnviz.gui.views.matrix_flow import Flow
from nnviz.gui.views.matrix_tiles import Formula

MOST_KEPT, WANTED_KEPT = 12, 4
# Cell width, cell height and most lines of a formula, the best first: six digits,
# then all in one line, then what is legible at all.
NUMBER_SIZES = (
    *((w, h, 1) for w in (66.0, 56.0, 48.0) for h in (24.0, 20.0, 16.0)),
    *((w, h, 3) for w in (66.0, 56.0, 48.0) for h in (24.0, 20.0, 16.0)),
    *((44.0, h, 3) for h in (20.0, 16.0)),
)
ELIDED_SIZES = ((56.0, 20.0), (48.0, 18.0), (48.0, 16.0), (40.0, 16.0))
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
    flow = Flow(formula, room, measures)
    for width, height, lines in NUMBER_SIZES:
        axes = {name: _axes(count, width, height) for name, count in counts.items()}
        found = flow.place(axes, has_numbers=True, most_lines=lines)
        if found is not None:
            return found
    if elides:
        # Numbers that can be checked are worth more than the shapes in the titles.
        for tried in (flow, Flow(formula, room, measures, has_shapes=False)):
            found = _elided(tried, counts, focus)
            if found is not None:
                return found
    return _heatmaps(flow, counts)


def _elided(flow: Flow, counts: Mapping[str, int], focus: Mapping[str, int]) -> Arrangement | None:
    """Return numbers around the entry in focus, as many as fit."""

    def place(most: Mapping[str, int], size: tuple[float, float]) -> Arrangement | None:
        axes = {
            name: _axes(count, *size, window(count, focus.get(name, 0), most[name]))
            for name, count in counts.items()
        }
        return flow.place(axes, has_numbers=True, is_elided=True)

    for least in range(WANTED_KEPT, 0, -1):
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


def _heatmaps(flow: Flow, counts: Mapping[str, int]) -> Arrangement:
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
