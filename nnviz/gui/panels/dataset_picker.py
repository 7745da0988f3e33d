"""DatasetPicker: tiles with the points of four data sets, and a list of all of them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.data.datasets import DATASETS
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.buttons import IconButton
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.dataset_tile import DatasetTile

TILES = ("moons", "circles", "xor", "spiral")
THUMBNAIL_SAMPLES = 120
FILE_KEY = "file:"


class DatasetPicker(QWidget):
    """Chooses a data set or asks for a file.

    Signals
    -------
    dataset_chosen
        Key of ``DATASETS``.
    open_file_requested
        A person wants to choose a file.
    """

    dataset_chosen = Signal(str)
    open_file_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = [DatasetTile(key, DATASETS[key].label, theme, self) for key in TILES]
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, tile in enumerate(self.tiles):
            grid.addWidget(tile, *divmod(place, 2))
            tile.setToolTip(DATASETS[tile.key].summary)
            tile.clicked.connect(self._choose_tile)
        self.all_sets = Combo("dataset", "Data set", self)
        self.open_button = IconButton("open_button", "Open a CSV file", "folder-open", 26, self)
        self.open_button.clicked.connect(self.open_file_requested)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.all_sets, 1)
        row.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addLayout(row)
        self.all_sets.key_chosen.connect(self._choose_entry)
        self._offer()

    def show_data(self, spec: DataSpec, name: str) -> None:
        """Show which data set or file is in use; ``name`` is what the data call themselves."""
        self._offer(name if spec.dataset is None else None)
        self.all_sets.show_key(FILE_KEY if spec.dataset is None else spec.dataset)
        for tile in self.tiles:
            tile.setChecked(tile.key == spec.dataset)

    def set_theme(self, theme: Theme) -> None:
        """Use these colours from now on."""
        for tile in self.tiles:
            tile.set_theme(theme)

    def load_thumbnails(self) -> None:
        """Make the tiles' data and draw their points."""
        for tile in self.tiles:
            spec = DataSpec(dataset=tile.key, samples=THUMBNAIL_SAMPLES, validation=0)
            data = prepare(spec)
            tile.set_points(data.raw.inputs, data.raw.targets.astype(int))

    def _offer(self, file_name: str | None = None) -> None:
        entries = [(row.name, row.label) for row in DATASETS.values()]
        if file_name is not None:
            entries.append((FILE_KEY, file_name))
        self.all_sets.set_entries(entries)
        for row in DATASETS.values():
            self.all_sets.describe(row.name, row.summary)

    def _choose_tile(self) -> None:
        tile = self.sender()
        if isinstance(tile, DatasetTile):
            self.dataset_chosen.emit(tile.key)

    def _choose_entry(self, key: str) -> None:
        if key != FILE_KEY:
            self.dataset_chosen.emit(key)
