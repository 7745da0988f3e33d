"""A layer opened to its single numbers: multiplied, added and put through the function."""

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.program import LineKind
from nnviz.gui.views.graph_entries import EntryNames
from nnviz.gui.views.graph_parts import Node, NodeKind, Point, Quantity
from nnviz.gui.views.graph_sheet import VALUE_WIDTH, WIRE_LENGTH, Sheet
from nnviz.gui.views.matrix_axes import window
from nnviz.gui.views.matrix_tiles import title_of

MOST_PRODUCTS, MOST_SOURCES, MOST_PIECES = 6, 5, 3
ROUND = (30.0, 30.0)
ROW_HEIGHT, JOIN_LENGTH = 96.0, 44.0
INPUT_RISE, WEIGHT_DROP, WEIGHT_GAP, BEND = 22.0, 24.0, 30.0, 50.0
OF_WEIGHTS = (LineKind.AFFINE, LineKind.WEIGHT_GRADIENT, LineKind.TO_LAYER_BELOW)
OF_ACTIVATION = (LineKind.ACTIVATION, LineKind.LOCAL_GRADIENT, LineKind.THROUGH_ACTIVATION)
OF_DROPOUT = (LineKind.DROPOUT, LineKind.THROUGH_DROPOUT)
OF_PARAMETERS = (LineKind.WEIGHT_GRADIENT, LineKind.PENALTY_GRADIENT, LineKind.UPDATE)


def add_function(sheet: Sheet, names: EntryNames, number: int, unit: int, label: str) -> None:
    """Add the node of an activation, with its local gradient in it."""
    sheet.add(
        f"activation{number}.{unit}",
        NodeKind.OPERATION,
        label,
        f"{label}′",
        names.lines(number, *OF_ACTIVATION),
        names.unit(f"g{number}", unit),
    )


def add_dropout(sheet: Sheet, names: EntryNames, number: int, unit: int) -> None:
    """Add wire and node of a layer's dropout, if it has any."""
    if f"m{number}" not in names.trace.names:
        return
    sheet.wire(names.unit(f"a{number}", unit), names.unit(f"da{number}", unit))
    sheet.add(
        f"dropout{number}.{unit}",
        NodeKind.OPERATION,
        "⊙ mask",
        "m",
        names.lines(number, *OF_DROPOUT),
        names.unit(f"m{number}", unit),
    )


