"""DataSection: data set, its size and noise, split, batch size and scaling."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.data.datasets import DATASETS
from nnviz.data.prepared import PreparedData
from nnviz.data.request import DataSpec
from nnviz.gui.panels.dataset_picker import DatasetPicker
from nnviz.gui.panels.scaling_text import SCALINGS, scaling_lines, shortened
from nnviz.gui.panels.section import Section
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.fields import Combo, WholeNumberField
from nnviz.gui.widgets.slider import LabelledSlider
from nnviz.gui.widgets.text import count_text, wrapping_label

NOISE_STEPS = 101
NOISE_UNIT = 0.01
VALIDATION_STEPS = 81
BATCH_SIZES = (1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 512, 1000)


class DataSection(Section):
    """Edits a DataSpec and the batch size.

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
        self._spec = DataSpec()
        self._batch_sizes: list[int | None] = [*BATCH_SIZES, None]
        self._train_rows = 0
        self.picker = DatasetPicker(theme, self)
        self.target = Combo("target_column", "Target column", self)
        self.samples = WholeNumberField("samples", "Samples", 4, 100_000, self)
        self.samples.setSingleStep(50)
        self.classes = WholeNumberField("classes", "Classes", 2, 5, self)
        self.dimensions = WholeNumberField("dimensions", "Dimensions", 1, 1000, self)
        self.noise = LabelledSlider(
            "noise", "Noise", NOISE_STEPS, lambda place: f"{place * NOISE_UNIT:.2f}", self
        )
        self.validation = LabelledSlider(
            "validation", "Held back for validation", VALIDATION_STEPS, self._split_text, self
        )
        self.batch = LabelledSlider(
            "batch_size", "Batch size", len(self._batch_sizes), self._batch_text, self
        )
        self.scaling = Combo("scaling", "Scaling", self)
        self.scaling.set_entries(SCALINGS)
        self.seed = WholeNumberField("data_seed", "Seed of the data", 0, 2**31 - 1, self)
        self.seed.setToolTip("Decides the rows that are made and the split")
        self.scaling_numbers = wrapping_label("", "hint", self)
        self.scaling_numbers.setObjectName("scaling_numbers")
        self.notes = wrapping_label("", "label", self)
        self.notes.setObjectName("data_notes")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.column.addWidget(self.picker)
        self.column.addWidget(self.notes)
        self._target_field = self.add_field("Target column", self.target)
        self._samples_field, _ = self.add_fields_in_row(
            ("Samples", self.samples), ("Data seed", self.seed)
        )
        self._made = self.add_fields_in_row(
            ("Classes", self.classes), ("Dimensions", self.dimensions)
        )
        self.column.addWidget(self.noise)
        self.column.addWidget(self.validation)
        self.column.addWidget(self.batch)
        self.add_field("Scaling", self.scaling)
        self.column.addWidget(self.scaling_numbers)

    def _connect(self) -> None:
        self.picker.dataset_chosen.connect(self._choose_dataset)
        self.picker.open_file_requested.connect(self.open_file_requested)
        self.target.key_chosen.connect(lambda key: self._choose(target=key))
        self.samples.number_chosen.connect(lambda value: self._choose(samples=value))
        self.classes.number_chosen.connect(lambda value: self._choose(classes=value))
        self.dimensions.number_chosen.connect(lambda value: self._choose(dimensions=value))
        self.noise.position_chosen.connect(
            lambda place: self._choose(noise=round(place * NOISE_UNIT, 2))
        )
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
        self._spec = spec
        self._train_rows = len(data.train_rows)
        self.picker.show_data(spec, data.raw.name)
        self._show_target(data)
        self._show_made(spec, data)
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

    def _show_target(self, data: PreparedData) -> None:
        self._target_field.setVisible(self._spec.file is not None)
        if self._spec.file is not None:
            columns = (*data.raw.feature_names, data.raw.target_name)
            self.target.set_entries((name, name) for name in columns)
            self.target.show_key(data.raw.target_name)

    def _show_made(self, spec: DataSpec, data: PreparedData) -> None:
        defaults = DATASETS[spec.dataset].defaults if spec.dataset is not None else {}
        rows = (
            ("samples", self.samples, self._samples_field),
            ("classes", self.classes, self._made[0]),
            ("dimensions", self.dimensions, self._made[1]),
        )
        for name, field, labelled in rows:
            labelled.setVisible(name in defaults)
            if name in defaults:
                chosen = getattr(spec, name)
                field.show_number(int(defaults[name] if chosen is None else chosen))
        self.noise.setVisible("noise" in defaults)
        if "noise" in defaults:
            noise = float(defaults["noise"]) if spec.noise is None else spec.noise
            self.noise.show_position(round(noise / NOISE_UNIT))

    def _show_batch(self, batch_size: int | None) -> None:
        sizes = set(BATCH_SIZES) if batch_size is None else {*BATCH_SIZES, batch_size}
        self._batch_sizes = [*sorted(sizes), None]
        self.batch.set_count(len(self._batch_sizes))
        self.batch.show_position(self._batch_sizes.index(batch_size))

    def _batch_text(self, place: int) -> str:
        size = self._batch_sizes[place]
        return "full" if size is None else count_text(size)

    def _split_text(self, place: int) -> str:
        return f"{place} %"

    def _choose_dataset(self, key: str) -> None:
        self.data_chosen.emit(
            DataSpec(
                dataset=key,
                seed=self._spec.seed,
                validation=self._spec.validation,
                scaling=self._spec.scaling,
            )
        )

    def _choose(self, **changes: object) -> None:
        self.data_chosen.emit(msgspec.structs.replace(self._spec, **changes))
