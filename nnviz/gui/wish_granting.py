"""WishGranting: what the window does about the wishes of its views."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QMainWindow

from nnviz.gui.dock_room import make_room
from nnviz.gui.file_dialogs import FileDialogs
from nnviz.gui.transport import Transport
from nnviz.gui.wishes import Wishes


class WishGranting(QObject):
    """Joins the wishes to those who can grant them.

    Parameters
    ----------
    wishes
        What the views ask for.
    transport
        Hands on what concerns the trainer.
    files
        Asks for file names.
    docks
        The places of the views, by their keys.
    window
        Where they stand.
    """

    def __init__(
        self,
        wishes: Wishes,
        transport: Transport,
        files: FileDialogs,
        docks: Mapping[str, QDockWidget],
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        wishes.command_requested.connect(transport.command_requested)
        wishes.experiment_requested.connect(transport.experiment_requested)
        wishes.save_requested.connect(files.save)
        wishes.view_requested.connect(self.open_view)
        for key, dock in docks.items():
            dock.toggleViewAction().triggered.connect(partial(self._open_from_menu, key))

    def _open_from_menu(self, key: str) -> None:
        if self._docks[key].toggleViewAction().isChecked():
            self.open_view(key)

    def open_view(self, key: str) -> None:
        """Bring a dock to the front; what stands in the centre is always open."""
        dock = self._docks.get(key)
        if dock is not None:
            dock.show()
            make_room(self._window, dock, list(self._docks.values()))
            dock.raise_()
