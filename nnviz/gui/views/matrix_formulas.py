"""One formula of matrices for each kind of line of arithmetic."""

from dataclasses import replace

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.equation import within
from nnviz.core.looking_glass import Focus
from nnviz.core.losses import LOSSES
from nnviz.core.notation import Source
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.program import LineKind
from nnviz.core.spec import OptimizerSpec
from nnviz.core.trace import Trace, TraceLine
from nnviz.core.walk import Place
from nnviz.gui.views.matrix_tiles import (
    Cell,
    Formula,
    Item,
    Lit,
    Tile,
    TileMaker,
)

TIMES, ELEMENTWISE = "·", "⊙"
_MOST_PENALISED = 4


def formula_of(trace: Trace, line: TraceLine, place: Place, look: Focus) -> Formula:
    """Return the formula of a line.

    Parameters
    ----------
    trace
        The step.
    line
        Which line of it.
    place
        Where the cursor stands: in this line, or before it.
    look
        Which entry is looked at; what is out of range is moved inside.
    """
    look = within(trace, line.number, look)
    if line.line.kind is LineKind.TO_LAYER_BELOW:
        layer = trace.spec.layers[line.line.layer - 1]
        look = replace(look, piece=look.source // layer.size)
    return _Writer(TileMaker(trace, line, place, look)).write()


class _Writer:
    """Writes the formula of one line; lives for the length of one call."""

    def __init__(self, make: TileMaker) -> None:
        self.make, self.look = make, make.look
        self.trace, self.line = make.trace, make.line.line
        number = self.line.layer
        self.number = number
        self.above = f"k{number}"
        self.below = f"k{number - 1}"
        self.layer = self.trace.spec.layers[number - 1]

    def write(self) -> Formula:
        """Return the formula of the line."""
        match self.line.kind:
            case LineKind.AFFINE:
                return self._affine()
            case LineKind.ACTIVATION:
                return self._function(ACTIVATIONS[self.layer.activation].label)
            case LineKind.LOCAL_GRADIENT:
                return self._function(f"{ACTIVATIONS[self.layer.activation].label}′")
            case LineKind.DROPOUT:
                return self._dropout()
            case LineKind.THROUGH_ACTIVATION | LineKind.THROUGH_DROPOUT:
                return self._product_of_entries()
            case LineKind.WEIGHT_GRADIENT:
                return self._weight_gradient()
            case LineKind.TO_LAYER_BELOW:
                return self._to_layer_below()
            case LineKind.LOSS:
                return self._loss()
            case LineKind.LOSS_GRADIENT:
                return self._loss_gradient()
            case LineKind.PENALTY:
                return self._penalty()
            case LineKind.PENALTY_GRADIENT:
                return self._penalty_gradient()
            case LineKind.UPDATE:
                return self._update()

    # Forward.

    def _affine(self) -> Formula:
        z, n = self.line.writes[0], self.number
        source, unit = self.look.source, self.look.unit
        result = self._entry(z)
        x = self._rows(self.line.reads[0], self.below, row=True, marked_column=source)
        w = self.make.read(f"W{n}", (self.below, self.above), self._weight_lit(column=True))
        is_bias = source >= self._fan_in
        b_lit = Lit(column=unit, marked=(0, unit) if is_bias else None)
        b = self.make.read(f"b{n}", ("1", self.above), b_lit)
        return self._formula(result, result, "=", x, TIMES, replace(w, foot=b, foot_sign="+"))

    def _function(self, label: str) -> Formula:
        result = self._entry(self.line.writes[0])
        return self._formula(result, result, f"= {label} (", self._entry(self.line.reads[0]), ")")

    def _dropout(self) -> Formula:
        mask, dropped = self.line.writes
        result = self._entry(dropped)
        items = (result, "=", self._entry(self.line.reads[0]), ELEMENTWISE, self._entry(mask))
        return self._formula(result, *items)

    def _loss(self) -> Formula:
        record = LOSSES[self.trace.spec.loss]
        loss = self.make.written("L", ("1", "1"), Lit(marked=(0, 0)))
        items: tuple[Item, ...] = (
            loss,
            f"= {record.label} (",
            self._entry("p"),
            ",",
            self._entry("t"),
            ")",
        )
        if record.wants_logits:
            output = self._entry(self.line.reads[0])
            items = (*items, f"with p = {record.link_label} (", output, ")")
        return self._formula(loss, *items)

    def _penalty(self) -> Formula:
        penalty = self.make.written("R", ("1", "1"), Lit(marked=(0, 0)))
        items: list[Item] = [penalty, f"= {_penalties(self.trace)} ("]
        for index, name in enumerate(self.line.reads[:_MOST_PENALISED]):
            if index:
                items.append(",")
            number = int(name[1:])
            items.append(self.make.read(name, (f"k{number - 1}", f"k{number}")))
        hidden = len(self.line.reads) - _MOST_PENALISED
        items.append(f", … {hidden} more )" if hidden > 0 else ")")
        return self._formula(penalty, *items)

    # Backward.

    def _loss_gradient(self) -> Formula:
        result = self._entry(self.line.writes[0])
        letter = self.line.writes[0][1]
        items = (result, f"= ∂L/∂{letter} (", self._entry("p"), ",", self._entry("t"), ")")
        return self._formula(result, *items)

    def _product_of_entries(self) -> Formula:
        result = self._entry(self.line.writes[0])
        down, local = (self._entry(name) for name in self.line.reads)
        return self._formula(result, result, "=", down, ELEMENTWISE, local)

    def _weight_gradient(self) -> Formula:
        source, unit = self.look.source, self.look.unit
        is_bias = source >= self._fan_in
        weights = self._weights_with_biases(written=True)
        lit = Lit() if is_bias else Lit(row=source, marked=(source, self.look.sample))
        x = self.make.read(self.line.reads[0], (self.below, "n"), lit, transposed=True)
        dz = self._rows(self.line.reads[1], self.above, column=True, marked_column=unit)
        return self._formula(weights, weights, "=", x, TIMES, dz)

    def _to_layer_below(self) -> Formula:
        # Here the unit is one of the layer below; the source is a unit of this one,
        # of maxout the units of the first piece before those of the second.
        sample, unit = self.look.sample, self.look.unit
        _, above = divmod(self.look.source, self.layer.size)
        mark = (sample, unit)
        result = self.make.written(self.line.writes[0], ("n", self.below), Lit(marked=mark))
        dz = self._rows(self.line.reads[0], self.above, row=True, marked_column=above)
        lit = Lit(column=unit, marked=(above, unit))
        weights = self.make.read(f"W{self.number}", (self.above, self.below), lit, transposed=True)
        equals = "= Σₚ" if weights.pieces else "="
        return self._formula(result, result, equals, dz, TIMES, weights)

    def _penalty_gradient(self) -> Formula:
        name = self.line.writes[0]
        dimensions = (self.below, self.above)
        lit = self._weight_lit()
        result = self.make.written(name, dimensions, lit)
        before = replace(self.make.read(name, dimensions, lit), note="before")
        weights = self.make.read(f"W{self.number}", dimensions, lit)
        return self._formula(
            result, result, "=", before, f"+ {_penalties(self.trace)}′ (", weights, ")"
        )

    # Update.

    def _update(self) -> Formula:
        new = self._weights_with_biases(written=True)
        old = self._weights_with_biases(written=False)
        grads = self._weights_with_biases(written=False, prefix="d")
        new, old = replace(new, note="new"), replace(old, note="old")
        optimizer, rate = self.trace.optimizer, self.trace.learning_rate
        if optimizer is not None and _is_plain(optimizer):
            return self._formula(new, new, "=", old, f"− {rate:g} {TIMES}", grads)
        name = "update" if optimizer is None else OPTIMIZERS[optimizer.name].label
        return self._formula(new, new, f"= {name} (", old, ",", grads, ")")

    # Tiles.

    @property
    def _is_update(self) -> bool:
        return self.line.kind is LineKind.UPDATE

    @property
    def _fan_in(self) -> int:
        return self.trace.spec.layer_sizes[self.number - 1]

    def _weight_lit(self, column: bool = False) -> Lit:
        source, unit = self.look.source, self.look.unit
        mark: Cell | None = None if source >= self._fan_in else (source, unit)
        return Lit(column=unit if column else None, marked=mark)

    def _weights_with_biases(self, written: bool, prefix: str = "") -> Tile:
        prefix = "d" if self.line.kind is LineKind.WEIGHT_GRADIENT else prefix
        make = self.make.written if written else self.make.read
        weights = make(f"{prefix}W{self.number}", (self.below, self.above), self._weight_lit())
        is_bias = self.look.source >= self._fan_in
        lit = Lit(marked=(0, self.look.unit)) if is_bias else Lit()
        biases = make(f"{prefix}b{self.number}", ("1", self.above), lit)
        # What an update leaves alone does not stand in its formula.
        optimizer = self.trace.optimizer
        is_held = optimizer is not None and not optimizer.trains_biases
        return replace(weights, foot=None if is_held and self._is_update else biases)

    def _rows(
        self,
        name: str,
        dimension: str,
        marked_column: int,
        row: bool = False,
        column: bool = False,
    ) -> Tile:
        """Return a tile that is read, samples downwards, its row or column lit."""
        width = self._fan_in if dimension == self.below else self.layer.size
        mark = (self.look.sample, marked_column) if marked_column < width else None
        lit = Lit(self.look.sample if row else None, marked_column if column else None, mark)
        return self.make.read(name, ("n", dimension), lit)

    def _entry(self, name: str) -> Tile:
        """Return a tile, samples downwards, with the entry of the unit marked."""
        lit = Lit(marked=(self.look.sample, self.look.unit))
        make = self.make.written if name in self.line.writes else self.make.read
        return make(name, ("n", self.above), lit)

    @staticmethod
    def _formula(result: Tile, *items: Item) -> Formula:
        focus: Source | None = None
        for tile in (result, result.foot):
            if focus is None and tile is not None and tile.lit.marked is not None:
                focus = tile.source_of(*tile.lit.marked)
        return Formula(items, focus)


def _penalties(trace: Trace) -> str:
    return " + ".join(name.upper() for name in ("l1", "l2") if getattr(trace.spec, name))


def _is_plain(optimizer: OptimizerSpec) -> bool:
    return (
        optimizer.name == "sgd"
        and not optimizer.momentum
        and not optimizer.resolved_weight_decay
        and optimizer.clip_norm is None
        and optimizer.clip_value is None
    )
