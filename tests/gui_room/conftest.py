"""What the tests of the window share."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.gui.display import Display
from nnviz.gui.main_window import MainWindow
from nnviz.gui.panels.setup_panel import SetupPanel
from nnviz.gui.selection import Selection
from nnviz.gui.theme import DARK
from tests.gui_room.setup_listener import CIRCLES, Listener


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """Return a window on the screen, without views and without a training thread."""
    window = MainWindow(Display(Selection()))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture
def listener(qtbot: QtBot) -> Listener:
    """Return a Setup panel that shows the circles, and what it asks for."""
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(232, 800)
    panel = SetupPanel(DARK, holder)
    panel.resize(212, 780)
    listener = Listener(panel, holder)
    listener.show(CIRCLES)
    with qtbot.waitExposed(holder):
        holder.show()
    return listener
