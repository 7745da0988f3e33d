"""Displays and small gestures that the tests of the plots share."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.views.view import View
from nnviz.training.experiment import ExperimentSpec, ModelSpec


def display_of(activation: str = "tanh", dataset: str = "circles", epochs: int = 4) -> Display:
    """Return a Display of 5 and 3 hidden units, briefly trained."""
    model = ModelSpec((LayerSpec(5, activation, pieces=3), LayerSpec(3, activation)))
    return trained_display(ExperimentSpec(data=DataSpec(dataset), model=model), epochs)


def show(view: View, qtbot: QtBot) -> None:
    """Put a view on the screen and refresh it."""
    qtbot.addWidget(view)
    view.resize(420, 260)
    view.show()
    view.refresh()


def click(view: View, name: str) -> None:
    """Click the button of that object name."""
    button = view.findChild(QAbstractButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
