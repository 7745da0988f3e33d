"""CodeView: the lecture's NumPy code of the step, the current line lit, and its variables."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from nnviz.core.code_script import script_of
from nnviz.core.code_variables import variables_at
from nnviz.core.conditions import Condition
from nnviz.core.equation import title_of
from nnviz.core.notation import Source
from nnviz.core.numpy_code import CodeLine, code_for, head_of
from nnviz.core.spec import NetworkSpec
from nnviz.core.trace import Trace
from nnviz.core.walk import Walk
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.theme import Theme
from nnviz.gui.views.code_editor import CodeEditor
from nnviz.gui.views.condition_bar import ConditionBar
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.variables_table import VariablesTable
from nnviz.gui.views.view import View
from nnviz.gui.views.walk_links import WELCOME
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.text import ElidedLabel, as_sentence, count_text, wrapping_label

# From this width on, or in a low pane from the other, the variables stand beside the code, px.
_WIDE, _WIDE_IF_LOW, _LOW = 680, 540, 320


class CodeView(View):
    """Code at the left, its variables at the right or below, and where to stop.

    Attributes
    ----------
    editor, table, bar
        The three parts.
    message
        The line above them: what the current line does, or how a search ended.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Code")
        self._predictor = Predictor.of(display.playback)
        self._trace: Trace | None = None
        self._spec: NetworkSpec | None = None
        self._shown: tuple[object, ...] = ()
        self._breakpoints: frozenset[int] = frozenset()
        self._wanted: Condition | None = None
        self._said: tuple[str, tuple[Trace | None, int]] | None = None
        self.welcome = wrapping_label(WELCOME, "hint", self)
        self.welcome.setContentsMargins(12, 12, 12, 12)
        self.message = ElidedLabel(self)
        self.message.setObjectName("code_message")
        self.copy_button = PlotButton("code_copy", "Copy", "Copy the code", self)
        self.save_button = PlotButton(
            "code_save",
            "Save…",
            "Save a script that computes this step, with all its numbers",
            self,
        )
        self.editor = CodeEditor(theme, self)
        self.table = VariablesTable(theme, self)
        self.bar = ConditionBar(self)
        self._arrange()
        self.copy_button.clicked.connect(self.copy_code)
        self.save_button.clicked.connect(self.save_script)
        self.editor.line_clicked.connect(display.playback.go_to)
        self.editor.breakpoint_toggled.connect(self.toggle_breakpoint)
        self.bar.run_requested.connect(self.run_to_condition)
        self.bar.stop_requested.connect(self.end_search)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 8, 0)
        top.setSpacing(4)
        top.addWidget(self.message, 1)
        top.addWidget(self.copy_button)
        top.addWidget(self.save_button)
        self.splitter = QSplitter(self)
        self.splitter.setObjectName("code_splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(6)
        self.splitter.addWidget(self.editor)
        self.splitter.addWidget(self.table)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.welcome)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.bar)

    def apply_theme(self) -> None:
        """Draw anew in the new colours."""
        self.editor.wear(self.theme)
        self.table.wear(self.theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the variables beside the code where there is room, else below it."""
        super().resizeEvent(event)
        is_low = self.height() < _LOW
        is_wide = self.width() >= (_WIDE_IF_LOW if is_low else _WIDE)
        self.splitter.setOrientation(
            Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        )

    def refresh(self) -> None:
        """Show the line at the cursor."""
        playback = self.display.playback
        walk = playback.walk if playback.is_active else None
        for part in (self.splitter, self.bar, self.copy_button, self.save_button):
            part.setVisible(walk is not None)
        self.welcome.setVisible(walk is None)
        if walk is None:
            self._shown = ()
            self._trace = None
            self.message.set_text("")
            self.set_facts("")
            return
        self._follow_search(walk)
        self._show(walk)
        hovered = self.display.selection.hovered
        self.table.light("" if hovered is None else hovered.buffer)

    def _show(self, walk: Walk) -> None:
        trace, number = walk.trace, walk.place.line
        if trace is not self._trace:
            self._take(trace)
        self._predictor.look()
        game = self._predictor.game
        state = (trace, walk.place, self._breakpoints, game.is_on, game.is_open, game.question)
        self._tell(trace, number)
        if state == self._shown:
            return
        self._shown = state
        self.editor.show_place(number, self._breakpoints)
        self.bar.breakpoints = self._breakpoints
        self.table.show_variables(variables_at(trace, walk.position), number, self._hides)

    def _take(self, trace: Trace) -> None:
        """Show another step; of the same network it has the same lines."""
        if trace.spec != self._spec:
            self._breakpoints = frozenset()
        self._trace, self._spec = trace, trace.spec
        self.editor.show_rows((*head_of(trace), CodeLine(0, ""), *_given(trace), *code_for(trace)))
        self.bar.show_trace(trace)

    def _hides(self, source: Source, number: float) -> bool:
        return self._predictor.game.hides(source, number)

    def _tell(self, trace: Trace, number: int) -> None:
        words = title_of(trace.lines[number - 1].line) if number else "The step has not begun"
        if self._said is not None:
            if self._said[1] == (trace, number):
                words = self._said[0]
            else:
                self._said = None
        self.message.set_text(words)
        count = count_text(len(trace.lines))
        phase = (trace.lines[number - 1].phase.value,) if number else ()
        self.set_facts(SEPARATOR.join((f"line {number} of {count}", *phase)))

    def _say(self, words: str) -> None:
        """Show a message until the cursor moves."""
        walk = self.display.playback.walk
        place = (None, 0) if walk is None else (walk.trace, walk.place.line)
        self._said = (words, place)
        self.message.set_text(words)

    # Breakpoints and conditions.

    def toggle_breakpoint(self, number: int) -> None:
        """Set or clear the breakpoint of a line."""
        self._breakpoints ^= {number}
        self.refresh()

    def run_to_condition(self) -> None:
        """Go on, over steps if need be, to where the chosen condition is met."""
        try:
            self._wanted = self.bar.condition()
        except ValueError as error:
            self._say(f"{as_sentence(str(error))}.")
            return
        self.display.playback.run_condition(self._wanted)
        self.refresh()

    def end_search(self) -> None:
        """Stop looking for the condition."""
        self._wanted = None
        self.display.playback.stop()
        self.bar.set_searching(False)
        self._say("The search was ended.")

    def _follow_search(self, walk: Walk) -> None:
        """Tell how a search goes, or how it ended."""
        is_searching = self._wanted is not None and self.display.playback.is_waiting
        self.bar.set_searching(is_searching)
        if self._wanted is None:
            return
        words, number = self._wanted.sentence(), walk.place.line
        if is_searching:
            self._say(f"Searching in step {count_text(walk.trace.step)}: stop {words}")
            return
        if number and self._wanted.is_met(walk.trace, number):
            self._say(f"Stopped in step {count_text(walk.trace.step)} {words}")
        else:
            self._say(f"Given up at step {count_text(walk.trace.step)}: nowhere to stop {words}")
        self._wanted = None

    # Copying and saving.

    def code(self) -> str:
        """Return the code on show."""
        return "\n".join(row.text for row in self.editor.rows) + "\n"

    def copy_code(self) -> None:
        """Copy the code on show."""
        QGuiApplication.clipboard().setText(self.code())
        self._say("Copied.")

    def save_script(self) -> None:
        """Ask for a file name, and save the script of this step there."""
        trace = self._trace
        if trace is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self, "Save a script of this step", f"step_{trace.step}.py", "Python (*.py)"
        )
        if not path:
            return
        try:
            Path(path).write_text(script_of(trace), encoding="utf-8")
        except OSError as error:
            self._say(f"{path} could not be written: {error.strerror}")
        else:
            self._say(f"Saved as {path}")


def _given(trace: Trace) -> tuple[CodeLine, ...]:
    """Return what the code says of the numbers that it does not list."""
    last = len(trace.spec.layers)
    names = "W1, b1" if last == 1 else f"W1, b1, ..., b{last}"
    return (CodeLine(0, f"# x, t: the batch; {names}: the parameters before this step"),)
