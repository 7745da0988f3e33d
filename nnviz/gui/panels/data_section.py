"""DataSection: data set, its size and noise, split, batch size and scaling."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.data.datasets import DATASETS
from nnviz.data.prepared import PreparedData
from nnviz.data.request import DataSpec
from nnviz.data.scaling import SCALINGS
from nnviz.gui.panels.dataset_picker import DatasetPicker
from nnviz.gui.panels.file_options import FileOptions
from nnviz.gui.panels.made_options import MadeOptions
from nnviz.gui.panels.scaling_text import scaling_lines, shortened
from nnviz.gui.panels.section import Section
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import WholeNumberField
from nnviz.gui.widgets.slider import LabelledSlider
from nnviz.gui.widgets.text import count_text, wrapping_label

VALIDATION_STEPS = 81
BATCH_SIZES = (1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 512, 1000)
LARGEST_SEED = 2**31 - 1


class DataSection(Section):
    """Edits a DataSpec and the batch size.

    Attributes
    ----------
    base
        The DataSpec that the next change is made to: the last one that was shown
        or asked for.

    Signals
    -------
    data_chosen
        The DataSpec that a person wants instead.
    batch_size_chosen
        Rows per step, or ``None`` for all of them.
    open_file_requested
        A person wants to choose a file.
    """

    data_chosen = Signal(object)
    batch_size_chosen = Signal(object)
    open_file_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Data set", parent)
        self.base = DataSpec()
        self._batch_sizes: list[int | None] = [*BATCH_SIZES, None]
        self.picker = DatasetPicker(theme, self)
        self.file = FileOptions(self)
        self.made = MadeOptions(self)
        self.validation = LabelledSlider(
            "validation", "Held back for validation", VALIDATION_STEPS, lambda n: f"{n} %", self
        )
        self.batch = LabelledSlider(
            "batch_size", "Batch size", len(self._batch_sizes), self._batch_text, self
        )
        self.seed = WholeNumberField("data_seed", "Seed of the data", 0, LARGEST_SEED, self)
        self.seed.setToolTip("Decides the rows that are made and the split")
        self.scaling = Combo("scaling", "Scaling", self)
        self.scaling.set_entries((row.name, row.label) for row in SCALINGS.values())
        for row in SCALINGS.values():
            self.scaling.describe(row.name, row.formula)
        self.scaling_numbers = wrapping_label("", "hint", self)
        self.scaling_numbers.setObjectName("scaling_numbers")
        self.notes = wrapping_label("", "label", self)
        self.notes.setObjectName("data_notes")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        for widget in (self.picker, self.notes, self.file, self.made, self.validation, self.batch):
            self.column.addWidget(widget)
        self.add_field("Seed of the data", self.seed)
        self.add_field("Scaling of the inputs", self.scaling)
        self.column.addWidget(self.scaling_numbers)

    def _connect(self) -> None:
        self.picker.dataset_chosen.connect(self._choose_dataset)
        self.picker.open_file_requested.connect(self.open_file_requested)
        self.file.data_chosen.connect(self._ask_for)
        self.made.change_chosen.connect(lambda changes: self._choose(**changes))
        self.validation.position_chosen.connect(lambda place: self._choose(validation=place / 100))
        self.batch.position_chosen.connect(
            lambda place: self.batch_size_chosen.emit(self._batch_sizes[place])
        )
        self.scaling.key_chosen.connect(lambda key: self._choose(scaling=key))
        self.seed.number_chosen.connect(lambda seed: self._choose(seed=seed))

    def set_theme(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.picker.set_theme(theme)

    def load_thumbnails(self) -> None:
        """Make the tiles' data and draw their points."""
        self.picker.load_thumbnails()

    def show_data(self, spec: DataSpec, data: PreparedData, batch_size: int | None) -> None:
        """Show what was asked for, and what came of it."""
        self.base = spec
        self.picker.show_data(spec, data.raw.name)
        self.file.show_data(spec, data)
        self.made.show_data(spec, DATASETS.get(spec.dataset or ""))
        self.validation.show_position(round(spec.validation * 100))
        self._show_batch(batch_size)
        self.scaling.show_key(spec.scaling)
        self.seed.show_number(spec.seed)
        lines = scaling_lines(data)
        self.scaling_numbers.setText(shortened(lines))
        self.scaling_numbers.setToolTip("\n".join(lines))
        self.scaling_numbers.setVisible(bool(lines))
        self.notes.setText("\n".join(data.raw.notes))
        self.notes.setVisible(bool(data.raw.notes))

    def offer_again(self, refused: DataSpec) -> None:
        """Offer to leave incomplete rows out of a file that was refused."""
        self.file.offer_again(refused)

    def _show_batch(self, batch_size: int | None) -> None:
        sizes = set(BATCH_SIZES) if batch_size is None else {*BATCH_SIZES, batch_size}
        self._batch_sizes = [*sorted(sizes), None]
        self.batch.set_count(len(self._batch_sizes))
        self.batch.show_position(self._batch_sizes.index(batch_size))

    def _batch_text(self, place: int) -> str:
        size = self._batch_sizes[place]
        return "full" if size is None else count_text(size)

    def _choose_dataset(self, key: str) -> None:
        self._ask_for(
            DataSpec(
                dataset=key,
                seed=self.base.seed,
                validation=self.base.validation,
                scaling=self.base.scaling,
            )
        )

    def _choose(self, **changes: object) -> None:
        self._ask_for(msgspec.structs.replace(self.base, **changes))

    def _ask_for(self, spec: DataSpec) -> None:
        self.base = spec
        self.data_chosen.emit(spec)
