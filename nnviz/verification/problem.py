"""Problem: a case in the engine's terms.

The engine has Huber's loss for a delta of 1, hinges of margin 1, and means. Any other is
that one of scaled outputs: a further linear layer, which is not trained, scales them, and
what comes out is multiplied by a factor.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.compiler import EVERYTHING, compile_program
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.program import Op, Program
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.targets import one_hot
from nnviz.verification.document import CaseError
from nnviz.verification.layout import Batch, Case, Given, LayerEntry
from nnviz.verification.settings import LossSetting, loss_setting, resolved_activation

Quantities = dict[str, FloatArray]
Interference = Callable[[Program, Op], None]


@dataclass(frozen=True)
class Problem:
    """A network, its loss and one batch.

    Attributes
    ----------
    network
        With the case's parameters, and the layer that scales, if there is one.
    setting
        The loss.
    depth
        The number of the case's own layers.
    link
        ``"softmax"`` or ``"log_softmax"`` where the file calls that the output.
    trained
        A flat vector with 1 where a parameter is the case's own, else 0.
    inputs, targets
        As the engine takes them.
    """

    network: Network
    setting: LossSetting
    depth: int
    link: str
    trained: FloatArray
    inputs: FloatArray
    targets: FloatArray

    @property
    def samples(self) -> int:
        """Rows of the batch."""
        return len(self.inputs)

    @property
    def outputs(self) -> int:
        """Columns of the output."""
        return self.network.spec.output_size

    @property
    def factor(self) -> float:
        """What the engine's loss and gradients are multiplied by."""
        return self.setting.factor_for(self.samples, self.outputs)

    @property
    def is_plain(self) -> bool:
        """Whether the network and its loss alone are the case, without any factor."""
        return self.setting.scale == 1 and self.factor == 1 and bool(self.trained.all())

    def with_network(self, network: Network) -> "Problem":
        """Return the same problem for another network of the same shape."""
        return Problem(
            network,
            self.setting,
            self.depth,
            self.link,
            self.trained,
            self.inputs,
            self.targets,
        )


def problem_of(case: Case, batch: Batch) -> Problem:
    """Return the case's network with its parameters, and the batch.

    Raises
    ------
    CaseError
        If this version has no such activation or loss, or a shape does not fit.
    """
    network, setting, link = network_of(case)
    inputs = inputs_of(case, batch.inputs)
    targets = _targets(network, setting, batch.targets, len(inputs))
    try:
        inputs, targets = network.checked(inputs, targets)
    except ValueError as error:
        raise CaseError(f"{batch.targets.path}: {error}") from error
    trained = np.ones(network.parameter_count)
    views = network.layout.views(trained)
    for number, given in enumerate(case.parameters):
        if given.biases is None:
            views.biases[number][...] = 0
    if setting.scale != 1:
        views.weights[-1][...] = views.biases[-1][...] = 0
    return Problem(network, setting, len(case.layers), link, trained, inputs, targets)


def network_of(case: Case) -> tuple[Network, LossSetting, str]:
    """Return the network, its loss, and the link that the file calls an activation, or ""."""
    setting = loss_setting(case.loss)
    layers = [resolved_activation(entry) for entry in case.layers]
    link = ""
    if layers[-1].activation in ("softmax", "log_softmax"):
        link = _link(case, layers[-1].activation)
    elif case.loss.name == "nll":
        raise CaseError(
            f"{case.loss.path}: NLLLoss wants log-probabilities: end with log_softmax, or take "
            "cross_entropy of logits"
        )
    specs = [
        LayerSpec(
            entry.size,
            "linear" if link and entry is case.layers[-1] else found.activation,
            found.alpha,
            entry.pieces,
        )
        for entry, found in zip(case.layers, layers, strict=True)
    ]
    if setting.scale != 1:
        specs.append(LayerSpec(case.layers[-1].size, "linear"))
    try:
        network = Network(NetworkSpec(case.input_size, tuple(specs), setting.name))
    except ValueError as error:
        raise CaseError(f"{case.loss.path}: {error}") from error
    _load(case, network)
    if setting.scale != 1:
        network.weights[-1][...] = setting.scale * np.eye(case.layers[-1].size)
        network.biases[-1][...] = 0
    return network, setting, link


def inputs_of(case: Case, given: Given) -> FloatArray:
    """Return the inputs n x d; one sample, or one column, may be a plain list."""
    values = given.values
    if values.ndim == 1 and case.input_size == 1:
        return values[:, np.newaxis]
    if values.ndim == 1 and len(values) == case.input_size:
        return values[np.newaxis, :]
    if values.ndim != 2 or values.shape[1] != case.input_size or len(values) == 0:
        raise CaseError(
            f"{given.path}: is {_shape(values)} but must be n x {case.input_size}: "
            "rows are samples, columns are inputs"
        )
    return values


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


def _targets(network: Network, setting: LossSetting, given: Given, samples: int) -> FloatArray:
    values: FloatArray = given.values
    loss = LOSSES[network.spec.loss]
    if values.ndim == 0 and samples == 1:
        values = values[np.newaxis]
    outputs = network.spec.output_size
    if loss.takes_classes and values.ndim == 2 and values.shape == (samples, 1) != (1, outputs):
        values = values[:, 0]
    if not loss.takes_classes and values.ndim == 1:
        # A plain list is a column, or the only row.
        values = values[:, np.newaxis] if outputs == 1 else values[np.newaxis, :]
    if setting.label_smoothing:
        try:
            rows = one_hot(values, outputs) if values.ndim == 1 else values
        except ValueError as error:
            raise CaseError(f"{given.path}: {error}") from error
        values = (1 - setting.label_smoothing) * rows + setting.label_smoothing / outputs
    return values * setting.target_scale


def _link(case: Case, name: str) -> str:
    wanted = "nll" if name == "log_softmax" else "softmax_cross_entropy"
    if case.loss.name != wanted:
        raise CaseError(
            f"{case.layers[-1].activation.path}: {name} as output goes with "
            f"{'nll' if name == 'log_softmax' else 'cross_entropy'} alone in this version, not "
            f"with {case.loss.given}"
        )
    return name


def _load(case: Case, network: Network) -> None:
    count = len(case.layers)
    where = f"{case.node.path}.parameters"
    if len(case.parameters) != count:
        raise CaseError(f"{where}: {count} layers, but parameters of {len(case.parameters)}")
    for number, given in enumerate(case.parameters):
        _load_one(given.weights, network.weights[number], case.layers[number], "inputs x units")
        if given.biases is None:
            network.biases[number][...] = 0
        else:
            _load_one(given.biases, network.biases[number], case.layers[number], "units")


def _load_one(given: Given, view: FloatArray, entry: LayerEntry, meaning: str) -> None:
    values = given.values
    if np.squeeze(values).shape == np.squeeze(view).shape and values.ndim <= view.ndim + 1:
        view[...] = values.reshape(view.shape)
        return
    hint = ""
    if values.ndim == 2 and values.T.shape == view.shape:
        hint = "; PyTorch's Linear stores the transpose: write W.T"
    pieces = "pieces x " if entry.activation.name == "maxout" else ""
    raise CaseError(
        f"{given.path}: {'W' if 'inputs' in meaning else 'b'} is {_shape(values)} but must be "
        f"{_shape(view)} ({pieces}{meaning}){hint}"
    )


def _shape(values: FloatArray) -> str:
    return " x ".join(str(length) for length in values.shape) or "a single number"
