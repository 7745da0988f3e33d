"""ROC curves against closed forms and against every pair of rows."""

import numpy as np
import pytest

from nnviz.core.metrics import predicted_classes
from nnviz.core.network import Network
from nnviz.core.roc import roc_curve, two_class_scores
from nnviz.core.spec import LayerSpec, NetworkSpec


def chance_of_right_order(scores: np.ndarray, positive: np.ndarray) -> float:
    """Compare every row of class 1 with every row of class 0."""
    ones, zeros = scores[positive][:, np.newaxis], scores[~positive]
    return float(np.mean((ones > zeros) + 0.5 * (ones == zeros)))


def test_that_a_small_curve_is_what_one_counts_by_hand() -> None:
    curve = roc_curve([0.9, 0.8, 0.7, 0.6], [True, False, True, False])
    assert curve.thresholds.tolist() == [np.inf, 0.9, 0.8, 0.7, 0.6]
    assert curve.false_positive_rates.tolist() == [0, 0, 0.5, 0.5, 1]
    assert curve.true_positive_rates.tolist() == [0, 0.5, 0.5, 1, 1]
    assert curve.area == 0.75


@pytest.mark.parametrize(
    ("scores", "area"), [([3.0, 2.0, 1.0, 0.0], 1.0), ([0.0, 1.0, 2.0, 3.0], 0.0), ([7.0] * 4, 0.5)]
)
def test_that_perfect_reversed_and_constant_scores_have_known_areas(
    scores: list[float], area: float
) -> None:
    assert roc_curve(scores, [True, True, False, False]).area == area


@pytest.mark.parametrize("seed", range(6))
def test_that_the_area_is_the_mann_whitney_statistic_ties_included(seed: int) -> None:
    generator = np.random.default_rng(seed)
    positive = generator.random(80) < 0.4
    # Few distinct scores: many ties.
    scores = np.round(generator.normal(size=80) + positive, 1 if seed % 2 else 6)
    curve = roc_curve(scores, positive)
    assert curve.area == pytest.approx(chance_of_right_order(scores, positive), abs=1e-14)
    assert np.all(np.diff(curve.false_positive_rates) >= 0)
    assert np.all(np.diff(curve.true_positive_rates) >= 0)
    assert (curve.false_positive_rates[-1], curve.true_positive_rates[-1]) == (1, 1)


@pytest.mark.parametrize("threshold", [-10.0, -0.3, 0.0, 0.25, 0.5, 10.0])
def test_that_the_rates_at_a_threshold_are_counted_shares(threshold: float) -> None:
    generator = np.random.default_rng(3)
    positive = generator.random(60) < 0.5
    scores = np.round(generator.normal(size=60), 1)
    taken = scores >= threshold
    expected = float(np.mean(taken[~positive])), float(np.mean(taken[positive]))
    assert roc_curve(scores, positive).rates_at(threshold) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("scores", "classes", "words"),
    [
        ([1.0, 2.0], [True, True], "both classes"),
        ([1.0, 2.0], [False, False], "both classes"),
        ([1.0], [True, False], "cannot be compared"),
        ([1.0, float("nan")], [True, False], "not numbers"),
    ],
)
def test_that_what_has_no_curve_is_refused_in_words(
    scores: list[float], classes: list[bool], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        roc_curve(scores, classes)


@pytest.mark.parametrize(
    ("loss", "activation", "size"),
    [
        ("binary_cross_entropy", "linear", 1),
        ("mean_squared_error", "tanh", 1),
        ("mean_squared_error", "sigmoid", 1),
        ("softmax_cross_entropy", "linear", 2),
        ("mean_squared_error", "linear", 2),
    ],
)
def test_that_a_score_above_0_is_what_the_network_takes_for_class_1(
    loss: str, activation: str, size: int
) -> None:
    spec = NetworkSpec(2, (LayerSpec(4), LayerSpec(size, activation)), loss)
    inputs = np.random.default_rng(0).normal(size=(50, 2))
    outputs = Network(spec, seed=1).forward(inputs).activations[-1]
    taken = two_class_scores(spec, outputs) > 0
    assert np.array_equal(taken, predicted_classes(spec, outputs) == 1)
    assert 0 < taken.sum() < 50


def test_that_infinite_scores_are_ties_like_any_others() -> None:
    scores = [np.inf, np.inf, 0.0, -np.inf, -np.inf]
    roc = roc_curve(scores, [True, False, True, True, False])
    assert len(roc.thresholds) == 4
    # Three of class 1 against two of class 0: half a pair, one; none, one; none, half a pair.
    assert roc.area == pytest.approx((0.5 + 1 + 0 + 1 + 0 + 0.5) / 6)