class ScalarFrame:
    """Draws one layer as scalars: all of a small one, else the unit that is looked at.

    Parameters
    ----------
    sheet
        What to draw on.
    names
        Gives the numbers.
    number
        The layer.
    units
        For each layer the unit that is looked at.
    """

    def __init__(
        self, sheet: Sheet, names: EntryNames, number: int, units: tuple[int, ...]
    ) -> None:
        self.sheet, self.names, self.number = sheet, names, number
        self.fan_in, self.size = names.trace.spec.layer_sizes[number - 1 : number + 1]
        self.layer = names.trace.spec.layers[number - 1]
        self.chosen = units[number]
        is_small = self.fan_in * self.size <= MOST_PRODUCTS and self.layer.piece_count == 1
        self.units = tuple(range(self.size)) if is_small else (self.chosen,)
        kept = window(self.fan_in, units[number - 1], MOST_SOURCES)
        self.sources = tuple(range(self.fan_in)) if kept is None else kept
        self.below = f"a{number - 1}" if number > 1 else "x"
        if f"d{number - 1}" in names.trace.names:
            self.below = f"d{number - 1}"
        self.lines = names.lines(number, *OF_WEIGHTS)

    def draw(self) -> None:
        """Draw everything between the frame's two sides."""
        hidden = self.fan_in - len(self.sources)
        rows_of_a_unit = len(self.sources) + (1 if hidden else 0) + 1
        height = rows_of_a_unit * ROW_HEIGHT
        top = -height * len(self.units) / 2
        start = self.sheet.x
        inputs = self._inputs(start)
        products = start + 2 * VALUE_WIDTH + WIRE_LENGTH + WEIGHT_GAP
        ends = []
        for slot, unit in enumerate(self.units):
            middle = top + (slot + 0.5) * height
            ends.append((self._unit(unit, top + slot * height, products, inputs, hidden), middle))
        self.sheet.x = ends[0][0]
        if len(ends) > 1:
            self._join(ends)

    def _inputs(self, x: float) -> dict[int, Node]:
        if len(self.units) == 1:
            return {}
        # The inputs of several units stand once, and feed all of them.
        step = max(ROW_HEIGHT, ROW_HEIGHT * (len(self.sources) + 1) * len(self.units) / 4)
        top = -step * (len(self.sources) - 1) / 2
        return {
            source: self._input(source, x, top + slot * step)
            for slot, source in enumerate(self.sources)
        }

    def _input(self, source: int, x: float, y: float) -> Node:
        value = self.names.unit(self.below, source)
        gradient = self.names.unit(f"d{self.below}", source)
        key = f"input{self.number}.{source}"
        place = (x + VALUE_WIDTH / 2, y)
        lines = self.names.lines(self.number, LineKind.TO_LAYER_BELOW)
        title = title_of(self.below, (source,))
        return self.sheet.put(key, NodeKind.VALUE, place, title, "", lines, value, gradient)

    def _unit(self, unit: int, top: float, x: float, inputs: dict[int, Node], hidden: int) -> float:
        """Draw one unit with its rows below each other; return where it ends."""
        rows = len(self.sources) + (1 if hidden else 0) + 1
        middle = top + rows * ROW_HEIGHT / 2
        plus_x = x + ROUND[0] + WIRE_LENGTH + BEND + ROUND[0] / 2
        key = f"{self.number}.{unit}"
        plus = self.sheet.put(
            f"sum{key}", NodeKind.OPERATION, (plus_x, middle), "+", "", self.lines, size=ROUND
        )
        for slot, source in enumerate(self.sources):
            y = top + (slot + 0.5) * ROW_HEIGHT
            given = inputs.get(source) or self._input(source, self.sheet.x, y - INPUT_RISE)
            self._product(unit, source, x, y, given, plus)
        y = top + (rows - 0.5) * ROW_HEIGHT
        if hidden:
            place = (x - WEIGHT_GAP - VALUE_WIDTH / 2, y - ROW_HEIGHT)
            text = f"⋮ {hidden:,} more"
            node = self.sheet.put(
                f"more{key}", NodeKind.NOTE, place, text, "products", size=(92.0, 36.0)
            )
            self.sheet.connect(node.right, plus.left)
        names, number = self.names, self.number
        bias = self.sheet.put(
            f"b{key}",
            NodeKind.PARAMETER,
            (x - WEIGHT_GAP - VALUE_WIDTH / 2, y),
            title_of(f"b{number}", (unit,)),
            "",
            names.lines(number, *OF_PARAMETERS),
            names.bias(f"b{number}", unit),
            names.bias(f"db{number}", unit),
        )
        self.sheet.connect(bias.right, plus.left)
        return self._function(unit, plus)

    def _product(self, unit: int, source: int, x: float, y: float, given: Node, plus: Node) -> None:
        names, number, key = self.names, self.number, f"{self.number}.{source}.{unit}"
        a, w = names.unit(self.below, source), names.weight(f"W{number}", source, unit)
        dz = names.unit(f"dz{number}", unit)
        place, weight_x = (x + ROUND[0] / 2, y), x - WEIGHT_GAP - VALUE_WIDTH / 2
        via = (weight_x - VALUE_WIDTH / 2, y - INPUT_RISE) if len(self.units) > 1 else None
        times = self.sheet.put(
            f"times{key}", NodeKind.OPERATION, place, "×", "", self.lines, size=ROUND
        )
        weight = self.sheet.put(
            f"w{key}",
            NodeKind.PARAMETER,
            (weight_x, y + WEIGHT_DROP),
            "" if w is None else w.name,
            "",
            names.lines(number, *OF_PARAMETERS),
            w,
            names.weight(f"dW{number}", source, unit),
        )
        self.sheet.connect(weight.right, times.left)
        share = self._share(unit, source, dz, w)
        self.sheet.connect(given.right, times.left, None, share, via)
        self.sheet.connect(times.right, plus.left, self._term(unit, source, a, w), dz)

    def _term(
        self, unit: int, source: int, a: Quantity | None, w: Quantity | None
    ) -> Quantity | None:
        """Return x w, one term of the weighted sum."""
        (line,) = self.names.lines(self.number, LineKind.AFFINE)
        term = self._pieces_before(self.fan_in + 1) + source + 1
        return self.names.product((a, w), line, unit + 1, term)

    def _share(
        self, unit: int, source: int, dz: Quantity | None, w: Quantity | None
    ) -> Quantity | None:
        """Return what comes back over one weight: dz w."""
        lines = self.names.lines(self.number, LineKind.TO_LAYER_BELOW)
        if not lines or len(self.units) > 1:
            return None
        term = self._pieces_before(self.size) + unit + 1
        return self.names.product((dz, w), lines[0], source + 1, term)

    def _pieces_before(self, terms: int) -> int:
        return self.names.piece * terms if self.layer.piece_count > 1 else 0

    def _function(self, unit: int, plus: Node) -> float:
        """Draw what follows the sum; return where it ends."""
        sheet, names, number = self.sheet, self.names, self.number
        label = ACTIVATIONS[self.layer.activation].label
        x, y = plus.right
        end = x + WIRE_LENGTH
        z, dz = names.unit(f"z{number}", unit), names.unit(f"dz{number}", unit)
        sheet.connect((x, y), (end, y), z, dz)
        start, sheet.x, sheet.y = sheet.x, end, y
        add_function(sheet, names, number, unit, label)
        self._other_pieces(unit, sheet.nodes[-1])
        add_dropout(sheet, names, number, unit)
        end, sheet.x, sheet.y = sheet.x, start, 0.0
        return end

    def _other_pieces(self, unit: int, function: Node) -> None:
        """Draw what the pieces of maxout give that are not looked at."""
        others = [p for p in range(self.layer.piece_count) if p != self.names.piece]
        if self.layer.piece_count == 1:
            return
        for slot, piece in enumerate(others[:MOST_PIECES]):
            y = function.y + function.height + (slot + 0.75) * ROW_HEIGHT * 0.8
            z = self.names.unit(f"z{self.number}", unit, piece)
            dz = self.names.unit(f"dz{self.number}", unit, piece)
            node = self.sheet.put(
                f"z{self.number}.{unit}.{piece}",
                NodeKind.VALUE,
                (function.x - WIRE_LENGTH, y),
                "" if z is None else z.name,
                "",
                self.lines,
                z,
                dz,
            )
            self.sheet.connect(node.right, (function.x + function.width / 3, function.bottom[1]))

    def _join(self, ends: list[Point]) -> None:
        """Lead the ends of several units together."""
        x = max(end for end, _ in ends) + JOIN_LENGTH
        for end in ends:
            self.sheet.connect(end, (x, 0.0))
        self.sheet.x = x
