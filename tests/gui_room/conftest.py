"""What the tests of the window share."""

import pytest
from pytestqt.qtbot import QtBot

from nnviz.gui.display import Display
from nnviz.gui.main_window import MainWindow
from nnviz.gui.selection import Selection


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """Return a window on the screen, without views and without a training thread."""
    window = MainWindow(Display(Selection()))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window
