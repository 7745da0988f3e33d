"""Softmax cross-entropy with probabilities as targets (tests/data/soft_targets.json: PyTorch)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.cli import run_command_line
from nnviz.core.gradcheck import check_gradients
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.targets import one_hot

FILE = Path(__file__).parents[1] / "data" / "soft_targets.json"
(CASE,) = json.loads(FILE.read_text("utf-8"))["cases"]
STEP = 1e-6


def network() -> Network:
    spec = NetworkSpec(2, (LayerSpec(4), LayerSpec(3, "linear")), "softmax_cross_entropy")
    network = Network(spec)
    for weights, biases, given in zip(
        network.weights, network.biases, CASE["parameters"], strict=True
    ):
        weights[...], biases[...] = given["W"], given["b"]
    return network


@pytest.mark.parametrize("batch", CASE["batches"].values(), ids=CASE["batches"])
def test_that_soft_targets_give_the_numbers_of_pytorch(batch: dict[str, Any]) -> None:
    backward = network().backward(batch["X"], batch["T"])
    assert backward.loss == pytest.approx(batch["loss"], rel=1e-13)
    assert network().loss(batch["X"], batch["T"]) == backward.loss
    np.testing.assert_allclose(backward.input_grads, batch["dL_dX"], rtol=1e-12, atol=1e-15)
    for number, gradient in enumerate(batch["gradients"]):
        for ours, theirs in (
            (backward.weight_grads[number], gradient["W"]),
            (backward.bias_grads[number], gradient["b"]),
            (backward.deltas[number], batch["layers"][number]["dL_dz"]),
        ):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def test_that_gradients_of_soft_targets_equal_central_differences() -> None:
    batch, wary = CASE["batches"]["n5"], network()
    backward = wary.backward(batch["X"], batch["T"])
    gradient = np.concatenate(
        [
            np.concatenate((w.ravel(), b))
            for w, b in zip(backward.weight_grads, backward.bias_grads, strict=True)
        ]
    )
    for index, value in enumerate(wary.parameters.copy()):
        wary.parameters[index] = value + STEP
        above = wary.loss(batch["X"], batch["T"])
        wary.parameters[index] = value - STEP
        below = wary.loss(batch["X"], batch["T"])
        wary.parameters[index] = value
        assert gradient[index] == pytest.approx((above - below) / (2 * STEP), rel=1e-6, abs=1e-9)


def test_that_the_gradient_check_takes_soft_targets() -> None:
    batch = CASE["batches"]["n5"]
    assert check_gradients(network(), batch["X"], batch["T"]).worst <= 1e-7


def test_that_hard_targets_are_soft_ones_with_a_single_1() -> None:
    x, classes = CASE["batches"]["n5"]["X"], np.array([2, 0, 1, 1, 0])
    assert network().loss(x, classes) == network().loss(x, one_hot(classes, 3))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_probabilities_may_miss_1_by_rounding(dtype: str) -> None:
    wary = Network(network().spec, dtype=dtype)
    thirds = np.full((1, 3), 1 / 3, dtype=dtype)
    assert np.isfinite(wary.loss([[0.0, 1.0]], thirds))


@pytest.mark.parametrize(
    ("loss", "targets", "sentence"),
    [
        ("softmax_cross_entropy", [0.5, 0.4, 0.0], "row 2 of the targets is 0.5, 0.4, 0"),
        ("softmax_cross_entropy", [1.5, -0.5, 0.0], "probabilities, from 0 up and together 1"),
        ("softmax_cross_entropy", [np.nan, 0.5, 0.5], "row 2 of the targets is nan"),
        ("multi_class_hinge", [0.5, 0.5, 0.0], "multi-class hinge wants one 1 in each row"),
        ("multi_class_hinge", [1.0, 1.0, 0.0], "or the number of the class"),
    ],
)
def test_that_targets_that_are_no_classes_are_refused(
    loss: str, targets: list[float], sentence: str
) -> None:
    wary = Network(NetworkSpec(2, (LayerSpec(3, "linear"),), loss))
    with pytest.raises(ValueError, match=sentence):
        wary.loss([[0.0, 1.0]] * 2, [[0.0, 1.0, 0.0], targets])


def test_that_verify_takes_soft_targets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["verify", str(FILE)]) == 0
    assert "quantities agree" in capsys.readouterr().out
