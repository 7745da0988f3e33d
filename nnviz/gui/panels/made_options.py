"""MadeOptions: how many rows to make, how noisy, of how many classes or dimensions."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.data.datasets import Dataset
from nnviz.data.request import DataSpec
from nnviz.gui.panels.section import FieldColumn
from nnviz.gui.widgets.fields import WholeNumberField
from nnviz.gui.widgets.slider import LabelledSlider


class MadeOptions(FieldColumn):
    """Options of a data set that is made on the spot; hidden for all others.

    Signals
    -------
    change_chosen
        The fields of the DataSpec that a person wants to be different, as a dict.
    """

    change_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._noise_unit = 0.01
        self.samples = WholeNumberField("samples", "Samples", 4, 100_000, self)
        self.samples.setSingleStep(50)
        self.classes = WholeNumberField("classes", "Classes", 2, 5, self)
        self.dimensions = WholeNumberField("dimensions", "Dimensions", 1, 1000, self)
        self.noise = LabelledSlider("noise", "Noise", 51, self._noise_text, self)
        _, self._classes_field, self._dimensions_field = self.add_fields_in_row(
            ("Samples", self.samples), ("Classes", self.classes), ("Dimensions", self.dimensions)
        )
        self.column.addWidget(self.noise)
        change = self.change_chosen
        self.samples.number_chosen.connect(lambda count: change.emit({"samples": count}))
        self.classes.number_chosen.connect(lambda count: change.emit({"classes": count}))
        self.dimensions.number_chosen.connect(lambda count: change.emit({"dimensions": count}))
        self.noise.position_chosen.connect(
            lambda place: change.emit({"noise": round(place * self._noise_unit, 4)})
        )

    def show_data(self, spec: DataSpec, record: Dataset | None) -> None:
        """Show the choices in use, or the record's defaults where none was made."""
        is_made = record is not None and record.kind == "made"
        self.setVisible(is_made)
        if record is None or not is_made:
            return
        self.samples.show_number(spec.samples or record.samples)
        self._classes_field.setVisible(record.classes is not None)
        self.classes.show_number(spec.classes or record.classes or 2)
        self._dimensions_field.setVisible(record.dimensions is not None)
        self.dimensions.show_number(spec.dimensions or record.dimensions or 1)
        self._show_noise(record.noise if spec.noise is None else spec.noise, record.most_noise)

    def _show_noise(self, noise: float, most: float) -> None:
        self._noise_unit = _noise_unit(most)
        place = round(noise / self._noise_unit)
        self.noise.set_count(max(round(most / self._noise_unit), place) + 1)
        self.noise.show_position(place, f"{noise:.4g}")

    def _noise_text(self, place: int) -> str:
        return f"{place * self._noise_unit:.4g}"


def _noise_unit(most: float) -> float:
    """Return a round step that divides the slider into 30 to 100."""
    if most < 0.5:
        return 0.005
    return 0.01 if most <= 1 else 0.05
