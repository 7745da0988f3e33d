"""Probe: the central difference of any single gradient of a recorded step."""

from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import run
from nnviz.core.gradcheck import SEVEN_DIGITS, resolution_of
from nnviz.core.kinks import lies_between
from nnviz.core.looking_glass import Focus
from nnviz.core.program import LineKind, Phase
from nnviz.core.replay import replay
from nnviz.core.step_check import USUAL_STEP, allowed_difference, is_limited, loss_noise
from nnviz.core.trace import Trace
from nnviz.core.verdicts import LIMIT, Comparison, relative_error

# A quotient of h and one of 2h tell how far the formula is off; with room for its guess.
_SAFETY = 4.0
_LARGEST_STEP = 1e-2
# What rounding hides must be so small a share of the largest gradient in sight.
_FINE_ENOUGH = 1e-4


@dataclass(frozen=True, slots=True)
class Entry:
    """One gradient of a step, in the public shapes.

    Attributes
    ----------
    gradient
        Name of its buffer, such as ``"dW1"``, ``"dz2"``, ``"dx"``, or ``"g1"``.
    index
        Its place there.
    position
        After how many lines it is read.
    """

    gradient: str
    index: tuple[int, ...]
    position: int

    @property
    def moved(self) -> str:
        """The buffer by which the loss (or, of a local gradient, a unit) is differentiated."""
        is_local = self.gradient.startswith("g")
        return f"z{self.gradient[1:]}" if is_local else self.gradient[1:]


def entry_at(trace: Trace, number: int, focus: Focus) -> Entry | None:
    """Return the gradient that a line writes at the focus; ``None`` where it writes none.

    Lines of the forward and the loss phase have local gradients only; those of the update
    write none.
    """
    if number == 0:
        return None
    line = trace.lines[number - 1].line
    lead = (focus.piece,) if trace.spec.layers[line.layer - 1].activation == "maxout" else ()
    by_unit = (focus.sample, focus.unit)
    match line.kind:
        case LineKind.WEIGHT_GRADIENT | LineKind.PENALTY_GRADIENT:
            return parameter_entry(trace, line.layer, focus.source, focus.unit, focus.piece, number)
        case LineKind.LOCAL_GRADIENT | LineKind.THROUGH_ACTIVATION:
            return Entry(line.writes[0], (*lead, *by_unit), number)
        case LineKind.LOSS_GRADIENT | LineKind.TO_LAYER_BELOW | LineKind.THROUGH_DROPOUT:
            return Entry(line.writes[0], by_unit, number)
    return None


def parameter_entry(
    trace: Trace, layer: int, source: int, unit: int, piece: int = 0, position: int | None = None
) -> Entry:
    """Return the gradient of a weight, or of the bias where the source is one past the last."""
    lead = (piece,) if trace.spec.layers[layer - 1].activation == "maxout" else ()
    at = len(trace.lines) if position is None else position
    if source >= trace.spec.layer_sizes[layer - 1]:
        return Entry(f"db{layer}", (*lead, unit), at)
    return Entry(f"dW{layer}", (*lead, source, unit), at)


class Probe:
    """Measures gradients of a recorded step by moving one number and running the step again.

    Parameters
    ----------
    trace
        The recorded step; its forward pass is taken to be right.
    dtype
        The precision to measure with.
    """

    def __init__(self, trace: Trace, dtype: str = "float64") -> None:
        self.trace = trace
        again = replay(trace, dtype)
        self.program, self._parameters = again.program, again.parameters
        ops = again.program.ops
        # The loss is all that is needed for a quotient; gradients only tell kinks.
        self._forward = [op for op in ops if op.phase in (Phase.FORWARD, Phase.LOSS)]
        self._written_at = {
            name: place for place, op in enumerate(self._forward) for name in op.writes
        }
        self._inputs = trace.value("x", 0)

    def quotient(self, entry: Entry, step: float) -> float:
        """Return the central difference of the loss (or of a unit) by one number."""
        with np.errstate(all="ignore"):
            above, below = self.value(entry, step), self.value(entry, -step)
            return (above - below) / (2 * step)

    def compare(self, entry: Entry, step: float = USUAL_STEP) -> Comparison:
        """Compare a recorded gradient with its central difference."""
        whole = self.trace.value(entry.gradient, entry.position)
        claimed, measured = float(whole[entry.index]), self.quotient(entry, step)
        error = relative_error(claimed, measured)
        if error <= LIMIT:
            return Comparison(claimed, measured, error)
        if step > _LARGEST_STEP:
            # Kinks and bends cannot be told apart over such a distance.
            return Comparison(claimed, measured, error, uncertainty=np.inf)
        rounding = resolution_of(self.value(entry), step) * SEVEN_DIGITS
        allowed = allowed_difference(self.trace, whole, entry.gradient)
        is_local = entry.gradient.startswith("g")
        if rounding <= _FINE_ENOUGH * float(np.abs(whole).max()):
            # A gradient near 0 among larger ones is as right as can be measured.
            allowed = max(allowed, rounding)
        noise = rounding if is_local else rounding + loss_noise(self.trace, step)
        bend = _SAFETY * abs(self.quotient(entry, 2 * step) - measured)
        has_kink = self._has_kink(entry, step)
        limits = not is_local and is_limited(self.trace)
        return Comparison(claimed, measured, error, allowed, noise + bend, has_kink, limits)

    def value(self, entry: Entry, by: float = 0.0) -> float:
        """Return the loss (or a unit's activation) with one number moved by so much."""
        self._run(entry, by)
        if entry.gradient.startswith("g"):
            return float(self.program.read(f"a{entry.gradient[1:]}")[entry.index[-2:]])
        return self._loss(entry)

    def _loss(self, entry: Entry) -> float:
        program = self.program
        if self._has_penalty(entry):
            return float(program.losses(0, 1)[0])
        totals = program.batches.totals
        return float(totals[0] * totals.dtype.type(program.loss_scale))

    def _has_penalty(self, entry: Entry) -> bool:
        """Whether the penalty's part has been added to a gradient when it is read."""
        trace = self.trace
        if not entry.gradient.startswith("dW") or "R" not in trace.names:
            return False
        made_at = trace.made_at(entry.gradient, entry.position)
        return trace.lines[made_at - 1].line.kind is LineKind.PENALTY_GRADIENT

    def _run(self, entry: Entry, by: float) -> None:
        """Run as far as the loss, with one number moved as soon as it is there."""
        name, ops = entry.moved, self._forward
        if name == "x" or name[0] in "Wb":
            buffer = self.program.read(name)
            value = buffer[entry.index].copy()
            buffer[entry.index] = value + buffer.dtype.type(by)
            for op in ops:
                run(op.calls_at(0))
            buffer[entry.index] = value
            return
        last = self._written_at[name]
        for place, op in enumerate(ops):
            run(op.calls_at(0))
            if place == last:
                buffer = self.program.read(name)
                buffer[entry.index] += buffer.dtype.type(by)

    def _has_kink(self, entry: Entry, step: float) -> bool:
        backward = [op for op in self.program.ops if op.phase is Phase.BACKWARD]

        def move(by: float) -> None:
            self._run(entry, by)
            for op in backward:
                run(op.calls_at(0))

        with np.errstate(all="ignore"):
            return lies_between(self.program, move, -step, step)
