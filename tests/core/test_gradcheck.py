"""The gradient check: right gradients pass, wrong ones do not, kinks are flagged."""

from dataclasses import replace
from typing import cast, get_args

import numpy as np
import pytest

from nnviz.core import compiler
from nnviz.core.activations import ACTIVATIONS
from nnviz.core.gradcheck import Method, check_gradients
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from tests.core.test_gradients import targets_for

METHODS: tuple[Method, ...] = get_args(Method)
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
    # Losses that take classes need two outputs.
    outputs = int(generator.integers(2 if LOSSES[loss].takes_classes else 1, 4))
    l1, l2 = (0.01, 0.1) if seed % 5 == 0 else (0.0, 0.0)
    spec = NetworkSpec(
        int(generator.integers(1, 5)),
        (*hidden, LayerSpec(outputs, LOSSES[loss].required_output or "linear")),
        loss,
        initializer="normal",
        # Probabilities near 0 or 1 bend the loss too much for any step to measure.
        initializer_std=0.3 if LOSSES[loss].needs_probabilities else 0.7,
        l1=l1,
        l2=l2,
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


def test_that_a_derivative_that_is_wrong_below_zero_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A real demonstration has had this one: a leaky ReLU whose derivative is the ReLU's.
    record = ACTIVATIONS["leaky_relu"]
    wrong = replace(record, bind_derivative=ACTIVATIONS["relu"].bind_derivative)
    monkeypatch.setattr(compiler, "ACTIVATIONS", {**ACTIVATIONS, "leaky_relu": wrong})
    network = Network(NetworkSpec(3, (LayerSpec(5, "leaky_relu"), LayerSpec(2, "linear"))), 1)
    generator = np.random.default_rng(2)
    inputs, targets = generator.normal(size=(6, 3)), generator.normal(size=(6, 2))
    found = check_gradients(network, inputs, targets)
    assert found.layer_errors[0] > 1e-3
    assert found.layer_errors[1] < 1e-7
    assert not found.crosses_kink.any()


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
    assert not found.crosses_kink[2:].any()
    assert found.relative_errors[bias] > 0.1
    assert found.worst < 1e-7


def test_that_a_tie_of_maxout_pieces_is_flagged() -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, "maxout", pieces=2), LayerSpec(1, "linear"))))
    network.weights[0][...], network.biases[0][...] = 1.0, 0.0
    network.weights[1][...] = 2.0
    for method in METHODS:
        found = check_gradients(network, [[1.0]], [[5.0]], method=method)
        assert found.crosses_kink.any()
        assert found.worst < (1e-7 if method == "central" else 1e-5)


@pytest.mark.parametrize(
    ("loss", "target"),
    # The output is 1; each kink is 4e-7 away from it.
    [("mean_absolute_error", 1 + 4e-7), ("huber", 4e-7), ("hinge", 1 - 4e-7)],
)
def test_that_a_kink_of_the_loss_is_flagged(loss: str, target: float) -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, "linear"),), loss))
    network.parameters[...] = 1.0, 0.0
    found = check_gradients(network, [[1.0]], [[target]], step=1e-3 if loss == "huber" else 1e-6)
    assert found.crosses_kink.all()
    assert found.relative_errors.min() > 1e-5
    assert found.worst == 0.0


def test_that_a_kink_of_a_penalty_is_flagged() -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, "linear"),), l1=0.5))
    network.parameters[...] = 3e-7, 0.0
    found = check_gradients(network, [[1.0]], [[1.0]])
    np.testing.assert_array_equal(found.crosses_kink, [True, False])
    assert found.worst < 1e-7


def test_that_curvature_is_not_taken_for_a_kink() -> None:
    # At z = 0 the derivatives of tanh and of softmax are as curved as they get.
    spec = NetworkSpec(2, (LayerSpec(3), LayerSpec(2, "linear")), "softmax_cross_entropy", "zeros")
    network = Network(spec)
    network.weights[1][...] = np.eye(3, 2)
    found = check_gradients(network, [[0.3, -0.7], [1.0, 0.2]], [0, 1], step=1e-2)
    assert found.worst > 1e-7
    assert not found.crosses_kink.any()


def test_that_many_samples_and_wide_layers_are_taken_in_pieces() -> None:
    generator = np.random.default_rng(4)
    for inputs, rows in ((3, 2000), (300, 20)):
        spec = NetworkSpec(inputs, (LayerSpec(2, "silu"), LayerSpec(3, "linear")))
        network = Network(spec, seed=2)
        x, t = generator.normal(size=(rows, inputs)), generator.normal(size=(rows, 3))
        assert check_gradients(network, x, t).worst < 1e-7


def test_that_a_network_of_single_precision_is_checked_in_double() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(4), LayerSpec(1, "linear"))), 1, "float32")
    found = check_gradients(network, [[0.25, 0.5]], [[1.0]])
    assert found.numeric.dtype == np.float64
    assert found.worst < 1e-7


def test_that_a_step_can_be_chosen() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(4), LayerSpec(1, "linear"))), 1)
    central = check_gradients(network, [[0.25, 0.5]], [[1.0]], step=None)
    forward = check_gradients(network, [[0.25, 0.5]], [[1.0]], step=None, method="forward")
    assert forward.step < central.step
    assert np.abs(central.analytic - central.numeric).max() < 1e-9
    assert np.abs(forward.analytic - forward.numeric).max() < 1e-6


def test_that_losses_beyond_all_numbers_are_no_errors_of_the_check() -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1), LayerSpec(1, "linear"))))
    network.parameters[...] = 1.0, 0.0, 1e200, 1e200
    assert np.isnan(check_gradients(network, [[1.0]], [[0.0]]).worst)


def test_that_wrong_steps_and_methods_are_refused() -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, "linear"),)))
    with pytest.raises(ValueError, match=r"the step is 0\.0; it must be a number above 0"):
        check_gradients(network, [[1.0]], [[1.0]], step=0.0)
    with pytest.raises(ValueError, match="must be 'central' or 'forward'"):
        check_gradients(network, [[1.0]], [[1.0]], method=cast("Method", "backward"))


def test_that_single_layers_and_wrong_shapes_are_handled() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(2, "linear"),), "softmax_cross_entropy"))
    assert check_gradients(network, [[0.5, 1.0]], [1]).worst < 1e-7
    with pytest.raises(ValueError, match="X has 3 columns but W1 has 2 rows"):
        check_gradients(network, [[1.0, 2.0, 3.0]], [1])


def test_that_weights_that_were_given_can_be_checked() -> None:
    spec = NetworkSpec(
        2,
        (LayerSpec(2, "sigmoid"), LayerSpec(1, "linear")),
        "mean_squared_error",
        start=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    )
    network = Network(spec)
    inputs, targets = np.array([[1.0, 2.0]]), np.array([[0.5]])
    assert check_gradients(network, inputs, targets).worst < 1e-7
