"""Metrics against numbers worked out by hand."""

import math

import numpy as np
import pytest

from nnviz.core.metrics import (
    confusion_matrix,
    overall_r_squared,
    overall_root_mean_squared_error,
    precision,
    r_squared,
    recall,
    root_mean_squared_error,
)

CLASSES = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 2, 2])


def test_that_rows_are_true_classes_and_columns_predictions() -> None:
    matrix = confusion_matrix(PREDICTED, CLASSES, 3)
    assert matrix.tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_that_precision_shares_the_column_and_recall_the_row() -> None:
    matrix = confusion_matrix(PREDICTED, CLASSES, 3)
    assert precision(matrix).tolist() == [1.0, 0.5, 0.5]
    assert recall(matrix).tolist() == [2 / 3, 0.5, 1.0]


def test_that_an_empty_class_has_no_share() -> None:
    matrix = confusion_matrix(np.array([0, 3]), np.array([0, 0]), 4)
    np.testing.assert_array_equal(precision(matrix), [1.0, np.nan, np.nan, 0.0])
    np.testing.assert_array_equal(recall(matrix), [0.5, np.nan, np.nan, np.nan])


@pytest.mark.parametrize(
    ("predicted", "classes", "sentence"),
    [
        ([0, 1], [0], "one for each row"),
        ([0, 3], [0, 1], "predicted classes must be numbers from 0 to 2"),
        ([0, 1], [0, -1], "true classes must be numbers from 0 to 2"),
    ],
)
def test_that_classes_that_do_not_fit_are_refused(
    predicted: list[int], classes: list[int], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        confusion_matrix(np.array(predicted), np.array(classes), 3)


def test_that_no_rows_make_a_matrix_of_zeros() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert confusion_matrix(none, none, 2).tolist() == [[0, 0], [0, 0]]


TARGETS = np.array([[1.0, 4.0], [2.0, 4.0], [3.0, 4.0], [6.0, 4.0]])
OUTPUTS = np.array([[1.0, 4.0], [3.0, 4.0], [3.0, 5.0], [4.0, 4.0]])


def test_that_r_squared_is_the_share_of_the_variance() -> None:
    # Errors 0, 1, 0, -2; the targets' mean is 3, their deviations -2, -1, 0, 3.
    each = r_squared(OUTPUTS, TARGETS)
    assert each[0] == pytest.approx(1 - 5 / 14, rel=1e-15)
    assert overall_r_squared(OUTPUTS[:, :1], TARGETS[:, :1]) == each[0]


def test_that_r_squared_of_the_mean_is_0_and_of_the_truth_1() -> None:
    t = TARGETS[:, :1]
    assert r_squared(np.full_like(t, t.mean()), t)[0] == pytest.approx(0.0, abs=1e-15)
    assert r_squared(t, t)[0] == 1.0


def test_that_a_constant_target_has_no_r_squared_and_does_not_count() -> None:
    # 0.1 added up and divided is not 0.1: the variance of a constant rounds off zero.
    constant = np.full((10, 1), 0.1)
    assert math.isnan(r_squared(constant, constant)[0])
    assert math.isnan(overall_r_squared(constant, constant))
    assert math.isnan(r_squared(OUTPUTS, TARGETS)[1])
    assert overall_r_squared(OUTPUTS, TARGETS) == pytest.approx(1 - 5 / 14, rel=1e-15)


def test_that_r_squared_does_not_depend_on_the_scaling() -> None:
    scaled = r_squared((OUTPUTS - 3) / 7, (TARGETS - 3) / 7)
    assert scaled[0] == pytest.approx(1 - 5 / 14, rel=1e-14)


def test_that_rmse_is_the_root_of_the_mean_square() -> None:
    each = root_mean_squared_error(OUTPUTS, TARGETS)
    np.testing.assert_allclose(each, [math.sqrt(5 / 4), 0.5], rtol=1e-15)
    overall = overall_root_mean_squared_error(OUTPUTS, TARGETS)
    assert overall == pytest.approx(math.sqrt(6 / 8), rel=1e-15)


def test_that_rmse_survives_errors_whose_squares_overflow() -> None:
    huge = np.array([[1e200], [-1e200]])
    assert root_mean_squared_error(huge, np.zeros((2, 1)))[0] == 1e200
    assert root_mean_squared_error(huge, huge)[0] == 0.0
