"""ACTIONS: everything that a menu or a key can do. One action is one row."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from nnviz.gui.icons import icon
from nnviz.gui.theme import Theme

MENUS = ("File", "Train", "View", "Help")


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One row of the table.

    Attributes
    ----------
    key, label
        The name in code, and the words in the menu.
    shortcut
        Key sequence as Qt writes it; empty for none.
    icon_name
        File in ``resources/icons``; empty for none.
    tooltip
        One sentence about what it does.
    handler
        The window's method that does it, or a method of one of its parts.
    menu
        The menu that it stands in.
    begins_group
        Whether a line parts it from the row above.
    """

    key: str
    label: str
    shortcut: str
    icon_name: str
    tooltip: str
    handler: str
    menu: str
    begins_group: bool = False


_ROWS = (
    ActionRecord(
        "open_file",
        "Open CSV…",
        "Ctrl+O",
        "folder-open",
        "Train on a table of your own",
        "open_csv",
        "File",
    ),
    ActionRecord(
        "save_picture",
        "Save picture…",
        "Ctrl+S",
        "image",
        "Save a picture of the window",
        "save_picture",
        "File",
        begins_group=True,
    ),
    ActionRecord(
        "quit",
        "Quit",
        "Ctrl+Q",
        "log-out",
        "Stop training and close the window",
        "close",
        "File",
        begins_group=True,
    ),
    ActionRecord(
        "toggle_run",
        "Run or pause",
        "Space",
        "play",
        "Train until paused, or pause",
        "transport.toggle_run",
        "Train",
    ),
    ActionRecord(
        "step",
        "One step",
        "Right",
        "step-forward",
        "Do one update on one batch, then pause",
        "transport.step_once",
        "Train",
    ),
    ActionRecord(
        "epoch",
        "One epoch",
        "E",
        "skip-forward",
        "Train to the end of the epoch, then pause",
        "transport.run_epoch",
        "Train",
    ),
    ActionRecord(
        "reset",
        "Reset to the same start",
        "R",
        "rotate-ccw",
        "Go back to step 0 with the very same weights",
        "transport.reset",
        "Train",
        begins_group=True,
    ),
    ActionRecord(
        "new_start",
        "New random start",
        "N",
        "dices",
        "Go back to step 0 with other random weights",
        "transport.start_anew",
        "Train",
    ),
    ActionRecord(
        "toggle_theme",
        "Dark or light",
        "Ctrl+T",
        "sun",
        "Change between the dark and the light theme",
        "toggle_theme",
        "View",
    ),
    ActionRecord(
        "full_screen",
        "Full screen",
        "F11",
        "maximize",
        "Fill the screen, or go back",
        "toggle_full_screen",
        "View",
    ),
    ActionRecord(
        "reset_layout",
        "Reset layout",
        "",
        "layout-dashboard",
        "Put every panel back where it was at first",
        "reset_layout",
        "View",
        begins_group=True,
    ),
    ActionRecord(
        "help",
        "Keys and colours",
        "F1",
        "circle-question-mark",
        "What the keys do and what the colours mean",
        "show_help",
        "Help",
    ),
)

ACTIONS: Mapping[str, ActionRecord] = MappingProxyType({row.key: row for row in _ROWS})


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
        if record.shortcut:
            action.setShortcut(QKeySequence(record.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setMenuRole(_menu_role(record))
        action.triggered.connect(attrgetter(record.handler)(window))
        window.addAction(action)
        actions[record.key] = action
    return actions


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
