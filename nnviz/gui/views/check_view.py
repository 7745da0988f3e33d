"""CheckView: gradients against central differences, and updates against their definition."""

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from nnviz.core.notation import Source
from nnviz.core.step_check import USUAL_STEP
from nnviz.core.step_size_curve import LARGEST, SMALLEST
from nnviz.core.verdicts import Verdict
from nnviz.core.walk import Walk
from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.check_card import CheckCard
from nnviz.gui.views.check_curve import CheckCurve
from nnviz.gui.views.check_rows import entry_name, verdict_of_all
from nnviz.gui.views.check_table import CheckTable
from nnviz.gui.views.check_work import CheckWork, entry_for
from nnviz.gui.views.log_ticks import log_tick_text
from nnviz.gui.views.view import View
from nnviz.gui.views.walk_links import WELCOME
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.slider import LabelledSlider
from nnviz.gui.widgets.text import count_text, percent_text, role_label, wrapping_label

# A slice of measuring, s: short enough for the window to stay fluent beside it.
_SLICE = 0.004
# After the last move the gradient of a large network is measured, ms.
_REST = 150
_POSITIONS_OF_A_DECADE = 4
_LOWEST_TABLE = 150


class CheckView(View):
    """The number at the cursor checked, the curve of step sizes, and all gradients.

    Attributes
    ----------
    card, slider, curve, table
        The parts, from above.
    work
        What is measured of the step that is walked over, or ``None``.
    step
        The step size of the card.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Check")
        self.work: CheckWork | None = None
        self.step = USUAL_STEP
        self._awaited = False
        self._predictor = Predictor.of(display.playback)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._measure_on)
        self._build()
        self.table.target_chosen.connect(self._select)
        self.curve.step_chosen.connect(self.set_step)
        self.slider.slider.valueChanged.connect(self._choose_position)
        self.check_button.clicked.connect(self._check_all)
        self._show_step()

    def _build(self) -> None:
        self.welcome = wrapping_label(WELCOME, "hint", self)
        self.welcome.setContentsMargins(12, 12, 12, 12)
        self.card = CheckCard(self.theme)
        count = round((LARGEST - SMALLEST) * _POSITIONS_OF_A_DECADE) + 1
        self.slider = LabelledSlider("check_step_size", "Step size h", count, _position_text)
        self.slider.setContentsMargins(12, 0, 12, 0)
        self.advice_label = wrapping_label("", "hint")
        self.advice_label.setObjectName("check_advice")
        self.advice_label.setContentsMargins(12, 0, 12, 0)
        self.curve = CheckCurve(self.theme)
        self.check_button = QPushButton("Check all")
        self.check_button.setObjectName("check_all")
        self.check_button.setAccessibleName("Check all gradients and the update")
        reach_by_tab(self.check_button)
        self.all_label = role_label("", "label")
        self.all_label.setObjectName("check_all_result")
        self.all_label.setWordWrap(True)
        self.table = CheckTable(self.theme)
        self.table.setMinimumHeight(_LOWEST_TABLE)
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 2)
        row.addWidget(self.check_button)
        row.addWidget(self.all_label, 1)
        self.content = QWidget()
        self.content.setProperty("role", "scrolled")
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        for part in (self.card, self.slider, self.advice_label):
            column.addWidget(part)
        column.addWidget(self.curve, 3)
        column.addLayout(row)
        column.addWidget(self.table, 4)
        self._frame_content()

    def _frame_content(self) -> None:
        self.frame = QScrollArea(self)
        self.frame.setObjectName("check_scroll")
        self.frame.setAccessibleName("Checks")
        self.frame.setFrameShape(QFrame.Shape.NoFrame)
        self.frame.setWidgetResizable(True)
        self.frame.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.frame.setWidget(self.content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.welcome)
        outer.addWidget(self.frame, 1)

    # What is shown.

    def refresh(self) -> None:
        """Check what the cursor stands at."""
        playback = self.display.playback
        walk = playback.walk if playback.is_active else None
        self.welcome.setVisible(walk is None)
        self.frame.setVisible(walk is not None)
        if walk is None:
            self.work = None
            self.set_facts("")
            return
        is_new = self.work is None or self.work.trace is not walk.trace
        if self.work is None or is_new:
            self.work = CheckWork(walk.trace)
        if self.work.is_large:
            # A person who moves on does not wait for it.
            self._awaited = True
            self.card.show_waiting()
            self._show_results(self.work)
            self._timer.start(_REST)
            return
        self._show_entry(self.work, walk)
        if is_new:
            self._measure_on()
        else:
            self._show_results(self.work)
            self._timer.start(1)

    def _show_entry(self, work: CheckWork, walk: Walk) -> None:
        number, focus = walk.place.line, self.display.playback.focus
        work.look_at(entry_for(walk.trace, number, focus, self.display.selection))
        is_update = work.is_update_line(number)
        for part in (self.slider, self.advice_label, self.curve):
            part.setVisible(not is_update)
        if is_update:
            compared = work.compare_update(number, focus)
            if compared is not None:
                heads = ("After the step", "By definition")
                name, found = compared
                self.card.show_comparison(name, heads, found, self._plays)
                return
        entry = work.entry
        position = walk.trace.made_at(entry.gradient, entry.position)
        is_hidden = self._predictor.hides(Source(entry.gradient, entry.index, position))
        is_local = entry.gradient.startswith("g")
        heads = ("By its formula" if is_local else "By backpropagation", "Central difference")
        found = work.probe().compare(entry, self.step)
        self.card.show_comparison(entry_name(walk.trace, entry), heads, found, is_hidden)

    @property
    def _plays(self) -> bool:
        return self._predictor.game.is_on

    def _show_results(self, work: CheckWork) -> None:
        self.curve.show_curve(work.curve)
        self.advice_label.setText(work.curve.advice(self.step) if work.curve is not None else "")
        self.table.show_rows(work.rows, self._plays)
        self.check_button.setText("Stop" if work.is_checking else "Check all")
        total = count_text(work.trace.layout.size)
        if work.rows:
            verdict = verdict_of_all(work.rows)
            said = "all as they should be" if verdict is Verdict.PASS else "something is wrong"
            self.all_label.setText(f"{total} gradients with h = 10⁻⁵: {said}")
            self.set_facts(f"{total} gradients, {'✓' if verdict is Verdict.PASS else '✗'}")
            BugLabControl.of(self.display.playback).note_check(verdict is not Verdict.PASS)
        elif work.is_checking:
            self.all_label.setText(f"{percent_text(work.share)} of {total} gradients")
            self.set_facts(f"checking, {percent_text(work.share)}")
        else:
            self.all_label.setText(f"{total} gradients and the update; takes a while")
            self.set_facts("")

    # What is done in slices.

    def _measure_on(self) -> None:
        work = self.work
        walk = self.display.playback.walk
        if work is None or walk is None or walk.trace is not work.trace:
            return
        if self._awaited:
            self._awaited = False
            self._show_entry(work, walk)
        work.advance(_SLICE)
        self._show_results(work)
        if work.has_work and self.isVisible():
            self._timer.start(1)

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with what was left when the pane was hidden."""
        super().showEvent(event)
        self._timer.start(1)

    def finish(self) -> None:
        """Measure all that there is to measure, at once."""
        self._measure_on()
        while self.work is not None and self.work.has_work:
            self._measure_on()

    def _check_all(self) -> None:
        if self.work is None:
            return
        if self.work.is_checking:
            self.work.stop()
        else:
            self.work.check_all()
        self._measure_on()

    # What a person chooses.

    def set_step(self, step: float) -> None:
        """Check with another step size from now on."""
        self.step = step
        self._show_step()
        walk = self.display.playback.walk
        if self.work is not None and walk is not None and walk.trace is self.work.trace:
            self._show_entry(self.work, walk)
            self._show_results(self.work)

    def _choose_position(self, position: int) -> None:
        if position != _position_of(self.step):
            self.set_step(float(10.0 ** (SMALLEST + position / _POSITIONS_OF_A_DECADE)))

    def _show_step(self) -> None:
        self.slider.show_position(_position_of(self.step), log_tick_text(_exponent(self.step)))
        self.curve.show_step(self.step)

    def _select(self, target: EdgeRef | UnitRef) -> None:
        if isinstance(target, EdgeRef):
            self.display.selection.select_edge(target)
        else:
            self.display.selection.select_unit(target)

    def apply_theme(self) -> None:
        """Draw anew in the new colours."""
        for part in (self.card, self.curve, self.table):
            part.wear(self.theme)


def _exponent(step: float) -> float:
    return round(float(np.log10(step)), 2)


def _position_of(step: float) -> int:
    return round((_exponent(step) - SMALLEST) * _POSITIONS_OF_A_DECADE)


def _position_text(position: int) -> str:
    return log_tick_text(SMALLEST + position / _POSITIONS_OF_A_DECADE)
