"""OptimizerView: how one weight or bias was updated, term by term, and under other rules."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnviz.core.notation import Piece
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.network_values import exact
from nnviz.gui.views.optimizer_bars import RuleBars
from nnviz.gui.views.optimizer_choice import ParameterChoice
from nnviz.gui.views.optimizer_content import Microscope, microscope
from nnviz.gui.views.optimizer_terms import TermsCanvas
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.view import View
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.text import as_sentence, count_text, wrapping_label
from nnviz.training.following import Track

_NO_STEP = (
    "No step of this run has been done yet: press → or Space, and its arithmetic stands here."
)
_READING = "Doing the last steps again, to read what this parameter went through…"
# From this width on the rules stand beside the terms.
_WIDE = 540


class NameField(QLineEdit):
    """Where a name is typed.

    Signals
    -------
    left
        The keyboard has gone elsewhere, or Escape was pressed.
    """

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard has gone elsewhere."""
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up at Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class OptimizerView(View):
    """The terms of the last update of one parameter, and the same step under other rules.

    Attributes
    ----------
    field
        Where the name of a weight or bias is typed.
    terms, rules
        The equations, and the comparison.
    shown
        What stands there, ``None`` while there is nothing.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Optimiser microscope")
        self.choice = ParameterChoice(display)
        self.shown: Microscope | None = None
        self._track: Track | None = None
        self.field = NameField(self)
        self.field.setObjectName("optimizer_entry")
        self.field.setAccessibleName("Weight or bias")
        self.field.setPlaceholderText("W1[2,3] or b1[3]")
        self.field.setToolTip(
            "Which weight or bias: W1[2,3] leads from unit 2 to unit 3 of layer 1, b1[3] is the "
            "bias of that unit. Enter takes it; a click in the network does too."
        )
        self.field.returnPressed.connect(self._take_name)
        self.field.left.connect(self._show_choice)
        self.weight_button = PlotButton(
            "optimizer_weight", "Strongest", "The strongest weight of the same unit", self
        )
        self.bias_button = PlotButton("optimizer_bias", "Bias", "The bias of the same unit", self)
        self.copy_button = PlotButton("optimizer_copy", "Copy", "Copy all numbers as text", self)
        self.weight_button.clicked.connect(self._take_strongest)
        self.bias_button.clicked.connect(self._take_bias)
        self.copy_button.clicked.connect(self.copy)
        self.note = wrapping_label("", "hint", self)
        self.note.setObjectName("optimizer_note")
        self.note.setContentsMargins(4, 4, 4, 4)
        self.terms = TermsCanvas(theme, _tip, self)
        self.rules = RuleBars(theme, self)
        self._arrange()
        self.terms.number_hovered.connect(display.selection.hover)
        self.terms.copy_requested.connect(self.copy)
        display.tracking.track_changed.connect(self._follow_track)

    def _arrange(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.field, 1)
        for button in (self.weight_button, self.bias_button, self.copy_button):
            bar.addWidget(button)
        page = QWidget()
        page.setProperty("role", "scrolled")
        self._page = QBoxLayout(QBoxLayout.Direction.TopToBottom, page)
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.setSpacing(4)
        self._page.addWidget(self.terms, 1)
        self._page.addWidget(self.rules, 1, Qt.AlignmentFlag.AlignTop)
        self.frame = QScrollArea(self)
        self.frame.setObjectName("optimizer_scroll")
        self.frame.setAccessibleName("Update and comparison")
        self.frame.setFrameShape(QFrame.Shape.NoFrame)
        self.frame.setWidgetResizable(True)
        self.frame.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.frame.setWidget(page)
        self.frame.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addWidget(self.note)
        column.addWidget(self.frame, 1)

    def minimumSizeHint(self) -> QSize:
        """Return room for the field and a few rows."""
        return QSize(200, 80)

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.rules.wear(self.theme)
        self.terms.show_microscope(self.shown, self.theme)

    def refresh(self) -> None:
        """Show the last update of the step on show."""
        if not self.display.is_ready:
            return
        place = self.choice.place
        if not self.field.isModified():
            self._show_name()
        reason = self.display.spec.untrainable_reason
        if reason is not None:
            self._show(None, as_sentence(reason))
        elif self.display.snapshot.step == 0:
            self._show(None, _NO_STEP)
        else:
            # What is there already stays until the newer one has come.
            self.display.tracking.follow(place, self.display.snapshot)
            self._take_track()
        self.terms.light(self.display.selection.hovered)

    def _follow_track(self) -> None:
        if self.isVisible() and self.display.is_ready and self.display.snapshot.step > 0:
            self._take_track()

    def _take_track(self) -> None:
        """Show the newest track, if it is of the parameter that is looked at."""
        track = self.display.tracking.track
        generation = self.display.snapshot.generation
        if track is None or track.generation != generation:
            self._show(None, _READING)
        elif track.places[0] != self.choice.place and self.shown is not None:
            # For a moment: the title says which numbers these are.
            self._show(self.shown)
        elif track.places[0] != self.choice.place:
            self._show(None, _READING)
        elif track.last_step is None:
            # A branch that has done no step of its own yet.
            self._show(None, _NO_STEP)
        elif track is not self._track or self.shown is None:
            self._track = track
            self._show(microscope(track, self.choice.names, self.display.spec))

    def _show(self, shown: Microscope | None, sentence: str = "") -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
        self.frame.setVisible(shown is not None)
        self.copy_button.setEnabled(shown is not None)
        self.set_facts(self._fact_text(shown) if shown else "")
        if shown is self.shown:
            return
        self.shown = shown
        self.terms.show_microscope(shown, self.theme)
        self.rules.show_rows(shown.rows if shown else (), shown.note if shown else "")

    def _fact_text(self, shown: Microscope) -> str:
        label = OPTIMIZERS[self.display.snapshot.experiment.optimizer.name].label
        return SEPARATOR.join((shown.name, label, f"step {count_text(shown.step)}"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the rules beside the terms where there is room."""
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._page.setDirection(across if is_wide else down)

    # What a person does.

    def _take_name(self) -> None:
        try:
            self.choice.take_name(self.field.text())
        except ValueError as error:
            self.note.setText(as_sentence(str(error)))
            self.note.show()
            return
        self._show_choice()

    def _show_choice(self) -> None:
        self.field.setModified(False)
        if self.shown is not None:
            self.note.hide()
        self.refresh()

    def _show_name(self) -> None:
        name = self.choice.name
        if name != self.field.text():
            self.field.setText(name)

    def _take_strongest(self) -> None:
        self.choice.take_strongest()
        self._show_choice()

    def _take_bias(self) -> None:
        self.choice.take_bias()
        self._show_choice()

    def copy(self) -> None:
        """Copy all terms and the comparison as plain text."""
        if self.shown is not None:
            QGuiApplication.clipboard().setText(self.shown.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy at the system's key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)


def _tip(piece: Piece) -> str:
    """Return all digits of a number."""
    return "" if piece.value is None else exact(piece.value)
