"""The weights view: every number of the matrix, and the way to its weight."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.render import trained_display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK
from nnviz.gui.views.weights_grid import cell_text
from nnviz.gui.views.weights_image import strongest
from nnviz.gui.views.weights_view import WeightsView
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.plot_displays import display_of, show


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.556, "−0.56"), (0.0, "0.00"), (1e-5, "1e−5"), (1234.0, "1e3"), (float("nan"), "?")],
)
def test_that_cells_hold_short_numbers(value: float, text: str) -> None:
    assert cell_text(value, 3) == text


def test_that_the_matrix_is_the_weights_with_the_biases_below(qtbot: QtBot) -> None:
    display = display_of()
    view = WeightsView(display, DARK)
    show(view, qtbot)
    assert view.grid.matrix is not None
    np.testing.assert_array_equal(view.grid.matrix.values[:-1], display.network.weights[0])
    np.testing.assert_array_equal(view.grid.matrix.values[-1], display.network.biases[0])
    QTest.mouseClick(view.gradients_button, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(view.grid.matrix.values[:-1], display.gradients.weights[0])
    QTest.mouseClick(view.updates_button, Qt.MouseButton.LeftButton)
    changes = display.network.layout.views(display.snapshot.last_update)
    np.testing.assert_array_equal(view.grid.matrix.values[:-1], changes.weights[0])
    np.testing.assert_array_equal(view.grid.matrix.values[-1], changes.biases[0])


def test_that_clicking_a_cell_selects_its_weight(qtbot: QtBot) -> None:
    display = display_of()
    view = WeightsView(display, DARK)
    show(view, qtbot)
    rect = view.grid.grid_rect()
    place = QPointF(rect.left() + 3.5 / 5 * rect.width(), rect.top() + 1.5 / 3 * rect.height())
    QTest.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert display.selection.edge == EdgeRef(1, 1, 3)
    bias = QPointF(place.x(), rect.bottom() - 3)
    QTest.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=bias.toPoint())
    assert display.selection.unit == UnitRef(1, 3)


def test_that_maxout_weights_are_shown_piece_by_piece(qtbot: QtBot) -> None:
    display = display_of("maxout")
    view = WeightsView(display, DARK)
    show(view, qtbot)
    assert view._pieces.isVisible()
    view._pieces.setCurrentIndex(2)
    view.refresh()
    assert view.grid.matrix is not None
    np.testing.assert_array_equal(view.grid.matrix.values[:-1], display.network.weights[0][2])


def test_that_the_first_piece_is_named_at_once(qtbot: QtBot) -> None:
    view = WeightsView(display_of("maxout"), DARK)
    show(view, qtbot)
    assert view._pieces.currentText() == "Piece 1"


def test_that_the_arrow_keys_walk_over_the_weights(qtbot: QtBot) -> None:
    display = display_of()
    view = WeightsView(display, DARK)
    show(view, qtbot)
    QTest.keyClick(view.grid, Qt.Key.Key_Right)
    assert display.selection.edge == EdgeRef(1, 0, 0)
    QTest.keyClick(view.grid, Qt.Key.Key_Right)
    QTest.keyClick(view.grid, Qt.Key.Key_Down)
    assert display.selection.edge == EdgeRef(1, 1, 1)
    QTest.keyClick(view.grid, Qt.Key.Key_Down)
    assert display.selection.unit == UnitRef(1, 1)
    QTest.keyClick(view.grid, Qt.Key.Key_Up)
    assert display.selection.edge == EdgeRef(1, 1, 1)


def test_that_a_small_picture_of_a_large_matrix_keeps_the_strongest_weights() -> None:
    values = np.random.default_rng(3).normal(size=(785, 130))
    values[400, 77] = -50.0
    values[3, 3] = np.nan
    small = strongest(values, 100, 130)
    assert small.shape == (100, 130)
    starts = np.arange(101) * 785 // 100
    for block in range(100):
        rows = values[starts[block] : starts[block + 1]]
        np.testing.assert_array_equal(np.abs(small[block]), np.nanmax(np.abs(rows), axis=0))
    assert np.nanmax(np.abs(small)) == 50.0
    assert strongest(values, 785, 130) is values


def test_that_a_reduced_matrix_says_so(qtbot: QtBot) -> None:
    model = ModelSpec((LayerSpec(500), LayerSpec(3)))
    display = trained_display(ExperimentSpec(data=DataSpec("digits"), model=model), 0)
    view = WeightsView(display, DARK)
    show(view, qtbot)
    assert "the strongest of its block" in view.facts
    view.resize(900, 600)
    assert "the strongest of its block" not in view.facts
