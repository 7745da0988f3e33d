"""The parts of a computational graph: nodes, wires, and the numbers that they carry."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from nnviz.core.notation import Source

Entry: TypeAlias = tuple[str, tuple[int, ...]]
Point: TypeAlias = tuple[float, float]

LABEL_WIDTH, LABEL_HEIGHT = 80.0, 28.0


class State(Enum):
    """How far a part is: not computed yet, computed, or being computed."""

    AHEAD = "ahead"
    DONE = "done"
    NOW = "now"


class NodeKind(Enum):
    """What a node stands for."""

    LAYER = "layer"
    OPERATION = "operation"
    VALUE = "value"
    PARAMETER = "parameter"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that is shown.

    Attributes
    ----------
    name
        How it is called.
    entries
        The entry of a buffer; several are multiplied with each other.
    line
        Of a product: the number of the line that multiplies.
    unit, term
        Where in that line this happens, from 1; 0 is the end of the line.
    is_gradient
        Whether it belongs to the way back.
    """

    name: str
    entries: tuple[Entry, ...]
    line: int = 0
    unit: int = 0
    term: int = 0
    is_gradient: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be said of a quantity at a place.

    Attributes
    ----------
    value
        The number; ``None`` if it is not computed yet.
    line
        The line that made it, or that is going to.
    state
        How far it is.
    source
        Where it comes from, if it is an entry of a buffer.
    """

    value: float | None
    line: int
    state: State
    source: Source | None = None


class Values(Protocol):
    """Knows the numbers of a graph at a place."""

    def shown(self, quantity: Quantity) -> Shown:
        """Return the number and how far it is."""

    def state_of(self, lines: tuple[int, ...]) -> State:
        """Return how far a part is that these lines work on."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the graph.

    Attributes
    ----------
    key
        Names it within the graph.
    kind
        What it stands for.
    x, y, width, height
        Its box, px; x and y are the top left corner.
    title, caption
        Text in it: its name, and a smaller line.
    lines
        The lines that it carries out; a click goes to the first.
    value, gradient
        Numbers in it: of a value, a parameter, and a local gradient.
    layer, depth
        Of a frame that opens and closes: its layer, and how far it is open.
    can_open
        Whether it opens further.
    """

    key: str
    kind: NodeKind
    x: float
    y: float
    width: float
    height: float
    title: str
    caption: str = ""
    lines: tuple[int, ...] = ()
    value: Quantity | None = None
    gradient: Quantity | None = None
    layer: int = 0
    depth: int = 0
    can_open: bool = False

    @property
    def left(self) -> Point:
        """The middle of the left side."""
        return self.x, self.y + self.height / 2

    @property
    def right(self) -> Point:
        """The middle of the right side."""
        return self.x + self.width, self.y + self.height / 2

    @property
    def top(self) -> Point:
        """The middle of the upper side."""
        return self.x + self.width / 2, self.y

    @property
    def bottom(self) -> Point:
        """The middle of the lower side."""
        return self.x + self.width / 2, self.y + self.height

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its numbers."""
        return tuple(q for q in (self.value, self.gradient) if q is not None)


@dataclass(frozen=True, slots=True)
class Wire:
    """A line between two nodes, in the direction of the forward pass.

    Attributes
    ----------
    start, end
        Its ends.
    above, below
        The value that flows forward, and the gradient that flows back.
    via
        A point to pass through horizontally.
    turn
        Of a wire to the next row: the height at which it runs back to the left.
    """

    start: Point
    end: Point
    above: Quantity | None = None
    below: Quantity | None = None
    via: Point | None = None
    turn: float | None = None

    @property
    def label_place(self) -> Point:
        """The middle between the two labels: of a wire that bends, near its start."""
        length = self.end[0] - self.start[0]
        if self.start[1] != self.end[1] or self.via is not None:
            length = min(length, LABEL_WIDTH)
        return self.start[0] + length / 2, self.start[1]

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its numbers."""
        return tuple(q for q in (self.above, self.below) if q is not None)


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and wires in their places; frames come before what is in them."""

    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that is drawn, labels included."""
        lefts, tops, rights, bottoms = zip(*self._boxes(), strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def _boxes(self) -> Iterable[tuple[float, float, float, float]]:
        for node in self.nodes:
            yield node.x, node.y, node.x + node.width, node.y + node.height
        for wire in self.wires:
            if wire.above is not None or wire.below is not None:
                x, y = wire.label_place
                half = LABEL_WIDTH / 2
                yield x - half, y - LABEL_HEIGHT, x + half, y + LABEL_HEIGHT

    def node(self, key: str) -> Node:
        """Return the node of that key.

        Raises
        ------
        KeyError
            If there is none.
        """
        for node in self.nodes:
            if node.key == key:
                return node
        raise KeyError(key)
