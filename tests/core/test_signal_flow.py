"""Signals and gradients before training: the table of the lecture, and what theory says."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.network import Network
from nnviz.core.signal_flow import (
    FlowMeter,
    FlowSetup,
    SignalFlow,
    bytes_of,
    free_flow,
    spread,
    together,
)
from nnviz.core.signal_skyline import activation_skyline, gradient_skyline, histogram
from nnviz.core.signal_theory import predict, prediction_problem
from nnviz.core.spec import LayerSpec, NetworkSpec


def setup_of(
    activation: str,
    initializer: str,
    std: float = 0.1,
    depth: int = 20,
    width: int = 256,
    samples: int = 512,
) -> FlowSetup:
    layer = LayerSpec(width, activation)
    start = NetworkSpec(width, (layer,), initializer=initializer, initializer_std=std)
    return free_flow(depth, width, layer, start, samples)


def flow_of(setup: FlowSetup, seed: int = 0) -> SignalFlow:
    return FlowMeter(setup).measure([seed])[0]


@dataclass(frozen=True)
class Row:
    """A row of the table: 256 units, 20 layers, 512 inputs from N(0, 1).

    The bands are those of 20 starts; a single start may lie a little outside.
    """

    activation: str
    initializer: str
    std: float
    first: tuple[float, float]
    last: tuple[float, float]
    gradient: tuple[float, float]
    is_rms: bool = False


ROWS = (
    Row("tanh", "normal", 0.01, (0.155, 0.157), (1.09e-16, 1.29e-16), (1.1e-16, 1.3e-16)),
    Row("tanh", "normal", 1.0, (0.974, 0.974), (0.9737, 0.9744), (2.0e9, 3.0e9)),
    Row("tanh", "glorot_normal", 0.1, (0.626, 0.629), (0.151, 0.167), (0.181, 0.201)),
    Row("tanh", "glorot_uniform", 0.1, (0.626, 0.630), (0.151, 0.168), (0.181, 0.201)),
    Row("tanh", "he_normal", 0.1, (0.719, 0.722), (0.550, 0.561), (1.75, 1.86)),
    Row("relu", "he_normal", 0.1, (0.821, 0.832), (0.73, 1.49), (0.82, 1.24), is_rms=True),
    Row("relu", "he_uniform", 0.1, (0.820, 0.833), (0.56, 1.46), (0.78, 1.26), is_rms=True),
    Row("relu", "glorot_normal", 0.1, (0.580, 0.588), (5.9e-4, 1.2e-3), (8.0e-4, 1.2e-3)),
    Row("relu", "normal", 0.01, (0.093, 0.094), (7.2e-20, 1.5e-19), (0.9e-19, 1.5e-19)),
    Row("relu", "normal", 1.0, (9.3, 9.4), (7.2e20, 1.5e21), (0.9e21, 1.5e21)),
    Row("sigmoid", "glorot_normal", 0.1, (0.207, 0.209), (0.111, 0.132), (2.3e-13, 2.8e-13)),
    Row("linear", "glorot_normal", 0.1, (0.995, 1.006), (0.921, 1.094), (0.93, 1.08)),
    Row("leaky_relu", "he_normal", 0.1, (0.862, 0.873), (0.672, 1.52), (0.93, 1.36)),
    Row("elu", "glorot_normal", 0.1, (0.783, 0.791), (0.122, 0.134), (0.135, 0.152)),
    Row("elu", "he_normal", 0.1, (1.05, 1.07), (2.0, 2.9), (3.9, 4.8)),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.activation}-{row.initializer}")
def test_that_the_table_of_the_lecture_comes_out(row: Row) -> None:
    setup = setup_of(row.activation, row.initializer, row.std)
    flow = flow_of(setup)
    figures = (
        (flow.std[1], row.first, 0.01),
        ((flow.rms if row.is_rms else flow.std)[20], row.last, 0.05),
        (flow.gradient_std[0], row.gradient, 0.05),
    )
    for value, (low, high), slack in figures:
        assert low * (1 - slack) <= value <= high * (1 + slack)
    theory = predict(setup.spec, 1.0, 1.0, 1.0)
    assert theory is not None
    # Theory is the limit of many units; what a deep ReLU network does varies most.
    assert theory.std[1] == pytest.approx(flow.std[1], rel=0.01)
    assert theory.rms[20] == pytest.approx(flow.rms[20], rel=0.25)
    assert theory.gradient_rms[0] == pytest.approx(flow.gradient_rms[0], rel=0.3)


def test_that_weights_of_spread_one_saturate_a_tanh() -> None:
    flow = flow_of(setup_of("tanh", "normal", 1.0))
    assert 0.860 <= flow.at_end[20] <= 0.870
    assert np.isnan(flow.at_end[0])


def test_that_some_units_of_a_deep_relu_network_are_silent() -> None:
    flow = flow_of(setup_of("relu", "he_normal"))
    assert 0.15 <= flow.silent[20] <= 0.33


def test_that_glorot_keeps_most_of_a_tanh_signal_on_its_way() -> None:
    flow = flow_of(setup_of("tanh", "glorot_normal"), seed=3)
    assert 0.316 * 0.97 <= flow.std[5] <= 0.324 * 1.03
    assert 0.222 * 0.97 <= flow.std[10] <= 0.232 * 1.03


def test_that_the_narrower_network_of_the_window_comes_out_too() -> None:
    bands = (
        ("tanh", "glorot_normal", 0.1, 0.208, 0.246),
        ("tanh", "normal", 0.01, 8.7e-11, 1.1e-10),
        ("tanh", "normal", 1.0, 0.955, 0.960),
        ("relu", "he_normal", 0.1, 0.419, 1.57),
        ("relu", "glorot_normal", 0.1, 0.013, 0.049),
    )
    for activation, initializer, std, low, high in bands:
        setup = setup_of(activation, initializer, std, depth=10, width=100, samples=200)
        meter = FlowMeter(setup, 4)
        for flow in meter.measure(range(4)):
            assert low * 0.95 <= flow.std[10] <= high * 1.05


def test_that_zeros_make_every_activation_and_every_gradient_zero() -> None:
    for activation in ("tanh", "relu"):
        setup = setup_of(activation, "zeros", depth=3, width=8, samples=10)
        flow = flow_of(setup)
        np.testing.assert_array_equal(flow.std[1:], 0.0)
        np.testing.assert_array_equal(flow.silent[1:], 1.0)
        np.testing.assert_array_equal(flow.gradient_std[:-1], 0.0)
        assert flow.alike[1:].all()
        theory = predict(setup.spec, 1.0, 1.0, 1.0)
        assert theory is not None
        np.testing.assert_array_equal(theory.std[1:], 0.0)


def test_that_constant_weights_make_units_alike_and_are_not_predicted() -> None:
    setup = setup_of("tanh", "constant", 0.3, depth=3, width=8, samples=10)
    flow = flow_of(setup)
    assert not flow.alike[0]
    assert flow.alike[1:].all()
    assert predict(setup.spec, 1.0, 1.0, 1.0) is None
    assert "no random draw" in (prediction_problem(setup.spec) or "")


@pytest.mark.parametrize("activation", ["tanh", "relu", "maxout", "linear"])
def test_that_figures_are_those_of_the_forward_and_backward_pass(activation: str) -> None:
    # A gradient that a loss could have sent: y - t over n is r for t = y - n r.
    setup = setup_of(activation, "he_normal", depth=3, width=6, samples=7)
    flow = flow_of(setup, seed=5)
    network = Network(setup.spec, seed=5)
    forward = network.forward(setup.inputs)
    assert setup.gradient is not None
    targets = forward.outputs - len(setup.inputs) * setup.gradient
    backward = network.backward(setup.inputs, targets)
    for layer, values in enumerate((setup.inputs, *forward.activations)):
        assert flow.std[layer] == pytest.approx(np.std(values), rel=1e-12)
        assert flow.rms[layer] == pytest.approx(np.sqrt(np.mean(values**2)), rel=1e-12)
    assert flow.gradient_std[0] == pytest.approx(np.std(backward.input_grads), rel=1e-9)
    assert flow.gradient_std[-1] == pytest.approx(np.std(setup.gradient), rel=1e-12)


def test_that_starts_looked_at_together_are_those_looked_at_alone() -> None:
    setup = setup_of("relu", "he_uniform", depth=4, width=9, samples=12)
    meter = FlowMeter(setup, 3)
    flows = meter.measure([4, 5, 6])
    last = meter.activations(4, network=2)
    for seed, flow in zip((4, 5, 6), flows, strict=True):
        alone = flow_of(setup, seed)
        np.testing.assert_allclose(flow.std, alone.std, rtol=1e-12)
        np.testing.assert_allclose(flow.gradient_std, alone.gradient_std, rtol=1e-12)
    assert np.std(last) == pytest.approx(flows[2].std[4])
    assert np.std(meter.gradients(0, network=2)) == pytest.approx(flows[2].gradient_std[0])
    # What is left over from three starts is not told of two.
    assert len(meter.measure([4, 5])) == 2


def test_that_a_loaded_network_sends_down_the_gradient_of_its_own_loss() -> None:
    layers = (LayerSpec(5, "relu"), LayerSpec(3, "linear"))
    spec = NetworkSpec(4, layers, loss="softmax_cross_entropy", l2=0.1)
    generator = np.random.default_rng(1)
    inputs, targets = generator.normal(size=(8, 4)), np.eye(3)[generator.integers(0, 3, 8)]
    flow = flow_of(FlowSetup(spec, inputs, targets=targets), seed=2)
    backward = Network(spec, seed=2).backward(inputs, targets)
    assert flow.gradient_std[0] == pytest.approx(np.std(backward.input_grads), rel=1e-10)
    assert flow.gradient_std[2] == pytest.approx(np.std(backward.deltas[1]), rel=1e-10)


def test_that_figures_survive_where_squares_would_not() -> None:
    for size in (1e-300, 1e300):
        values = size * np.array([[[1.0, -1.0], [3.0, -3.0]]])
        std, rms = spread(values)
        assert std[0] == pytest.approx(size * sqrt(5.0))
        assert rms[0] == pytest.approx(size * sqrt(5.0))
    deep = predict(setup_of("linear", "normal", 1e-7, depth=50).spec, 1.0, 1.0, 1.0)
    assert deep is not None
    assert deep.std[50] == pytest.approx(1.6e-6**50, rel=1e-9)
    assert deep.std[50] > 0


def test_that_the_skyline_counts_every_activation() -> None:
    setup = setup_of("tanh", "normal", 1.0, depth=3, width=20, samples=30)
    meter = FlowMeter(setup)
    flow = meter.measure([0])[0]
    skyline = activation_skyline(meter, flow)
    assert len(skyline.shared) == len(skyline.own) == 4
    for layer in (1, 2, 3):
        found = skyline.shared[layer]
        assert (found.low, found.high) == (-1.0, 1.0)
        assert found.counts.sum() == 600
        np.testing.assert_array_equal(
            found.counts, np.histogram(meter.activations(layer), 48, (-1, 1))[0]
        )
    gradients = gradient_skyline(meter, flow)
    assert gradients.shared[0].high == pytest.approx(4 * flow.gradient_rms[3])
    outside = gradients.shared[0].below + gradients.shared[0].above
    assert gradients.shared[0].counts.sum() == pytest.approx(600 * (1 - outside))


def test_that_the_skyline_says_what_is_the_same_or_no_number() -> None:
    assert histogram(np.zeros((3, 4)), -1, 1).only == 0.0
    assert histogram(np.arange(4.0), -1, 5).only is None
    broken = histogram(np.array([1.0, np.inf, np.nan]), -2, 2)
    assert not broken.is_finite
    assert broken.counts.sum() == 1
    setup = setup_of("tanh", "zeros", depth=2, width=4, samples=5)
    meter = FlowMeter(setup)
    skyline = activation_skyline(meter, meter.measure([0])[0])
    assert [found.only for found in skyline.shared[1:]] == [0.0, 0.0]
    assert skyline.own[1].low < 0 < skyline.own[1].high


def test_that_memory_is_bounded() -> None:
    small, large = (setup_of("tanh", "zeros", width=width, depth=3) for width in (8, 600))
    assert together(small) > 20
    assert together(large) == 1
    assert bytes_of(small) < bytes_of(large)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_that_every_activation_and_initialiser_has_figures(activation: str) -> None:
    for initializer in INITIALIZERS:
        setup = setup_of(activation, initializer, depth=2, width=4, samples=5)
        flow = flow_of(setup)
        assert np.isfinite(flow.std).all()
        assert np.isfinite(flow.gradient_std).all()
        assert (predict(setup.spec, 1.0, 1.0, 1.0) is None) is (initializer == "constant")
