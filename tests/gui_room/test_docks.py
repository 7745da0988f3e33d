"""Docks and what the window remembers."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.gui.display import Display
from nnviz.gui.docks import CardDock
from nnviz.gui.main_window import MainWindow
from nnviz.gui.selection import Selection
from nnviz.gui.settings import LAYOUT_VERSION, WindowSettings
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.view_table import VIEWS, docked_views
from nnviz.gui.widgets.card import CardTitle, FactsLabel
from nnviz.gui.workspaces import WORKSPACES

without_complaints_of_the_offscreen_platform = pytest.mark.qt_log_ignore(
    "This plugin does not support"
)


def open_window(qtbot: QtBot, settings: WindowSettings | None = None) -> MainWindow:
    window = MainWindow(Display(Selection()), DARK, settings)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture
def settings_path(tmp_path: Path) -> Path:
    return tmp_path / "nnviz.ini"


def test_that_every_view_of_the_table_has_a_place(window: MainWindow) -> None:
    docked = {record.key for record in docked_views()}
    assert set(window.docks) == docked | {"setup"}
    assert set(VIEWS) - docked == {"network", "explanation"}


def test_that_the_side_docks_own_the_corners(window: MainWindow) -> None:
    bottom = window.docks["loss"]
    for key in ("setup", "decision"):
        dock = window.docks[key]
        assert dock.geometry().top() < bottom.geometry().top()
    assert window.docks["setup"].geometry().bottom() >= bottom.geometry().bottom()
    assert window.docks["weights"].geometry().bottom() >= bottom.geometry().bottom()


@pytest.mark.parametrize("size", [(1600, 1000), (1280, 800), (1100, 700), (1020, 620)])
def test_that_all_docks_fit_into_the_window_without_overlap(
    qtbot: QtBot, size: tuple[int, int]
) -> None:
    window = MainWindow(Display(Selection()))
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    parts: list[QWidget] = [dock for dock in window.docks.values() if dock.isVisible()]
    parts.append(window.centre)
    assert (window.width(), window.height()) == size
    for number, part in enumerate(parts):
        assert window.rect().contains(part.geometry()), part.objectName()
        for other in parts[:number]:
            assert not part.geometry().intersects(other.geometry())
    assert window.docks["setup"].width() == pytest.approx(232, abs=8)


def test_that_a_dock_is_closed_by_its_own_button(window: MainWindow) -> None:
    dock = window.docks["activation"]
    button = dock.title_bar.close_button
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not dock.isVisible()
    window.actions_by_key["reset_layout"].trigger()
    assert dock.isVisible()


def test_that_closed_and_moved_docks_are_remembered(qtbot: QtBot, settings_path: Path) -> None:
    first = open_window(qtbot, WindowSettings(settings_path))
    first.docks["weights"].close()
    first.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first.docks["loss"])
    first.close()
    second = open_window(qtbot, WindowSettings(settings_path))
    assert not second.docks["weights"].isVisible()
    assert second.dockWidgetArea(second.docks["loss"]) == Qt.DockWidgetArea.LeftDockWidgetArea


@without_complaints_of_the_offscreen_platform
def test_that_reset_layout_undoes_every_move(qtbot: QtBot) -> None:
    window = open_window(qtbot)
    places = {key: dock.geometry() for key, dock in window.docks.items()}
    window.docks["weights"].close()
    window.docks["decision"].setFloating(True)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.docks["loss"])
    window.actions_by_key["reset_layout"].trigger()
    qtbot.waitUntil(lambda: {key: dock.geometry() for key, dock in window.docks.items()} == places)


@without_complaints_of_the_offscreen_platform
def test_that_a_floating_dock_leaves_the_shortcuts_working(qtbot: QtBot) -> None:
    window = open_window(qtbot)
    wishes: list[object] = []
    window.transport.command_requested.connect(wishes.append)
    dock = window.docks["decision"]
    dock.setFloating(True)
    dock.activateWindow()
    assert dock.focusWidget() is dock, "not its close button, which space would press"
    QTest.keyClick(dock, Qt.Key.Key_Space)
    assert len(wishes) == 1


def test_that_a_panel_that_floated_comes_back_on_top(
    qtbot: QtBot, settings_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_window(qtbot, WindowSettings(settings_path))
    first.docks["loss"].setFloating(True)
    first.close()
    raised: list[str] = []
    monkeypatch.setattr(CardDock, "raise_", lambda dock: raised.append(dock.objectName()))
    window = open_window(qtbot, WindowSettings(settings_path))
    qtbot.waitUntil(lambda: raised == ["loss_dock"])
    assert window.docks["loss"].isFloating()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff not settings at all \n[[[",
        b"[layout]\nversion=1\ngeometry=nonsense\nstate=nonsense\n",
        b"[layout]\nversion=1\ngeometry=@ByteArray(nonsense)\nstate=@ByteArray(\\0\\0\\0\\xff)\n",
        b"[layout]\nversion=77\ngeometry=@ByteArray(x)\nstate=@ByteArray(x)\n",
        b"[window]\ntheme=pink\n",
    ],
)
def test_that_settings_that_cannot_be_read_give_the_default_layout(
    qtbot: QtBot, settings_path: Path, content: bytes
) -> None:
    untouched = open_window(qtbot)
    expected = {key: dock.geometry() for key, dock in untouched.docks.items()}
    settings_path.write_bytes(content)
    settings = WindowSettings(settings_path)
    window = open_window(qtbot, settings)
    assert settings.theme is DARK
    assert {key: dock.geometry() for key, dock in window.docks.items()} == expected


def test_that_an_old_state_falls_back_to_the_defaults(qtbot: QtBot, settings_path: Path) -> None:
    settings = WindowSettings(settings_path)
    window = open_window(qtbot, settings)
    settings.save_geometry(window.saveGeometry())
    settings.save_workspace("train", window.saveState(LAYOUT_VERSION + 1))
    again = open_window(qtbot, WindowSettings(settings_path))
    shown = {key for key, dock in again.docks.items() if dock.isVisible()}
    assert shown == WORKSPACES["train"].docks()


def test_that_a_dock_behind_a_tab_is_not_drawn_until_it_is_raised(qtbot: QtBot) -> None:
    window = open_window(qtbot)
    front, behind = window.docks["loss"], window.docks["gradients"]
    drawn: list[str] = []
    for dock in (front, behind):
        window.scheduler.add(dock.body, partial(drawn.append, dock.objectName()), 16)
    window.tabifyDockWidget(behind, front)
    front.raise_()
    qtbot.waitUntil(lambda: drawn == ["loss_dock"])
    behind.raise_()
    qtbot.waitUntil(lambda: drawn == ["loss_dock", "gradients_dock"])


def test_that_the_theme_is_remembered(qtbot: QtBot, settings_path: Path) -> None:
    window = open_window(qtbot, WindowSettings(settings_path))
    window.toggle_theme()
    window.close()
    assert WindowSettings(settings_path).theme is LIGHT


def test_that_the_platforms_own_place_is_the_default() -> None:
    settings = WindowSettings()
    expected = QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, "nnviz", "nnviz"
    ).fileName()
    assert settings.file_name == expected
    assert settings.geometry() is None
    settings.save_workspace("step", QByteArray(b"b"))
    settings.save_geometry(QByteArray(b"a"))
    assert settings.geometry() == QByteArray(b"a")
    assert settings.workspace("step") == QByteArray(b"b")
    assert settings.workspace("train") is None
    settings.forget_layout()
    assert settings.geometry() is None


def test_that_facts_without_room_are_dropped_from_the_end(qtbot: QtBot) -> None:
    label = FactsLabel()
    qtbot.addWidget(label)
    label.resize(2000, 20)
    label.set_facts("<b>first</b> · second · third")
    assert label.text() == "<b>first</b> · second · third"
    label.resize(70, 20)
    label.set_facts("<b>first</b> · <i>second · third</i>")
    assert label.text() == "<b>first</b>"
    label.resize(4, 20)
    label.set_facts("<b>other</b>")
    assert label.text() == ""


def test_that_a_titles_tooltip_has_all_the_facts(qtbot: QtBot) -> None:
    title = CardTitle("loss", "Loss", closable=True)
    qtbot.addWidget(title)
    title.set_facts("train · validation")
    assert title.toolTip() == "train · validation"


def test_that_docks_and_their_close_buttons_have_names(window: MainWindow) -> None:
    for dock in window.findChildren(CardDock):
        assert dock.accessibleName()
        assert dock.title_bar.close_button is not None
        assert dock.title_bar.close_button.accessibleName() == f"Close {dock.windowTitle()}"
