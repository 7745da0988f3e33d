"""RocPlot: the ROC curve with a threshold that can be moved along it."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.core.roc import RocCurve
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.plot_overlay import PlotNote
from nnviz.gui.views.plot_style import make_plot, show_focus, solid_pen, style_plot
from nnviz.gui.widgets.keys import keep_keys

_KEYS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home})


class RocPlot(QWidget):
    """True against false positive rate.

    Attributes
    ----------
    threshold
        The score above which a row is taken for class 1; 0 is the network's own.

    Signals
    -------
    threshold_chosen
        A person moved the point to this threshold.
    """

    threshold_chosen = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.threshold = 0.0
        self._roc: RocCurve | None = None
        self._theme = theme
        words = "ROC curve: true against false positive rate, arrow keys move the threshold"
        self.plot: Any = make_plot(theme, "roc_plot", words, self)
        self._diagonal, self._curve = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._point = pg.ScatterPlotItem(size=11)
        item = self.plot.getPlotItem()
        for part in (self._diagonal, self._curve, self._point):
            item.addItem(part)
        box = item.getViewBox()
        box.setMouseEnabled(x=False, y=False)
        box.setRange(xRange=(-0.02, 1.02), yRange=(-0.02, 1.02), padding=0)
        self._diagonal.setData([0.0, 1.0], [0.0, 1.0])
        # Chance stays in sight below the curve.
        self._diagonal.setZValue(1)
        self._note = PlotNote("roc_axis_names", False, self.plot)
        box.sigResized.connect(self._place_note)
        self.plot.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.plot.setToolTip("Click or drag along the curve to try another threshold")
        keep_keys(self.plot, _KEYS)
        self.plot.installEventFilter(self)
        self.plot.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        style_plot(self.plot, theme)
        self._diagonal.setPen(solid_pen(theme.border_strong, 1))
        self._curve.setPen(solid_pen(theme.accent, 2))
        self._curve.setBrush(mix(theme.well, theme.accent, 0.16))
        self._point.setPen(solid_pen(theme.card, 1.5))
        self._point.setBrush(theme.text)
        text = "true over false positive rate"
        self._note.say(f'<span style="color:{theme.text_tertiary}">{text}</span>')
        self._place_note()

    def _place_note(self) -> None:
        area = self.plot.getPlotItem().getViewBox().sceneBoundingRect()
        self._note.move(
            round(area.right()) - self._note.width() - 8,
            round(area.bottom()) - self._note.height() - 4,
        )

    def show_curve(self, roc: RocCurve | None) -> None:
        """Show another curve, and the threshold on it."""
        self._roc = roc
        if roc is None:
            for part in (self._curve, self._point):
                part.setData([], [])
            return
        self._curve.setFillLevel(0.0)
        self._curve.setData(roc.false_positive_rates, roc.true_positive_rates)
        self._show_point(roc)

    def set_threshold(self, threshold: float) -> None:
        """Move the point."""
        self.threshold = threshold
        if self._roc is not None:
            self._show_point(self._roc)

    def _show_point(self, roc: RocCurve) -> None:
        x, y = roc.rates_at(float(np.nextafter(self.threshold, np.inf)))
        self._point.setData([x], [y])

    # What a person does.

    def choose_at(self, x: float, y: float) -> None:
        """Take the threshold of the point of the curve that is nearest."""
        if self._roc is None:
            return
        away = np.hypot(self._roc.false_positive_rates - x, self._roc.true_positive_rates - y)
        self._choose(int(np.argmin(away)))

    def _choose(self, place: int) -> None:
        assert self._roc is not None
        thresholds = self._roc.thresholds
        place = min(max(place, 0), len(thresholds) - 1)
        finite = thresholds[np.isfinite(thresholds)]
        if not len(finite):
            return
        # Between this score and the next lower one, so that rounding decides nothing.
        upper = float(min(thresholds[place], finite[0] + 1.0))
        lower = float(thresholds[place + 1]) if place + 1 < len(thresholds) else upper - 1.0
        self.set_threshold((upper + lower) / 2)
        self.threshold_chosen.emit(self.threshold)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the threshold with mouse and keys."""
        if isinstance(event, QMouseEvent) and watched is self.plot.viewport():
            pressed = event.buttons() & Qt.MouseButton.LeftButton
            moved = event.type() == QEvent.Type.MouseMove
            if pressed and (moved or event.type() == QEvent.Type.MouseButtonPress):
                place = self._place_of(event.position())
                self.choose_at(place.x(), place.y())
                return True
        if watched is self.plot and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._press(Qt.Key(event.key()))
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            show_focus(self.plot, self._theme)
        return super().eventFilter(watched, event)

    def _place_of(self, position: QPointF) -> QPointF:
        box = self.plot.getPlotItem().getViewBox()
        place: QPointF = box.mapSceneToView(self.plot.mapToScene(position.toPoint()))
        return place

    def _press(self, key: Qt.Key) -> bool:
        if self._roc is None or key not in _KEYS:
            return False
        if key == Qt.Key.Key_Home:
            self.set_threshold(0.0)
            self.threshold_chosen.emit(0.0)
            return True
        above = np.searchsorted(-self._roc.thresholds, -self.threshold, side="left")
        self._choose(int(above) - 1 + (1 if key == Qt.Key.Key_Right else -1))
        return True
