"""Per-sample gradients against one backward pass for each sample."""

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.losses import LOSSES
from nnviz.core.network import BackwardPass, Network
from nnviz.core.sample_gradients import SampleGradients, sample_gradients
from nnviz.core.spec import LayerSpec, NetworkSpec

ROWS = 7
TRAINABLE = sorted(key for key, row in ACTIVATIONS.items() if row.trainable)


def case(
    activation: str, loss: str
) -> tuple[SampleGradients, BackwardPass, list[BackwardPass], np.ndarray]:
    """Return the gradients of samples, of the batch, and of each sample by itself."""
    last = LayerSpec(3, "sigmoid" if loss == "binary_cross_entropy_of_probabilities" else "linear")
    spec = NetworkSpec(2, (LayerSpec(4, activation), last), loss)
    generator = np.random.default_rng(5)
    network = Network(spec, seed=3)
    inputs = generator.normal(size=(ROWS, 2))
    targets = np.sign(generator.normal(size=(ROWS, 3)))
    if loss.startswith("binary"):
        targets = (targets + 1) / 2
    elif LOSSES[loss].takes_classes:
        targets = np.eye(3)[generator.integers(0, 3, ROWS)]
    forward, backward = network.forward(inputs), network.backward(inputs, targets)
    singles = [network.backward(inputs[i : i + 1], targets[i : i + 1]) for i in range(ROWS)]
    found = sample_gradients(inputs, forward.activations, backward.deltas)
    return found, backward, singles, inputs


def flat(backward: BackwardPass, layer: int | None = None) -> np.ndarray:
    """Return all gradients, or those of a layer, in one vector."""
    parts = list(zip(backward.weight_grads, backward.bias_grads, strict=True))
    chosen = parts if layer is None else [parts[layer - 1]]
    return np.concatenate([array.ravel() for pair in chosen for array in pair])


@pytest.mark.parametrize("loss", sorted(LOSSES))
@pytest.mark.parametrize("activation", TRAINABLE)
def test_that_every_sample_has_the_gradient_of_its_own_loss(activation: str, loss: str) -> None:
    found, backward, singles, _ = case(activation, loss)
    piece = (0,) if ACTIVATIONS[activation].has_pieces else ()
    for source, target in ((0, 0), (1, 3)):
        expected = [single.weight_grads[0][(*piece, source, target)] for single in singles]
        values = found.of_weight(1, source, target)
        assert values == pytest.approx(expected, rel=1e-12, abs=1e-15)
        whole = backward.weight_grads[0][(*piece, source, target)]
        assert values.mean() == pytest.approx(whole, rel=1e-12, abs=1e-15)
    expected = [single.bias_grads[0][(*piece, 2)] for single in singles]
    assert found.of_bias(1, 2) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("layer", [None, 1, 2])
@pytest.mark.parametrize("activation", ["tanh", "relu", "maxout"])
def test_that_norms_and_cosines_are_those_of_whole_gradients(
    activation: str, layer: int | None
) -> None:
    found, backward, singles, _ = case(activation, "mean_squared_error")
    vectors = np.array([flat(single, layer) for single in singles])
    mean = flat(backward, layer)
    assert vectors.mean(axis=0) == pytest.approx(mean, rel=1e-12, abs=1e-15)
    norms = np.linalg.norm(vectors, axis=1)
    assert found.norms(layer) == pytest.approx(norms, rel=1e-12)
    cosines = vectors @ mean / (norms * np.linalg.norm(mean))
    assert found.cosines(layer) == pytest.approx(cosines, rel=1e-10, abs=1e-12)


def test_that_a_sample_that_pulls_against_the_others_has_a_negative_cosine() -> None:
    spec = NetworkSpec(1, (LayerSpec(1, "linear"),), "mean_squared_error")
    network = Network(spec)
    network.set_parameters([0.0, 0.0])
    inputs, targets = np.ones((3, 1)), np.array([[1.0], [1.0], [-1.0]])
    forward, backward = network.forward(inputs), network.backward(inputs, targets)
    found = sample_gradients(inputs, forward.activations, backward.deltas)
    # dL_i/dw = 2 (y - t) x.
    assert found.of_weight(1, 0, 0).tolist() == [-2, -2, 2]
    assert found.cosines() == pytest.approx([1, 1, -1])


def test_that_a_sample_without_a_gradient_has_no_angle() -> None:
    spec = NetworkSpec(1, (LayerSpec(1, "linear"),), "mean_squared_error")
    network = Network(spec)
    network.set_parameters([1.0, 0.0])
    inputs, targets = np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]])
    forward, backward = network.forward(inputs), network.backward(inputs, targets)
    found = sample_gradients(inputs, forward.activations, backward.deltas)
    assert found.norms()[0] == 0
    assert np.isnan(found.cosines()[0])
    assert found.cosines()[1] == pytest.approx(1)
