"""CardDock: a dock in the look of a card."""

from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from nnviz.gui.view_table import docked_views
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
    """Make an empty dock for every view that does not stand in the centre."""
    docks = {}
    for record in docked_views():
        dock = CardDock(record.key, record.title, window)
        width, height = record.minimum_size
        dock.body.setMinimumSize(width, height - TITLE_HEIGHT)
        docks[record.key] = dock
    return docks
