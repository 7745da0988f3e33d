"""LossView: the loss of every step, exact at every zoom."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainterPath
from PySide6.QtWidgets import (
    QButtonGroup,
    QGraphicsPathItem,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.loss_curves import LossCurves, loss_curves
from nnviz.gui.views.plot_style import make_plot, solid_pen, style_plot
from nnviz.gui.views.view import View
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import count_text, number_text, role_label

_BAND_SHARE = 0.28


class LossView(View):
    """Training loss as a band and a smoothed line, validation loss as a second line.

    The wheel and dragging look closer; *follow* shows the whole run again. The
    pointer reads the exact loss of a step.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Loss")
        self._logarithmic = True
        self._following = True
        self._pointer_step: int | None = None
        self.plot = make_plot(theme, "loss_plot", "Loss over steps", self)
        self._read_out = role_label("", "hint", self)
        self._add_curves()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._make_bar())
        column.addWidget(self.plot, 1)
        box = self.plot.getPlotItem().getViewBox()
        box.setMouseEnabled(x=True, y=False)
        box.sigRangeChangedManually.connect(self._leave_following)
        self.plot.scene().sigMouseMoved.connect(self._move_pointer)
        self.apply_theme()

    def _make_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self._read_out, 1)
        self.scales = QButtonGroup(self)
        self._linear_button = self._button("loss_linear", "Linear", "Linear loss axis")
        self._log_button = self._button("loss_log", "Log", "Logarithmic loss axis")
        self._follow_button = self._button("loss_follow", "Follow", "Show the whole run")
        for button in (self._linear_button, self._log_button):
            self.scales.addButton(button)
        self._log_button.setChecked(True)
        self._follow_button.setChecked(True)
        self.scales.buttonClicked.connect(self._choose_scale)
        self._follow_button.clicked.connect(self._follow)
        for button in (self._linear_button, self._log_button, self._follow_button):
            bar.addWidget(button)
        return bar

    def _button(self, name: str, text: str, spoken: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(spoken)
        button.setToolTip(spoken)
        button.setCheckable(True)
        button.setProperty("role", "chip")
        reach_by_tab(button)
        return button

    def _add_curves(self) -> None:
        item = self.plot.getPlotItem()
        self._band = QGraphicsPathItem()
        self._smoothed = pg.PlotCurveItem(connect="finite")
        self._validation = pg.PlotCurveItem(connect="finite")
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.setVisible(False)
        for curve in (self._band, self._validation, self._smoothed, self._line):
            item.addItem(curve)

    def apply_theme(self) -> None:
        """Colour plot and curves."""
        style_plot(self.plot, self.theme)
        pale = mix(self.theme.well, self.theme.train, _BAND_SHARE)
        self._band.setPen(solid_pen(mix(self.theme.well, self.theme.train, 0.45), 1))
        self._band.setBrush(pale)
        self._smoothed.setPen(solid_pen(self.theme.train, 2))
        self._validation.setPen(solid_pen(self.theme.validation, 2))
        self._line.setPen(solid_pen(QColor(self.theme.text_tertiary), 1))

    def refresh(self) -> None:
        """Draw the newest losses."""
        if not self.display.is_ready:
            return
        steps = max(self.display.losses.steps, 1)
        if self._following:
            self._set_x_range(0, steps)
        low, high = self.plot.getPlotItem().getViewBox().viewRange()[0]
        curves = loss_curves(
            self.display.losses,
            self.display.evaluations,
            max(0, int(low)),
            int(high) + 1,
            max(200, int(self.plot.width())),
            self._logarithmic,
        )
        self._draw(curves)
        self._read_pointer()
        self.set_facts(self._fact_text())

    def _draw(self, curves: LossCurves) -> None:
        self._band.setPath(band_path(curves))
        self._smoothed.setData(curves.x, curves.smoothed, connect="finite")
        # Segments are for long curves; a short one looks smoother in one piece.
        is_long = len(curves.validation_x) > 200
        self._validation.setSegmentedLineMode("on" if is_long else "off")
        self._validation.setData(curves.validation_x, curves.validation, connect="finite")
        box = self.plot.getPlotItem().getViewBox()
        box.setYRange(*curves.extent(), padding=0)

    def _set_x_range(self, low: float, high: float) -> None:
        self.plot.getPlotItem().getViewBox().setXRange(low, high, padding=0.01)

    def _fact_text(self) -> str:
        evaluation = self.display.snapshot.evaluation
        facts = [_swatch(self.theme.train, f"train {number_text(evaluation.train_loss)}")]
        if evaluation.validation_loss is not None:
            words = f"validation {number_text(evaluation.validation_loss)}"
            facts.append(_swatch(self.theme.validation, words))
        return "&nbsp;&nbsp;".join(facts)

    # What a person does.

    def _choose_scale(self) -> None:
        self._logarithmic = self._log_button.isChecked()
        self.plot.getPlotItem().getAxis("left").setLogMode(self._logarithmic)
        self.refresh()

    def _follow(self) -> None:
        self._following = True
        self._follow_button.setChecked(True)
        self.refresh()

    def _leave_following(self, *_: Any) -> None:
        self._following = False
        self._follow_button.setChecked(False)
        self.refresh()

    def _move_pointer(self, place: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        inside = box.sceneBoundingRect().contains(place)
        self._pointer_step = round(box.mapSceneToView(place).x()) if inside else None
        self._read_pointer()

    def _read_pointer(self) -> None:
        step = self._pointer_step
        found = None if step is None else self.display.losses.at(step)
        self._line.setVisible(found is not None)
        if step is None or found is None:
            self._read_out.setText("")
            return
        self._line.setValue(step)
        low, high, _ = found
        loss = number_text(low) if low == high else f"{number_text(low)} to {number_text(high)}"
        self._read_out.setText(f"step {count_text(step)}: {loss}{self._validation_at(step)}")

    def _validation_at(self, step: int) -> str:
        earlier = [e for e in self.display.evaluations if e.step <= step]
        if not earlier or earlier[-1].validation_loss is None:
            return ""
        return (
            f", validation {number_text(earlier[-1].validation_loss)} "
            f"(step {count_text(earlier[-1].step)})"
        )

    def showEvent(self, event: Any) -> None:
        """Put the axis in the state of the buttons when the view is first seen."""
        super().showEvent(event)
        self.plot.getPlotItem().getAxis("left").setLogMode(self._logarithmic)


def band_path(curves: LossCurves) -> QPainterPath:
    """Return the band between the extremes, a closed outline for each run without a gap."""
    path = QPainterPath()
    fair = np.isfinite(curves.low) & np.isfinite(curves.high)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], fair, [False])).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        run = slice(start, stop)
        x = np.concatenate((curves.x[run], curves.x[run][::-1]))
        y = np.concatenate((curves.high[run], curves.low[run][::-1]))
        path.addPolygon(pg.functions.arrayToQPolygonF(x, y))
        path.closeSubpath()
    return path


def _swatch(colour: str, text: str) -> str:
    return f'<span style="color:{colour}">\N{BLACK CIRCLE}</span> {text}'
