"""Searching weights: what is found, and what is said about what is not understood."""

import numpy as np
import pytest

from nnviz.core.layout import ParameterLayout
from nnviz.core.parameter_names import ParameterNames
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.gui.views.parameter_query import parse_query

LAYOUT = ParameterLayout(NetworkSpec(3, (LayerSpec(4), LayerSpec(2)), "mean_squared_error"))
NAMES = ParameterNames(LAYOUT)
GENERATOR = np.random.default_rng(0)
COLUMNS = {
    key: GENERATOR.normal(size=LAYOUT.size) for key in ("value", "gradient", "update", "ratio")
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", np.ones(LAYOUT.size, dtype=bool)),
        ("> 0.5", COLUMNS["value"] > 0.5),
        ("w<=0", COLUMNS["value"] <= 0),
        ("|dW| > 0.1", np.abs(COLUMNS["gradient"]) > 0.1),
        ("| gradient |>=1e-1", np.abs(COLUMNS["gradient"]) >= 0.1),
        ("update < -.2", COLUMNS["update"] < -0.2),
        ("update < \u22120.2", COLUMNS["update"] < -0.2),
        ("ratio > 0.3  |w| > 0.3", (COLUMNS["ratio"] > 0.3) & (np.abs(COLUMNS["value"]) > 0.3)),
        ("W", NAMES.source >= 0),
        ("b2", (NAMES.source < 0) & (NAMES.layer == 2)),
        ("W1[2", (NAMES.source == 1) & (NAMES.layer == 1)),
        ("W1[2,", (NAMES.source == 1) & (NAMES.layer == 1)),
        ("W1[,3", (NAMES.source >= 0) & (NAMES.target == 2) & (NAMES.layer == 1)),
        ("W2 > 0", (NAMES.source >= 0) & (NAMES.layer == 2) & (COLUMNS["value"] > 0)),
    ],
)
def test_that_a_query_finds_what_it_says(text: str, expected: np.ndarray) -> None:
    found = parse_query(text).places(NAMES, COLUMNS)
    assert np.array_equal(found, np.flatnonzero(expected))


@pytest.mark.parametrize("text", ["hello", "W1 hello", "> five", "|dW > 0.1", "W1[2,3]x", "> 1..2"])
def test_that_what_is_not_understood_is_named_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not understood; try W1"):
        parse_query(text)


def test_that_an_unknown_column_is_named() -> None:
    with pytest.raises(ValueError, match="no column 'speed'; compare value, gradient"):
        parse_query("speed > 3")
