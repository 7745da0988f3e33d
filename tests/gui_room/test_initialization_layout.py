"""Where the parts of the initialisation lab lie, and the formulas of its card."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from nnviz.core.initializer_numbers import worked_start
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.notation import Piece
from nnviz.core.signal_skyline import BINS, histogram
from nnviz.gui.views.initialization_formulas import formulas, tex_number
from nnviz.gui.views.initialization_layout import (
    Curves,
    column,
    curve_range,
    finite_runs,
    histogram_shapes,
    labelled_layers,
    layer_at,
    panels,
)
from nnviz.gui.views.initialization_matrix import matrix_area
from nnviz.gui.views.tex_nodes import read_pieces

AREA = QRectF(40, 10, 330, 96)


def test_that_every_place_belongs_to_one_layer() -> None:
    for layer in range(11):
        assert layer_at(AREA, column(AREA, layer, 10).center().x(), 10) == layer
    assert layer_at(AREA, 39, 10) is None
    assert layer_at(AREA, AREA.right(), 10) == 10


def test_that_low_canvases_keep_the_curves() -> None:
    names = [tuple(panel.name for panel in panels(400, height)) for height in (80, 220, 500)]
    assert names == [("std",), ("activations", "std"), ("activations", "gradients", "std")]
    for panel in panels(400, 500):
        assert panel.area.height() > 100
        assert panel.area.right() <= 400


def test_that_layer_numbers_have_room_and_the_last_is_there() -> None:
    for depth in (1, 7, 20, 50):
        layers = labelled_layers(AREA, depth)
        assert layers[-1] == depth
        width = AREA.width() / (depth + 1)
        assert all(width * step >= 24 for step in np.diff(layers))


def test_that_bars_end_where_the_counts_say() -> None:
    strip = column(AREA, 2, 10)
    values = np.concatenate([np.full(10, -0.5), np.full(40, 0.5)])
    shapes = histogram_shapes(histogram(values, -1, 1), strip)
    lengths = {shape.sign: shape.polygon.boundingRect().width() / strip.width() for shape in shapes}
    assert lengths == {-1: pytest.approx(0.88 / 4), 1: pytest.approx(0.88)}
    negative = next(shape for shape in shapes if shape.sign < 0)
    assert negative.polygon.boundingRect().center().y() > strip.center().y()


def test_that_what_lies_beyond_the_scale_is_a_bar_at_its_end() -> None:
    strip = column(AREA, 0, 10)
    found = histogram(np.array([5.0, 6.0, 7.0, 0.5]), -1, 1)
    shapes = histogram_shapes(found, strip)
    top = min(shapes, key=lambda shape: shape.polygon.boundingRect().height())
    assert top.polygon.boundingRect().width() == pytest.approx(0.88 * strip.width())
    assert len(histogram_shapes(found, strip, shows_edges=False)) == 1


def test_that_a_single_value_and_no_numbers_are_drawn() -> None:
    strip = column(AREA, 0, 10)
    (zero,) = histogram_shapes(histogram(np.zeros(5), -1, 1), strip)
    assert zero.sign == 0
    assert zero.polygon.boundingRect().center().y() == pytest.approx(strip.center().y())
    (broken,) = histogram_shapes(histogram(np.array([np.nan, 1.0]), -1, 1), strip)
    assert broken.sign == 2


def test_that_exact_zeros_have_a_bar_of_their_own() -> None:
    strip = column(AREA, 0, 10)
    values = np.array([0.0, 0.0, 0.0, 0.5, 0.7, 0.9])
    found = histogram(values, -1, 1)
    assert (found.zeros, int(found.counts.sum())) == (0.5, 3)
    zero = next(shape for shape in histogram_shapes(found, strip) if shape.sign == 0)
    area = zero.polygon.boundingRect()
    assert area.width() == pytest.approx(0.88 * strip.width() / 2)
    assert area.center().y() == pytest.approx(strip.center().y())


def test_that_both_ends_belong_to_the_scale() -> None:
    counts = histogram(np.array([-1.0, 1.0]), -1, 1).counts
    assert counts[0] == counts[BINS - 1] == 1


def test_that_the_axis_holds_all_curves_and_is_never_empty() -> None:
    nothing = np.full(3, np.nan)
    assert curve_range([Curves(nothing, nothing, nothing, None, (0, 1, 2))]) == (-1.0, 1.0)
    line = np.array([0.0, -8.0, np.nan])
    low, high = curve_range([Curves(line, line, line, np.array([0.0, -9.0, -16.0]), ())])
    assert low < -16 < 0 < high
    assert finite_runs(np.array([1.0, np.nan, 2.0, 3.0, np.inf])) == [[0], [2, 3]]


def test_that_a_matrix_is_drawn_in_proportion() -> None:
    area = matrix_area(64, 32, 0, 0)
    assert area.height() == 2 * area.width()
    assert matrix_area(784, 1, 0, 0).width() >= 10


@pytest.mark.parametrize("name", INITIALIZERS)
def test_that_the_formulas_of_every_initialiser_can_be_set(name: str) -> None:
    for tex in formulas(worked_start(name, 3, 4, 1e-7)):
        assert read_pieces((Piece("", tex),))


def test_that_formulas_have_their_numbers_put_in() -> None:
    lines = formulas(worked_start("glorot_normal", 256, 256, 0.1))
    assert lines[:2] == (
        r"\mathrm{std} = \sqrt{2 / (n_{in} + n_{out})}",
        r"= \sqrt{2 / (256 + 256)} = 0.0625",
    )
    assert r"= \sqrt{6 / 24} = 0.5" in formulas(worked_start("he_uniform", 24, 7, 0.1))
    assert tex_number(1e-10) == r"1 \cdot 10^{-10}"
