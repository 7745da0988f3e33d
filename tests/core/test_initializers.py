"""Starting weights: the right distribution, the right seed."""

import numpy as np
import pytest

from nnviz.core.initializers import INITIALIZERS
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec

FAN_IN, FAN_OUT = 300, 200
VARIANCES = {
    "zeros": 0.0,
    "normal": 0.1**2,
    "glorot_uniform": 2 / (FAN_IN + FAN_OUT),
    "glorot_normal": 2 / (FAN_IN + FAN_OUT),
    "he_uniform": 2 / FAN_IN,
    "he_normal": 2 / FAN_IN,
}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_that_weights_have_the_stated_mean_and_variance(name: str) -> None:
    spec = NetworkSpec(FAN_IN, (LayerSpec(FAN_OUT),), initializer=name)
    weights = Network(spec, seed=11).weights[0]
    # 60,000 draws: the standard error of the variance is about 0.6 %.
    assert np.var(weights) == pytest.approx(VARIANCES[name], rel=0.03)
    assert np.mean(weights) == pytest.approx(0.0, abs=5 * np.sqrt(VARIANCES[name] / 60_000) + 1e-12)


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
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
