"""Trace: one training step, recorded line by line, to walk over in both directions.

The recorder makes the very calls that train, one Op after the other, and copies
what each line wrote. Walking back therefore recomputes nothing: whatever is
read at a position is, bit for bit, what stood in the buffer there.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray, run
from nnviz.core.compiler import EVERYTHING, compile_program
from nnviz.core.layout import ParameterLayout
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.program import Line, Phase, Program
from nnviz.core.spec import NetworkSpec, OptimizerSpec


@dataclass(frozen=True, slots=True)
class TraceLine:
    """A line of arithmetic that was carried out.

    Attributes
    ----------
    number
        Its place in the trace, from 1.
    phase, line
        Where it belongs, and what it does.
    arrays
        What it wrote: read-only copies in the shapes of the lecture, by name.
    """

    number: int
    phase: Phase
    line: Line
    arrays: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class StepToRecord:
    """Everything that decides one training step.

    Attributes
    ----------
    network
        The network.
    parameters
        Flat vector in its layout, before the step.
    inputs, targets
        The batch: n x d and n x k.
    optimizer, learning_rate
        How to update, and the rate in use; without an optimiser the trace ends
        with the gradients.
    optimizer_state
        What the optimiser carries; what is missing starts at zero.
    generator
        Draws the masks of dropout; ``None`` drops nothing.
    step
        Which update this is, from 1.
    rows
        Row numbers of the batch in the training set, if it comes from there.
    change
        Puts another Program in the place of the compiled one, with changed Ops.
    """

    network: NetworkSpec
    parameters: FloatArray
    inputs: FloatArray
    targets: FloatArray
    optimizer: OptimizerSpec | None = None
    learning_rate: float | None = None
    optimizer_state: Mapping[str, FloatArray] = field(default_factory=dict)
    generator: np.random.Generator | None = None
    step: int = 1
    rows: NDArray[np.int64] | None = None
    change: Callable[[Program], Program] | None = None


class Trace:
    """One training step, recorded line by line.

    Position k means that k lines have been carried out: 0 is the start of the
    step, ``len(lines)`` its end.

    Attributes
    ----------
    spec, optimizer, layout
        What was trained and how (``None``: gradients only), and where its
        parameters lie in flat vectors.
    learning_rate
        The rate of this very update: the schedule is already in it.
    step, rows
        Which update it is, from 1; row numbers of its batch in the training set,
        or ``None``.
    lines
        In the order of the step.
    loss
        Mean loss of the batch before the update, penalties included.
    update_gradients
        Flat vector that the update used: clipped, and with coupled weight decay.
    state_before, state_after
        What the optimiser carried, by name.
    """

    def __init__(
        self,
        recipe: StepToRecord,
        start: Mapping[str, FloatArray],
        lines: tuple[TraceLine, ...],
        loss: float,
        optimizer: "OptimizerRecord",
    ) -> None:
        self.spec, self.optimizer = recipe.network, recipe.optimizer
        self.layout = ParameterLayout(recipe.network)
        self.step, self.rows = recipe.step, recipe.rows
        self.lines, self.loss = lines, loss
        self.learning_rate = optimizer.learning_rate
        self.update_gradients = optimizer.gradients
        self.state_before, self.state_after = optimizer.before, optimizer.after
        self.batch_size = len(start["x"])
        # For each buffer: after which lines it has been another, and what it was.
        self._versions: dict[str, tuple[list[int], list[FloatArray]]] = {
            name: ([0], [array]) for name, array in start.items()
        }
        for line in lines:
            for name, array in line.arrays.items():
                numbers, arrays = self._versions.setdefault(name, ([], []))
                numbers.append(line.number)
                arrays.append(array)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all buffers, in the order in which they are written."""
        return tuple(self._versions)

    def read(self, name: str, position: int | None = None) -> FloatArray | None:
        """Return a buffer after so many lines; ``None`` where it is not computed yet.

        Rows are samples, as the lecture has it; ``L`` is the mean loss without
        penalties. Without a position it is the end of the step.

        Raises
        ------
        KeyError
            If no line writes a buffer of this name.
        """
        numbers, arrays = self._versions[name]
        index = bisect_right(numbers, len(self.lines) if position is None else position)
        return arrays[index - 1] if index else None

    def value(self, name: str, position: int | None = None) -> FloatArray:
        """Return a buffer that must be there.

        Raises
        ------
        LookupError
            If it is not computed by then, or no line writes it.
        """
        array = self.read(name, position)
        if array is None:
            raise LookupError(f"{name} is not computed before line {self._versions[name][0][0]}")
        return array

    def made_at(self, name: str, position: int | None = None) -> int:
        """Return the number of the line that wrote the buffer last; 0 if it was there before.

        Raises
        ------
        LookupError
            If it has not been written by then.
        """
        numbers, _ = self._versions[name]
        index = bisect_right(numbers, len(self.lines) if position is None else position)
        if index == 0:
            raise LookupError(f"{name} is not computed before line {numbers[0]}")
        return numbers[index - 1]

    def lines_of(self, phase: Phase) -> tuple[TraceLine, ...]:
        """Return the lines of one phase, in order."""
        return tuple(line for line in self.lines if line.phase is phase)


