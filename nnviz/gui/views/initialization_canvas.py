"""InitializationCanvas: the skylines and the curves, layer by layer."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.gui.theme import Theme
from nnviz.gui.views.initialization_layout import Panel, column, layer_at, panels
from nnviz.gui.views.initialization_painting import (
    CurvePicture,
    Painting,
    SkylinePicture,
    curve_picture,
    skyline_picture,
)
from nnviz.gui.views.initialization_words import layer_lines
from nnviz.gui.views.initialization_work import LabFindings
from nnviz.gui.views.plot_overlay import PlotNote, quiet
from nnviz.gui.widgets.fields import focus_ring
from nnviz.gui.widgets.keys import reach_by_tab


class InitializationCanvas(QWidget):
    """Histograms of activations and gradients, and their spread with its band.

    Attributes
    ----------
    findings
        What is shown.
    layer
        The chosen layer, from 1, whose matrix is explained.
    is_shared
        Whether all histograms have the same scale.

    Signals
    -------
    layer_chosen
        A person wants to see this layer.
    """

    layer_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("initialization_canvas")
        self.setAccessibleName("Spread of activations and gradients, layer by layer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(64)
        self.setMouseTracking(True)
        reach_by_tab(self)
        self.theme = theme
        self.findings: LabFindings | None = None
        self.layer = 1
        self.is_shared = True
        self._hovered: int | None = None
        self._panels: tuple[Panel, ...] = ()
        self._skylines: list[SkylinePicture] = []
        self._curves: CurvePicture | None = None
        self.note = PlotNote("initialization_note", True, self)
        self.note.wear(theme)

    def sizeHint(self) -> QSize:
        """Return a size that shows all three panels."""
        return QSize(420, 420)

    def wear(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme = theme
        self.note.wear(theme)
        self.update()

    def show_findings(self, findings: LabFindings | None) -> None:
        """Show what was measured."""
        self.findings = findings
        self._lay_out()

    def show_layer(self, layer: int) -> None:
        """Mark another layer as the chosen one."""
        self.layer = layer
        self.update()

    def set_shared(self, is_shared: bool) -> None:
        """Draw the histograms on one scale, or each on its own."""
        self.is_shared = is_shared
        self._lay_out()

    def _lay_out(self) -> None:
        found = self.findings
        self._panels = panels(self.width(), self.height())
        self._skylines, self._curves = [], None
        if found is not None:
            for panel in self._panels:
                if panel.name == "std":
                    self._curves = curve_picture(panel, found)
                else:
                    skyline = found.activations
                    if panel.name == "gradients":
                        skyline = found.gradients
                    self._skylines.append(skyline_picture(panel, skyline, self.is_shared))
            self._say()
        self.update()

    def _say(self) -> None:
        """Write the read-out of the layer under the mouse."""
        found, layer = self.findings, self._hovered
        if found is None or layer is None or layer > found.depth:
            self.note.say("")
            return
        self.note.say(quiet(self.theme, "<br>".join(layer_lines(found, layer))))
        area, note = self._panels[0].area, self.note
        strip = column(area, layer, found.depth)
        left = strip.right() + 6
        if left + note.width() > area.right():
            left = strip.left() - 6 - note.width()
        note.move(round(max(left, 2.0)), round(area.top()) + 3)

    # What a person does.

    def hover(self, layer: int | None) -> None:
        """Tell of a layer, or of none."""
        if layer != self._hovered:
            self._hovered = layer
            self._say()
            self.update()

    def layer_below(self, x: float) -> int | None:
        """Return the layer at this place, 0 for the inputs."""
        if self.findings is None or not self._panels:
            return None
        return layer_at(self._panels[0].area, x, self.findings.depth)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the layer under the mouse."""
        self.hover(self.layer_below(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the layer under the mouse."""
        layer = self.layer_below(event.position().x())
        if layer and event.button() == Qt.MouseButton.LeftButton:
            self.layer_chosen.emit(layer)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell of no layer."""
        self.hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from layer to layer with the arrows."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self.findings is None:
            super().keyPressEvent(event)
            return
        layer = min(max(self.layer + step, 1), self.findings.depth)
        self.layer_chosen.emit(layer)
        self.hover(layer)

    # How it is drawn.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out anew."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was laid out."""
        painter = QPainter(self)
        painting = Painting(painter, self.theme)
        found = self.findings
        for panel in self._panels:
            own = panel.name != "std" and not self.is_shared
            painting.well(panel, ", each layer on its own scale" if own else "")
            if found is not None:
                painting.strip(panel, min(self.layer, found.depth), found.depth, is_chosen=True)
                if self._hovered is not None and self._hovered <= found.depth:
                    painting.strip(panel, self._hovered, found.depth, is_chosen=False)
        for picture in self._skylines:
            painting.skyline(picture)
        if self._curves is not None and found is not None:
            painting.curves(self._curves)
            painting.axis(self._panels[-1].area, found.depth)
        if self.hasFocus():
            focus_ring(painter, self.rect().toRectF(), 6, self.palette())
        painter.end()
