"""Where the nodes and wires of a network's graph stand: geometry only, no painting.

A layer is a frame between two wires. Closed it is one box; opened it shows its
lines of arithmetic, and opened further single numbers, multiplied and added.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.losses import LOSSES
from nnviz.core.program import LineKind
from nnviz.core.trace import Trace
from nnviz.gui.views.graph_entries import EntryNames
from nnviz.gui.views.graph_parts import Graph, Node, NodeKind, Quantity
from nnviz.gui.views.graph_scalars import (
    OF_ACTIVATION,
    OF_DROPOUT,
    OF_PARAMETERS,
    OF_WEIGHTS,
    ScalarFrame,
    add_dropout,
    add_function,
)
from nnviz.gui.views.graph_sheet import (
    BOX_HEIGHT,
    FRAME_PADDING,
    FRAME_TITLE,
    VALUE_WIDTH,
    Sheet,
    in_rows,
)

CLOSED, LINES, SCALARS = 0, 1, 2
SMALL = (54.0, 36.0)
LOSS_SIZE = (112.0, 56.0)
PARAMETER_DROP = 78.0


@dataclass(frozen=True, slots=True)
class GraphLook:
    """What of a graph is looked at.

    Attributes
    ----------
    units
        For each layer, 0 being the inputs, the unit whose numbers are shown.
    sample, piece
        Row of the batch, and piece of maxout layers.
    depths
        How far each layer is open: ``CLOSED``, ``LINES`` or ``SCALARS``.
    """

    units: tuple[int, ...]
    sample: int = 0
    piece: int = 0
    depths: Mapping[int, int] = field(default_factory=dict)


def network_graph(trace: Trace, look: GraphLook, width: float = math.inf) -> Graph:
    """Return the graph of a step, in rows of about this width."""
    names, start = EntryNames(trace, look.sample, look.piece), Sheet()
    start.add("x", NodeKind.NOTE, "x", f"{trace.batch_size} × {trace.spec.input_size}", size=SMALL)
    start.wire(*names.wire(0, look.units[0]))
    sheets = [start]
    for number in range(1, len(trace.spec.layers) + 1):
        sheet = Sheet()
        _layer(sheet, names, number, look)
        sheet.wire(*names.wire(number, look.units[number]))
        sheets.append(sheet)
    sheets.append(Sheet())
    _loss(sheets[-1], names, look)
    return in_rows(sheets, width)


def _layer(sheet: Sheet, names: EntryNames, number: int, look: GraphLook) -> None:
    depth = look.depths.get(number, CLOSED)
    first, left = len(sheet.nodes), sheet.x
    spec = names.trace.spec
    label = ACTIVATIONS[spec.layers[number - 1].activation].label
    title = "Output" if number == len(spec.layers) else f"Hidden {number}"
    kinds = (*OF_WEIGHTS, *OF_ACTIVATION, *OF_DROPOUT, *OF_PARAMETERS)
    lines = names.lines(number, *kinds)
    if depth == CLOSED:
        sheet.add(f"layer{number}", NodeKind.LAYER, title, f"x W + b, {label}", lines)
        sheet.nodes[-1] = replace(sheet.nodes[-1], layer=number, can_open=True)
        return
    sheet.x += FRAME_PADDING
    if depth == LINES:
        _lines(sheet, names, number, look, label)
    else:
        ScalarFrame(sheet, names, number, look.units).draw()
    sheet.x += FRAME_PADDING
    inside = sheet.nodes[first:]
    top = min(node.y for node in inside) - FRAME_TITLE - FRAME_PADDING
    bottom = max(node.y + node.height for node in inside) + FRAME_PADDING
    frame = Node(
        f"layer{number}", NodeKind.LAYER, left, top, sheet.x - left, bottom - top, title, label,
        lines, layer=number, depth=depth, can_open=depth < SCALARS,
    )  # fmt: skip
    sheet.nodes.insert(first, frame)


def _lines(sheet: Sheet, names: EntryNames, number: int, look: GraphLook, label: str) -> None:
    unit, source = look.units[number], look.units[number - 1]
    sheet.x += VALUE_WIDTH / 2
    weighted = sheet.add(
        f"affine{number}", NodeKind.OPERATION, "x W + b", "", names.lines(number, *OF_WEIGHTS)
    )
    numbers = (
        (names.weight(f"W{number}", source, unit), names.weight(f"dW{number}", source, unit)),
        (names.bias(f"b{number}", unit), names.bias(f"db{number}", unit)),
    )
    middle = weighted.x + weighted.width / 2
    for letter, side, (value, gradient) in zip("Wb", (-1, 1), numbers, strict=True):
        place = (middle + side * VALUE_WIDTH * 0.55, PARAMETER_DROP)
        title = "" if value is None else value.name
        lines = names.lines(number, *OF_PARAMETERS)
        node = sheet.put(
            f"{letter}{number}", NodeKind.PARAMETER, place, title, "", lines, value, gradient
        )
        sheet.connect(node.top, (middle + side * VALUE_WIDTH * 0.25, BOX_HEIGHT / 2))
    sheet.wire(names.unit(f"z{number}", unit), names.unit(f"dz{number}", unit))
    add_function(sheet, names, number, unit, label)
    add_dropout(sheet, names, number, unit)


def _loss(sheet: Sheet, names: EntryNames, look: GraphLook) -> None:
    spec = names.trace.spec
    last, unit = len(spec.layers), look.units[-1]
    lines = names.lines(last, LineKind.LOSS, LineKind.LOSS_GRADIENT)
    record = LOSSES[spec.loss]
    loss = sheet.add(
        "loss", NodeKind.OPERATION, record.label, "p", lines, names.unit("p", unit), size=LOSS_SIZE
    )
    middle = loss.x + loss.width / 2
    target = sheet.put(
        "t", NodeKind.VALUE, (middle, PARAMETER_DROP), "t", value=names.unit("t", unit)
    )
    sheet.connect(target.top, loss.bottom)
    sheet.wire(names.whole("L"), length=66.0)
    sheet.add("L", NodeKind.NOTE, "L", "mean loss", lines, size=(62.0, SMALL[1]))
    if "R" in names.trace.names:
        place = (sheet.x - 31.0, PARAMETER_DROP)
        penalty: Quantity | None = names.whole("R")
        lines = names.lines(last, LineKind.PENALTY)
        sheet.put("R", NodeKind.PARAMETER, place, "R", "penalty", lines, penalty)
