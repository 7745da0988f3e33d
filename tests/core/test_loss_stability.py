"""Losses against 60-digit arithmetic, outputs up to 10,000 (tests/data/stable_losses.json)."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.core.loss_functions import LossBuffers
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec

Floats = NDArray[np.float64]

TRUTH = json.loads((Path(__file__).parents[1] / "data" / "stable_losses.json").read_text("utf-8"))[
    "losses"
]
ULPS = 4


def evaluated(name: str, outputs: Floats, targets: Floats) -> tuple[float, Floats]:
    """Return loss and gradient, n x k, by the calls that train."""
    loss = LOSSES[name]
    y, t = np.ascontiguousarray(outputs.T), np.ascontiguousarray(targets.T)
    predictions = np.empty_like(y) if loss.wants_logits else y
    gradient, total = np.empty_like(y), np.zeros(())
    bound = loss.bind(LossBuffers(y, t, predictions, gradient, total))
    for call in (*bound.link, *bound.value, *bound.gradient):
        call()
    return float(total) * loss.scale(*y.shape), gradient.T


def test_that_every_loss_has_its_truth() -> None:
    assert set(TRUTH) == set(LOSSES)


@pytest.mark.parametrize("name", LOSSES)
def test_that_a_loss_is_within_4_ulp_of_the_truth(name: str) -> None:
    for outputs, targets, expected, _ in TRUTH[name]:
        loss, _ = evaluated(name, np.array(outputs), np.array(targets))
        error = abs(loss - expected) / np.spacing(expected)
        assert error <= ULPS, f"y {outputs}, t {targets}: {loss} in place of {expected}"


@pytest.mark.parametrize("name", LOSSES)
def test_that_a_gradient_is_within_4_ulp_of_the_truth(name: str) -> None:
    for outputs, targets, _, expected in TRUTH[name]:
        t, truth = np.array(targets), np.array(expected)
        _, gradient = evaluated(name, np.array(outputs), t)
        # A probability less its target is as exact as the larger of the two; with
        # hard targets the gradient of binary cross-entropy is exact by itself.
        size = np.abs(truth)
        if name == "softmax_cross_entropy" or (LOSSES[name].wants_logits and np.any(t % 1)):
            size = np.maximum(size, t / (t.size if LOSSES[name].per_element else len(t)))
        errors = np.abs(gradient - truth) / np.spacing(size)
        assert errors.max() <= ULPS, f"y {outputs}, t {targets}: {gradient} in place of {truth}"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", LOSSES)
def test_that_loss_and_gradient_are_finite_far_from_zero(name: str, dtype: str) -> None:
    record = LOSSES[name]
    layer = LayerSpec(2, record.required_output or "linear")
    network = Network(NetworkSpec(2, (layer,), name), dtype=dtype)
    network.weights[0][...] = np.eye(2)
    far = [1e4, 1e3, 89.0, 0.0, -0.0, -746.0, -1e4]
    z = np.array([(one, other) for one in far for other in far])
    for codes in ((1.0, 0.0), (0.0, 1.0)):
        targets = np.tile(2 * np.array(codes) - 1 if name == "hinge" else codes, (len(z), 1))
        backward = network.backward(z, targets)
        assert np.isfinite(backward.loss)
        assert backward.loss >= 0
        for gradients in (*backward.deltas, *backward.weight_grads, backward.input_grads):
            assert np.isfinite(gradients).all()


def test_that_a_sure_and_right_answer_still_has_a_loss() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(2, "linear"),), "softmax_cross_entropy"))
    network.weights[0][...] = np.eye(2)
    assert network.loss([[50.0, 0.0]], np.array([0])) == pytest.approx(np.exp(-50.0), rel=1e-15)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_that_the_sign_of_zero_changes_nothing(zero: float) -> None:
    for target in (0.0, 0.3, 1.0):
        loss, gradient = evaluated("binary_cross_entropy", np.array([[zero]]), np.array([[target]]))
        assert loss == pytest.approx(np.log(2.0), rel=1e-15)
        assert gradient[0, 0] == pytest.approx(0.5 - target, rel=1e-15)
