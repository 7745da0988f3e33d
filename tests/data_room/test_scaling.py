"""Scaling: what is shown is what is done, and it can be undone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from nnviz.data.scaling import SCALINGS, fit_scaling

TABLES = arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.integers(1, 4)),
    elements=st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda value: round(value, 6)),
)


def test_that_the_table_names_its_own_rows() -> None:
    assert list(SCALINGS) == ["none", "standardise", "min_max"]
    assert all(name == record.name for name, record in SCALINGS.items())


def test_that_standardised_columns_have_mean_zero_and_deviation_one() -> None:
    values = np.random.default_rng(0).normal(7.0, 3.0, (50, 3))
    scaled = fit_scaling("standardise", values).apply(values)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(scaled.std(axis=0), 1, rtol=1e-14)


def test_that_min_max_columns_run_from_zero_to_one() -> None:
    values = np.array([[2.0, -1.0], [4.0, 3.0], [3.0, 1.0]])
    scaled = fit_scaling("min_max", values).apply(values)
    np.testing.assert_array_equal(scaled, [[0.0, 0.0], [1.0, 1.0], [0.5, 0.5]])


def test_that_no_scaling_changes_no_number() -> None:
    values = np.array([[0.1, 5.0], [0.3, 5.0]])
    np.testing.assert_array_equal(fit_scaling("none", values).apply(values), values)


@pytest.mark.parametrize("kind", ["standardise", "min_max"])
@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e9 + 0.1, 1e-300])
def test_that_a_constant_column_is_moved_to_zero_and_not_stretched(kind: str, value: float) -> None:
    values = np.full((18, 1), value)
    scaling = fit_scaling(kind, values)
    assert scaling.scale[0] == 1.0
    assert scaling.offset[0] == value
    np.testing.assert_array_equal(scaling.apply(values), np.zeros((18, 1)))


@pytest.mark.parametrize("kind", SCALINGS)
@settings(deadline=None)
@given(values=TABLES)
def test_that_undo_brings_the_values_back(kind: str, values: NDArray[np.float64]) -> None:
    scaling = fit_scaling(kind, values)
    size = max(1.0, float(np.abs(values).max()))
    np.testing.assert_allclose(scaling.undo(scaling.apply(values)), values, atol=1e-9 * size)


def test_that_the_numbers_of_a_scaling_cannot_be_changed() -> None:
    scaling = fit_scaling("standardise", np.array([[1.0], [2.0]]))
    with pytest.raises(ValueError, match="read-only"):
        scaling.offset[0] = 3.0
    with pytest.raises(ValueError, match="read-only"):
        scaling.scale[0] = 3.0


def test_that_a_description_shows_the_numbers_that_are_used() -> None:
    values = np.array([[1.5, -2.0], [6.5, -4.0]])
    lines = fit_scaling("standardise", values).describe(("petal length", "depth"))
    assert lines == ("petal length: (x − 4) / 2.5", "depth: (x + 3) / 1")


def test_that_a_description_has_true_minus_signs_in_exponents_too() -> None:
    values = np.array([[0.0], [2e-7]])
    assert fit_scaling("standardise", values).describe(("x",)) == ("x: (x − 1e−07) / 1e−07",)


def test_that_no_scaling_is_described_as_unchanged() -> None:
    values = np.array([[1.0], [2.0]])
    assert fit_scaling("none", values).describe(("height",)) == ("height: unchanged",)
