"""What the faults of the bug lab are built with: the Ops of a step, and its buffers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from nnviz.core.calls import Call, FloatArray, run
from nnviz.core.fault_setup import FaultSetup
from nnviz.core.held_biases import update_calls
from nnviz.core.layout import ParameterLayout
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.program import Line, LineKind, Op, Phase, Program
from nnviz.core.spec import OptimizerSpec


class Bench:
    """A Program that is about to get a fault.

    Attributes
    ----------
    program, setup
        The Program (of one slot), and what it was compiled from.
    leftover
        Flat vector of the gradients of the step before, if they are known.
    """

    def __init__(
        self, program: Program, setup: FaultSetup, leftover: FloatArray | None = None
    ) -> None:
        if program.slots != 1:
            raise ValueError("faults are for recorded steps: a Program that trains has none")
        self.program, self.setup, self.leftover = program, setup, leftover

    def read(self, name: str) -> FloatArray:
        """Return a buffer as a view that can be written."""
        return self.program.read(name)

    def line(self, kind: LineKind, layer: int) -> Line:
        """Return the line of this kind in a layer; there must be one."""
        lines = (line for op in self.program.ops for line in op.lines)
        return next(line for line in lines if (line.kind, line.layer) == (kind, layer))

    def inputs_of(self, layer: int) -> FloatArray:
        """Return what the weights of a layer are multiplied with."""
        return self.read(self.line(LineKind.WEIGHT_GRADIENT, layer).reads[0])

    def vector(self, prefix: str = "") -> FloatArray:
        """Return weights and biases (prefix ``d``: their gradients) as a flat copy."""
        vector = np.zeros(self.program.layout.size, self.read("x").dtype)
        for name, view in self.views(vector):
            view[...] = self.read(f"{prefix}{name}")
        return vector

    def write(self, vector: FloatArray, prefix: str = "") -> None:
        """Copy a flat vector into weights and biases, or into their gradients."""
        for name, view in self.views(vector):
            self.read(f"{prefix}{name}")[...] = view

    def views(self, vector: FloatArray) -> Iterator[tuple[str, FloatArray]]:
        """Yield the parts of a flat vector with the names of weights and biases."""
        views = self.program.layout.views(vector)
        pairs = zip(views.weights, views.biases, strict=True)
        for number, (weights, biases) in enumerate(pairs, 1):
            yield f"W{number}", weights
            yield f"b{number}", biases

    def state(self) -> dict[str, FloatArray]:
        """Return a copy of what the optimiser carries."""
        optimizer = self.program.optimizer
        return {} if optimizer is None else {k: v.copy() for k, v in optimizer.state.items()}

    def updated(
        self, rule: OptimizerSpec, before: FloatArray, state: dict[str, FloatArray]
    ) -> FloatArray:
        """Return the parameters as another rule would have updated them."""
        parameters, gradients = before.copy(), self.vector("d")
        optimizer = bind_optimizer(rule, parameters, gradients)
        for name, array in optimizer.state.items():
            array[...] = state.get(name, 0)
        run(update_calls(optimizer, self.program.layout, parameters))
        return parameters

    @property
    def rate(self) -> float:
        """The learning rate of the last update, schedule included."""
        optimizer = self.program.optimizer
        return 0.0 if optimizer is None else float(optimizer.rate_in_use)

    @property
    def layout(self) -> ParameterLayout:
        """Where parameters lie in flat vectors."""
        return self.program.layout


def after(op: Op, *calls: Call) -> Op:
    """Return the Op with more calls at its end."""
    return replace(op, calls=(op.calls_at(0) + calls,)) if calls else op


def instead(op: Op, *calls: Call) -> Op:
    """Return the Op with other calls."""
    return replace(op, calls=(calls,))


def lines_of(op: Op, kind: LineKind) -> tuple[Line, ...]:
    """Return the lines of this kind in an Op."""
    return tuple(line for line in op.lines if line.kind is kind)


def update_with(bench: Bench, op: Op, wrong: Callable[["Update"], FloatArray]) -> Op:
    """Return the update, its result replaced by what ``wrong`` makes of it."""
    if op.phase is not Phase.UPDATE:
        return op

    def run_wrongly() -> None:
        update = Update(bench, bench.vector(), bench.state())
        run(op.calls_at(0))
        bench.write(wrong(update))

    return instead(op, run_wrongly)


@dataclass(frozen=True, slots=True)
class Update:
    """An update that has just been made, and what there was before it.

    Attributes
    ----------
    bench
        The Program, updated.
    before, state
        Flat vector of the parameters and the optimiser's state before.
    """

    bench: Bench
    before: FloatArray
    state: dict[str, FloatArray]

    @property
    def right(self) -> FloatArray:
        """The parameters after the right update."""
        return self.bench.vector()

    @property
    def is_trained(self) -> FloatArray:
        """1 for each parameter that may change, 0 for biases that are held."""
        rule = self.bench.setup.optimizer
        if rule is None or rule.trains_biases:
            return np.ones_like(self.before)
        return self.bench.layout.weight_mask()


def scaled(buffer: FloatArray, factor: float) -> Call:
    """Return the call that multiplies a buffer by a number."""
    return partial(np.multiply, buffer, buffer.dtype.type(factor), buffer)
