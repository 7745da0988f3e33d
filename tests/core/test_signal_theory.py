"""What theory says of the first layer, and the variances and formulas of the initialisers."""

from math import sqrt

import numpy as np
import pytest

from nnviz.core.initializer_numbers import worked_start
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.signal_theory import predict
from nnviz.core.spec import LayerSpec, NetworkSpec


def test_that_moments_have_their_closed_forms() -> None:
    # z from N(0, 1): Glorot of equal fans with inputs of variance 1.
    def step(activation: str, initializer: str = "lecun_normal") -> tuple[float, float, float]:
        theory = predict(
            NetworkSpec(9, (LayerSpec(9, activation),), initializer=initializer), 1, 1, 1
        )
        assert theory is not None
        return float(theory.std[1]), float(theory.rms[1]), float(theory.gradient_rms[0])

    assert step("linear") == pytest.approx((1.0, 1.0, 1.0), rel=1e-9)
    relu = (sqrt(0.5 - 0.5 / np.pi), sqrt(0.5), sqrt(0.5))
    assert step("relu") == pytest.approx(relu, rel=1e-6)
    # The greater of two normal draws has mean 1 / sqrt(pi) and mean square 1.
    maxout = (sqrt(1 - 1 / np.pi), 1.0, 1.0)
    assert step("maxout") == pytest.approx(maxout, rel=1e-6)
    assert step("relu", "he_normal")[1:] == pytest.approx((1.0, 1.0), rel=1e-6)
    # Smooth functions: by a quadrature of their own.
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    weights = weights / weights.sum()
    tanh = np.tanh(nodes)
    expected = sqrt(weights @ tanh**2), sqrt(weights @ (1 - tanh**2) ** 2)
    assert step("tanh")[1:] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_that_the_stated_variance_is_that_of_the_draws(name: str) -> None:
    record = INITIALIZERS[name]
    draws = record.draw(np.random.default_rng(3), (200, 10, 14), 10, 14, 0.3)
    assert record.variance(10, 14, 0.3) == pytest.approx(np.var(draws), rel=0.03, abs=1e-30)


def test_that_the_variances_are_those_of_the_lecture() -> None:
    assert INITIALIZERS["glorot_uniform"].variance(10, 14, 0) == pytest.approx(0.083333, abs=1e-6)
    assert INITIALIZERS["he_normal"].variance(10, 14, 0) == pytest.approx(0.2)
    limits = [worked_start(name, 10, 14, 0.1).limit for name in ("glorot_uniform", "he_uniform")]
    assert limits == pytest.approx([0.5, 0.774597], abs=1e-6)
    assert worked_start("he_uniform", 24, 7, 0.1).limit == pytest.approx(0.5)


def test_that_formulas_have_the_numbers_of_the_layer() -> None:
    glorot = worked_start("glorot_normal", 256, 256, 0.1)
    assert glorot.numbers == r"\sqrt{2 / (256 + 256)}"
    assert glorot.std == 0.0625
    assert glorot.gain == glorot.gain_back == pytest.approx(1.0)
    he = worked_start("he_uniform", 24, 7, 0.1)
    assert (he.symbol, he.numbers) == ("b", r"\sqrt{6 / 24}")
    assert worked_start("normal", 3, 4, 0.05).numbers == "0.05"
    assert worked_start("zeros", 3, 4, 0.05).letters == ""
    for name, record in INITIALIZERS.items():
        is_drawn = name not in ("zeros", "constant", "orthogonal")
        assert bool(worked_start(name, 5, 6, 0.2).letters) is is_drawn
        assert record.is_uniform is (worked_start(name, 5, 6, 0.2).limit is not None)
