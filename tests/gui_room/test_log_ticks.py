"""Labels of a logarithmic axis: round, apart from each other, never none."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.gui.views.log_ticks import log_tick_text, log_ticks


@pytest.mark.parametrize(
    ("low", "high", "size", "texts"),
    [
        (-2.0, 0.3, 130, ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]),
        (-0.18, -0.14, 120, ["0.67", "0.68", "0.69", "0.7", "0.71", "0.72"]),
        (-5.0, 5.0, 120, ["10⁻⁴", "0.01", "1", "100", "10⁴"]),
        (0.0, 40.0, 100, ["1", "10¹⁰", "10²⁰", "10³⁰", "10⁴⁰"]),
    ],
)
def test_that_labels_are_round_numbers(
    low: float, high: float, size: float, texts: list[str]
) -> None:
    assert [log_tick_text(tick) for tick in log_ticks(low, high, size)[0]] == texts


@given(
    low=st.floats(-300, 300), span=st.floats(1e-3, 300), size=st.floats(40, 1000, allow_nan=False)
)
def test_that_labels_never_overlap(low: float, span: float, size: float) -> None:
    labelled, minor = log_ticks(low, low + span, size)
    gaps = [(after - before) / span * size for before, after in pairwise(labelled)]
    assert all(gap > 16.9 for gap in gaps)
    assert not set(labelled) & set(minor)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (1.0, 0.0), (float("nan"), 1.0)])
def test_that_an_axis_without_length_has_no_ticks(low: float, high: float) -> None:
    assert log_ticks(low, high, 100) == ([], [])


def test_that_powers_keep_their_factor() -> None:
    assert log_tick_text(5.301029995663981) == "2·10⁵"
    assert log_tick_text(-6) == "10⁻⁶"
