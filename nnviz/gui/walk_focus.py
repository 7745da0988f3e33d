"""Which scalar of a walk's line is looked at: the one at the cursor, or what is selected."""

from dataclasses import replace

from nnviz.core.equation import within
from nnviz.core.looking_glass import Focus
from nnviz.core.program import LineKind
from nnviz.core.trace import TraceLine
from nnviz.core.walk import Size, Walk
from nnviz.gui.selection import Selection


def focus_of(walk: Walk, size: Size, selection: Selection) -> Focus:
    """Return the scalar of the current line that is looked at.

    While a unit or a term is the size of a move, it is the one at the cursor;
    else what is selected, as far as it belongs to the line.
    """
    line = walk.line
    if line is None:
        return Focus(sample=selection.sample)
    chosen = _selected(line, selection)
    place = walk.place
    if size in (Size.TERM, Size.UNIT) or not place.is_line_done:
        chosen = replace(chosen, unit=place.unit - 1)
        if size is Size.TERM or not place.is_unit_done:
            fan_in = walk.trace.spec.layer_sizes[line.line.layer - 1]
            chosen = _at_term(line, chosen, place.term - 1, fan_in)
    return within(walk.trace, line.number, chosen)


def _selected(line: TraceLine, selection: Selection) -> Focus:
    focus = Focus(sample=selection.sample)
    layer, is_down = line.line.layer, line.line.kind is LineKind.TO_LAYER_BELOW
    edge, unit = selection.edge, selection.unit
    if edge is not None and edge.layer == layer:
        ends = (edge.source, edge.target) if is_down else (edge.target, edge.source)
        return replace(focus, unit=ends[0], source=ends[1])
    if edge is not None:
        # An edge below or above still points at a unit of this layer.
        shared = {edge.layer: edge.target, edge.layer - 1: edge.source}
        return replace(focus, unit=shared.get(layer - 1 if is_down else layer, 0))
    if unit is not None and unit.layer == (layer - 1 if is_down else layer):
        return replace(focus, unit=unit.index)
    if unit is not None and unit.layer == (layer if is_down else layer - 1):
        return replace(focus, source=unit.index)
    return focus


def _at_term(line: TraceLine, focus: Focus, term: int, fan_in: int) -> Focus:
    match line.line.kind:
        case LineKind.AFFINE | LineKind.WEIGHT_GRADIENT | LineKind.UPDATE:
            piece, source = divmod(term, fan_in + 1)
            return replace(focus, piece=piece, source=source)
        case LineKind.PENALTY_GRADIENT:
            piece, source = divmod(term, fan_in)
            return replace(focus, piece=piece, source=source)
        case LineKind.TO_LAYER_BELOW:
            return replace(focus, source=term)
        case LineKind.LOSS:
            return replace(focus, sample=term)
    return replace(focus, piece=term)
