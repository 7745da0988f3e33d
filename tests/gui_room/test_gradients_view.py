"""The gradients view: norms, counts and words for what is no fair number."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.render import trained_display
from nnviz.gui.theme import DARK
from nnviz.gui.views.gradient_rows import gradient_rows, thinned
from nnviz.gui.views.gradients_view import GradientsView, scientific
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.plot_displays import display_of, show


def test_that_gradient_rows_are_norms_and_counts_of_the_layers() -> None:
    display = display_of()
    rows = gradient_rows(display, points=50)
    assert [row.name for row in rows] == ["Hidden 1", "Hidden 2", "Output"]
    for number, row in enumerate(rows):
        weights, biases = display.gradients.weights[number], display.gradients.biases[number]
        entries = np.concatenate((weights.ravel(), biases.ravel()))
        assert row.norm == pytest.approx(np.linalg.norm(entries))
        assert row.entries == len(entries)
        assert len(row.marks) in (0, len(entries))


def test_that_zero_and_nan_gradients_are_said_in_words() -> None:
    display = trained_display(
        ExperimentSpec(data=DataSpec("xor"), model=ModelSpec((LayerSpec(3),))), 0
    )
    assert {row.words for row in gradient_rows(display, 9)} == {"no gradient"}


def test_that_entries_without_a_sign_are_counted_apart() -> None:
    display = display_of("relu", "digits", epochs=1)
    row = gradient_rows(display, points=9)[0]
    entries = np.concatenate(
        (display.gradients.weights[0].ravel(), display.gradients.biases[0].ravel())
    )
    assert row.zeros == np.count_nonzero(entries == 0) > 0
    assert row.counts.sum() + row.zeros == row.entries == len(entries)
    assert row.counts[: len(row.counts) // 2].sum() == np.count_nonzero(entries < 0)
    assert f"{row.zeros} of them 0" in row.sentence


def test_that_deep_networks_scroll(qtbot: QtBot) -> None:
    model = ModelSpec((LayerSpec(2),) * 30)
    display = trained_display(ExperimentSpec(data=DataSpec("xor"), model=model), 1)
    view = GradientsView(display, DARK)
    show(view, qtbot)
    assert len(view.canvas.rows) == 31
    assert view.canvas.height() > view.height()
    last = view.canvas.row_rect(30)
    assert last.bottom() <= view.canvas.height() + 1


def test_that_thinning_keeps_the_newest_point() -> None:
    points = [(step, (1.0,)) for step in range(100)]
    for most in (1, 7, 30, 100, 1000):
        kept = thinned(points, most)
        assert kept[-1] == points[-1]
        assert len(kept) <= most
    assert thinned([], 5) == []


@pytest.mark.parametrize(
    ("value", "text"), [(0.00123, "1.23e−3"), (0.0, "0.00e0"), (123.4, "1.23e2")]
)
def test_that_norms_are_written_with_an_exponent(value: float, text: str) -> None:
    assert scientific(value) == text
