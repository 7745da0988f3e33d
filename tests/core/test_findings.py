"""Findings about made-up and about trained networks, with the numbers of the lessons."""

import math
from functools import partial

import numpy as np
import pytest

from nnviz.core.finding_table import FINDINGS
from nnviz.core.findings import findings_of
from nnviz.core.network import Network
from nnviz.core.network_stack import NetworkStack
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.vitals import Finding, LossPair, Severity, Vitals, vitals_of

ROWS = 200
LINEAR = partial(LayerSpec, activation="linear")


def disc(positives: int) -> tuple[np.ndarray, np.ndarray]:
    """Return 200 points of a square; the innermost are class 1."""
    inputs = np.random.default_rng(0).uniform(-1, 1, (ROWS, 2))
    targets = np.zeros((ROWS, 1))
    targets[np.argsort(np.hypot(*inputs.T))[:positives]] = 1
    return inputs, targets


def base_rate_entropy(share: float) -> float:
    """Return the loss of always answering the share of class 1."""
    return -(share * math.log(share) + (1 - share) * math.log(1 - share))


def trained(stack: NetworkStack, inputs: np.ndarray, targets: np.ndarray, steps: int) -> np.ndarray:
    """Train on all rows at once; return the losses before each step."""
    return stack.train(inputs, targets, np.tile(np.arange(len(inputs)), (steps, 1)))


def vitals(network: Network, inputs: np.ndarray, targets: np.ndarray, rate: float = 0.1) -> Vitals:
    """Return the vitals after a step of plain gradient descent."""
    backward = network.backward(inputs, targets)
    gradients = np.zeros_like(network.parameters)
    views = network.layout.views(gradients)
    for index, (weights, biases) in enumerate(
        zip(backward.weight_grads, backward.bias_grads, strict=True)
    ):
        views.weights[index][...], views.biases[index][...] = weights, biases
    update = -rate * gradients
    network.set_parameters(network.parameters + update)
    return vitals_of(
        network.spec, network.parameters, gradients, update, network.forward(inputs), True
    )


def kinds(found: tuple[Finding, ...]) -> set[str]:
    return {finding.kind for finding in found}


def only(found: tuple[Finding, ...], kind: str) -> Finding:
    """Return the one finding of a kind."""
    (finding,) = [finding for finding in found if finding.kind == kind]
    return finding


def relu_network(bias: float = 0.0) -> Network:
    spec = NetworkSpec(
        2,
        (LayerSpec(16, "relu"), LINEAR(1)),
        "binary_cross_entropy",
        initializer="he_normal",
    )
    network = Network(spec, 0)
    network.biases[0][...] = bias
    return network


# X04: dead ReLUs.


def test_that_units_that_no_row_reaches_are_dead_and_named() -> None:
    inputs, targets = disc(78)
    network = relu_network()
    network.biases[0][[2, 5]] = -10
    found = findings_of(vitals(network, inputs, targets, 0.01))
    dead = only(found, "dead")
    assert (dead.layer, dead.units, dead.severity) == (1, (2, 5), Severity.WARNING)
    assert dead.sentence.startswith("2 of 16 units of hidden layer 1 are dead: none of 200")


def test_that_a_layer_of_dead_units_never_learns_whatever_the_optimiser() -> None:
    inputs, targets = disc(78)
    network = relu_network(bias=-10)
    stack = NetworkStack(network.spec, [network.parameters], OptimizerSpec("adam", 0.01))
    losses = trained(stack, inputs, targets, 3000)
    assert losses[-1, 0] == pytest.approx(base_rate_entropy(78 / ROWS), abs=1e-9)
    assert losses[-1, 0] == pytest.approx(0.66875, abs=5e-6)
    after = stack.network(0)
    assert np.all(after.backward(inputs, targets).weight_grads[0] == 0)
    dead = only(findings_of(vitals(after, inputs, targets)), "dead")
    assert (dead.number, dead.severity) == (16, Severity.BAD)


def test_that_a_slope_below_zero_revives_them() -> None:
    inputs, _ = disc(78)
    targets = np.zeros((ROWS, 1))
    targets[np.argsort(-inputs.sum(axis=1))[:78]] = 1
    spec = NetworkSpec(
        2,
        (LayerSpec(16, "leaky_relu", 0.1), LINEAR(1)),
        "binary_cross_entropy",
        initializer="he_normal",
    )
    network = Network(spec, 0)
    network.biases[0][...] = -10
    stack = NetworkStack(spec, [network.parameters], OptimizerSpec("adam", 0.01))
    losses = trained(stack, inputs, targets, 3000)
    assert losses[0, 0] > 0.6
    assert losses[-1, 0] < 0.05


