"""CardDock: a dock in the look of a card; and the default arrangement of all docks."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from nnviz.gui.view_table import ViewRecord, views_in
from nnviz.gui.views.view import View
from nnviz.gui.widgets.card import TITLE_HEIGHT, CardBody, CardTitle

SETUP_WIDTH = 232


class CardDock(QDockWidget):
    """A panel that can be moved, floated, closed and brought back.

    Attributes
    ----------
    title_bar, body
        The two halves of the card.
    """

    def __init__(self, key: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"{key}_dock")
        self.setAccessibleName(title)
        self.title_bar = CardTitle(key, title, closable=True, parent=self)
        self.body = CardBody(key, self)
        self.setTitleBarWidget(self.title_bar)
        self.setWidget(self.body)
        assert self.title_bar.close_button is not None
        self.title_bar.close_button.clicked.connect(self.close)
        self.toggleViewAction().setObjectName(f"show_{key}_action")
        self.topLevelChanged.connect(self._take_keyboard)

    def _take_keyboard(self, is_floating: bool) -> None:
        # A window without focus gives it to its first control when it is activated:
        # that is the close button, and the space bar would press it instead of running.
        if is_floating:
            self.setFocus()

    def hold_view(self, view: View) -> None:
        """Show a view in the body and its facts in the title."""
        self.body.add_content(view)
        view.facts_changed.connect(self.title_bar.set_facts)
        self.title_bar.set_facts(view.facts)


def make_view_docks(window: QMainWindow) -> dict[str, CardDock]:
    """Make an empty dock for every view that stands at the right or the bottom."""
    docks = {}
    for record in views_in("right", "bottom"):
        dock = CardDock(record.key, record.title, window)
        width, height = record.minimum_size
        dock.body.setMinimumSize(width, height - TITLE_HEIGHT)
        docks[record.key] = dock
    return docks


def arrange_docks(
    window: QMainWindow, setup_dock: QDockWidget, view_docks: Mapping[str, QDockWidget]
) -> None:
    """Put every dock into its place of the default layout, visible."""
    left, right, bottom = (
        Qt.DockWidgetArea.LeftDockWidgetArea,
        Qt.DockWidgetArea.RightDockWidgetArea,
        Qt.DockWidgetArea.BottomDockWidgetArea,
    )
    window.setCorner(Qt.Corner.BottomLeftCorner, left)
    window.setCorner(Qt.Corner.TopLeftCorner, left)
    window.setCorner(Qt.Corner.BottomRightCorner, right)
    window.setCorner(Qt.Corner.TopRightCorner, right)
    for dock in (setup_dock, *view_docks.values()):
        dock.setFloating(False)
        window.removeDockWidget(dock)
    window.addDockWidget(left, setup_dock)
    for record in views_in("right"):
        window.addDockWidget(right, view_docks[record.key], Qt.Orientation.Vertical)
    for record in views_in("bottom"):
        window.addDockWidget(bottom, view_docks[record.key], Qt.Orientation.Horizontal)
    for dock in (setup_dock, *view_docks.values()):
        dock.show()
    _size_docks(window, setup_dock, view_docks)


def _size_docks(
    window: QMainWindow, setup_dock: QDockWidget, view_docks: Mapping[str, QDockWidget]
) -> None:
    right, bottom = views_in("right"), views_in("bottom")
    across, up = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    narrow = min(1.0, window.width() / 1600)
    low = min(1.0, window.height() / 1000)
    window.resizeDocks(
        [setup_dock, view_docks[right[0].key]],
        [SETUP_WIDTH, _scaled(right[0].size[0], narrow)],
        across,
    )
    window.resizeDocks(_docks(right, view_docks), _sides(right, 1, low), up)
    window.resizeDocks([view_docks[bottom[0].key]], _sides(bottom[:1], 1, low), up)
    window.resizeDocks(_docks(bottom, view_docks), _sides(bottom, 0, narrow), across)


def _docks(
    records: tuple[ViewRecord, ...], view_docks: Mapping[str, QDockWidget]
) -> list[QDockWidget]:
    return [view_docks[record.key] for record in records]


def _sides(records: tuple[ViewRecord, ...], axis: int, share: float) -> list[int]:
    return [_scaled(record.size[axis], share) for record in records]


def _scaled(length: int, share: float) -> int:
    return round(length * share)
