"""LossView: the loss of every step, exact at every zoom."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QGraphicsPathItem, QToolTip, QVBoxLayout, QWidget

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.loss_band import band_path
from nnviz.gui.views.loss_controls import LossControls
from nnviz.gui.views.loss_curves import EVEN, LossCurves, StepAxis, loss_curves
from nnviz.gui.views.loss_events import HEIGHT as STRIP_HEIGHT
from nnviz.gui.views.loss_events import LossEvents
from nnviz.gui.views.loss_ghosts import LossGhosts
from nnviz.gui.views.loss_pointer import LossPointer
from nnviz.gui.views.loss_saving import picture_wish, table_wish
from nnviz.gui.views.loss_scrubber import LossScrubber
from nnviz.gui.views.plot_overlay import PlotButton, PlotNote, swatch
from nnviz.gui.views.plot_style import draw_curve, make_plot, show_focus, solid_pen, style_plot
from nnviz.gui.views.stop_form import StopForm, rules_text
from nnviz.gui.views.view import View
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import number_text
from nnviz.training.commands import SetStopRules
from nnviz.training.stop_rules import StopRules

_BAND_SHARE = 0.28
_FEW_EVALUATIONS = 40
# Room above the curves for the buttons, px.
_HEADROOM = 26.0


class LossView(View):
    """Training loss as a band and a smoothed line, validation loss as a second line.

    The wheel and dragging look closer; *follow* shows the whole run again. The
    pointer, or the arrow keys, read the exact loss of a step. Other runs that can be
    recalled are thin lines behind, and a past step on show is marked. Below it the
    steps can be dragged along.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Loss")
        self._logarithmic = True
        self._axis = EVEN
        self._following = True
        self._losses = display.losses
        self.plot = make_plot(theme, "loss_plot", "Loss over steps, arrow keys read it", self)
        self._add_curves()
        self.controls = LossControls(self.plot, self)
        self._make_controls()
        self.ghosts = LossGhosts(self.plot, display)
        self.events = LossEvents(self.plot, display, theme)
        self.pointer = LossPointer(self.plot, display, theme, self.events)
        self._gap_note = PlotNote("loss_gaps", False, self.plot)
        self._axis_note = PlotNote("loss_axis_name", False, self.plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.plot, 1)
        self.scrubber = LossScrubber(display, theme, self)
        column.addWidget(self.scrubber)
        box = self.plot.getPlotItem().getViewBox()
        box.setMouseEnabled(x=True, y=False)
        box.sigRangeChangedManually.connect(self._leave_following)
        box.sigResized.connect(self._settle)
        self.plot.scene().sigMouseMoved.connect(self._move_pointer)
        self.plot.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self.plot, CHOICE_KEYS)
        self.plot.installEventFilter(self)
        self.plot.viewport().installEventFilter(self)
        self.apply_theme()

    def _make_controls(self) -> None:
        controls = self.controls
        controls.scale_changed.connect(self._choose_scale)
        controls.follow_requested.connect(self._follow)
        controls.stop_requested.connect(self._open_stop_form)
        controls.table_requested.connect(self._save_table)
        controls.all_tables_requested.connect(self._save_all_tables)
        controls.picture_requested.connect(self._save_picture)
        self.stop_form = StopForm(self)
        self.stop_form.rules_chosen.connect(self._set_stop_rules)

    def _add_curves(self) -> None:
        item = self.plot.getPlotItem()
        self._band, self._single = QGraphicsPathItem(), pg.PlotCurveItem(connect="finite")
        self._smoothed = pg.PlotCurveItem(connect="finite")
        self._validation = pg.PlotCurveItem(connect="finite")
        self._measured = pg.ScatterPlotItem(size=5, pen=None)
        for curve in (self._band, self._single, self._validation, self._measured, self._smoothed):
            item.addItem(curve)
        self._set_log_mode()

    def apply_theme(self) -> None:
        """Colour plot and curves."""
        theme = self.theme
        style_plot(self.plot, theme)
        edge = solid_pen(mix(theme.well, theme.train, 0.45), 1)
        self._band.setPen(edge)
        self._single.setPen(edge)
        self._band.setBrush(mix(theme.well, theme.train, _BAND_SHARE))
        self._smoothed.setPen(solid_pen(theme.train, 2))
        self._validation.setPen(solid_pen(theme.validation, 2))
        self._measured.setBrush(theme.validation)
        self.pointer.apply_theme(theme)
        self.events.wear(theme)
        self._axis_note.say(f'<span style="color:{theme.text_tertiary}">step</span>')
        self._place_notes()

    def refresh(self) -> None:
        """Draw the newest losses."""
        if not self.display.is_ready:
            return
        box = self.plot.getPlotItem().getViewBox()
        if self._losses is not self.display.losses:
            # Another run: what was looked at closely is gone.
            self._losses = self.display.losses
            self._set_following(True)
            self.pointer.move(None)
        if self._following:
            box.setXRange(*self._axis.whole(self.ghosts.last_step), padding=0.01)
        low, high = (int(self._axis.step(x)) for x in box.viewRange()[0])
        window = max(0, low), high + 1, max(200, int(self.plot.width()))
        scales = self._logarithmic, self._axis
        curves = loss_curves(self.display.losses, self.display.evaluations, *window, *scales)
        self._draw(curves, self.ghosts.draw(self.theme, *window, *scales))
        self.events.refresh(self.plot_rect(), self._pixel)
        self.pointer.show_values()
        self.controls.show_rules(rules_text(self.display.snapshot.stop_rules))
        self._say_gaps(curves)
        self.scrubber.refresh(self.theme)
        self.set_facts(self._fact_text())

    def _draw(self, curves: LossCurves, others: Sequence[tuple[float, float]] = ()) -> None:
        # Single losses make a line, not a band: in segments it costs a quarter.
        is_line = np.array_equal(curves.low, curves.high, equal_nan=True)
        self._band.setVisible(not is_line)
        if not is_line:
            self._band.setPath(band_path(curves))
        points = slice(None) if is_line else slice(0)
        draw_curve(self._single, curves.x[points], curves.high[points])
        draw_curve(self._smoothed, curves.x, curves.smoothed)
        # Segments are for long curves; a short one looks smoother in one piece.
        x, y = curves.validation_x, curves.validation
        self._validation.setSegmentedLineMode("on" if len(x) > 200 else "off")
        draw_curve(self._validation, x, y)
        few = np.isfinite(x) & np.isfinite(y) & (len(x) <= _FEW_EVALUATIONS)
        self._measured.setData(x[few], y[few])
        box = self.plot.getPlotItem().getViewBox()
        low, high = curves.extent()
        low, high = min([low, *(o[0] for o in others)]), max([high, *(o[1] for o in others)])
        headroom = min(0.5, _HEADROOM / max(1.0, box.height()))
        box.setYRange(low, low + (high - low) / (1 - headroom), padding=0)

    def _say_gaps(self, curves: LossCurves) -> None:
        words = curves.gap_words(self._logarithmic)
        colour = self.theme.text_secondary
        self._gap_note.say(f'<span style="color:{colour}">{words}</span>' if words else "")
        self._place_notes()

    def _fact_text(self) -> str:
        evaluation = self.display.snapshot.evaluation
        facts = [swatch(self.theme.train, f"train {number_text(evaluation.train_loss)}")]
        if evaluation.validation_loss is not None:
            words = f"validation {number_text(evaluation.validation_loss)}"
            facts.append(swatch(self.theme.validation, words))
        return "&nbsp;&nbsp;".join(facts)

    # What stands on the plot.

    def plot_rect(self) -> QRectF:
        """Return where the curves are, in pixels of the plot widget."""
        scene = self.plot.getPlotItem().getViewBox().sceneBoundingRect()
        return QRectF(self.plot.mapFromScene(scene).boundingRect())

    def _x_range(self) -> tuple[float, float]:
        low, high = self.plot.getPlotItem().getViewBox().viewRange()[0]
        return float(low), float(high)

    def _pixel(self, step: int) -> float:
        """Return where a step lies in pixels of the plot; a logarithm begins with step 1."""
        x = self._axis.place(max(step, 1) if self._axis.logarithmic else step)
        low, high = self._x_range()
        room = self.plot_rect()
        return room.left() + (x - low) / (high - low) * room.width()

    def _place_notes(self, *_: Any) -> None:
        room = self.plot_rect()
        self.controls.place(room)
        size = self._axis_note.size()
        corner = room.bottomRight().toPoint()
        self._axis_note.move(corner - QPoint(size.width() + 5, size.height() + 3))
        size = self._gap_note.size()
        above = STRIP_HEIGHT if self.events.marks else 3
        self._gap_note.move(room.bottomLeft().toPoint() + QPoint(6, -size.height() - above))

    def _settle(self, *_: Any) -> None:
        """Fit everything to the size that the plot has got."""
        self._place_notes()
        self.refresh()

    # What a person does.

    def _choose_scale(self) -> None:
        self._logarithmic = self.controls.log.isChecked()
        axis = StepAxis(self.controls.log_steps.isChecked())
        if axis != self._axis:
            # What was looked at closely stays in sight.
            box = self.plot.getPlotItem().getViewBox()
            low, high = (self._axis.step(x) for x in box.viewRange()[0])
            self._axis = self.pointer.axis = axis
            if not self._following:
                box.setXRange(axis.place(max(low, 1)), axis.place(max(high, 2)), padding=0)
        self._set_log_mode()
        self.refresh()

    def _set_log_mode(self) -> None:
        item = self.plot.getPlotItem()
        item.getAxis("left").setLogMode(self._logarithmic)
        item.getAxis("bottom").setLogMode(self._axis.logarithmic)

    def _set_following(self, following: bool) -> None:
        self._following = following
        self.controls.follow.setChecked(following)

    def _follow(self) -> None:
        self._set_following(True)
        self.refresh()

    def _leave_following(self, *_: Any) -> None:
        self._set_following(False)
        self.refresh()

    def _open_stop_form(self) -> None:
        if not self.display.is_ready:
            return
        rules = self.display.snapshot.stop_rules
        self.controls.show_rules(rules_text(rules))
        self.stop_form.show_rules(rules)
        corner = self.plot_rect().topRight().toPoint() + QPoint(-4, PlotButton.HEIGHT + 6)
        has_validation = len(self.display.data.validation_rows) > 0
        self.stop_form.open_below(self.plot.mapToGlobal(corner), has_validation)

    def _set_stop_rules(self, rules: StopRules) -> None:
        self.display.wishes.command(SetStopRules(rules))

    def _save_table(self) -> None:
        self.display.wishes.save(table_wish((self.display.runs.current,)))

    def _save_all_tables(self) -> None:
        self.display.wishes.save(table_wish(self.display.runs.all))

    def _save_picture(self) -> None:
        def show(visible: bool) -> None:
            self.controls.set_visible(visible, self.plot_rect())

        self.display.wishes.save(picture_wish(self, lambda: show(False), lambda: show(True)))

    def _move_pointer(self, place: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        inside = self.display.is_ready and box.sceneBoundingRect().contains(place)
        step = self._axis.step(box.mapSceneToView(place).x()) if inside else 0.0
        self.pointer.move(round(step) if inside else None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read the curve with the arrow keys; forget the pointer when the mouse leaves."""
        if isinstance(event, QHelpEvent):
            sentence = self.events.text_at(QPointF(self.plot.mapFromGlobal(event.globalPos())))
            QToolTip.showText(event.globalPos(), sentence, self.plot)
            return True
        if event.type() == QEvent.Type.Leave:
            self.pointer.move(None)
        elif watched is self.plot and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._press(event.key())
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            show_focus(self.plot, self.theme)
        return super().eventFilter(watched, event)

    def _press(self, key: int) -> bool:
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key not in ways or not self.display.is_ready:
            return False
        low, high = self._x_range()
        pixel = (high - low) / max(1.0, self.plot_rect().width())
        start = self.display.losses.steps if self.pointer.step is None else self.pointer.step
        beside = self._axis.step(self._axis.place(max(start, 1)) + pixel)
        stride = max(1, round(beside - max(start, 1)))
        self.pointer.move(start + ways[Qt.Key(key)] * stride)
        return True
