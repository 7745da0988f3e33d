"""Sizes and histograms of a layer's numbers: every number is counted once."""

import numpy as np
import pytest

from nnviz.core.distributions import (
    HIGHEST,
    LOWEST,
    PER_DECADE,
    RIDGE_BINS,
    SIZES,
    magnitudes,
    ridges,
)


def test_that_sizes_fall_into_their_quarter_of_a_decade() -> None:
    values = np.array([0.0, 1.5, -1.5, 2e-3, np.nan, np.inf, 0.0])
    found = magnitudes([values, np.array([10.0])])
    one = -LOWEST * PER_DECADE
    assert found.counts.shape == (2, SIZES)
    assert found.counts[0, one] == 2
    assert found.counts[0, one - 3 * PER_DECADE + 1] == 1
    assert found.counts[1, one + PER_DECADE] == 1
    assert found.zeros.tolist() == [2, 0]
    assert found.not_finite.tolist() == [2, 0]
    assert found.entries.tolist() == [7, 1]


def test_that_every_number_is_counted_once_however_small_or_large() -> None:
    values = np.random.default_rng(1).normal(size=(30, 20)) * 10.0 ** np.arange(-10, 10)
    extremes = np.array([5e-324, 1e-300, 1e300])
    found = magnitudes([values, extremes])
    assert found.counts.sum(axis=1).tolist() == [600, 3]
    assert found.counts[1, 0] == 2
    assert found.counts[1, -1] == 1
    assert (HIGHEST - LOWEST) * PER_DECADE == SIZES


def test_that_ridges_count_what_lies_within_and_beyond() -> None:
    values = np.concatenate((np.full(99, 1.0), np.zeros(20), [-1.0, 50.0, np.nan]))
    (ridge,) = ridges([values], is_shared=False)
    finite = values[np.isfinite(values)]
    spread = float(np.sqrt(np.mean(finite**2)))
    assert ridge.root_mean_square == pytest.approx(spread, rel=1e-14)
    assert ridge.reach == pytest.approx(4 * spread)
    assert ridge.counts.sum() == 100
    assert (ridge.beyond, ridge.zeros, ridge.not_finite, ridge.entries) == (1, 20, 1, 122)
    assert len(ridge.counts) == RIDGE_BINS


def test_that_a_shared_scale_is_the_widest_and_own_scales_are_not() -> None:
    small, large = np.linspace(-1e-3, 1e-3, 11), np.linspace(-2.0, 2.0, 11)
    shared = ridges([small, large], is_shared=True)
    own = ridges([small, large], is_shared=False)
    assert [ridge.reach for ridge in shared] == [2.0, 2.0]
    assert [ridge.reach for ridge in own] == [1e-3, 2.0]
    assert own[0].counts.tolist() == own[1].counts.tolist()


def test_that_the_spread_of_tiny_numbers_is_not_lost() -> None:
    (ridge,) = ridges([np.array([1e-200, -1e-200])], is_shared=False)
    assert ridge.root_mean_square == pytest.approx(1e-200)
    assert ridge.counts.sum() == 2


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_that_a_layer_without_numbers_to_count_has_an_empty_ridge(value: float) -> None:
    (ridge,) = ridges([np.full(5, value)], is_shared=True)
    assert ridge.reach == 1.0
    assert not ridge.counts.any()
    assert ridge.zeros + ridge.not_finite == ridge.entries == 5
