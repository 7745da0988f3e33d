"""WindowSettings: what the window remembers between two runs."""

import logging
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from nnviz.gui.theme import DARK, THEMES, Theme

LAYOUT_VERSION = 3
_LOGGER = logging.getLogger(__name__)


class WindowSettings:
    """Theme, place and arrangement of the window.

    What cannot be read, or was written by another version's layout, counts as
    not there, so the defaults hold.

    Parameters
    ----------
    path
        An INI file; ``None`` takes the platform's place for settings.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            scope = QSettings.Scope.UserScope
            self._store = QSettings(QSettings.Format.IniFormat, scope, "nnviz", "nnviz")
        else:
            self._store = QSettings(str(path), QSettings.Format.IniFormat)
        if self._store.status() != QSettings.Status.NoError:
            _LOGGER.info("The settings in %s cannot be read; using the defaults", self.file_name)

    @property
    def file_name(self) -> str:
        """Where the settings lie."""
        return self._store.fileName()

    @property
    def theme(self) -> Theme:
        """The theme that was last chosen; dark if none was."""
        return THEMES.get(str(self._store.value("window/theme", DARK.name)), DARK)

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._store.setValue("window/theme", theme.name)

    @property
    def reduces_motion(self) -> bool:
        """Whether the walk does without pulses."""
        return str(self._store.value("window/reduces_motion", "false")) == "true"

    @reduces_motion.setter
    def reduces_motion(self, reduces: bool) -> None:
        self._store.setValue("window/reduces_motion", "true" if reduces else "false")

    def geometry(self) -> QByteArray | None:
        """Return place and size of the window as Qt saved them, or ``None``."""
        return self._bytes("layout/geometry")

    def workspace(self, key: str) -> QByteArray | None:
        """Return how the docks of a workspace were left, or ``None``."""
        return self._bytes(f"layout/{key}")

    def _bytes(self, name: str) -> QByteArray | None:
        if str(self._store.value("layout/version", "")) != str(LAYOUT_VERSION):
            return None
        value = self._store.value(name)
        return value if isinstance(value, QByteArray) else None

    def save_geometry(self, geometry: QByteArray) -> None:
        """Remember place and size of the window, and write it to the file."""
        self._store.setValue("layout/version", LAYOUT_VERSION)
        self._store.setValue("layout/geometry", geometry)
        self._store.sync()

    def save_workspace(self, key: str, state: QByteArray) -> None:
        """Remember the arrangement of a workspace."""
        self._store.setValue(f"layout/{key}", state)

    def forget_layout(self) -> None:
        """Go back to the default arrangement at the next start."""
        self._store.remove("layout")
