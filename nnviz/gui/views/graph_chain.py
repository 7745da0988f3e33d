"""The lecture's chain of functions as a graph, with a cursor of its own."""

import math

from nnviz.core.chain import ChainPass, out_name
from nnviz.gui.views.graph_parts import Graph, NodeKind, Quantity, Shown, State
from nnviz.gui.views.graph_sheet import Sheet, in_rows

FUNCTION_SIZE = (92.0, 58.0)


def chain_graph(run: ChainPass, width: float = math.inf) -> Graph:
    """Return the graph: values above the wires, gradients below, slopes in the boxes.

    It is set in rows of about this width.
    """
    count = len(run.functions)
    sheets = [Sheet()]
    sheets[0].add("x", NodeKind.NOTE, "x", size=(24.0, 30.0))
    _wire(sheets[0], 0, count)
    for number, function in enumerate(run.functions, start=1):
        sheets.append(Sheet())
        slope = Quantity(f"f{number}′ = {function.slope_label}", (("slope", (number,)),))
        sheets[-1].add(
            f"f{number}",
            NodeKind.OPERATION,
            f"f{number} = {function.label}",
            f"f{number}′",
            (number, 2 * count + 1 - number),
            slope,
            size=FUNCTION_SIZE,
        )
        _wire(sheets[-1], number, count)
    sheets[-1].add("loss", NodeKind.NOTE, "loss", size=(44.0, 30.0))
    return in_rows(sheets, width)


def _wire(sheet: Sheet, number: int, count: int) -> None:
    name = out_name(number, count)
    gradient = Quantity(f"dloss_{name}", (("gradient", (number,)),), is_gradient=True)
    sheet.wire(Quantity(name, (("out", (number,)),)), gradient)


class ChainValues:
    """The numbers of a chain after so many of its lines.

    Parameters
    ----------
    run
        Both passes.
    position
        How many lines are done; 0 is before the first.
    """

    def __init__(self, run: ChainPass, position: int) -> None:
        self._run, self._position = run, position
        self._count = len(run.functions)

    def shown(self, quantity: Quantity) -> Shown:
        """Return the number and how far it is."""
        ((what, (number,)),) = quantity.entries
        count = self._count
        if what == "out":
            value, line = self._run.outs[number], number
        elif what == "slope":
            value, line = self._run.slopes[number - 1], 2 * count + 1 - number
        else:
            # The gradient of the loss by itself is there as soon as the loss is.
            value, line = self._run.gradients[number], 2 * count - number
        if line > self._position:
            return Shown(None, line, State.AHEAD)
        is_made_here = line == self._position and (what, number) != ("gradient", count)
        state = State.NOW if line and is_made_here else State.DONE
        return Shown(value, line, state)

    def state_of(self, lines: tuple[int, ...]) -> State:
        """Return how far a function is."""
        if self._position in lines:
            return State.NOW
        is_done = not lines or min(lines) <= self._position
        return State.DONE if is_done else State.AHEAD
