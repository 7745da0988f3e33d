"""What is checked beyond one pass: penalties, clipping, and steps of optimisers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.compiler import TRAINING, compile_program
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.regularizers import REGULARIZERS
from nnviz.core.spec import OptimizerSpec
from nnviz.verification.document import CaseError, Node
from nnviz.verification.layout import Given, given
from nnviz.verification.optimizer_runs import OptimizerRun, optimizer_run
from nnviz.verification.passes import Quantities
from nnviz.verification.problem import Problem
from nnviz.verification.quantities import (
    check_count,
    flat_gradient,
    given_gradients,
    given_parameters,
    views_of,
)


@dataclass
class Further:
    """Quantities of the file and ours, by the same names; what is wrong, and where."""

    given: dict[str, Given] = field(default_factory=dict)
    ours: Quantities = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def attempt(
        self, add: Callable[..., None], problem: Problem, name: str, node: Node, *more: object
    ) -> None:
        """Add what the node holds; if that cannot be done, note why and go on."""
        try:
            add(self, problem, name, node, *more)
        except CaseError as error:
            self.problems.append(str(error))
            self.skipped.append(node.path)


def further_quantities(
    problem: Problem, node: Node, values: Quantities, optimizers: Mapping[str, Node]
) -> Further:
    """Return penalties, clipping and optimisers, as given and as the engine has them.

    Parameters
    ----------
    problem
        The network and the batch.
    node
        The batch in the file.
    values
        Ours, of one pass.
    optimizers
        What the names of runs stand for in this file.
    """
    further = Further()
    gradient = flat_gradient(problem, values)
    for name, entry in _entries(node, "penalties"):
        further.attempt(_penalty, problem, name, entry, values)
    for key, spec_of in (("clip_grad_norm", _by_norm), ("clip_grad_value", _by_value)):
        clipping = node.get(key)
        if clipping is not None:
            further.attempt(_clip, problem, key, clipping, spec_of, gradient)
    for name, entry in _entries(node, "optimisers", "optimizers"):
        further.attempt(_run, problem, name, entry, optimizers)
    return further


def _entries(node: Node, *names: str) -> list[tuple[str, Node]]:
    found = node.get(*names)
    return [] if found is None else found.items()


def _penalty(further: Further, problem: Problem, name: str, node: Node, values: Quantities) -> None:
    gradient, total = flat_gradient(problem, values), 0.0
    weights = problem.network.layout.weight_mask() * problem.trained
    for key, record in REGULARIZERS.items():
        strength = node.get(key)
        value = np.zeros(())
        vector = weights * (0.0 if strength is None else strength.number())
        bound = record.bind(vector, problem.network.parameters, gradient, value)
        for call in (*bound.value, *bound.gradient):
            call()
        total += float(value)
    name = f"penalty {name}"
    ours = {f"{name} value": total, f"{name} total_loss": float(values["loss"]) + total}
    further.ours |= {key: np.asarray(number) for key, number in ours.items()}
    further.ours |= _prefixed(name, views_of(problem, gradient, "dL_dW", "dL_db"))
    for key, words in (("penalty", "value"), ("total_loss", "total_loss")):
        _give(further, f"{name} {words}", node.get(key))
    further.given |= given_gradients(node, problem.depth, f"{name} ")


def _by_norm(node: Node) -> OptimizerSpec:
    limit = node.need("max_norm")
    kind = node.get("norm_type")
    if kind is not None and kind.number() != 2:
        raise CaseError(f"{kind.path}: norms are known with norm_type 2 alone")
    return OptimizerSpec("sgd", 1.0, clip_norm=_not_negative(limit))


def _by_value(node: Node) -> OptimizerSpec:
    limit = node.need("clip_value", "max_value")
    return OptimizerSpec("sgd", 1.0, clip_value=_not_negative(limit))


def _not_negative(limit: Node) -> float:
    if limit.number() < 0:
        raise limit.problem("a number from 0 up")
    # The engine wants more than 0; the least of all numbers leaves nothing either.
    return limit.number() or 5e-324


def _clip(
    further: Further,
    problem: Problem,
    key: str,
    node: Node,
    spec_of: Callable[[Node], OptimizerSpec],
    gradient: FloatArray,
) -> None:
    name = f"clipping by {'norm' if key == 'clip_grad_norm' else 'value'}"
    optimizer = bind_optimizer(spec_of(node), np.zeros_like(gradient), gradient)
    for call in optimizer.calls:
        call()
    clipped = optimizer.gradients_in_use
    further.ours |= _prefixed(name, views_of(problem, clipped, "dL_dW", "dL_db"))
    further.ours[f"{name} total_norm"] = np.asarray(np.sqrt(gradient @ gradient))
    _give(further, f"{name} total_norm", node.get("total_norm"))
    further.given |= given_gradients(node, problem.depth, f"{name} ")


def _run(
    further: Further, problem: Problem, name: str, node: Node, optimizers: Mapping[str, Node]
) -> None:
    run = optimizer_run(name, node, optimizers.get(name))
    losses, after = _steps(problem, run)
    _give(further, f"{name} losses", run.losses)
    if run.losses is not None:
        further.ours[f"{name} losses"] = np.array(losses[: len(run.losses.elements())])
    if run.loss_after is not None:
        _give(further, f"{name} step {run.count} loss", run.loss_after)
        further.ours[f"{name} step {run.count} loss"] = np.array(losses[-1])
    for step, entry in run.parameters.items():
        prefix = f"{name} step {step} "
        check_count(entry, problem.depth)
        further.given |= given_parameters(entry, prefix, "W", "b")
        ours = views_of(problem, after[step], "W", "b")
        further.ours |= {prefix + key: values for key, values in ours.items()}


def _steps(problem: Problem, run: OptimizerRun) -> tuple[list[float], dict[int, FloatArray]]:
    """Return the loss before each step and after the last, and the wanted parameters."""
    network, factor = problem.network, problem.factor
    start = network.parameters
    parameters, gradients = start.copy(), np.zeros_like(start)
    optimizer = bind_optimizer(run.spec, parameters, gradients)
    if run.start_of_sums:
        for sums in optimizer.state.values():
            sums[...] = run.start_of_sums
    program = compile_program(network.spec, parameters, problem.samples, TRAINING, gradients)
    program.load(problem.inputs, problem.targets)
    losses, after = [], {0: start}
    held = problem.trained == 0
    with np.errstate(all="ignore"):
        for step in range(1, run.count + 2):
            program.run()
            losses.append(float(program.losses(0, 1)[0]) * factor)
            if step > run.count:
                break
            gradients *= factor * problem.trained
            optimizer.learning_rate[...] = run.rate_at(step)
            for call in optimizer.calls:
                call()
            parameters[held] = start[held]
            if step in run.parameters:
                after[step] = parameters.copy()
    return losses, after


def _give(further: Further, name: str, node: Node | None) -> None:
    if node is not None:
        further.given[name] = given(node)


def _prefixed(name: str, values: Quantities) -> Quantities:
    return {f"{name} {key}": array.copy() for key, array in values.items()}
