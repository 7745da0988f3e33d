"""EquationView: the arithmetic of the line at the cursor, in symbols and with its numbers."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from nnviz.core.equation import Explanation, explain, within
from nnviz.core.long_sums import TERMS_AT_A_TIME, gaps, with_terms
from nnviz.core.looking_glass import Focus
from nnviz.core.notation import Piece, Source, six_digits
from nnviz.core.partial_terms import Progress, progress
from nnviz.core.source_names import source_name, where_made
from nnviz.core.trace import Trace
from nnviz.core.walk import Walk
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.theme import Theme
from nnviz.gui.views.equation_canvas import EquationCanvas
from nnviz.gui.views.equation_content import Content
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.predict_panel import PredictPanel
from nnviz.gui.views.view import View
from nnviz.gui.views.walk_links import WELCOME, select_source
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.text import wrapping_label

_NOTHING_DONE = Progress(is_done=False)


class EquationView(View):
    """The formula of the current line, then the same with the actual numbers in it.

    Attributes
    ----------
    canvas
        Draws the equations; its numbers can be pointed at and clicked.
    predictor
        The prediction game, shared by all views of this Playback.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Equation")
        self.predictor = Predictor.of(display.playback)
        self._shown: tuple[object, ...] = ()
        self._opened: frozenset[int] = frozenset()
        self._opened_in: tuple[object, ...] = ()
        self.canvas = EquationCanvas(theme, self._tip, self)
        self.frame = QScrollArea(self)
        self.frame.setObjectName("equation_scroll")
        self.frame.setAccessibleName("Equations")
        self.frame.setFrameShape(QFrame.Shape.NoFrame)
        self.frame.setWidgetResizable(True)
        self.frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.frame.setWidget(self.canvas)
        self.frame.viewport().setAutoFillBackground(False)
        self.canvas.setAutoFillBackground(False)
        self.welcome = wrapping_label(WELCOME, "hint", self)
        self.welcome.setContentsMargins(12, 12, 12, 12)
        self.panel = PredictPanel(self.predictor, self)
        self.predict_button = self._button(
            "equation_predict", "Predict", "Hide the next number and predict it"
        )
        self.predict_button.setCheckable(True)
        self.text_button = self._button(
            "equation_copy_text", "Copy text", "Copy the equations as text"
        )
        self.tex_button = self._button("equation_copy_tex", "Copy TeX", "Copy the equations as TeX")
        self._arrange()
        self._connect()

    def _button(self, name: str, text: str, spoken: str) -> PlotButton:
        return PlotButton(name, text, spoken, self)

    def _arrange(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 0, 8, 0)
        bar.setSpacing(4)
        bar.addWidget(self.predict_button)
        bar.addStretch(1)
        bar.addWidget(self.text_button)
        bar.addWidget(self.tex_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(bar)
        column.addWidget(self.welcome)
        column.addWidget(self.frame, 1)
        column.addWidget(self.panel)

    def _connect(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for name, words, slot in (
            ("copy_equation_text", "Copy as text", self.copy_text),
            ("copy_equation_tex", "Copy as TeX", self.copy_tex),
        ):
            action = QAction(words, self)
            action.setObjectName(name)
            action.triggered.connect(slot)
            self.addAction(action)
        self.text_button.clicked.connect(self.copy_text)
        self.tex_button.clicked.connect(self.copy_tex)
        self.predict_button.clicked.connect(self._switch_game)
        self.predictor.prediction_changed.connect(self.refresh)
        self.panel.next_requested.connect(self.display.playback.forward)
        self.canvas.number_hovered.connect(self.display.selection.hover)
        self.canvas.number_clicked.connect(self._go_to)
        self.canvas.gap_clicked.connect(self._write_out)
        self.canvas.copy_requested.connect(self.copy_text)

    @property
    def content(self) -> Content | None:
        """What is shown; ``None`` while nothing is walked over."""
        return self.canvas.content

    def refresh(self) -> None:
        """Show the line at the cursor."""
        playback = self.display.playback
        walk = playback.walk if playback.is_active else None
        self.welcome.setVisible(walk is None)
        self.frame.setVisible(walk is not None)
        for button in (self.text_button, self.tex_button):
            button.setEnabled(walk is not None)
        self.predict_button.setChecked(self.predictor.game.is_on)
        self.panel.refresh()
        if walk is None:
            self._shown = ()
            self.canvas.show_content(None, self.theme)
            self.set_facts("")
            return
        self._show(walk, playback.focus)
        self.canvas.light(self.display.selection.hovered)

    def _show(self, walk: Walk, focus: Focus) -> None:
        trace, place = walk.trace, walk.place
        # Before the first line one looks at what it is going to do.
        number = place.line or 1
        focus = within(trace, number, focus)
        done = progress(trace, place, focus) if place.line else _NOTHING_DONE
        game = self.predictor.game
        if self._opened_in != (trace, number, focus.unit):
            self._opened_in, self._opened = (trace, number, focus.unit), frozenset()
        state = (trace, number, focus, done, game.is_on, game.is_open, game.question, self._opened)
        if self._shown == state:
            return
        self._shown = state
        content = Content(self._explained(trace, number, focus), done, self._hides)
        self.canvas.show_content(content, self.theme)
        self.canvas.setAccessibleDescription(content.text())
        self.set_facts(self._fact_text(trace, number, focus))

    def _explained(self, trace: Trace, number: int, focus: Focus) -> Explanation:
        """Return the explanation with all the terms that were asked for."""
        explanation = explain(trace, number, focus)
        if not self._opened:
            return explanation
        *others, last = explanation.scalar
        last = with_terms(trace, number, focus, last, self._opened)
        return replace(explanation, scalar=(*others, last))

    def _fact_text(self, trace: Trace, number: int, focus: Focus) -> str:
        facts = [f"line {number} of {len(trace.lines)}"]
        if trace.batch_size > 1:
            facts.append(f"sample {focus.sample + 1} of {trace.batch_size:,}")
        return SEPARATOR.join(facts)

    def _hides(self, piece: Piece) -> bool:
        return self.predictor.game.hides(piece.source, piece.value)

    def _tip(self, piece: Piece) -> str:
        trace, source = self.display.playback.trace, piece.source
        if trace is None or piece.value is None:
            return ""
        exact = repr(piece.value).replace("-", "−")
        if source is None:
            return exact
        name = source_name(trace, source)
        return f"{name}\n{six_digits(piece.value)}, to all digits {exact}\n{where_made(source)}"

    def apply_theme(self) -> None:
        """Draw anew in the new colours."""
        self._shown = ()

    # What a person does.

    def _go_to(self, source: Source) -> None:
        """Select what a number belongs to, and go where it was made."""
        playback = self.display.playback
        if playback.trace is None:
            return
        select_source(self.display.selection, source, len(playback.trace.spec.layers))
        if source.position and source.position != playback.position:
            playback.go_to(source.position)

    def _write_out(self, gap: int) -> None:
        """Write more terms of a long sum out."""
        if self.content is not None:
            left_out = gaps(self.content.explanation.scalar[-1])[gap]
            self._opened |= frozenset(left_out[:TERMS_AT_A_TIME])
            self.refresh()

    def _switch_game(self, is_on: bool) -> None:
        """Begin or end the game; who begins it can type at once."""
        self.predictor.switch(is_on)
        if is_on:
            self.panel.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy_text(self) -> None:
        """Copy the equations as plain text."""
        if self.content is not None:
            QGuiApplication.clipboard().setText(self.content.text())

    def copy_tex(self) -> None:
        """Copy the equations as TeX."""
        if self.content is not None:
            QGuiApplication.clipboard().setText(self.content.tex())
