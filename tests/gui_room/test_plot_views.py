"""What holds for all plots."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.gui.selection import UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.activation_view import ActivationView
from nnviz.gui.views.decision_view import DecisionView
from nnviz.gui.views.gradients_view import GradientsView
from nnviz.gui.views.loss_view import LossView
from nnviz.gui.views.plot_style import make_plot
from nnviz.gui.views.view import View
from nnviz.gui.views.weights_view import WeightsView
from tests.gui_room.plot_displays import display_of, show


@pytest.mark.parametrize("kind", [ActivationView, LossView, GradientsView, WeightsView])
def test_that_a_view_can_be_drawn_in_both_themes(kind: type[View], qtbot: QtBot) -> None:
    view = kind(display_of(), DARK)
    show(view, qtbot)
    dark = view.grab().toImage()
    view.set_theme(LIGHT)
    assert view.grab().toImage() != dark
    assert view.facts


def test_that_ticks_have_a_true_minus_and_commas(qtbot: QtBot) -> None:
    plot = make_plot(DARK, "plot", "A plot")
    qtbot.addWidget(plot)
    axis = plot.getPlotItem().getAxis("bottom")
    assert axis.tickStrings([-200000.0, 0.0, 1000000.0], 1.0, 200000.0) == [
        "−200,000",
        "0",
        "1,000,000",
    ]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("activation", ["tanh", "maxout"])
@pytest.mark.parametrize("kind", [ActivationView, LossView, GradientsView, WeightsView])
def test_that_numbers_that_are_none_can_be_drawn(
    kind: type[View], activation: str, bad: float, qtbot: QtBot
) -> None:
    display = display_of(activation, epochs=2)
    snapshot = display.snapshot
    display.show(
        replace(
            snapshot,
            step=snapshot.step + 1,
            parameters=np.full_like(snapshot.parameters, bad),
            gradients=np.full_like(snapshot.gradients, bad),
        )
    )
    display.selection.select_unit(UnitRef(1, 1))
    view = kind(display, DARK)
    show(view, qtbot)
    assert not view.grab().isNull()


@pytest.mark.parametrize(
    "kind", [ActivationView, DecisionView, LossView, GradientsView, WeightsView]
)
def test_that_a_view_can_be_written_as_svg(kind: type[View], qtbot: QtBot) -> None:
    view = kind(display_of(epochs=2), DARK)
    show(view, qtbot)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(view.size())
    painter = QPainter(generator)
    view.render(painter, QPoint())
    painter.end()
    # Qt prints a message, which fails the test, for a path that it cannot read.
    assert QSvgRenderer(buffer.data()).isValid()


@pytest.mark.parametrize(
    "kind", [ActivationView, DecisionView, LossView, GradientsView, WeightsView]
)
def test_that_what_takes_the_keyboard_has_names(kind: type[View], qtbot: QtBot) -> None:
    view = kind(display_of("maxout", "iris", epochs=1), DARK)
    show(view, qtbot)
    takers = [
        child
        for child in view.findChildren(QWidget)
        if child.isVisible()
        and child.focusPolicy() & Qt.FocusPolicy.TabFocus
        and child.focusProxy() is None
    ]
    assert takers
    for taker in takers:
        assert taker.objectName(), taker
        assert taker.accessibleName(), taker
