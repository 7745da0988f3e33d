"""Room for a dock that is opened: above the others while there is room, else behind a tab."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar

COMFORTABLE_HEIGHT = 230
_SIDES = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)


def make_room(window: QMainWindow, dock: QDockWidget, docks: Sequence[QDockWidget]) -> None:
    """Put a dock at a side behind the lowest other one there, if they would be too low.

    Parameters
    ----------
    window
        Where they stand.
    dock
        The one that has just been opened.
    docks
        All of them.
    """
    area = window.dockWidgetArea(dock)
    if dock.isFloating() or area not in _SIDES or _partners(window, dock):
        return
    places: list[QDockWidget] = []
    for other in docks:
        is_there = not other.isHidden() and not other.isFloating()
        if other is dock or not is_there or window.dockWidgetArea(other) != area:
            continue
        if not any(place in _partners(window, other) for place in places):
            places.append(other)
    if places and (len(places) + 1) * COMFORTABLE_HEIGHT > _height(window):
        window.tabifyDockWidget(max(places, key=lambda place: _bottom(window, place)), dock)


def _partners(window: QMainWindow, dock: QDockWidget) -> list[QDockWidget]:
    """Return the open docks that share its place."""
    return [other for other in window.tabifiedDockWidgets(dock) if not other.isHidden()]


def _bottom(window: QMainWindow, dock: QDockWidget) -> int:
    """Return how far down the place of a dock reaches: one behind a tab has no place of its own."""
    group = [dock, *_partners(window, dock)]
    shown = [each.geometry() for each in group if not each.visibleRegion().isEmpty()]
    return max(map(QRect.bottom, shown), default=-1)


def _height(window: QMainWindow) -> int:
    """Return the height that a side has for its docks."""
    bars = [bar for bar in window.findChildren(QToolBar) if not bar.isHidden()]
    top = max((bar.geometry().bottom() for bar in bars), default=window.menuBar().height())
    return window.height() - window.statusBar().height() - top
