"""Who gets a key: the control that holds the focus, or the window's shortcuts.

A mouse click on a button, a list or a slider does not take the keyboard away, so
the space bar still runs and pauses after it. Whoever walks to a control with Tab
expects space and the arrows to work *it*, and gets that. Text fields take the
focus by click as well, and keep every key that types or moves in text.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

PRESS_KEYS = frozenset({Qt.Key.Key_Space})
CHOICE_KEYS = frozenset(
    {
        Qt.Key.Key_Space,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
    }
)


class _KeyKeeper(QObject):
    """Claims a control's own keys before the shortcuts see them."""

    def __init__(self, keys: frozenset[Qt.Key], parent: QWidget) -> None:
        super().__init__(parent)
        self._keys = keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept the override for a plain press of one of the keys."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain != Qt.KeyboardModifier.NoModifier or event.key() not in self._keys:
            return False
        event.accept()
        return True


def keep_keys(widget: QWidget, keys: frozenset[Qt.Key]) -> None:
    """Let a widget have these keys, unmodified, while it holds the focus."""
    widget.installEventFilter(_KeyKeeper(keys, widget))


def reach_by_tab(widget: QWidget) -> None:
    """Give a control the focus by Tab only, and its own keys while it has it."""
    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    keep_keys(widget, PRESS_KEYS if isinstance(widget, QAbstractButton) else CHOICE_KEYS)
