"""Problem: a case in the engine's terms.

The engine has Huber's loss for a delta of 1, hinges of margin 1, and means. Any other is
that one of scaled outputs: a further linear layer, which is not trained, scales them, and
what comes out is multiplied by a factor.
"""

from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.targets import one_hot
from nnviz.verification.document import CaseError
from nnviz.verification.layout import Batch, Case, Given
from nnviz.verification.settings import LossSetting, loss_setting, resolved_activation

_NEARLY = 1e-5


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
    targets = _targets(network, setting, batch.targets, len(inputs), case.dtype)
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
    _check_parameters(case)
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


def _targets(
    network: Network, setting: LossSetting, given: Given, samples: int, dtype: str
) -> FloatArray:
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
    if loss.takes_probabilities and values.ndim == 2 and dtype == "float32":
        # Probabilities in single precision add up to nearly 1.
        sums = values.sum(axis=1, keepdims=True)
        values = values / np.where(np.abs(sums - 1) < _NEARLY, sums, 1.0)
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


def _check_parameters(case: Case) -> None:
    """Compare all shapes before a network of that size is made."""
    count, where = len(case.layers), f"{case.node.path}.parameters"
    if len(case.parameters) != count:
        raise CaseError(f"{where}: {count} layers, but parameters of {len(case.parameters)}")
    fan_in = case.input_size
    for entry, given in zip(case.layers, case.parameters, strict=True):
        pieces = (entry.pieces,) if entry.activation.name == "maxout" else ()
        before = "pieces x " if pieces else ""
        _check_shape(given.weights, (*pieces, fan_in, entry.size), f"{before}inputs x units", "W")
        if given.biases is not None:
            _check_shape(given.biases, (*pieces, entry.size), f"{before}units", "b")
        fan_in = entry.size


def _check_shape(given: Given, wanted: tuple[int, ...], meaning: str, name: str) -> None:
    found = given.values.shape
    if [length for length in found if length != 1] == [n for n in wanted if n != 1]:
        return
    hint = ""
    if found == wanted[::-1]:
        hint = "; PyTorch's Linear stores the transpose: write W.T"
    sizes = " x ".join(str(length) for length in wanted)
    raise CaseError(
        f"{given.path}: {name} is {_shape(given.values)} but must be {sizes} ({meaning}){hint}"
    )


def _load(case: Case, network: Network) -> None:
    for given, weights, biases in zip(
        case.parameters, network.weights, network.biases, strict=False
    ):
        weights[...] = given.weights.values.reshape(weights.shape)
        biases[...] = 0 if given.biases is None else given.biases.values.reshape(biases.shape)


def _shape(values: FloatArray) -> str:
    return " x ".join(str(length) for length in values.shape) or "a single number"