def test_that_too_large_steps_kill_and_moderate_ones_do_not() -> None:
    inputs, targets = disc(78)
    dead: dict[float, list[int]] = {}
    for rate in (1.0, 10.0):
        stack = NetworkStack.from_seeds(relu_network().spec, range(20), OptimizerSpec("sgd", rate))
        trained(stack, inputs, targets, 300)
        found = [
            findings_of(vitals(stack.network(index), inputs, targets, 0.0)) for index in range(20)
        ]
        dead[rate] = [
            sum(int(finding.number) for finding in each if finding.kind == "dead") for each in found
        ]
    assert max(dead[1.0]) <= 1
    assert np.median(dead[10.0]) >= 10


# X05: vanishing gradients.


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [("sigmoid", "glorot_uniform"), ("tanh", "glorot_normal"), ("relu", "he_normal")],
)
def test_that_the_gradient_vanishes_through_sigmoids_only(
    activation: str, initializer: str
) -> None:
    inputs, targets = disc(78)
    ratios = []
    for seed in range(20):
        hidden = [LayerSpec(10, activation)] * 8
        spec = NetworkSpec(2, (*hidden, LINEAR(1)), "mean_squared_error", initializer=initializer)
        network = Network(spec, seed)
        first, *_, last = network.backward(inputs, targets).weight_grads
        ratios.append(np.sqrt(np.mean(first**2) / np.mean(last**2)))
        found = findings_of(vitals(network, inputs, targets))
        assert ("vanishing" in kinds(found)) == (activation == "sigmoid")
    if activation == "sigmoid":
        assert max(ratios) < 1e-4
    elif activation == "tanh":
        assert min(ratios) > 0.05
    else:
        assert 0.005 < min(ratios) < max(ratios) < 5


def test_that_an_exploding_gradient_is_found() -> None:
    inputs, targets = disc(78)
    hidden = [LayerSpec(64, "tanh")] * 20
    spec = NetworkSpec(
        2,
        (*hidden, LINEAR(1)),
        "mean_squared_error",
        initializer="normal",
        initializer_std=1.0,
    )
    found = findings_of(vitals(Network(spec, 0), inputs, targets, 1e-9))
    assert only(found, "exploding").number > 1e3
    assert "saturated" in kinds(found)


# X12: symmetry.


@pytest.mark.parametrize("size", [7, 16, 33])
def test_that_equal_starts_stay_equal_and_are_found(size: int) -> None:
    inputs, targets = disc(78)
    spec = NetworkSpec(
        2, (LayerSpec(size), LINEAR(1)), "binary_cross_entropy", initializer="constant"
    )
    network = Network(spec, 0)
    stack = NetworkStack(spec, [network.parameters], OptimizerSpec("sgd", 0.5))
    trained(stack, inputs, targets, 500)
    after = stack.network(0)
    assert np.ptp(after.weights[0], axis=1).max() <= 1e-12
    hidden = after.forward(inputs).activations[0]
    assert np.linalg.matrix_rank(hidden, tol=1e-9) == 1
    finding = only(findings_of(vitals(after, inputs, targets)), "symmetry")
    assert (finding.number, finding.severity) == (size, Severity.BAD)
    assert finding.sentence.startswith(f"all {size} units of hidden layer 1 are the same")


def test_that_a_few_equal_units_are_named() -> None:
    inputs, targets = disc(78)
    network = relu_network()
    network.weights[0][:, 4], network.biases[0][4] = network.weights[0][:, 1], 0.0
    network.weights[1][4] = network.weights[1][1]
    finding = only(findings_of(vitals(network, inputs, targets)), "symmetry")
    assert finding.units == (1, 4)
    assert finding.severity is Severity.WARNING


