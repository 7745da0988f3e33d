"""ViewLoader: makes the views after the first painting, each when it is first seen."""

from collections.abc import Mapping

from PySide6.QtCore import QObject

from nnviz.gui.centre import CentrePane
from nnviz.gui.display import Display
from nnviz.gui.docks import CardDock
from nnviz.gui.refresh import RefreshScheduler
from nnviz.gui.theme import Theme
from nnviz.gui.view_record import ViewRecord
from nnviz.gui.view_table import VIEWS
from nnviz.gui.views.view import View


class ViewLoader(QObject):
    """Imports, makes and places views.

    Attributes
    ----------
    views
        Those that are there, by their key in ``VIEWS``.
    """

    def __init__(
        self,
        display: Display,
        centre: CentrePane,
        docks: Mapping[str, CardDock],
        scheduler: RefreshScheduler,
    ) -> None:
        super().__init__(centre)
        self.views: dict[str, View] = {}
        self._display, self._scheduler = display, scheduler
        self._centre, self._docks = centre, docks

    def missing(self) -> list[ViewRecord]:
        """Return the rows whose place is open, but empty so far."""
        return [
            record
            for record in VIEWS.values()
            if record.key not in self.views
            and (record.area != "dock" or not self._docks[record.key].isHidden())
        ]

    def release(self) -> None:
        """End what the views do in the background."""
        for view in self.views.values():
            view.release()

    def load(self, record: ViewRecord, theme: Theme) -> None:
        """Import, make and place one view."""
        view = record.create(self._display, theme)
        self.views[record.key] = view
        if record.area == "centre":
            self._centre.hold_view(view)
        elif record.area == "strip":
            self._centre.hold_strip(view)
        else:
            self._docks[record.key].hold_view(view)
        self._scheduler.add(view, view.refresh, record.interval, follows_walk=record.follows_walk)
        if self._display.is_ready:
            view.refresh()
