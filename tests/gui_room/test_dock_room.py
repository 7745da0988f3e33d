"""Docks that are opened find room: above the others, or behind a tab."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QTabBar
from pytestqt.qtbot import QtBot

from nnviz.gui.display import Display
from nnviz.gui.main_window import MainWindow
from nnviz.gui.selection import Selection
from nnviz.gui.workspaces import WORKSPACES

# None of them stands in this workspace at first.
OPENED = ("decision", "weights", "sweep", "initialization", "check")


def is_on_show(dock: QDockWidget) -> bool:
    return not dock.visibleRegion().isEmpty()


def open_diagnose(qtbot: QtBot, size: tuple[int, int]) -> MainWindow:
    window = MainWindow(Display(Selection()))
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.workspaces.show_diagnose()
    return window


def tab_bars(window: MainWindow) -> list[QTabBar]:
    return [bar for bar in window.findChildren(QTabBar) if bar.isVisible()]


@pytest.mark.parametrize("size", [(1600, 1000), (1280, 800), (1020, 620)])
def test_that_docks_opened_from_the_menu_never_overlap(qtbot: QtBot, size: tuple[int, int]) -> None:
    window = open_diagnose(qtbot, size)
    for key in OPENED:
        window.docks[key].toggleViewAction().trigger()
        qtbot.waitUntil(partial(is_on_show, window.docks[key]))
    assert (window.width(), window.height()) == size
    on_show = [dock for dock in window.docks.values() if is_on_show(dock)]
    for number, dock in enumerate(on_show):
        assert window.rect().contains(dock.geometry()), dock.objectName()
        for other in on_show[:number]:
            assert not dock.geometry().intersects(other.geometry())


def test_that_a_dock_stands_above_others_while_there_is_room(qtbot: QtBot) -> None:
    window = open_diagnose(qtbot, (1600, 1000))
    first, second = window.docks["decision"], window.docks["initialization"]
    first.toggleViewAction().trigger()
    assert window.tabifiedDockWidgets(first) == []
    second.toggleViewAction().trigger()
    assert window.tabifiedDockWidgets(second) == [first]


def test_that_a_dock_comes_back_to_its_own_tab(qtbot: QtBot) -> None:
    window = open_diagnose(qtbot, (1020, 620))
    dock = window.docks["decision"]
    dock.toggleViewAction().trigger()
    partners = set(window.tabifiedDockWidgets(dock))
    assert partners
    dock.toggleViewAction().trigger()
    assert dock.isHidden()
    window.display.wishes.open_view("decision")
    assert set(window.tabifiedDockWidgets(dock)) == partners
    qtbot.waitUntil(partial(is_on_show, dock))


@pytest.mark.parametrize("key", WORKSPACES)
def test_that_the_first_of_each_place_is_in_front(qtbot: QtBot, key: str) -> None:
    window = open_diagnose(qtbot, (1600, 1000))
    window.workspaces.show_workspace(key)
    window.workspaces.reset()
    workspace = WORKSPACES[key]
    for group, _ in (*workspace.right, *workspace.bottom):
        qtbot.waitUntil(partial(is_on_show, window.docks[group[0]]))


def test_that_the_names_on_the_tabs_stay_whole(qtbot: QtBot) -> None:
    window = open_diagnose(qtbot, (1020, 620))
    qtbot.waitUntil(lambda: len(tab_bars(window)) == 2)
    assert {bar.elideMode() for bar in tab_bars(window)} == {Qt.TextElideMode.ElideNone}
