"""PyTorch's softplus, which is the line z above a threshold: right to 2e-9, and no more."""

from functools import partial

from nnviz.core.program import Op, Program
from nnviz.verification.passes import Quantities, pass_of
from nnviz.verification.problem import Problem

_THRESHOLD = 20.0


def pass_with_lines(problem: Problem, right: Quantities) -> Quantities | None:
    """Return the pass as PyTorch computes it; ``None`` where that is the same."""
    layers = problem.network.spec.layers[: problem.depth]
    beyond = [
        i
        for i, layer in enumerate(layers, start=1)
        if layer.activation == "softplus" and (right[f"layer {i} z"] > _THRESHOLD).any()
    ]
    return pass_of(problem, partial(_straighten, beyond)) if beyond else None


def _straighten(layers: list[int], program: Program, op: Op) -> None:
    for i in layers:
        if f"a{i}" in op.writes or f"g{i}" in op.writes:
            z = program.read(f"z{i}")
            is_beyond = z > _THRESHOLD
            if f"a{i}" in op.writes:
                program.read(f"a{i}")[is_beyond] = z[is_beyond]
            if f"g{i}" in op.writes:
                program.read(f"g{i}")[is_beyond] = 1.0
