"""Names of weights and biases: there and back, for dense and maxout layers."""

import numpy as np
import pytest

from nnviz.core.layout import ParameterLayout
from nnviz.core.parameter_names import ParameterNames, places_named
from nnviz.core.spec import LayerSpec, NetworkSpec

SPEC = NetworkSpec(
    3, (LayerSpec(4), LayerSpec(2, "maxout", pieces=3), LayerSpec(1)), "mean_squared_error"
)


@pytest.fixture(name="layout")
def make_layout() -> ParameterLayout:
    return ParameterLayout(SPEC)


def test_that_every_name_leads_back_to_its_place(layout: ParameterLayout) -> None:
    names = ParameterNames(layout)
    all_names = [names.name(place) for place in range(layout.size)]
    assert len(set(all_names)) == layout.size
    assert [names.place(name) for name in all_names] == list(range(layout.size))


def test_that_a_name_means_the_entry_of_the_public_matrices(layout: ParameterLayout) -> None:
    names = ParameterNames(layout)
    vector = np.arange(layout.size, dtype=np.float64)
    views = layout.views(vector)
    assert vector[names.place("W1[3,2]")] == views.weights[0][2, 1]
    assert vector[names.place("b1[4]")] == views.biases[0][3]
    assert vector[names.place("W2[3][4,2]")] == views.weights[1][2, 3, 1]
    assert vector[names.place("b2[2][1]")] == views.biases[1][1, 0]
    for place in range(layout.size):
        buffer, index = names.index(place)
        arrays = views.weights if buffer[0] == "W" else views.biases
        assert arrays[int(buffer[1:]) - 1][index] == vector[place]


def test_that_a_maxout_weight_without_a_piece_is_that_of_the_first(
    layout: ParameterLayout,
) -> None:
    names = ParameterNames(layout)
    assert names.place("W2[4,2]") == names.place("W2[1][4,2]")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hello", "write it like W1"),
        ("W1[2]", "write it like W1"),
        ("b1[2,3]", "write it like W1"),
        ("W4[1,1]", "layers are 1 to 3"),
        ("W1[4,1]", "units 1 to 3, not from 4"),
        ("W1[0,1]", "units 1 to 3, not from 0"),
        ("W1[1,5]", "units 1 to 4, not 5"),
        ("W2[4][1,1]", "pieces 1 to 3"),
    ],
)
def test_that_what_does_not_exist_is_said(layout: ParameterLayout, name: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ParameterNames(layout).place(name)


def test_that_the_beginning_of_a_name_finds_what_begins_so(layout: ParameterLayout) -> None:
    names = ParameterNames(layout)
    all_names = np.array([names.name(place) for place in range(layout.size)])
    found = {
        "W": places_named(names, "W"),
        "b": places_named(names, "b"),
        "W1": places_named(names, "W", 1),
        "b3": places_named(names, "b", 3),
        "W1[2,": places_named(names, "W", 1, 2),
        "W1[2,3]": places_named(names, "W", 1, 2, 3),
        "b1[4]": places_named(names, "b", 1, 4),
    }
    for prefix, places in found.items():
        assert np.array_equal(places, np.char.startswith(all_names, prefix)), prefix
