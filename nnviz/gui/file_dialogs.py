"""FileDialogs: asks for the names of files, and reads or writes them."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from nnviz.gui.panels.setup_panel import SetupPanel
from nnviz.gui.widgets.banner import Banner
from nnviz.gui.wishes import SaveWish


class FileDialogs(QObject):
    """What the File menu does with files.

    Parameters
    ----------
    window
        What pictures show.
    setup_panel
        Gets the table that was chosen.
    banner
        Tells what could not be written.
    """

    def __init__(self, window: QWidget, setup_panel: SetupPanel, banner: Banner) -> None:
        super().__init__(window)
        self._window, self._setup_panel, self._banner = window, setup_panel, banner

    def open_csv(self) -> None:
        """Ask for a table and train on it."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Open a table", "", "Tables (*.csv *.tsv *.txt);;All files (*)"
        )
        if path:
            self._setup_panel.request_file(path)

    def save_picture(self) -> None:
        """Ask for a file name and save a picture of the window there."""
        picture = self._window.grab()
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Save a picture", "nnviz.png", "Pictures (*.png)"
        )
        if path and not picture.save(path):
            self._banner.show_message(
                f"The picture could not be written to {path}: is the folder there and writable, "
                "and does the name end in .png?"
            )

    def save(self, wish: SaveWish) -> None:
        """Ask for a file name and write what a view wants written."""
        path, _ = QFileDialog.getSaveFileName(
            self._window, wish.title, wish.file_name, wish.patterns
        )
        if not path:
            return
        try:
            wish.write(Path(path))
        except (OSError, ValueError) as error:
            self._banner.show_message(
                f"{path} could not be written: {error}; choose another name or folder"
            )
