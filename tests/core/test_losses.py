"""Losses against PyTorch's values and gradients, kinks included (tests/data/losses.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

from nnviz.core.loss_functions import LossBuffers
from nnviz.core.losses import LOSSES
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.targets import one_hot

TORCH = json.loads((Path(__file__).parents[1] / "data" / "losses.json").read_text("utf-8"))


@pytest.mark.parametrize("name", [name for name in TORCH if name != "made_with"])
def test_that_a_loss_and_its_gradient_are_those_of_pytorch(name: str) -> None:
    expected, loss = TORCH[name], LOSSES[name]
    outputs = np.array(expected["outputs"])
    targets = np.array(expected["targets"])
    if loss.takes_classes:
        targets = one_hot(targets, outputs.shape[1])
    y, t = np.ascontiguousarray(outputs.T), np.ascontiguousarray(targets.T)
    gradient, total = np.empty_like(y), np.zeros(())
    bound = loss.bind(LossBuffers(y, t, y, gradient, total))
    with np.errstate(all="ignore"):
        for call in (*bound.link, *bound.value, *bound.gradient):
            call()
    samples, classes = outputs.shape
    assert float(total) * loss.scale(classes, samples) == pytest.approx(expected["loss"], rel=1e-13)
    # PyTorch holds its 1e-12 in single precision, which shows where y is 0 or 1.
    np.testing.assert_allclose(gradient.T, expected["gradient"], rtol=1e-8, atol=1e-15)
    fair = np.abs(np.array(expected["gradient"])) < 1e6
    np.testing.assert_allclose(
        gradient.T[fair], np.array(expected["gradient"])[fair], rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize(
    ("loss", "output", "size", "sentence"),
    [
        ("binary_cross_entropy_of_probabilities", "linear", 1, "must be sigmoid, not linear"),
        ("multi_class_hinge", "linear", 1, "needs at least 2"),
        ("softmax_cross_entropy", "linear", 1, "needs at least 2 outputs"),
    ],
)
def test_that_a_loss_that_does_not_fit_the_outputs_is_refused(
    loss: str, output: str, size: int, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        NetworkSpec(2, (LayerSpec(size, output),), loss)
