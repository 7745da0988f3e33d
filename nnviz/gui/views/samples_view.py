"""SamplesView: which sample of the batch moves a weight, and which pull against the others."""

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.samples_canvas import SamplesCanvas
from nnviz.gui.views.samples_content import gradients_of_batch, sample_bars
from nnviz.gui.views.view import View
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import ElidedLabel, count_text

_HINT = "Select a weight or a unit to see which sample moves it; penalties and dropout left out"


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
        self.canvas.sample_clicked.connect(display.selection.select_sample)
        self._orders = QButtonGroup(self)
        self._by_size = self._button("samples_by_size", "By size", "Largest gradient first")
        self._by_place = self._button("samples_by_place", "As they come", "In the batch's order")
        self._by_size.setChecked(True)
        self._hint = ElidedLabel(self)
        self._hint.setObjectName("samples_hint")
        bar = QHBoxLayout()
        bar.setContentsMargins(4, 2, 4, 0)
        bar.setSpacing(2)
        bar.addWidget(self._by_size)
        bar.addWidget(self._by_place)
        bar.addWidget(self._hint, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(bar)
        column.addWidget(self.canvas, 1)
        self._orders.buttonClicked.connect(lambda _: self.refresh())

    def _button(self, name: str, text: str, spoken: str) -> PlotButton:
        button = PlotButton(name, text, spoken, self)
        button.setCheckable(True)
        self._orders.addButton(button)
        keep_keys(button, CHOICE_KEYS)
        return button

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.canvas.wear(self.theme)

    def refresh(self) -> None:
        """Take the gradient of the batch apart anew."""
        display = self.display
        if not display.is_ready:
            return
        bars = sample_bars(display, gradients_of_batch(display), self._by_size.isChecked())
        rows = tuple(int(row) for row in display.batch_rows)
        self.canvas.show_bars(bars, rows, display.sample_index)
        words = _HINT if not bars.is_signed else self.canvas.sentence(display.sample_index)
        if bars.left_out:
            words = f"{count_text(len(bars.order))} of {count_text(len(bars.values))} samples drawn"
        self._hint.set_text(words)
        self.set_facts(bars.facts())
