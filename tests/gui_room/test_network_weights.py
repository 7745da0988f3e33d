"""Which weights are drawn, and that what is left out is counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnviz.gui.views.network_blocks import signed_extremes
from nnviz.gui.views.network_weights import (
    bin_middle,
    choose_weights,
    edge_budget,
    effective_weights,
    magnitude_bins,
    strongest,
)
from nnviz.gui.views.network_words import left_out_text
from tests.gui_room.network_displays import display_of

WEIGHTS = np.random.default_rng(0).normal(size=(30, 20))
ACTIVATIONS = np.random.default_rng(1).normal(size=30)


def test_that_bins_are_eighths_of_the_largest_weight() -> None:
    sizes = np.array([0.0, 0.124, 0.126, 0.5, 0.99, 1.0])
    assert magnitude_bins(sizes, 1.0).tolist() == [0, 0, 1, 4, 7, 7]
    assert magnitude_bins(np.zeros(3), 0.0).tolist() == [0, 0, 0]
    assert bin_middle(0) == 0.0625


def test_that_all_weights_are_drawn_without_a_budget_the_weakest_first() -> None:
    shown = choose_weights(1, WEIGHTS, None, ACTIVATIONS, None)
    sizes = np.abs(shown.drawn_values)
    assert len(sizes) == WEIGHTS.size
    assert (np.diff(sizes) >= 0).all()
    assert shown.largest == np.abs(WEIGHTS).max()


def test_that_a_budget_keeps_those_with_the_largest_product() -> None:
    shown = choose_weights(1, WEIGHTS, None, ACTIVATIONS, 50)
    products = np.abs(WEIGHTS * ACTIVATIONS[:, np.newaxis])
    best = np.sort(products.ravel())[-50:]
    drawn = products[shown.sources, shown.targets]
    assert np.sort(drawn) == pytest.approx(best)


def test_that_the_unit_in_focus_keeps_its_strongest_weights() -> None:
    shown = choose_weights(1, WEIGHTS, None, np.zeros(30), 10, (None, 7))
    drawn = set(shown.sources[shown.incident(7, incoming=True)].tolist())
    assert set(shown.strongest_incoming(7)) <= drawn
    expected = np.argsort(-np.abs(WEIGHTS[:, 7]))[:3]
    assert shown.strongest_incoming(7) == expected.tolist()


def test_that_weights_that_are_not_finite_are_counted_and_not_drawn() -> None:
    weights = np.array([[1.0, np.nan], [np.inf, -2.0]])
    shown = choose_weights(1, weights, None, np.ones(2), None)
    assert shown.not_finite == 2
    assert shown.drawn_values.tolist() == [1.0, -2.0]
    assert "2 weights are not finite" in left_out_text((shown,), 4, ())


def test_that_what_is_left_out_is_said() -> None:
    whole = choose_weights(1, WEIGHTS, None, ACTIVATIONS, None)
    part = choose_weights(1, WEIGHTS, None, ACTIVATIONS, 90)
    assert left_out_text((whole,), 600, ()) == ""
    assert left_out_text((part,), 600, ()).startswith("showing 90 of 600 weights")
    hidden = left_out_text((whole,), 900, ("Hidden 2 not drawn",))
    assert hidden == "showing 600 of 900 weights · Hidden 2 not drawn"


@pytest.mark.parametrize(
    ("edges", "all_edges", "is_running", "has_block", "gap", "expected"),
    [
        (300, 500, True, False, 200, None),
        (900, 900, True, False, 200, None),
        (2000, 4000, False, False, 200, None),
        (2000, 4000, True, False, 200, 400),
        (6000, 6000, False, False, 200, 90),
        (200, 200, False, True, 200, 90),
        (256, 7000, False, False, 15, 15),
    ],
)
def test_that_the_budget_follows_the_level_of_detail(
    edges: int, all_edges: int, is_running: bool, has_block: bool, gap: float, expected: int | None
) -> None:
    assert edge_budget(edges, all_edges, is_running, has_block, gap) == expected


@given(
    arrays(np.float64, array_shapes(min_dims=1, max_dims=1), elements=st.floats(0, 10)),
    st.integers(0, 8),
)
def test_that_the_strongest_are_the_largest(scores: np.ndarray, count: int) -> None:
    kept = strongest(scores, count)
    assert len(kept) == min(count, len(scores))
    assert np.sort(scores[kept]).tolist() == np.sort(scores)[len(scores) - len(kept) :].tolist()


def test_that_the_edge_of_a_maxout_unit_is_the_winning_piece_of_the_sample() -> None:
    display = display_of(hidden=(4,), activation="maxout")
    weights, pieces = effective_weights(display.network.weights[0], display.batch_pass, 1, 2)
    assert pieces is not None
    z = display.batch_pass.pre_activations[0][:, 2, :]
    for unit in range(4):
        assert z[pieces[unit], unit] == display.batch_pass.activations[0][2, unit]
        assert weights[:, unit].tolist() == (
            display.network.weights[0][pieces[unit], :, unit].tolist()
        )


def test_that_a_thumbnail_keeps_the_extremes() -> None:
    matrix = np.random.default_rng(2).normal(size=(784, 256))
    small = signed_extremes(matrix, 104, 74)
    assert small.shape == (104, 74)
    largest = matrix.ravel()[np.argmax(np.abs(matrix))]
    assert small.ravel()[np.argmax(np.abs(small))] == largest
    assert signed_extremes(matrix[:5, :4], 104, 74).tolist() == matrix[:5, :4].tolist()
