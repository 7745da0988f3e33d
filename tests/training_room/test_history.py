"""The loss history against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.training import history
from nnviz.training.history import LossHistory, smooth
from nnviz.training.mailbox import fold
from nnviz.training.snapshot import LossChunk


def chunk_of(losses: np.ndarray, first_step: int = 1) -> LossChunk:
    values = losses.astype(np.float32)
    return LossChunk(1, first_step, 1, values, values, values)


def history_of(losses: np.ndarray, sizes: list[int]) -> LossHistory:
    made, start = LossHistory(), 0
    for size in sizes:
        made.extend(chunk_of(losses[start : start + size], start + 1))
        start += size
    if start < len(losses):
        made.extend(chunk_of(losses[start:], start + 1))
    return made


def assert_exact(made: LossHistory, losses: np.ndarray, first: int, last: int, points: int) -> None:
    band = made.query(first, last, points)
    starts, ends = band.first_steps, band.last_steps
    assert starts[0] <= first
    assert ends[-1] >= last
    np.testing.assert_array_equal(starts[1:], ends[:-1] + 1)
    for index in range(len(band)):
        part = losses[starts[index] - 1 : ends[index]].astype(np.float32)
        assert band.minimum[index] == part.min()
        assert band.maximum[index] == part.max()
        assert band.mean[index] == pytest.approx(part.mean(dtype=np.float64), rel=1e-4, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 6000),
    sizes=st.lists(st.integers(1, 700), max_size=12),
    points=st.integers(1, 300),
    edges=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    seed=st.integers(0, 1000),
)
def test_that_any_range_has_exact_extremes(
    count: int, sizes: list[int], points: int, edges: tuple[float, float], seed: int
) -> None:
    losses = np.random.default_rng(seed).exponential(size=count)
    made = history_of(losses, sizes)
    assert len(made) == count
    first, last = sorted(1 + int(edge * (count - 1)) for edge in edges)
    assert_exact(made, losses, first, last, points)
    assert len(made.query(first, last, points)) <= 2 * points + 2


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 3000), step=st.floats(0, 1), seed=st.integers(0, 99))
def test_that_a_single_step_is_found_again(count: int, step: float, seed: int) -> None:
    losses = np.random.default_rng(seed).normal(size=count)
    made = history_of(losses, [7, 100, 1, 500])
    number = 1 + int(step * (count - 1))
    assert made.at(number) == (float(np.float32(losses[number - 1])),) * 3
    assert made.at(0) is None
    assert made.at(count + 1) is None


def test_that_a_million_steps_are_exact_and_one_spike_survives() -> None:
    losses = np.full(1_048_577, 0.5)
    losses[777_777] = 9.0
    made = history_of(losses, [64] * 1000)
    assert made.stride == 1
    whole = made.query(1, len(losses), 900)
    assert len(whole) <= 2 * 900 + 2
    assert whole.maximum.max() == 9.0
    assert np.count_nonzero(whole.maximum == 9.0) == 1
    assert made.at(777_778) == (9.0, 9.0, 9.0)


def test_that_memory_stays_bounded_and_extremes_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", 256)
    losses = np.random.default_rng(5).normal(size=5001)
    made = history_of(losses, [13] * 384)
    assert made.stride == 32
    assert_exact(made, losses, 1, 5001, 50)
    assert_exact(made, losses, 40, 4001, 50)


def test_that_folded_chunks_keep_their_extremes() -> None:
    losses = np.random.default_rng(6).normal(size=1000)
    made = LossHistory()
    for chunk in fold([chunk_of(losses[:500]), chunk_of(losses[500:], 501)]):
        made.extend(chunk)
    assert len(made) == 1000
    band = made.query(1, 1000, 10)
    assert band.minimum.min() == np.float32(losses.min())
    assert band.maximum.max() == np.float32(losses.max())


def test_that_an_empty_range_is_empty() -> None:
    assert len(LossHistory().query(1, 10)) == 0
    assert len(history_of(np.ones(5), []).query(4, 2)) == 0


def test_that_smoothing_passes_over_what_is_not_finite() -> None:
    smoothed = smooth(np.array([np.nan, 1.0, np.inf, 3.0], dtype=np.float32), share=0.5)
    np.testing.assert_allclose(smoothed, [np.nan, 1.0, 1.0, 2.0], rtol=1e-5)


def test_that_smoothing_is_the_recurrence() -> None:
    values = np.random.default_rng(8).normal(size=500).astype(np.float32)
    expected, average = [], float(values[0])
    for value in values.tolist():
        average += 0.2 * (value - average)
        expected.append(average)
    np.testing.assert_allclose(smooth(values, share=0.2), expected, rtol=1e-4, atol=1e-5)
