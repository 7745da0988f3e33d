"""WindowPlace: where the window stands and how its docks lie, from one start to the next."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from nnviz.gui.settings import WindowSettings
from nnviz.gui.workspaces import Workspaces

_USUAL_SIZE = QSize(1600, 1000)
# The frame of the window and the desktop's own bars need some room as well.
_SHARE_OF_SCREEN = 0.94


class WindowPlace:
    """Restores and saves size and arrangement of a window."""

    def __init__(
        self, window: QMainWindow, workspaces: Workspaces, settings: WindowSettings | None
    ) -> None:
        self._window, self._workspaces, self._settings = window, workspaces, settings
        room = QGuiApplication.primaryScreen().availableSize()
        window.resize(_USUAL_SIZE.boundedTo(room * _SHARE_OF_SCREEN))
        geometry = settings.geometry() if settings is not None else None
        if geometry is not None:
            window.restoreGeometry(geometry)
        self._is_settled = workspaces.restore()

    def settle(self) -> None:
        """Arrange the docks for the size that the window has got, if nothing was remembered."""
        if not self._is_settled:
            self._is_settled = True
            self._workspaces.reset()

    def save(self) -> None:
        """Remember everything for the next start."""
        self._workspaces.save()
        if self._settings is not None:
            self._settings.save_geometry(self._window.saveGeometry())
