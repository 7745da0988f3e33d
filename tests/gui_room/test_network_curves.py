"""The curve of an edge, and which edge is near a point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.gui.views.network_curves import Span, flattened, nearest_edge, parameter_at

SPAN = Span(100.0, 300.0)


def bezier(t: float, points: list[tuple[float, float]]) -> tuple[float, float]:
    weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3]
    return (
        sum(w * x for w, (x, _) in zip(weights, points, strict=True)),
        sum(w * y for w, (_, y) in zip(weights, points, strict=True)),
    )


@given(st.floats(0, 1))
def test_that_the_parameter_belongs_to_its_place_on_the_curve(along: float) -> None:
    t = parameter_at(along)
    assert 1.5 * t - 1.5 * t * t + t**3 == pytest.approx(along, abs=1e-9)


@given(st.floats(0, 1))
def test_that_height_and_slope_are_those_of_the_horizontal_cubic(t: float) -> None:
    points = [(100.0, 50.0), (200.0, 50.0), (200.0, 250.0), (300.0, 250.0)]
    x, y = bezier(t, points)
    share, slope = SPAN.blend(x)
    assert 50 + 200 * share == pytest.approx(y, abs=1e-6)
    ahead, behind = SPAN.blend(x + 1e-4)[0], SPAN.blend(x - 1e-4)[0]
    if 101 < x < 299:
        assert slope == pytest.approx((ahead - behind) / 2e-4, rel=1e-3, abs=1e-6)


def test_that_the_flattened_curve_lies_on_the_curve() -> None:
    for x, y in zip(*flattened(), strict=True):
        assert Span(0.0, 1.0).blend(float(x))[0] == pytest.approx(float(y), abs=1e-9)


def pick(x: float, y: float, strengths: tuple[float, float] = (1.0, 1.0)) -> int | None:
    heights = np.array([50.0, 58.0]), np.array([250.0, 58.0])
    return nearest_edge((x, y), SPAN, heights, np.array(strengths), np.array([1.0, 1.0]))


def test_that_the_edge_under_the_point_is_found() -> None:
    assert pick(200, 150) == 0
    assert pick(280, 58) == 1


def test_that_a_point_five_pixels_away_still_finds_the_edge() -> None:
    assert pick(280, 63) == 1
    assert pick(280, 65) is None


def test_that_a_steep_edge_is_measured_across_and_not_downwards() -> None:
    _, slope = SPAN.blend(200.0)
    straight_down = 4.0 * float(np.hypot(1.0, 200 * slope))
    assert pick(200, 150 + straight_down) == 0
    assert straight_down > 5


def test_that_a_strong_edge_goes_before_a_weak_one_that_is_a_little_nearer() -> None:
    assert pick(101, 53.0, (1.0, 0.0)) == 0
    assert pick(101, 56.5, (0.0, 1.0)) == 1


def test_that_nothing_is_found_outside_the_span() -> None:
    assert pick(99, 50) is None
    none = np.zeros(0)
    assert nearest_edge((200, 150), SPAN, (none, none), none, none) is None


def test_that_a_straight_edge_is_found_on_its_line() -> None:
    span = Span(100.0, 300.0, is_straight=True)
    heights = np.array([50.0]), np.array([250.0])
    one = np.ones(1)
    assert nearest_edge((150, 100), span, heights, one, one) == 0
    assert nearest_edge((150, 60), span, heights, one, one) is None
