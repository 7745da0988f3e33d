"""Starting weights: the right distribution, the right seed."""

import numpy as np
import pytest

from nnviz.core.initializers import INITIALIZERS
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec

FAN_IN, FAN_OUT = 300, 200
VARIANCES = {
    "zeros": 0.0,
    "uniform": 0.1**2,
    "lecun_normal": 1 / FAN_IN,
    "lecun_uniform": 1 / FAN_IN,
    "normal": 0.1**2,
    "glorot_uniform": 2 / (FAN_IN + FAN_OUT),
    "glorot_normal": 2 / (FAN_IN + FAN_OUT),
    "he_uniform": 2 / FAN_IN,
    "he_normal": 2 / FAN_IN,
}


def test_that_every_row_of_the_table_is_tested() -> None:
    assert set(INITIALIZERS) == set(VARIANCES) | {"constant", "orthogonal"}


def test_that_a_constant_start_is_constant_and_biases_start_where_they_should() -> None:
    layers = (LayerSpec(3), LayerSpec(2, "maxout"))
    spec = NetworkSpec(4, layers, initializer="constant", initializer_std=0.7, initial_bias=-0.2)
    network = Network(spec)
    for weights, biases in zip(network.weights, network.biases, strict=True):
        np.testing.assert_array_equal(weights, 0.7)
        np.testing.assert_array_equal(biases, -0.2)


@pytest.mark.parametrize("sizes", [(6, 4), (4, 6), (5, 5)])
def test_that_an_orthogonal_start_is_orthogonal(sizes: tuple[int, int]) -> None:
    fan_in, fan_out = sizes
    layer = LayerSpec(fan_out, "maxout", pieces=2)
    weights = Network(NetworkSpec(fan_in, (layer,), initializer="orthogonal"), 3).weights[0]
    for piece in weights:
        product = piece.T @ piece if fan_in >= fan_out else piece @ piece.T
        np.testing.assert_allclose(product, np.eye(min(sizes)), atol=1e-14)


@pytest.mark.parametrize("name", VARIANCES)
def test_that_weights_have_the_stated_mean_and_variance(name: str) -> None:
    spec = NetworkSpec(FAN_IN, (LayerSpec(FAN_OUT),), initializer=name, initializer_std=0.1)
    weights = Network(spec, seed=11).weights[0]
    # 60,000 draws: the standard error of the variance is about 0.6 %.
    assert np.var(weights) == pytest.approx(VARIANCES[name], rel=0.03)
    assert np.mean(weights) == pytest.approx(0.0, abs=5 * np.sqrt(VARIANCES[name] / 60_000) + 1e-12)


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform", "lecun_uniform"])
def test_that_uniform_weights_stay_within_their_limit(name: str) -> None:
    spec = NetworkSpec(FAN_IN, (LayerSpec(FAN_OUT),), initializer=name)
    weights = Network(spec).weights[0]
    limit = np.sqrt(3 * VARIANCES[name])
    assert np.abs(weights).max() <= limit
    assert np.abs(weights).max() > 0.99 * limit


def test_that_a_seed_decides_the_weights_and_biases_start_at_zero() -> None:
    spec = NetworkSpec(4, (LayerSpec(5), LayerSpec(3)))
    first, again, other = Network(spec, 1), Network(spec, 1), Network(spec, 2)
    np.testing.assert_array_equal(first.parameters, again.parameters)
    assert not np.array_equal(first.parameters, other.parameters)
    assert not any(biases.any() for biases in first.biases)
