"""A recorded step once more: with changed Ops, or its Program to measure with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from nnviz.core.calls import Call, FloatArray
from nnviz.core.compiler import EVERYTHING, compile_program
from nnviz.core.layout import ParameterLayout
from nnviz.core.program import LineKind, Op, Program
from nnviz.core.trace import StepToRecord, Trace


@dataclass(frozen=True, slots=True)
class Replay:
    """The right Program of a recorded step, which has run on its batch.

    Attributes
    ----------
    program
        With everything but the update; dropout has the recorded masks.
    parameters, gradients
        Its flat vectors.
    """

    program: Program
    parameters: FloatArray
    gradients: FloatArray


def replay(trace: Trace, dtype: str = "float64") -> Replay:
    """Compile the step at another precision, without any fault, and run it once."""
    parameters = start_of(trace).astype(dtype)
    gradients = np.zeros_like(parameters)
    unused = np.random.default_rng(0)
    program = compile_program(
        trace.spec, parameters, trace.batch_size, EVERYTHING, gradients, generator=unused
    )
    program = with_masks(program, trace)
    program.load(trace.value("x", 0), trace.value("t", 0))
    with np.errstate(all="ignore"):
        program.run()
    return Replay(program, parameters, gradients)


def step_of(trace: Trace, change: Callable[[Program], Program] | None = None) -> StepToRecord:
    """Return what has to be recorded to get a trace like this one, but with this change."""

    def with_both(program: Program) -> Program:
        program = with_masks(program, trace)
        return program if change is None else change(program)

    return StepToRecord(
        trace.spec,
        start_of(trace),
        trace.value("x", 0),
        trace.value("t", 0),
        trace.optimizer,
        optimizer_state=trace.state_before,
        generator=np.random.default_rng(0),
        step=trace.step,
        rows=trace.rows,
        change=with_both,
    )


def start_of(trace: Trace) -> FloatArray:
    """Return the flat vector of the parameters before the step."""
    return flat(trace.layout, trace, "", 0)


def gradient_of(trace: Trace) -> FloatArray:
    """Return the flat vector of the gradients that the backward phase ended with."""
    return flat(trace.layout, trace, "d")


def flat(
    layout: ParameterLayout, trace: Trace, prefix: str, position: int | None = None
) -> FloatArray:
    """Return weights and biases (or their gradients, prefix ``d``) as one flat vector."""
    vector = np.zeros(layout.size, trace.value("x", 0).dtype)
    views = layout.views(vector)
    for number, (weights, biases) in enumerate(zip(views.weights, views.biases, strict=True), 1):
        weights[...] = trace.value(f"{prefix}W{number}", position)
        biases[...] = trace.value(f"{prefix}b{number}", position)
    return vector


def with_masks(program: Program, trace: Trace) -> Program:
    """Return the Program with the masks of dropout that were drawn in the recorded step."""
    return program.with_ops(tuple(_with_mask(program, op, trace) for op in program.ops))


def _with_mask(program: Program, op: Op, trace: Trace) -> Op:
    (line, *_) = op.lines
    if line.kind is not LineKind.DROPOUT:
        return op
    name = f"m{line.layer}"
    if name not in trace.names:
        # The step was recorded without dropout: nothing is left out.
        program.read(name)[...] = 1
    else:
        program.read(name)[...] = trace.value(name)
    apply: Call = partial(
        np.multiply,
        program.read(f"a{line.layer}"),
        program.read(name),
        program.read(f"d{line.layer}"),
    )
    return replace(op, calls=((apply,),))
