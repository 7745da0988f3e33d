"""The quantities of one forward and one backward pass: what the file gives, and ours."""

from collections.abc import Mapping

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.verification.document import CaseError, Node
from nnviz.verification.layout import Batch, Case, Given, given, read_parameters
from nnviz.verification.passes import Quantities
from nnviz.verification.problem import Problem

_OF_THE_BATCH = {
    "output": ("output", "outputs", "yhat"),
    "probabilities": ("probabilities",),
    "log_probabilities": ("log_probabilities",),
    "loss": ("loss",),
    "per_sample_loss": ("per_sample_loss",),
    "dL_dX": ("dL_dX", "dL_dx"),
    "gradient_l2_norm": ("gradient_l2_norm",),
    "n": ("n",),
    "min_distance_to_kink": ("min_distance_to_kink",),
}
_OF_A_LAYER = {name: (name,) for name in ("z", "a", "dL_dz", "dL_da")}
_OF_THE_CASE = {name: (name,) for name in ("n_parameters", "n_weights")}
# Where an activation has no derivative, or a second one.
_KINKED = ("relu", "leaky_relu", "elu", "step")


def given_quantities(case: Case, batch: Batch) -> dict[str, Given]:
    """Return the quantities that the file gives for one pass, by our names.

    Raises
    ------
    CaseError
        If something is no array of numbers, or there are too many or too few layers.
    """
    found = _known(batch.node, _OF_THE_BATCH) | _known(case.node, _OF_THE_CASE)
    for i, entry in enumerate(case.layers, start=1):
        found |= _known(entry.node, {f"layer {i} inputs": ("in", "in_features")})
    layers = batch.node.get("layers")
    if layers is not None:
        check_count(layers, len(case.layers))
        for i, node in enumerate(layers.elements(), start=1):
            found |= {f"layer {i} {name}": v for name, v in _known(node, _OF_A_LAYER).items()}
    return found | given_gradients(batch.node, len(case.layers))


def given_gradients(node: Node, count: int, prefix: str = "") -> dict[str, Given]:
    """Return the gradients of weights and biases that are given there."""
    gradients = node.get("gradients")
    if gradients is None:
        return {}
    check_count(gradients, count)
    return given_parameters(gradients, prefix, "dL_dW", "dL_db")


def given_parameters(node: Node, prefix: str, weights: str, biases: str) -> dict[str, Given]:
    """Return a list of parameters by names that begin with the prefix."""
    found = {}
    for i, layer in enumerate(read_parameters(node), start=1):
        found[f"{prefix}layer {i} {weights}"] = layer.weights
        if layer.biases is not None:
            found[f"{prefix}layer {i} {biases}"] = layer.biases
    return found


def check_count(node: Node, count: int) -> None:
    """Refuse a list that has not one entry for each layer.

    Raises
    ------
    CaseError
        Naming the list.
    """
    entries = len(node.elements())
    if entries != count:
        raise CaseError(f"{node.path}: has {entries} entries, but there are {count} layers")


def with_derived(problem: Problem, values: Quantities) -> Quantities:
    """Return the quantities of a pass and what follows from them."""
    square, trained = 0.0, problem.network.layout.views(problem.trained).biases
    for i in range(1, problem.depth + 1):
        square += float((values[f"layer {i} dL_dW"] ** 2).sum())
        if bool(trained[i - 1].all()):
            square += float((values[f"layer {i} dL_db"] ** 2).sum())
    weights = problem.network.layout.weight_mask() * problem.trained
    sizes = problem.network.spec.layer_sizes
    return {
        **values,
        "gradient_l2_norm": np.asarray(np.sqrt(square)),
        "n": np.asarray(float(problem.samples)),
        "n_parameters": np.asarray(problem.trained.sum()),
        "n_weights": np.asarray(weights.sum()),
        "min_distance_to_kink": np.asarray(_distance_to_kink(problem, values)),
        **{f"layer {i} inputs": np.asarray(float(size)) for i, size in enumerate(sizes, start=1)},
    }


def flat_gradient(problem: Problem, values: Quantities) -> FloatArray:
    """Return the gradient of all parameters of the case as a flat vector."""
    vector = np.zeros(problem.network.parameter_count)
    views = problem.network.layout.views(vector)
    for i in range(problem.depth):
        views.weights[i][...] = values[f"layer {i + 1} dL_dW"]
        views.biases[i][...] = values[f"layer {i + 1} dL_db"]
    return vector * problem.trained


def views_of(problem: Problem, vector: FloatArray, weights: str, biases: str) -> Quantities:
    """Return the case's part of a flat vector, layer by layer."""
    views = problem.network.layout.views(vector)
    found = {}
    for i in range(problem.depth):
        found[f"layer {i + 1} {weights}"] = views.weights[i]
        found[f"layer {i + 1} {biases}"] = views.biases[i]
    return found


def _known(node: Node, names: Mapping[str, tuple[str, ...]]) -> dict[str, Given]:
    found = {name: node.get(*keys) for name, keys in names.items()}
    return {name: given(at) for name, at in found.items() if at is not None}


def _distance_to_kink(problem: Problem, values: Quantities) -> float:
    least = np.inf
    for i, layer in enumerate(problem.network.spec.layers[: problem.depth], start=1):
        z = values[f"layer {i} z"]
        if layer.activation in _KINKED:
            least = min(least, float(np.abs(z).min()))
        elif layer.activation == "maxout":
            highest = np.sort(z, axis=0)
            least = min(least, float((highest[-1] - highest[-2]).min()))
    return least
