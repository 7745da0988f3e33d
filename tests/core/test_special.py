"""The complementary error function against the C library's."""

import math

import numpy as np
import pytest

from nnviz.core.activations import evaluate
from nnviz.core.special import erfc


def test_that_erfc_agrees_with_the_c_library() -> None:
    x = np.concatenate((np.linspace(-9, 26, 7001), [0.0, 1.0, -1.0, 8.0, 40.0, -1e4, 1e4]))
    expected = np.array([math.erfc(value) for value in x])
    np.testing.assert_allclose(erfc(x, np.empty_like(x)), expected, rtol=2e-13, atol=1e-300)
    near = np.linspace(-6, 6, 4001)
    expected = np.array([math.erfc(value) for value in near])
    np.testing.assert_allclose(erfc(near, np.empty_like(near)), expected, rtol=1e-14)


def test_that_erfc_may_write_over_its_argument() -> None:
    x = np.array([-0.5, 0.25, 2.0])
    assert erfc(x, x) is x
    np.testing.assert_allclose(x, [math.erfc(v) for v in (-0.5, 0.25, 2.0)], rtol=1e-15)


@pytest.mark.parametrize("name", ["softplus", "silu", "gelu"])
def test_that_smooth_rectifiers_follow_their_closed_forms(name: str) -> None:
    z = np.array([-30.0, -3.0, -0.5, 0.0, 0.7, 2.0, 30.0])
    sigma = [1 / (1 + math.exp(-v)) for v in z]
    phi = [math.erfc(-v / math.sqrt(2)) / 2 for v in z]
    density = [math.exp(-v * v / 2) / math.sqrt(2 * math.pi) for v in z]
    expected, slope = {
        "softplus": (np.log1p(np.exp(z)), sigma),
        "silu": (z * sigma, [s * (1 + v * (1 - s)) for v, s in zip(z, sigma, strict=True)]),
        "gelu": (z * phi, [p + v * d for v, p, d in zip(z, phi, density, strict=True)]),
    }[name]
    function, derivative = evaluate(name, z)
    np.testing.assert_allclose(function, expected, rtol=1e-13)
    np.testing.assert_allclose(derivative, slope, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["softplus", "silu", "gelu"])
def test_that_smooth_rectifiers_are_finite_far_from_zero(name: str) -> None:
    z = np.array([-1e4, -700.0, 700.0, 1e4])
    function, derivative = evaluate(name, z)
    np.testing.assert_allclose(function, np.maximum(z, 0), atol=1e-300)
    np.testing.assert_allclose(derivative, (z > 0).astype(float), atol=1e-300)
