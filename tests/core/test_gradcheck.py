"""The gradient check: right gradients pass, wrong ones do not, kinks are flagged."""

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.gradcheck import check_gradients
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from tests.core.test_gradients import targets_for

TRAINABLE = sorted(name for name, record in ACTIVATIONS.items() if record.trainable)


def random_network(seed: int) -> tuple[Network, np.ndarray, np.ndarray]:
    """Return a network drawn over all tables, and a batch for it."""
    generator = np.random.default_rng(seed)
    loss = sorted(LOSSES)[seed % len(LOSSES)]
    sizes = generator.integers(1, 7, generator.integers(1, 4))
    hidden = tuple(
        LayerSpec(int(size), str(generator.choice(TRAINABLE)), pieces=int(generator.integers(2, 4)))
        for size in sizes
    )
    outputs = int(generator.integers(2, 4))
    penalties = {"l1": 0.01, "l2": 0.1} if seed % 5 == 0 else {"l1": 0.0, "l2": 0.0}
    spec = NetworkSpec(
        int(generator.integers(1, 5)),
        (*hidden, LayerSpec(outputs, LOSSES[loss].required_output or "linear")),
        loss,
        initializer="normal",
        # Probabilities near 0 or 1 bend the loss too much for any step to measure.
        initializer_std=0.3 if LOSSES[loss].needs_probabilities else 0.7,
        **penalties,
    )
    network = Network(spec, seed)
    rows = int(generator.integers(1, 9))
    inputs = generator.normal(size=(rows, spec.input_size))
    return network, inputs, targets_for(network, rows, generator)


def test_that_250_random_networks_have_right_gradients() -> None:
    worst = 0.0
    for seed in range(250):
        network, inputs, targets = random_network(seed)
        before = network.parameters.copy()
        found = check_gradients(network, inputs, targets)
        np.testing.assert_array_equal(network.parameters, before)
        worst = max(worst, found.worst)
    assert worst <= 1e-7


def test_that_a_wrong_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    network, inputs, targets = random_network(3)
    right = network.backward(inputs, targets)
    right.weight_grads[0][0] *= 1.001
    monkeypatch.setattr(Network, "backward", lambda *_: right)
    found = check_gradients(network, inputs, targets)
    assert found.layer_errors[0] > 1e-5
    assert max(found.layer_errors[1:]) < 1e-7


def test_that_the_error_of_a_forward_quotient_is_proportional_to_the_step() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(5), LayerSpec(1, "linear"))), seed=1)
    generator = np.random.default_rng(2)
    inputs, targets = generator.normal(size=(6, 2)), generator.normal(size=(6, 1))
    coarse, fine = (
        np.abs(found.analytic - found.numeric).max()
        for found in (
            check_gradients(network, inputs, targets, step, "forward") for step in (1e-3, 1e-4)
        )
    )
    assert coarse / fine == pytest.approx(10, rel=0.05)


def test_that_a_kink_is_flagged_and_not_called_an_error() -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, "relu"), LayerSpec(1, "linear"))))
    network.weights[0][...], network.biases[0][...] = 1.0, 0.0
    network.weights[1][...] = 2.0
    found = check_gradients(network, [[1e-9]], [[5.0]])
    # At z = 1e-9 a step of 1e-6 in the bias goes across the kink at 0.
    bias = 1
    assert found.crosses_kink[bias]
    assert found.relative_errors[bias] > 0.1
    assert found.worst < 1e-7


def test_that_single_layers_and_wrong_shapes_are_handled() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(2, "linear"),), "softmax_cross_entropy"))
    assert check_gradients(network, [[0.5, 1.0]], [1]).worst < 1e-7
    with pytest.raises(ValueError, match="X has 3 columns but W1 has 2 rows"):
        check_gradients(network, [[1.0, 2.0, 3.0]], [1])
