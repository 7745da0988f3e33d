"""Walk: a cursor in a trace, moved by terms, units, operations, layers, phases or steps.

The finest grain is a term: one product of a sum. Terms are counted, never
listed, so that a layer of 200,000 weights costs no more than one of four.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, pairwise

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.program import LineKind, Phase
from nnviz.core.trace import Trace, TraceLine


class Size(Enum):
    """How far one move goes, smallest first."""

    TERM = "term"
    UNIT = "unit"
    OPERATION = "operation"
    LAYER = "layer"
    PHASE = "phase"
    STEP = "step"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor stands: what was done last.

    Attributes
    ----------
    line
        Number of the line, from 1; 0 is the start of the step.
    unit, term
        How far that line is done: the unit that was worked on last, and how many
        of its terms are done; both from 1.
    is_unit_done, is_line_done
        Whether these were the last ones.
    """

    line: int
    unit: int
    term: int
    is_unit_done: bool
    is_line_done: bool


START = Place(0, 0, 0, True, True)


@dataclass(frozen=True, slots=True)
class Grain:
    """How a line divides: into so many units of so many terms each."""

    units: int
    terms: int

    @property
    def total(self) -> int:
        """All terms of the line."""
        return self.units * self.terms


def grain(trace: Trace, line: TraceLine) -> Grain:
    """Return how a line divides into units and terms.

    The units of a product z = x W + b are the units of the layer, their terms
    the products and the bias. The units of gradients and updates of weights are
    those that the weights lead into, the terms their weights and the bias; the
    units of da = dz W^T are those of the layer below.
    """
    layer = trace.spec.layers[line.line.layer - 1]
    fan_in, size = trace.spec.layer_sizes[line.line.layer - 1 : line.line.layer + 1]
    pieces = layer.piece_count
    match line.line.kind:
        case LineKind.AFFINE | LineKind.WEIGHT_GRADIENT | LineKind.UPDATE:
            return Grain(size, pieces * (fan_in + 1))
        case LineKind.PENALTY_GRADIENT:
            return Grain(size, pieces * fan_in)
        case LineKind.TO_LAYER_BELOW:
            return Grain(fan_in, pieces * size)
        case LineKind.ACTIVATION | LineKind.LOCAL_GRADIENT | LineKind.THROUGH_ACTIVATION:
            return Grain(size, pieces)
        case LineKind.LOSS:
            return Grain(1, trace.batch_size)
        case LineKind.PENALTY:
            return Grain(1, 1)
        case LineKind.DROPOUT | LineKind.THROUGH_DROPOUT | LineKind.LOSS_GRADIENT:
            return Grain(size, 1)


class Walk:
    """A cursor in a trace.

    Attributes
    ----------
    trace
        What is walked over.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._grains = tuple(grain(trace, line) for line in trace.lines)
        # Terms that are done after each line; the cursor counts terms from the start.
        self._ends = tuple(accumulate((one.total for one in self._grains), initial=0))
        self._layer_ends = self._ends_where(lambda line: (line.phase, line.line.layer))
        self._phase_ends = self._ends_where(lambda line: line.phase)
        self._done = 0

    def _ends_where(self, group: Callable[[TraceLine], object]) -> tuple[int, ...]:
        ends = [0]
        for line, following in pairwise(self.trace.lines):
            if group(line) != group(following):
                ends.append(self._ends[line.number])
        return (*ends, self._ends[-1])

    @property
    def place(self) -> Place:
        """What was done last."""
        if self._done == 0:
            return START
        number = bisect_left(self._ends, self._done)
        within = self._done - self._ends[number - 1]
        terms = self._grains[number - 1].terms
        unit = -(-within // terms)
        term = within - (unit - 1) * terms
        return Place(number, unit, term, term == terms, self._done == self._ends[number])

    @property
    def position(self) -> int:
        """How many lines are wholly done."""
        return bisect_right(self._ends, self._done) - 1

    @property
    def line(self) -> TraceLine | None:
        """The line that the cursor is in, or has just finished; ``None`` at the start."""
        number = self.place.line
        return self.trace.lines[number - 1] if number else None

    @property
    def is_at_start(self) -> bool:
        """Whether nothing is done yet."""
        return self._done == 0

    @property
    def is_at_end(self) -> bool:
        """Whether the whole step is done."""
        return self._done == self._ends[-1]

    def forward(self, size: Size) -> bool:
        """Go on to the end of the next piece of this size; return whether there was one."""
        if self.is_at_end:
            return False
        self._done = self._next(size)
        return True

    def backward(self, size: Size) -> bool:
        """Go back to the end of the piece before; return whether there was one."""
        if self.is_at_start:
            return False
        self._done = self._previous(size)
        return True

    def go_to(self, number: int) -> None:
        """Go to the end of a line; 0 is the start of the step.

        Raises
        ------
        ValueError
            If the trace has no such line.
        """
        if not 0 <= number <= len(self.trace.lines):
            raise ValueError(f"line {number} is not among the {len(self.trace.lines)} lines")
        self._done = self._ends[number]

    def first(self) -> None:
        """Go to the start of the step."""
        self._done = 0

    def last(self) -> None:
        """Go to the end of the step."""
        self._done = self._ends[-1]

    def go_to_phase(self, phase: Phase) -> None:
        """Go to the end of the first line of a phase; stay if it has none."""
        lines = self.trace.lines_of(phase)
        if lines:
            self.go_to(lines[0].number)

    def read(self, name: str) -> FloatArray | None:
        """Return a buffer as far as it is computed; ``None`` where nothing of it is.

        In a line that is done in part, the units to come show what the buffer
        held before, or NaN.
        """
        whole, place, line = self.trace.read(name, self.position), self.place, self.line
        if line is None or place.is_line_done or name not in line.arrays:
            return whole
        done = place.unit if place.is_unit_done else place.unit - 1
        fresh = line.arrays[name]
        if done == 0 or fresh.ndim == 0:
            return whole
        mixed = np.full_like(fresh, np.nan) if whole is None else whole.copy()
        mixed[..., :done] = fresh[..., :done]
        return mixed

    def _next(self, size: Size) -> int:
        number = bisect_right(self._ends, self._done)
        match size:
            case Size.TERM:
                return self._done + 1
            case Size.UNIT:
                start, terms = self._ends[number - 1], self._grains[number - 1].terms
                return start + ((self._done - start) // terms + 1) * terms
            case Size.OPERATION:
                return self._ends[number]
            case Size.LAYER:
                return self._layer_ends[bisect_right(self._layer_ends, self._done)]
            case Size.PHASE:
                return self._phase_ends[bisect_right(self._phase_ends, self._done)]
            case Size.STEP | Size.EPOCH:
                return self._ends[-1]

    def _previous(self, size: Size) -> int:
        number = bisect_left(self._ends, self._done)
        match size:
            case Size.TERM:
                return self._done - 1
            case Size.UNIT:
                start, terms = self._ends[number - 1], self._grains[number - 1].terms
                return start + (-(-(self._done - start) // terms) - 1) * terms
            case Size.OPERATION:
                return self._ends[number - 1]
            case Size.LAYER:
                return self._layer_ends[bisect_left(self._layer_ends, self._done) - 1]
            case Size.PHASE:
                return self._phase_ends[bisect_left(self._phase_ends, self._done) - 1]
            case Size.STEP | Size.EPOCH:
                return 0
