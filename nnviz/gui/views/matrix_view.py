"""MatrixView: the current line of the walk as matrices."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.core.equation import explain, within
from nnviz.core.looking_glass import Focus
from nnviz.core.notation import Source, six_digits
from nnviz.core.program import LineKind
from nnviz.core.trace import Trace, TraceLine
from nnviz.core.walk import Walk
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.theme import Theme
from nnviz.gui.views.matrix_canvas import MatrixCanvas
from nnviz.gui.views.matrix_formulas import formula_of
from nnviz.gui.views.matrix_tiles import Formula, entry_name
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.view import View
from nnviz.gui.views.walk_links import WELCOME, select_source
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import ElidedLabel

MOST_NUMBERS = 64


class MatrixView(View):
    """z = x W + b and every other line as matrices, the entry in focus and its sources lit."""

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Matrices")
        self._piece: int | None = None
        self._line: TraceLine | None = None
        self._elides: bool | None = None
        self.canvas = MatrixCanvas(theme, self)
        self.info = ElidedLabel(self)
        self.info.setObjectName("matrix_info")
        self.formula_label = ElidedLabel(self)
        self.formula_label.setObjectName("matrix_formula")
        self._group = QButtonGroup(self)
        self.numbers_button = self._button(
            "matrix_numbers", "Numbers", "Show numbers around the entry in focus"
        )
        self.whole_button = self._button("matrix_whole", "Whole", "Show all of every matrix")
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.formula_label, 1)
        bar.addWidget(self.numbers_button)
        bar.addWidget(self.whole_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(bar)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.info)
        self._group.buttonClicked.connect(self._choose_mode)
        self.canvas.entry_clicked.connect(self._select)
        self.canvas.entry_hovered.connect(self._hover)
        self.canvas.piece_chosen.connect(self._choose_piece)

    def _button(self, name: str, text: str, spoken: str) -> PlotButton:
        button = PlotButton(name, text, spoken, self)
        button.setCheckable(True)
        self._group.addButton(button)
        keep_keys(button, CHOICE_KEYS)
        return button

    def refresh(self) -> None:
        """Show the line at the cursor."""
        playback = self.display.playback
        walk = playback.walk if playback.is_active else None
        if walk is None:
            self._line = None
            self.canvas.show_formula(None, {}, None, self.theme)
            self.formula_label.set_text("")
            self.info.set_text(WELCOME)
            self.set_facts("")
            return
        self._show(walk, playback.focus)

    def _show(self, walk: Walk, focus: Focus) -> None:
        trace = walk.trace
        # Before the first line one looks at what it is going to do.
        line = walk.line or trace.lines[0]
        if line is not self._line:
            self._piece = None
        self._line = line
        focus = self._with_piece(trace, line, within(trace, line.number, focus))
        formula = formula_of(trace, line, walk.place, focus)
        formula = formula.hiding(Predictor.of(self.display.playback).hidden)
        self._show_mode(formula)
        self.formula_label.set_text(explain(trace, line.number, focus).title)
        self.canvas.show_formula(formula, lengths_in_focus(trace, line, focus), trace, self.theme)
        self.canvas.set_hovered(self.display.selection.hovered)
        self._tell(formula)
        self.set_facts(
            SEPARATOR.join((f"line {line.number} of {len(trace.lines)}", line.phase.value))
        )

    def _with_piece(self, trace: Trace, line: TraceLine, focus: Focus) -> Focus:
        if self._piece is None:
            return focus
        if line.line.kind is LineKind.TO_LAYER_BELOW:
            size = trace.spec.layers[line.line.layer - 1].size
            return replace(focus, source=self._piece * size + focus.source % size)
        return replace(focus, piece=self._piece)

    def _show_mode(self, formula: Formula) -> None:
        longest = max(max(tile.shape) for tile in formula.tiles)
        elides = longest <= MOST_NUMBERS if self._elides is None else self._elides
        (self.numbers_button if elides else self.whole_button).setChecked(True)
        self.canvas.elides = elides

    def _tell(self, formula: Formula) -> None:
        """Name the number under the mouse, or else the one in focus."""
        source = self.canvas.hovered or formula.result
        if source is None:
            self.info.set_text("")
            return
        value = self._number(formula, source)
        if value is None:
            self.info.set_text(f"{entry_name(source)} is not computed yet")
            return
        made = f"made in line {source.position}" if source.position else "there from the start"
        number = six_digits(value + 0.0)
        self.info.set_text(f"{entry_name(source)} = {number}{SEPARATOR}{made}")

    def _number(self, formula: Formula, source: Source) -> float | None:
        """Return a number that is on show here, or else is known by now."""
        for tile in formula.tiles:
            if tile.buffer == source.buffer and tile.position == source.position:
                cell = tile.cell_of(source.index)
                if cell is not None:
                    return tile.value_at(*cell)
        walk = self.display.playback.walk
        is_known = walk is not None and source.buffer in walk.trace.names
        if walk is None or not is_known or source.position > walk.position:
            return None
        array = walk.trace.read(source.buffer, source.position)
        return None if array is None else float(array[source.index])

    # What a person does.

    def _choose_mode(self) -> None:
        self._elides = self.numbers_button.isChecked()
        self.canvas.set_elides(self._elides)

    def _choose_piece(self, piece: int) -> None:
        self._piece = piece
        self.refresh()

    def _select(self, source: Source) -> None:
        playback = self.display.playback
        if playback.trace is not None:
            select_source(self.display.selection, source, len(playback.trace.spec.layers))
        self.refresh()

    def _hover(self, source: Source | None) -> None:
        self.display.selection.hover(source)
        if self.canvas.formula is not None:
            self._tell(self.canvas.formula)


def lengths_in_focus(trace: Trace, line: TraceLine, focus: Focus) -> Mapping[str, int]:
    """Return for each length of a line's formula the entry that is never elided."""
    number = line.line.layer
    above, below = focus.unit, focus.source
    if line.line.kind is LineKind.TO_LAYER_BELOW:
        above, below = focus.source % trace.spec.layers[number - 1].size, focus.unit
    return {"n": focus.sample, f"k{number}": above, f"k{number - 1}": below}
