"""One forward and one backward pass of a problem, Op by Op."""

from collections.abc import Callable

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.compiler import EVERYTHING, compile_program
from nnviz.core.losses import LOSSES
from nnviz.core.program import Op, Program
from nnviz.verification.problem import Problem

Quantities = dict[str, FloatArray]
Interference = Callable[[Program, Op], None]


def pass_of(problem: Problem, interfere: Interference | None = None) -> Quantities:
    """Run one forward and one backward pass, Op by Op, and return what was computed.

    Parameters
    ----------
    problem
        What to compute.
    interfere
        Called after each Op; may change buffers, to act out a mistake.
    """
    network = problem.network
    program = compile_program(network.spec, network.parameters, problem.samples, EVERYTHING)
    program.load(problem.inputs, problem.targets)
    with np.errstate(all="ignore"):
        for op in program.ops:
            for call in op.calls_at(0):
                call()
            if interfere is not None:
                interfere(program, op)
        return _read(program, problem)


def _read(program: Program, problem: Problem) -> Quantities:
    values: Quantities = {}
    factor, depth = problem.factor, problem.depth
    for i in range(1, depth + 1):
        for name, buffer, by in (
            ("z", "z", 1.0),
            ("a", "a", 1.0),
            ("dL_dz", "dz", factor),
            ("dL_da", "da", factor),
            ("dL_dW", "dW", factor),
            ("dL_db", "db", factor),
        ):
            values[f"layer {i} {name}"] = program.read(f"{buffer}{i}") * by
    values["output"] = program.read(f"a{depth}").copy()
    scaled = problem.setting.scale != 1
    values["probabilities"] = values["output"] if scaled else program.read("p").copy()
    loss = LOSSES[problem.network.spec.loss]
    if loss.takes_probabilities:
        z = values["output"]
        top = z - z.max(axis=1, keepdims=True)
        values["log_probabilities"] = top - np.log(np.exp(top).sum(axis=1, keepdims=True))
    if problem.link:
        linked = "probabilities" if problem.link == "softmax" else "log_probabilities"
        values["output"] = values[f"layer {depth} a"] = values[linked]
        # The engine goes from the loss to the logits in one line; this is the way between.
        slope = -problem.targets * (factor / problem.samples)
        is_softmax = problem.link == "softmax"
        values[f"layer {depth} dL_da"] = slope / values["output"] if is_softmax else slope
    values["loss"] = np.asarray(program.losses(0, 1)[0] * factor)
    values["dL_dX"] = program.read("dx") * factor
    values["per_sample_loss"] = per_sample_losses(problem)
    return values


def per_sample_losses(problem: Problem) -> FloatArray:
    """Return the loss of each sample alone."""
    by = problem.setting.factor_for(1, problem.outputs)
    x, t = problem.inputs, problem.targets
    return np.array([by * problem.network.loss(x[i : i + 1], t[i : i + 1]) for i in range(len(x))])
