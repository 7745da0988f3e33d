"""What the engine makes of a case: every quantity by its name."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.compiler import EVERYTHING, TRAINING, compile_program
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.program import Op, Program
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.verification.layout import Batch, Case, CaseError, OptimiserRun, Parameters, array
from nnviz.verification.torch_names import LOSS_NAMES, optimizer_spec

Floats = FloatArray
Quantities = dict[str, Floats]
Interference = Callable[[Program, Op], None]


def network_of(case: Case) -> Network:
    """Return the case's network with its parameters.

    Raises
    ------
    CaseError
        If this version has no such activation or loss, or a shape does not fit.
    """
    where = f"case {case.id}"
    network = Network(_network_spec(case, where))
    count = len(network.spec.layers)
    if len(case.parameters) != count:
        raise CaseError(f"{where}: {count} layers, but parameters of {len(case.parameters)}")
    for number, given in enumerate(case.parameters, start=1):
        place = f"{where}, layer {number}"
        views = {"W": network.weights[number - 1], "b": network.biases[number - 1]}
        for name, view in views.items():
            values = array(getattr(given, name), f"{place}, {name}")
            if values.shape != view.shape:
                raise CaseError(f"{place}: {name} is {_shape(values)} but must be {_shape(view)}")
            view[...] = values
    return network


def _network_spec(case: Case, where: str) -> NetworkSpec:
    loss = LOSS_NAMES.get(case.loss, case.loss)
    if loss not in LOSSES:
        raise CaseError(f"{where}: the loss {case.loss!r} is not known to this version")
    layers = []
    for number, entry in enumerate(case.architecture, start=1):
        name = "maxout" if entry.kind == "maxout" else (entry.activation or "linear")
        if name not in ACTIVATIONS:
            raise CaseError(f"{where}, layer {number}: {name!r} is not known to this version")
        layers.append(LayerSpec(entry.out, name, entry.alpha or None, entry.pieces or 2))
    try:
        return NetworkSpec(case.input_dim, tuple(layers), loss)
    except ValueError as error:
        raise CaseError(f"{where}: {error}") from error


def targets_of(network: Network, batch: Batch, where: str) -> Floats:
    """Return the targets of a batch as the engine takes them."""
    given = array(batch.T, f"{where}, T")
    return given[:, np.newaxis] if given.ndim == 1 and network.spec.output_size == 1 else given


def engine_quantities(
    network: Network, batch: Batch, where: str, interfere: Interference | None = None
) -> Quantities:
    """Run one forward and one backward pass, Op by Op, and return what was computed.

    Parameters
    ----------
    network, batch, where
        What to compute, and how to name it in a sentence.
    interfere
        Called after each Op; may change buffers, to act out a mistake.

    Raises
    ------
    CaseError
        If the shapes of X or T do not fit.
    """
    x = array(batch.X, f"{where}, X")
    try:
        inputs, targets = network.checked(x, targets_of(network, batch, where))
    except ValueError as error:
        raise CaseError(f"{where}: {error}") from error
    program = compile_program(network.spec, network.parameters, len(inputs), EVERYTHING)
    program.load(inputs, targets)
    with np.errstate(all="ignore"):
        for op in program.ops:
            for call in op.calls_at(0):
                call()
            if interfere is not None:
                interfere(program, op)
    return _read(program, network, inputs, targets)


def _read(program: Program, network: Network, x: Floats, t: Floats) -> Quantities:
    values: Quantities = {}
    count = len(network.spec.layers)
    for i in range(1, count + 1):
        for name, buffer in (("z", "z"), ("a", "a"), ("dL_dz", "dz"), ("dL_da", "da")):
            values[f"layer {i} {name}"] = program.read(f"{buffer}{i}").copy()
        values[f"layer {i} dL_dW"] = program.read(f"dW{i}").copy()
        values[f"layer {i} dL_db"] = program.read(f"db{i}").copy()
    values["output"] = program.read(f"a{count}").copy()
    values["probabilities"] = program.read("p").copy()
    values["loss"] = np.asarray(program.losses(0, 1)[0])
    values["dL_dX"] = program.read("dx").copy()
    rows = range(len(x))
    values["per_sample_loss"] = np.array([network.loss(x[i : i + 1], t[i : i + 1]) for i in rows])
    return values


def given_quantities(batch: Batch, where: str) -> Quantities:
    """Return the quantities that the file gives for one pass, by the same names."""
    found: dict[str, object] = {
        "output": batch.output,
        "probabilities": batch.probabilities,
        "loss": batch.loss,
        "per_sample_loss": batch.per_sample_loss,
        "dL_dX": batch.dl_dx,
    }
    for i, layer in enumerate(batch.layers or [], start=1):
        found[f"layer {i} z"], found[f"layer {i} a"] = layer.z, layer.a
        found[f"layer {i} dL_dz"], found[f"layer {i} dL_da"] = layer.dl_dz, layer.dl_da
    found |= _gradients(batch.gradients)
    return {
        name: array(numbers, f"{where}, {name}")
        for name, numbers in found.items()
        if numbers is not None
    }


def _gradients(gradients: list[Parameters] | None) -> dict[str, object]:
    found: dict[str, object] = {}
    for i, layer in enumerate(gradients or [], start=1):
        found[f"layer {i} dL_dW"], found[f"layer {i} dL_db"] = layer.W, layer.b
    return found


def further_quantities(
    network: Network, batch: Batch, optimisers: Mapping[str, dict[str, Any]], where: str
) -> tuple[Quantities, Quantities]:
    """Return (given, engine's) penalties, clipping and optimiser runs.

    Raises
    ------
    CaseError
        If an optimiser or one of its options is not known to this version.
    """
    given: dict[str, object] = {}
    ours: Quantities = {}
    x, t = array(batch.X, f"{where}, X"), targets_of(network, batch, where)
    for name, penalty in (batch.penalties or {}).items():
        spec = msgspec.structs.replace(network.spec, l1=penalty.l1, l2=penalty.l2)
        _add_pass(f"penalty {name}", penalty.total_loss, penalty.gradients, given)
        _add_engine_pass(f"penalty {name}", spec, network, x, t, ours)
    if batch.clip_grad_norm is not None:
        _add_pass("clipping", None, batch.clip_grad_norm.gradients, given)
        moved = OptimizerSpec("sgd", 1.0, clip_norm=batch.clip_grad_norm.max_norm)
        after = _steps(network, moved, x, t, 1)[1][1]
        _add_views("clipping", "dL_dW", "dL_db", network, network.parameters - after, ours)
    for name, run in (batch.optimisers or {}).items():
        rule = optimizer_spec(
            name, run.cls or optimisers.get(name, {}).get("cls"), run.config, where
        )
        _add_run(name, run, _steps(network, rule, x, t, _length(run)), network, given, ours)
    return {name: array(v, f"{where}, {name}") for name, v in given.items()}, ours


def _length(run: OptimiserRun) -> int:
    steps = [int(step) for step in run.parameters_after_step or {}]
    return max([*steps, len(run.loss_before_each_step or [])], default=0)


def _add_run(
    name: str,
    run: OptimiserRun,
    ran: tuple[list[float], dict[int, Floats]],
    network: Network,
    given: dict[str, object],
    ours: Quantities,
) -> None:
    losses, parameters = ran
    if run.loss_before_each_step is not None:
        given[f"{name} losses"] = run.loss_before_each_step
        ours[f"{name} losses"] = np.array(losses[: len(run.loss_before_each_step)])
    for step, layers in (run.parameters_after_step or {}).items():
        _add_views(f"{name} step {step}", "W", "b", network, parameters[int(step)], ours)
        for i, layer in enumerate(layers, start=1):
            given[f"{name} step {step} layer {i} W"] = layer.W
            given[f"{name} step {step} layer {i} b"] = layer.b


def _add_views(
    name: str, weights: str, biases: str, network: Network, vector: Floats, ours: Quantities
) -> None:
    views = network.layout.views(vector)
    for i, (w, b) in enumerate(zip(views.weights, views.biases, strict=True), start=1):
        ours[f"{name} layer {i} {weights}"], ours[f"{name} layer {i} {biases}"] = w, b


def _add_pass(
    name: str, loss: float | None, gradients: list[Parameters] | None, given: dict[str, object]
) -> None:
    if loss is not None:
        given[f"{name} loss"] = loss
    given.update({f"{name} {key}": value for key, value in _gradients(gradients).items()})


def _add_engine_pass(
    name: str, spec: NetworkSpec, network: Network, x: Floats, t: Floats, ours: Quantities
) -> None:
    changed = Network(spec)
    changed.set_parameters(network.parameters)
    backward = changed.backward(x, t)
    ours[f"{name} loss"] = np.asarray(backward.loss)
    for i, (weights, biases) in enumerate(
        zip(backward.weight_grads, backward.bias_grads, strict=True), start=1
    ):
        ours[f"{name} layer {i} dL_dW"], ours[f"{name} layer {i} dL_db"] = weights, biases


def _steps(
    network: Network, rule: OptimizerSpec, x: Floats, t: Floats, count: int
) -> tuple[list[float], dict[int, Floats]]:
    """Return the loss before each step, and the parameters after each."""
    parameters = network.parameters.copy()
    gradients = np.zeros_like(parameters)
    optimizer = bind_optimizer(rule, parameters, gradients)
    program = compile_program(network.spec, parameters, len(x), TRAINING, gradients, optimizer)
    program.load(*network.checked(x, t))
    losses, after = [], dict[int, Floats]()
    with np.errstate(all="ignore"):
        for step in range(1, count + 1):
            program.run()
            losses.append(float(program.losses(0, 1)[0]))
            after[step] = parameters.copy()
    return losses, after


def _shape(values: Floats) -> str:
    return " x ".join(str(length) for length in values.shape) or "a single number"
