"""SamplesView: which sample moves a weight, and which pull against the others."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.samples_canvas import SamplesCanvas
from nnviz.gui.views.samples_content import (
    SampleRows,
    Scope,
    gradients_of_rows,
    picked_layer,
    sample_bars,
    sample_rows,
)
from nnviz.gui.views.view import View
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import ElidedLabel, count_text

_HINT = "Select a weight or a unit to see which sample moves it; penalties and dropout left out"
_ROOM_FOR_WORDS = 150
_NO_ROWS = "There are no validation rows: hold some back in the Setup panel"
_ORDERS = (
    ("size", "By size", "Largest gradient first"),
    ("place", "In order", "In the order of the rows"),
)
_SETS = (
    ("batch", "Batch", "Samples of the step's batch"),
    ("train", "Train", "Training rows"),
    ("validation", "Val", "Validation rows"),
)


class SamplesView(View):
    """The gradient of each sample's own loss, of the selected weight or of all parameters.

    Attributes
    ----------
    canvas
        The bars.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Per-sample gradients")
        self.canvas = SamplesCanvas(theme, self)
        self.canvas.sample_clicked.connect(self._select)
        self._samples: SampleRows | None = None
        # A row that no batch holds, which nobody else can show.
        self._looked_at: int | None = None
        self._orders = self._group("samples_by", _ORDERS)
        self._sets = self._group("samples_of", _SETS)
        self._hint = ElidedLabel(self)
        self._hint.setObjectName("samples_hint")
        self._layers = Combo("samples_layer", "Layer whose lengths and angles are shown", self)
        self._layers.setToolTip("Layer whose lengths and angles are shown")
        self._layers.setFixedWidth(98)
        self._pieces = Combo("samples_piece", "Piece of the maxout unit", self)
        self._pieces.setToolTip("Piece of the maxout unit")
        self._pieces.setFixedWidth(84)
        for combo in (self._layers, self._pieces):
            combo.key_chosen.connect(lambda _: self.refresh())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._make_buttons())
        column.addLayout(self._make_words())
        column.addWidget(self.canvas, 1)

    def _group(self, name: str, rows: tuple[tuple[str, str, str], ...]) -> dict[str, PlotButton]:
        """Return a button for each row, the first of them checked."""
        group = QButtonGroup(self)
        buttons = {}
        for key, text, spoken in rows:
            button = PlotButton(f"{name}_{key}", text, spoken, self)
            button.setCheckable(True)
            group.addButton(button)
            keep_keys(button, CHOICE_KEYS)
            buttons[key] = button
        buttons[rows[0][0]].setChecked(True)
        group.buttonClicked.connect(lambda _: self._change())
        return buttons

    def _make_buttons(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(2)
        for button in self._orders.values():
            bar.addWidget(button)
        bar.addStretch(1)
        for button in self._sets.values():
            bar.addWidget(button)
        return bar

    def _make_words(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(4, 0, 0, 0)
        bar.setSpacing(4)
        bar.addWidget(self._hint, 1)
        bar.addWidget(self._pieces)
        bar.addWidget(self._layers)
        return bar

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.canvas.wear(self.theme)

    def refresh(self) -> None:
        """Take the gradient of the batch, or of a set, apart anew."""
        display = self.display
        if not display.is_ready:
            return
        self._fill_lists()
        key = next(key for key, button in self._sets.items() if button.isChecked())
        samples = sample_rows(display, key)
        self._samples = samples
        if not len(samples.inputs):
            self.canvas.show_nothing()
            self._hint.set_text(_NO_ROWS)
            self.set_facts("")
            return
        found = gradients_of_rows(display, samples)
        by_size = self._orders["size"].isChecked()
        bars = sample_bars(display, samples, found, by_size, self._scope())
        selected = self._selected()
        self.canvas.show_bars(bars, samples.rows, selected)
        words = _HINT if selected is None or not bars.is_signed else self.canvas.sentence(selected)
        if bars.left_out:
            words = f"{count_text(len(bars.order))} of {count_text(samples.total)} samples drawn"
        if self._looked_at is not None:
            words = f"{self.canvas.sentence(self._looked_at)} (not in the batch)"
        self._hint.set_text(words)
        self.set_facts(bars.facts(samples.rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words out where the bars need their room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        has_room = self.height() >= _ROOM_FOR_WORDS
        self._hint.setVisible(has_room)
        self._layers.setVisible(has_room)
        self._pieces.setVisible(has_room and self._pieces.count() > 1)

    def _fill_lists(self) -> None:
        layers = self.display.spec.layers
        last = len(layers)
        names = [
            (str(number), "Output" if number == last else f"Hidden {number}")
            for number in range(1, last + 1)
        ]
        self._layers.set_entries([("", "All layers"), *names])
        if self._layers.currentIndex() < 0:
            self._layers.setCurrentIndex(0)
        picked = picked_layer(self.display)
        pieces = 1 if picked is None else layers[picked - 1].piece_count
        self._pieces.set_entries((str(piece), f"Piece {piece + 1}") for piece in range(pieces))
        if self._pieces.currentIndex() < 0:
            self._pieces.setCurrentIndex(0)
        self._fit()

    def _scope(self) -> Scope:
        layer = self._layers.currentData()
        return Scope(int(layer) if layer else None, int(self._pieces.currentData()))

    def _selected(self) -> int | None:
        """Return which of the samples is selected: by its row, in a whole set."""
        assert self._samples is not None
        if self._samples.key == "batch":
            return self.display.sample_index
        if self._looked_at is not None:
            return min(self._looked_at, len(self._samples.rows) - 1)
        batch = self.display.batch_rows
        if self._samples.key == "validation" or not len(batch):
            return None
        row = int(batch[self.display.sample_index])
        return self._samples.rows.index(row) if row in self._samples.rows else None

    def _select(self, position: int) -> None:
        """Select a sample everywhere, if it is one of the batch."""
        assert self._samples is not None
        self._looked_at = None
        if self._samples.key == "batch":
            self.display.selection.select_sample(position)
        else:
            batch = self.display.batch_rows.tolist()
            row = self._samples.rows[position]
            if self._samples.key == "train" and row in batch:
                self.display.selection.select_sample(batch.index(row))
            else:
                self._looked_at = position
        self.refresh()

    def _change(self) -> None:
        self._looked_at = None
        self.refresh()
