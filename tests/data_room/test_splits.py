"""Splits: every row once, every class in training, the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnviz.data.splits import split_rows

CLASSES = st.lists(st.integers(0, 4), min_size=1, max_size=80).map(
    lambda numbers: np.array(numbers, dtype=np.int64)
)
SHARES = st.floats(0, 0.99)


@settings(deadline=None)
@given(rows=st.integers(1, 200), share=SHARES, seed=st.integers(0, 2**40))
def test_that_every_row_is_used_exactly_once(rows: int, share: float, seed: int) -> None:
    train, validation = split_rows(rows, share, seed)
    np.testing.assert_array_equal(np.sort(np.concatenate((train, validation))), np.arange(rows))
    assert len(train) >= 1


@settings(deadline=None)
@given(rows=st.integers(1, 200), share=SHARES)
def test_that_the_share_is_met_as_nearly_as_whole_rows_allow(rows: int, share: float) -> None:
    _, validation = split_rows(rows, share, 0)
    assert len(validation) == min(round(rows * share), rows - 1)


@settings(deadline=None)
@given(classes=CLASSES, share=SHARES, seed=st.integers(0, 100))
def test_that_every_class_keeps_its_share_and_a_training_row(
    classes: NDArray[np.int64], share: float, seed: int
) -> None:
    train, validation = split_rows(len(classes), share, seed, classes)
    assert len(np.intersect1d(train, validation)) == 0
    for number in np.unique(classes):
        size = int(np.sum(classes == number))
        held = int(np.sum(classes[validation] == number))
        assert abs(held - size * share) <= 1
        assert np.sum(classes[train] == number) >= 1


def test_that_iris_like_classes_are_split_alike() -> None:
    classes = np.repeat([0, 1, 2], 50)
    train, validation = split_rows(150, 0.2, 3, classes)
    assert np.bincount(classes[train]).tolist() == [40, 40, 40]
    assert np.bincount(classes[validation]).tolist() == [10, 10, 10]


def test_that_a_seed_decides_the_split() -> None:
    first, again, other = (split_rows(100, 0.25, seed)[1].tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_that_nothing_is_held_back_for_a_share_of_zero() -> None:
    train, validation = split_rows(7, 0.0, 0)
    assert train.tolist() == list(range(7))
    assert validation.shape == (0,)
    assert validation.dtype == np.int64


def test_that_rows_are_in_rising_order() -> None:
    train, validation = split_rows(60, 0.3, 5)
    assert np.all(np.diff(train) > 0)
    assert np.all(np.diff(validation) > 0)


def test_that_a_split_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no rows"):
        split_rows(0, 0.25, 0)
