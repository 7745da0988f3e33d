"""The loss history on a logarithmic axis, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.training import history
from nnviz.training.history import LossHistory
from nnviz.training.log_band import log_band
from nnviz.training.snapshot import LossChunk


def history_of(losses: np.ndarray, pieces: int = 1) -> LossHistory:
    made, first = LossHistory(), 1
    for part in np.array_split(losses.astype(np.float32), pieces):
        made.extend(LossChunk(1, first, 1, part, part, part))
        first += len(part)
    return made


def assert_exact(made: LossHistory, losses: np.ndarray, first: int, last: int, points: int) -> None:
    band = log_band(made, first, last, points)
    starts, ends = band.first_steps, band.last_steps
    assert starts[0] <= first
    assert ends[-1] >= last
    assert len(band) <= points + 1
    np.testing.assert_array_equal(starts[1:], ends[:-1] + 1)
    for index in range(len(band)):
        part = losses[starts[index] - 1 : ends[index]].astype(np.float32)
        assert band.minimum[index] == part.min()
        assert band.maximum[index] == part.max()
        assert band.mean[index] == pytest.approx(part.mean(dtype=np.float64), rel=1e-4, abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(
    count=st.integers(1, 40_000),
    pieces=st.integers(1, 30),
    points=st.integers(1, 300),
    edges=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    seed=st.integers(0, 1000),
)
def test_that_any_range_has_exact_extremes(
    count: int, pieces: int, points: int, edges: tuple[float, float], seed: int
) -> None:
    losses = np.random.default_rng(seed).exponential(size=count)
    first, last = sorted(1 + int(edge**3 * (count - 1)) for edge in edges)
    assert_exact(history_of(losses, pieces), losses, first, last, points)


def test_that_folded_losses_keep_their_extremes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", 512)
    losses = np.random.default_rng(0).exponential(size=5000)
    made = history_of(losses, 40)
    assert made.stride > 1
    assert_exact(made, losses, 1, 5000, 100)
    assert_exact(made, losses, 700, 4001, 50)


def test_that_points_are_of_equal_width_on_the_axis() -> None:
    band = log_band(history_of(np.ones(200_000)), 1, 200_000, 400)
    widths = np.log(band.last_steps + 1) - np.log(band.first_steps)
    wide = widths[band.first_steps > 1000]
    # A level's groups end where they end: some points are a group wider.
    assert wide.max() < 2.2 * np.log(200_000) / 400
    assert len(band) > 250


def test_that_the_first_steps_stand_alone() -> None:
    losses = np.arange(1, 100_001, dtype=np.float64)
    band = log_band(history_of(losses), 1, 100_000, 900)
    assert band.mean[:20].tolist() == losses[:20].tolist()
