"""Actions for menus and keys, made from the table."""

from collections.abc import Mapping
from functools import partial
from operator import attrgetter

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from nnviz.gui.action_record import ActionRecord
from nnviz.gui.action_table import ACTIONS, MENUS
from nnviz.gui.icons import icon
from nnviz.gui.theme import Theme


def shortcut_text(record: ActionRecord) -> str:
    """Return the shortcut as this platform writes it."""
    return QKeySequence(record.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def make_actions(window: QWidget) -> dict[str, QAction]:
    """Make one QAction per row; each calls the window's handler."""
    actions = {}
    for record in ACTIONS.values():
        action = QAction(record.label, window)
        action.setObjectName(f"{record.key}_action")
        suffix = f" ({shortcut_text(record)})" if record.shortcut else ""
        action.setToolTip(f"{record.tooltip}{suffix}")
        action.setStatusTip("")
        action.setCheckable(record.is_checkable)
        if record.shortcut:
            action.setShortcut(QKeySequence(record.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setMenuRole(_menu_role(record))
        action.triggered.connect(partial(_carry_out, window, record.handler))
        window.addAction(action)
        actions[record.key] = action
    return actions


def _carry_out(window: QWidget, handler: str) -> None:
    # Looked up when it is wanted: the window's parts come after its actions.
    attrgetter(handler)(window)()


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Fill the menu bar from the table and return its menus by name."""
    menus = {name: bar.addMenu(f"&{name}") for name in MENUS}
    for name, menu in menus.items():
        menu.setObjectName(f"{name.lower()}_menu")
        menu.setToolTipsVisible(True)
    for record in ACTIONS.values():
        if record.begins_group:
            menus[record.menu].addSeparator()
        menus[record.menu].addAction(actions[record.key])
    return menus


def enable_walk(actions: Mapping[str, QAction], is_on: bool) -> None:
    """Let the actions of the Walk menu work, or leave their keys to the controls."""
    for key, action in actions.items():
        if ACTIONS[key].menu == "Walk" and ACTIONS[key].needs_walk:
            action.setEnabled(is_on)


def colour_actions(actions: Mapping[str, QAction], theme: Theme) -> None:
    """Draw the actions' icons in the theme's colours."""
    for key, action in actions.items():
        name = ACTIONS[key].icon_name
        if name:
            action.setIcon(icon(name, theme.text_secondary, theme.border_strong, 16))


def _menu_role(record: ActionRecord) -> QAction.MenuRole:
    if record.key == "quit":
        return QAction.MenuRole.QuitRole
    return QAction.MenuRole.NoRole
