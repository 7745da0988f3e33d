"""The loss history against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.training import history
from nnviz.training.history import LossHistory
from nnviz.training.mailbox import fold
from nnviz.training.moving_average import MovingAverage
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


def test_that_one_loss_that_is_no_number_hides_no_neighbour() -> None:
    losses = np.arange(1.0, 1001.0)
    losses[500] = np.nan
    made = history_of(losses, [300])
    band = made.query(1, 1000, 5)
    assert np.nanmin(band.minimum) == 1.0
    assert band.maximum[-1] == 1000.0
    assert np.isfinite(band.minimum).all()
    assert np.isfinite(band.smoothed).all()
    found = made.at(501)
    assert found is not None
    assert np.isnan(found).all()


def average_by_hand(values: np.ndarray, window: int) -> np.ndarray:
    share, average, averages = 2 / (window + 1), float("nan"), []
    for value in values.tolist():
        if np.isfinite(value):
            average = value if np.isnan(average) else average + share * (value - average)
        averages.append(average)
    return np.array(averages)


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 900),
    sizes=st.lists(st.integers(1, 200), max_size=8),
    window=st.integers(1, 300),
    gaps=st.sets(st.integers(0, 899), max_size=4),
    seed=st.integers(0, 99),
)
def test_that_the_moving_average_does_not_depend_on_chunks(
    count: int, sizes: list[int], window: int, gaps: set[int], seed: int
) -> None:
    values = np.random.default_rng(seed).exponential(size=count).astype(np.float32)
    values[[gap for gap in gaps if gap < count]] = np.nan
    average, parts, start = MovingAverage(window), [], 0
    for size in [*sizes, count]:
        parts.append(average.extend(values[start : start + size]))
        start += size
    expected = average_by_hand(values, window)
    np.testing.assert_allclose(np.concatenate(parts), expected, rtol=2e-6)


def test_that_the_smoothed_line_is_the_same_at_every_zoom() -> None:
    losses = np.random.default_rng(8).exponential(size=4096)
    made = history_of(losses, [1000, 96])
    average = average_by_hand(losses.astype(np.float32), 20)
    np.testing.assert_allclose(made.query(1, 4096, 5000).smoothed, average, rtol=1e-5)
    np.testing.assert_allclose(
        made.query(1, 4096, 64).smoothed, average.reshape(-1, 64).mean(axis=1), rtol=1e-5
    )
    near = made.query(2001, 2020, 100)
    np.testing.assert_allclose(near.smoothed, average[2000:2020], rtol=1e-5)
