"""CheckCurve: the error of the central difference against its step size, both logarithmic."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.core.step_size_curve import LARGEST, SMALLEST, StepSizeCurve
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.plot_overlay import PlotNote
from nnviz.gui.views.plot_style import draw_curve, make_plot, solid_pen, style_plot

_LOWEST, _HIGHEST = -16.0, 2.0
# Height of a tick's label over its width.
_LABELS = 0.45
Floats = NDArray[np.float64]


class CheckCurve(QWidget):
    """The V: truncation at the right, round-off at the left, the chosen step marked.

    Signals
    -------
    step_chosen
        A person clicked at a step size.
    """

    step_chosen = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.step = 1e-5
        self.curve: StepSizeCurve | None = None
        self.plot = make_plot(theme, "check_plot", "Error against step size", self)
        item = self.plot.getPlotItem()
        for side in ("left", "bottom"):
            item.getAxis(side).setLogMode(True)
        _leave_room_for_labels(item.getAxis("bottom"))
        self._guides = {name: pg.PlotCurveItem() for name in ("truncation", "float64", "float32")}
        self._lines = {name: pg.PlotCurveItem() for name in ("float32", "float64")}
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        for part in (*self._guides.values(), *self._lines.values(), self._marker):
            item.addItem(part)
        box = item.getViewBox()
        box.setMouseEnabled(x=False, y=False)
        box.setRange(xRange=(SMALLEST, LARGEST), yRange=(_LOWEST, _HIGHEST), padding=0)
        self._notes = {
            name: PlotNote(f"check_note_{name}", False, self.plot)
            for name in ("rounding", "truncation", "legend", "axis")
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.plot.setMinimumHeight(110)
        box.sigResized.connect(self._place_notes)
        self.plot.scene().sigMouseClicked.connect(self._click)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme = theme
        style_plot(self.plot, theme)
        faint = mix(theme.well, theme.text, 0.3)
        for guide in self._guides.values():
            pen = solid_pen(faint, 1)
            pen.setStyle(Qt.PenStyle.DashLine)
            guide.setPen(pen)
        self._lines["float64"].setPen(solid_pen(theme.accent, 2))
        self._lines["float32"].setPen(solid_pen(theme.train, 2))
        self._marker.setPen(solid_pen(theme.text_secondary, 1))
        self._write_notes()

    def _write_notes(self) -> None:
        theme = self.theme
        legend = " ".join(
            f'<span style="color:{colour}">━</span> {name}'
            for name, colour in (("float64", theme.accent), ("float32", theme.train))
        )
        texts = {
            "rounding": "round-off: 1/h",
            "truncation": "truncation: h²",
            "legend": legend,
            "axis": "step size h",
        }
        for name, text in texts.items():
            self._notes[name].say(f'<span style="color:{theme.text_secondary}">{text}</span>')
        self._place_notes()

    def show_step(self, step: float) -> None:
        """Mark another step size."""
        self.step = step
        self._marker.setValue(float(np.log10(step)))

    def show_curve(self, curve: StepSizeCurve | None) -> None:
        """Draw a curve, as far as it is measured."""
        self.curve = curve
        if curve is None:
            empty = np.zeros(0)
            for part in (*self._guides.values(), *self._lines.values()):
                part.setData(empty, empty)
            return
        x = np.log10(curve.steps)
        for dtype, line in self._lines.items():
            draw_curve(line, x, _logarithm(curve.errors[dtype]))
            draw_curve(self._guides[dtype], x, _logarithm(curve.rounding(dtype)))
        draw_curve(self._guides["truncation"], x, _logarithm(curve.truncation()))

    def plot_rect(self) -> QRectF:
        """Return where the curves are, in pixels of the plot widget."""
        scene = self.plot.getPlotItem().getViewBox().sceneBoundingRect()
        return QRectF(self.plot.mapFromScene(scene).boundingRect())

    def _place_notes(self, *_: Any) -> None:
        """Put each branch's name under its arm of the V, where no curve ever is."""
        room, notes = self.plot_rect().toRect(), self._notes
        for corner, under, above in (
            ("left", "rounding", "legend"),
            ("right", "axis", "truncation"),
        ):
            bottom = room.bottom() - 2
            for name in (under, above):
                note = notes[name]
                bottom -= note.height()
                left = room.left() + 6 if corner == "left" else room.right() - note.width() - 4
                note.move(left, bottom)

    def _click(self, event: Any) -> None:
        box = self.plot.getPlotItem().getViewBox()
        if box.sceneBoundingRect().contains(event.scenePos()):
            exponent = box.mapSceneToView(event.scenePos()).x()
            self.step_chosen.emit(float(10.0 ** min(max(exponent, SMALLEST), LARGEST)))


def _leave_room_for_labels(axis: Any) -> None:
    # Side by side, labels need more room than one above the other.
    levels = axis.logTickValues
    axis.logTickValues = lambda low, high, size, plain: levels(low, high, size * _LABELS, plain)


def _logarithm(values: Floats) -> Floats:
    with np.errstate(all="ignore"):
        logarithms: Floats = np.log10(np.where(values > 0, values, np.nan))
    return logarithms
