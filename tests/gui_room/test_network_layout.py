"""Where the diagram puts layers and units; no application is needed for it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.gui.views.network_layout import arrange, shown_layers
from nnviz.gui.views.network_places import Box

SIZES = [
    (2, 6, 5, 3, 1),
    (2, 1),
    (4, 16, 16, 3),
    (64, 32, 10),
    (784, 256, 128, 10),
    (2, *[16] * 30, 1),
    (1, *[3] * 200, 1),
    (1000, 1000, 1000),
    (13, 97, 3),
]
WINDOWS = [(1000, 600), (700, 450), (1600, 1000), (320, 200)]


def overlap(first: Box, second: Box) -> bool:
    return (
        first.x < second.right - 1e-6
        and second.x < first.right - 1e-6
        and first.y < second.bottom - 1e-6
        and second.y < first.bottom - 1e-6
    )


def test_that_the_side_of_a_node_follows_the_formula_of_the_design() -> None:
    sizes = (2, 6, 5, 3, 1)
    assert arrange(sizes, 1000, 600).places[1].side == 60
    assert arrange(sizes, 1000, 400).places[1].side == pytest.approx((400 - 84) / (1.34 * 6))
    assert arrange((2, 13, 1), 1000, 384).places[1].side == 20


def test_that_rows_stand_a_pitch_apart_where_there_is_room() -> None:
    place = arrange((2, 3, 1), 1000, 600).places[1]
    assert place.pitch == pytest.approx(1.46 * place.side)
    assert np.diff(place.port_ys) == pytest.approx(place.pitch)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("sizes", SIZES)
def test_that_no_layers_overlap_and_all_stay_inside(
    sizes: tuple[int, ...], window: tuple[int, int]
) -> None:
    layout = arrange(sizes, *window)
    for left, right in pairwise(layout.places):
        assert left.box.right < right.box.x
    for place in layout.places:
        assert place.box.x >= 0
        assert place.box.right <= window[0]
        assert place.box.y >= 0
        assert place.box.bottom <= window[1]


@pytest.mark.parametrize("sizes", SIZES)
def test_that_units_of_a_layer_do_not_overlap_and_stay_in_its_box(sizes: tuple[int, ...]) -> None:
    for place in arrange(sizes, 1000, 600).places:
        boxes = [place.unit_box(index) for index in range(min(place.size, 60))]
        for number, box in enumerate(boxes):
            assert not any(overlap(box, other) for other in boxes[:number])
            assert place.box.grown(1e-6).contains(*box.middle)


@given(st.lists(st.integers(1, 300), min_size=2, max_size=40), st.integers(0, 10**6))
def test_that_a_unit_is_found_at_its_middle(sizes: list[int], pick: int) -> None:
    layout = arrange(tuple(sizes), 900, 560)
    place = layout.places[pick % len(layout.places)]
    index = pick % place.size
    assert layout.unit_at(*place.unit_box(index).middle) == (place.layer, index)


def test_that_nothing_is_found_beside_the_units() -> None:
    layout = arrange((2, 6, 1), 1000, 600)
    assert layout.unit_at(5, 5) is None
    box = layout.places[1].unit_box(2)
    assert layout.unit_at(box.middle[0], box.bottom + 4) is None
    assert layout.unit_at(box.right + 4, box.middle[1]) is None


def test_that_a_large_layer_becomes_a_block_with_a_full_grid() -> None:
    places = arrange((784, 256, 128, 10), 1200, 600).places
    assert [place.is_block for place in places] == [True, True, True, False]
    assert [(place.columns, place.rows) for place in places[:3]] == [(28, 28), (16, 16), (8, 16)]


def test_that_a_layer_of_sixteen_stays_nodes_where_it_fits() -> None:
    assert not any(place.is_block for place in arrange((4, 16, 16, 3), 700, 450).places)


def test_that_a_deep_network_is_drawn_whole_where_it_fits() -> None:
    layout = arrange((2, *[16] * 30, 1), 1000, 600)
    assert len(layout.places) == 32
    assert layout.gaps == ()


def test_that_layers_are_left_out_in_the_middle_and_counted() -> None:
    layout = arrange((2, *[16] * 30, 1), 500, 400)
    drawn = [place.layer for place in layout.places]
    assert drawn[0] == 0
    assert drawn[-1] == 31
    ((_, first, last),) = layout.gaps
    assert sorted((*drawn, *range(first, last + 1))) == list(range(32))
    assert all(right.layer == left.layer + 1 for left, right in layout.pairs)


@given(st.integers(1, 80), st.integers(1, 40), st.data())
def test_that_the_layer_in_focus_is_always_shown(
    count: int, columns: int, data: st.DataObject
) -> None:
    focus = data.draw(st.integers(0, count - 1))
    shown = shown_layers(count, columns, focus)
    assert focus in shown
    assert {0, count - 1} <= set(shown)
    gaps = sum(right > left + 1 for left, right in pairwise(shown))
    assert len(shown) + gaps <= max(columns, 5)


def test_that_names_get_room_at_both_sides() -> None:
    bare = arrange((2, 3, 1), 1000, 600)
    labelled = arrange((2, 3, 1), 1000, 600, (80.0, 120.0))
    assert labelled.places[0].box.x == pytest.approx(bare.places[0].box.x + 80)
    assert labelled.places[-1].box.right == pytest.approx(bare.places[-1].box.right - 120)