def test_that_zeros_on_xor_have_no_gradient_for_ever() -> None:
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]) - 0.5
    targets = np.array([[0.0], [1.0], [1.0], [0.0]])
    spec = NetworkSpec(2, (LayerSpec(4), LINEAR(1)), "binary_cross_entropy", initializer="zeros")
    network = Network(spec)
    stack = NetworkStack(spec, [network.parameters], OptimizerSpec("adam", 0.1))
    losses = trained(stack, inputs, targets, 100)
    assert np.all(losses == losses[0])
    assert losses[0, 0] == pytest.approx(math.log(2), rel=1e-15)
    assert np.all(stack.gradients == 0)
    assert {"no_gradient", "symmetry"} <= kinds(findings_of(vitals(network, inputs, targets)))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_that_zeros_on_unbalanced_classes_learn_the_base_rate_only(activation: str) -> None:
    inputs, targets = disc(52)
    spec = NetworkSpec(
        2, (LayerSpec(6, activation), LINEAR(1)), "binary_cross_entropy", initializer="zeros"
    )
    stack = NetworkStack.from_seeds(spec, [0], OptimizerSpec("sgd", 1.0))
    losses = trained(stack, inputs, targets, 500)
    after = stack.network(0)
    assert np.all(after.weights[0] == 0)
    assert np.all(after.weights[1] == 0)
    assert losses[-1, 0] == pytest.approx(0.573057, abs=5e-7)
    assert losses[-1, 0] == pytest.approx(base_rate_entropy(52 / ROWS), abs=1e-9)


# Updates, saturation, over-fitting.


def test_that_updates_far_from_a_thousandth_are_found() -> None:
    inputs, targets = disc(78)
    assert "large_updates" in kinds(findings_of(vitals(relu_network(), inputs, targets, 30.0)))
    assert "small_updates" in kinds(findings_of(vitals(relu_network(), inputs, targets, 1e-7)))
    assert not kinds(findings_of(vitals(relu_network(), inputs, targets, 0.01)))


def test_that_flat_units_are_found_with_their_share() -> None:
    inputs, targets = disc(78)
    spec = NetworkSpec(2, (LayerSpec(8), LINEAR(1)), "mean_squared_error")
    network = Network(spec, 0)
    network.weights[0][...] *= 100
    finding = only(findings_of(vitals(network, inputs, targets, 1e-4)), "saturated")
    z = network.forward(inputs).pre_activations[0]
    assert finding.number == np.mean(1 - np.tanh(z) ** 2 < 0.05)
    assert f"{100 * finding.number:.0f} % of the activations" in finding.sentence


def test_that_over_fitting_compares_with_the_best_step() -> None:
    inputs, targets = disc(78)
    losses = [LossPair(0, 1.0, 1.0), LossPair(50, 0.5, 0.6), LossPair(90, 0.1, 0.9)]
    finding = only(
        findings_of(vitals(relu_network(), inputs, targets, 0.01), losses), "over_fitting"
    )
    assert finding.number == pytest.approx(1.5)
    assert "0.6 at step 50" in finding.sentence
    falling = [LossPair(step, 1 / step, 1.1 / step) for step in (1, 2, 3)]
    rising = [LossPair(step, float(step), float(step)) for step in (1, 2, 3)]
    unknown = [LossPair(step, 1 / step, math.nan) for step in (1, 2, 3)]
    for healthy in (falling, rising, unknown, losses[:2]):
        assert not kinds(findings_of(vitals(relu_network(), inputs, targets, 0.01), healthy))


def test_that_nothing_is_said_of_a_step_that_was_not_done() -> None:
    network = relu_network()
    inputs, _ = disc(78)
    nothing = np.zeros_like(network.parameters)
    before = vitals_of(
        network.spec, network.parameters, nothing, nothing, network.forward(inputs), False
    )
    assert findings_of(before) == ()


def test_that_numbers_that_are_not_finite_raise_nothing() -> None:
    network = relu_network()
    inputs, targets = disc(78)
    network.parameters[...] = np.nan
    with np.errstate(all="ignore"):
        found = findings_of(vitals(network, inputs, targets))
    assert "symmetry" not in kinds(found)


def test_that_the_worst_comes_first_and_every_kind_is_in_the_table() -> None:
    inputs, targets = disc(78)
    network = relu_network(bias=-10)
    network.biases[0][0] = 0
    found = findings_of(vitals(network, inputs, targets, 100.0))
    assert list(found) == sorted(found, key=lambda finding: -finding.severity)
    assert kinds(found) <= FINDINGS.keys()
