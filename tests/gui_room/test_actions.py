"""Keys and menus: one table, and who gets a key."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from nnviz.gui.action_table import ACTIONS, MENUS
from nnviz.gui.help_dialog import HelpDialog
from nnviz.gui.main_window import MainWindow
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import WholeNumberField
from nnviz.resource_paths import resource_path
from nnviz.training.commands import Command, Run, RunEpoch, StepOnce


@pytest.fixture
def wishes(window: MainWindow) -> list[Command | str]:
    """Return a list that collects everything that the window asks for."""
    heard: list[Command | str] = []
    window.transport.command_requested.connect(heard.append)
    window.transport.reset_requested.connect(lambda: heard.append("reset"))
    window.transport.new_start_requested.connect(lambda: heard.append("new start"))
    return heard


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


def test_that_every_shortcut_is_understood_and_used_once() -> None:
    shortcuts = [record.shortcut for record in ACTIONS.values() if record.shortcut]
    assert len(set(shortcuts)) == len(shortcuts)
    for shortcut in shortcuts:
        assert QKeySequence(shortcut).toString(), f"Qt does not know {shortcut}"


def test_that_every_action_has_a_menu_an_icon_and_an_explanation() -> None:
    for record in ACTIONS.values():
        assert record.menu in MENUS
        assert record.tooltip
        assert resource_path("icons", f"{record.icon_name}.svg").is_file()


@pytest.mark.parametrize(
    ("key", "wish"),
    [
        (Qt.Key.Key_Space, Run()),
        (Qt.Key.Key_Right, StepOnce()),
        (Qt.Key.Key_E, RunEpoch()),
        (Qt.Key.Key_R, "reset"),
        (Qt.Key.Key_N, "new start"),
    ],
)
def test_that_the_transport_keys_work_while_nothing_has_the_focus(
    window: MainWindow, wishes: list[Command | str], key: Qt.Key, wish: Command | str
) -> None:
    press(window, key)
    assert wishes == [wish]


def test_that_the_space_bar_still_runs_after_a_click_on_a_button(
    window: MainWindow, wishes: list[Command | str]
) -> None:
    button = window.toolbar.findChild(QWidget, "step_button")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    press(window, Qt.Key.Key_Space)
    assert wishes == [StepOnce(), Run()]


def test_that_space_works_a_button_that_was_reached_by_tab(
    window: MainWindow, wishes: list[Command | str], qtbot: QtBot
) -> None:
    button = window.toolbar.findChild(QWidget, "epoch_button")
    assert button is not None
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus)
    press(button, Qt.Key.Key_Space)
    assert wishes == [RunEpoch()]


def test_that_the_arrows_work_a_slider_that_was_reached_by_tab(
    window: MainWindow, wishes: list[Command | str], qtbot: QtBot
) -> None:
    slider = window.toolbar.speed_slider
    slider.setValue(3)
    wishes.clear()
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(slider.hasFocus)
    press(slider, Qt.Key.Key_Right)
    assert slider.value() == 4
    assert StepOnce() not in wishes


def test_that_a_letter_runs_a_shortcut_from_a_list_too(
    window: MainWindow, wishes: list[Command | str], qtbot: QtBot
) -> None:
    combo = Combo("list", "List", window)
    combo.set_entries([("e", "E"), ("r", "R")])
    combo.show()
    combo.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(combo.hasFocus)
    press(combo, Qt.Key.Key_E)
    assert wishes == [RunEpoch()]


def test_that_a_number_field_keeps_the_keys_that_type_and_move(
    window: MainWindow, wishes: list[Command | str], qtbot: QtBot
) -> None:
    field = WholeNumberField("number", "Number", 0, 100, window)
    field.show()
    field.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(field.hasFocus)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Space, Qt.Key.Key_4):
        press(field, key)
    assert wishes == []


def test_that_every_dock_can_be_brought_back_from_the_view_menu(window: MainWindow) -> None:
    for dock in window.docks.values():
        dock.close()
        assert not dock.isVisible()
        dock.toggleViewAction().trigger()
        assert dock.isVisible()


def test_that_help_lists_every_key(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_F1)
    dialog = window.findChild(HelpDialog)
    assert dialog is not None
    browser = dialog.findChild(QTextBrowser, "help_text")
    button = dialog.findChild(QPushButton, "close_help")
    assert browser is not None
    assert button is not None
    text = browser.toPlainText()
    for record in ACTIONS.values():
        if record.shortcut:
            assert record.tooltip in text
    button.click()
    qtbot.waitUntil(lambda: window.findChild(HelpDialog) is None)


def test_that_a_picture_of_the_window_is_saved(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "window.png"
    monkeypatch.setattr(
        "nnviz.gui.file_dialogs.QFileDialog.getSaveFileName", lambda *_: (str(out), "")
    )
    window.actions_by_key["save_picture"].trigger()
    assert out.read_bytes().startswith(b"\x89PNG")


def test_that_a_picture_that_cannot_be_written_gets_a_sentence(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "nowhere" / "window.png"
    monkeypatch.setattr(
        "nnviz.gui.file_dialogs.QFileDialog.getSaveFileName", lambda *_: (str(out), "")
    )
    window.actions_by_key["save_picture"].trigger()
    assert str(out) in window.centre.banner.messages[0]