@dataclass(frozen=True, slots=True)
class OptimizerRecord:
    """What an update used and carried.

    Attributes
    ----------
    learning_rate
        The rate of this update, schedule included; 0 without an optimiser.
    gradients
        The flat vector that its rule was given.
    before, after
        What it carried before and after, by name.
    """

    learning_rate: float
    gradients: FloatArray
    before: Mapping[str, FloatArray]
    after: Mapping[str, FloatArray]


def record(recipe: StepToRecord) -> Trace:
    """Carry out one training step on copies, and record it line by line."""
    parameters = recipe.parameters.copy()
    gradients = np.zeros_like(parameters)
    optimizer = None
    if recipe.optimizer is not None:
        optimizer = bind_optimizer(recipe.optimizer, parameters, gradients)
        for key, array in optimizer.state.items():
            array[...] = recipe.optimizer_state.get(key, 0)
        if recipe.learning_rate is not None:
            optimizer.learning_rate[...] = recipe.learning_rate
    program = compile_program(
        recipe.network,
        parameters,
        len(recipe.inputs),
        EVERYTHING,
        gradients,
        optimizer,
        generator=recipe.generator,
    )
    if recipe.change is not None:
        program = recipe.change(program)
    program.load(recipe.inputs, recipe.targets)
    names = ["x", "t"]
    names += [f"{letter}{i + 1}" for i in range(len(recipe.network.layers)) for letter in "Wb"]
    start = {name: _frozen(program.read(name)) for name in names}
    before = _copies(optimizer.state) if optimizer is not None else {}
    with np.errstate(all="ignore"):
        lines = _run(program)
        loss = float(program.losses(0, 1)[0])
    if optimizer is None:
        return Trace(recipe, start, lines, loss, OptimizerRecord(0.0, _frozen(gradients), {}, {}))
    used = OptimizerRecord(
        float(optimizer.rate_in_use),
        _frozen(optimizer.gradients_in_use),
        before,
        _copies(optimizer.state),
    )
    return Trace(recipe, start, lines, loss, used)


def _run(program: Program) -> tuple[TraceLine, ...]:
    lines: list[TraceLine] = []
    for op in program.ops:
        run(op.calls_at(0))
        for line in op.lines:
            arrays = {name: _value(program, name) for name in line.writes}
            lines.append(TraceLine(len(lines) + 1, op.phase, line, arrays))
    return tuple(lines)


def _value(program: Program, name: str) -> FloatArray:
    if name == "L":
        # The buffer holds the raw sum; what a person knows as the loss is the mean.
        return _frozen(program.batches.totals[0] * np.float64(program.loss_scale))
    return _frozen(program.read(name))


def _frozen(array: FloatArray) -> FloatArray:
    copy = np.array(array)
    copy.flags.writeable = False
    return copy


def _copies(state: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    return {key: _frozen(array) for key, array in state.items()}
