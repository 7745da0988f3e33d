"""The state of layers against numbers worked out by hand."""

import math

import numpy as np
import pytest

from nnviz.core.health import (
    SATURATED_BELOW,
    dead_fractions,
    first_to_last_ratio,
    layer_norms,
    network_health,
    saturated_fractions,
    update_ratios,
    weight_norms,
)
from nnviz.core.layout import ParameterLayout
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec


def one_layer(activation: str, size: int = 2, loss: str = "mean_squared_error") -> Network:
    """Return a network of one layer, whose z is its input as often as it has units."""
    network = Network(NetworkSpec(1, (LayerSpec(size, activation),), loss))
    for weights, biases in zip(network.weights, network.biases, strict=True):
        weights[...], biases[...] = 1.0, 0.0
    return network


def test_that_norms_are_euclidean_with_and_without_biases() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(1), LayerSpec(1))))
    network.weights[0][...], network.biases[0][...] = [[3.0], [4.0]], 12.0
    network.weights[1][...], network.biases[1][...] = -2.0, 0.0
    assert layer_norms(network.layout, network.parameters) == (13.0, 2.0)
    assert weight_norms(network.layout, network.parameters) == (5.0, 2.0)


def test_that_maxout_pieces_belong_to_the_norm() -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, "maxout", pieces=2), LayerSpec(1))))
    network.weights[0][...] = np.array([3.0, 4.0]).reshape(2, 1, 1)
    assert weight_norms(network.layout, network.parameters)[0] == 5.0


def test_that_the_update_ratio_leaves_biases_out() -> None:
    layout = ParameterLayout(NetworkSpec(2, (LayerSpec(1), LayerSpec(1))))
    before = np.array([3.0, 4.0, 0.0, 0.0, 0.0])
    after = np.array([3.0, 4.5, 9.0, 1.0, 0.0])
    first, last = update_ratios(layout, before, after)
    assert first == 0.1
    assert math.isnan(last), "weights that were all 0 have no ratio"


def test_that_the_ratio_of_first_to_last_says_how_gradients_vanish() -> None:
    assert first_to_last_ratio((0.001, 5.0, 0.1)) == pytest.approx(0.01)
    assert first_to_last_ratio((0.5,)) == 1.0
    assert math.isnan(first_to_last_ratio((0.5, 0.0)))


def test_that_a_unit_that_no_sample_wakes_is_dead() -> None:
    network = one_layer("relu", size=4)
    network.biases[0][...] = [0.0, -1.0, -5.0, -2.0]
    # z of the units for x = 1 and 2: (1, 2), (0, 1), (-4, -3), (-1, 0).
    forward = network.forward([[1.0], [2.0]])
    assert dead_fractions(network.spec, forward) == (0.5,)
    only_first = network.forward([[1.0]])
    assert dead_fractions(network.spec, only_first) == (0.75,), "g(0) = 0"


@pytest.mark.parametrize(
    ("activation", "share"), [("linear", 0.0), ("leaky_relu", 0.0), ("step", 1.0), ("maxout", 0.0)]
)
def test_that_dead_means_that_no_gradient_passes(activation: str, share: float) -> None:
    network = one_layer(activation)
    forward = network.forward([[-3.0], [-1.0]])
    assert dead_fractions(network.spec, forward) == (share,)


@pytest.mark.parametrize(("activation", "stretch"), [("tanh", 1.0), ("sigmoid", 2.0)])
def test_that_saturation_begins_where_the_slope_is_a_twentieth(
    activation: str, stretch: float
) -> None:
    # 1 - tanh(z)^2 = 0.05; the slope of sigmoid(z) is that of tanh(z / 2), by 4.
    edge = stretch * math.atanh(math.sqrt(1 - SATURATED_BELOW))
    network = one_layer(activation)
    inputs = [[edge * 1.001], [-edge * 1.001], [edge * 0.999], [0.0]]
    assert saturated_fractions(network.spec, network.forward(inputs)) == (0.5,)


@pytest.mark.parametrize("activation", ["linear", "relu", "step", "maxout", "gelu", "softplus"])
def test_that_only_sigmoid_and_tanh_saturate(activation: str) -> None:
    network = one_layer(activation)
    assert saturated_fractions(network.spec, network.forward([[50.0]])) == (None,)


def test_that_the_state_of_a_network_puts_all_of_it_together() -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, "tanh"), LayerSpec(1, "linear"))))
    network.set_parameters([2.0, 0.0, 3.0, 4.0])
    before = network.parameters.copy()
    gradients = np.array([0.3, 0.4, 0.0, 2.0])
    forward = network.forward([[0.0], [10.0]])
    first, last = network_health(network.spec, before, before - 0.1 * gradients, gradients, forward)
    assert first.gradient_norm == 0.5
    assert first.parameter_norm == 2.0
    assert first.update_ratio == pytest.approx(0.03 / 2)
    assert (first.dead_fraction, first.saturated_fraction) == (0.0, 0.5)
    assert (last.parameter_norm, last.weight_norm) == (5.0, 3.0)
    assert (last.update_ratio, last.saturated_fraction) == (0.0, None)
