"""NetworkView: the diagram of units and weights, and how it answers mouse and keys.

Three layers: a pixmap of the edges, one of everything that stands still upon it,
and what is drawn anew each time (rings, pills, the focus ring). Hovering repaints
only the last two, training all three.
"""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEngine,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.gui.display import Display
from nnviz.gui.selection import UnitRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.network_canvas import blank_pixmap, painter_on
from nnviz.gui.views.network_links import focus_on, source_of
from nnviz.gui.views.network_nodes import SMOOTH
from nnviz.gui.views.network_overlay import draw_focus_ring, neighbour
from nnviz.gui.views.network_pulses import Pulses
from nnviz.gui.views.network_scene import UNRELATED, Focus, NetworkScene
from nnviz.gui.views.network_walk import has_same_edges
from nnviz.gui.views.network_walk_words import walk_edge_tip, walk_unit_tip
from nnviz.gui.views.network_words import edge_tip, facts_text, matrix_tip, plain_text, unit_tip
from nnviz.gui.views.view import View
from nnviz.gui.widgets.keys import keep_keys

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class NetworkView(View):
    """The network: units with what they respond to, edges by sign and size.

    A click selects a unit or an edge, Escape nothing; with the keyboard upon the
    view, the arrow keys walk from unit to unit.

    Attributes
    ----------
    scene, pulses
        What is drawn, ``None`` before the first snapshot, and what moves upon it.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.scene: NetworkScene | None = None
        self._hover = Focus()
        self._is_worked_by_keys = False
        self._edges = QPixmap()
        self._still = QPixmap()
        self.setObjectName("network_view")
        self.setAccessibleName("Network diagram")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        keep_keys(self, frozenset({*_ARROWS, Qt.Key.Key_Escape}))
        display.selection.selection_changed.connect(self._show_selection)
        display.selection.hover_changed.connect(self._focus_changed)
        self.pulses = Pulses(display.playback, self)
        self.pulses.moved.connect(self.update)

    def sizeHint(self) -> QSize:
        """Ask for the room that suits a small network."""
        return QSize(900, 560)

    @property
    def focus(self) -> Focus:
        """What is under the mouse, or else selected."""
        if not self._is_current:
            return Focus()
        chosen = self.display.selection
        linked = focus_on(chosen.hovered, len(self.display.spec.layers))
        return self._hover or linked or Focus(chosen.unit, chosen.edge)

    @property
    def _is_current(self) -> bool:
        # The Display may hold the next network some time before the next refresh.
        return self.scene is not None and self.scene.spec == self.display.spec

    def refresh(self) -> None:
        """Work out the picture of the newest snapshot."""
        if not self.display.is_ready or self.width() < 2 or self.height() < 2:
            return
        size = float(self.width()), float(self.height())
        edges = QPixmap()
        if self.scene is not None and self.scene.fits(self.display, self.theme, size):
            before = self.scene.walk
            self.scene.load(self.focus)
            if has_same_edges(before, self.scene.walk):
                edges = self._edges
        else:
            self._hover, chosen = Focus(), self.display.selection
            focus = Focus(chosen.unit, chosen.edge)
            self.scene = NetworkScene(self.display, self.theme, size, focus)
        self._edges, self._still = edges, QPixmap()
        self._describe()
        self.update()

    def apply_theme(self) -> None:
        """Forget everything that has colours."""
        self.scene = None
        self.update()

    def _describe(self) -> None:
        if self.scene is None:
            return
        count, left_out = self.display.network.parameter_count, self.scene.left_out
        edges = "" if self.scene.walk is None else self.scene.walk.edge_name
        self.set_facts(facts_text(self.display.spec, count, left_out, self.theme, edges))
        text = self.tip_of(Focus(self.display.selection.unit, self.display.selection.edge))
        self.setAccessibleDescription(plain_text(text) or "Nothing is selected")

    def tip_of(self, focus: Focus) -> str:
        """Return the tooltip of a unit or an edge, or ""."""
        if self.scene is None or not self._is_current:
            return ""
        if self.scene.walk is not None and self.display.playback.walk is not None:
            if focus.unit is not None:
                return walk_unit_tip(self.display, focus.unit)
            return "" if focus.edge is None else walk_edge_tip(self.display, focus.edge)
        if focus.unit is not None:
            pictures = self.scene.pictures
            scale = pictures.layers[focus.unit.layer].scale
            kinds = pictures.shows_responses, pictures.shows_raw_inputs
            return unit_tip(self.display, focus.unit, scale, *kinds)
        if focus.edge is not None and focus.edge.layer in self.scene.shown:
            return edge_tip(self.display, focus.edge, self.scene.shown[focus.edge.layer])
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the kept layers, and what lies on top."""
        painter = QPainter(self)
        painter.setRenderHints(SMOOTH)
        if self.scene is None:
            painter.fillRect(self.rect(), QColor(self.theme.card))
        elif painter.paintEngine().type() != QPaintEngine.Type.Raster:
            self._paint_layers(painter, self.scene)
        else:
            self._paint_kept(painter, self.scene)
        if self.scene is not None:
            if self.pulses.share < 1.0:
                self.scene.draw_pulses(painter, self.pulses.share)
            self.scene.draw_rings(painter, self.focus.unit)
            self.scene.draw_pills(painter, self.focus)
        if self.hasFocus() and self._is_worked_by_keys:
            draw_focus_ring(painter, self.theme, self.width(), self.height())
        painter.end()

    def _paint_layers(self, painter: QPainter, scene: NetworkScene) -> None:
        """Draw all as shapes, for a vector picture."""
        painter.fillRect(self.rect(), QColor(self.theme.card))
        painter.setOpacity(UNRELATED if scene.is_about_a_part(self.focus) else 1.0)
        scene.draw_edges(painter)
        self._draw_front(painter, scene)

    def _paint_kept(self, painter: QPainter, scene: NetworkScene) -> None:
        ratio = painter.deviceTransform().m11()
        if self._edges.isNull() or self._edges.devicePixelRatio() != ratio:
            self._edges = blank_pixmap(self.size(), ratio, self.theme.card)
            with_edges = painter_on(self._edges)
            scene.draw_edges(with_edges)
            with_edges.end()
            self._still = QPixmap()
        if self._still.isNull():
            self._still = blank_pixmap(self.size(), ratio, self.theme.card)
            still = painter_on(self._still)
            still.setOpacity(UNRELATED if scene.is_about_a_part(self.focus) else 1.0)
            still.drawPixmap(0, 0, self._edges)
            self._draw_front(still, scene)
            still.end()
        painter.drawPixmap(0, 0, self._still)

    def _draw_front(self, painter: QPainter, scene: NetworkScene) -> None:
        painter.setOpacity(1.0)
        scene.draw_focus_edges(painter, self.focus)
        scene.draw_front(painter)

    def _show_selection(self) -> None:
        if self.scene is None or not self.display.is_ready:
            return
        if self.scene.layout.gaps:
            self.refresh()
        else:
            self._focus_changed()
            self._describe()

    def _focus_changed(self) -> None:
        if self.scene is None:
            return
        if self.scene.depends_on_focus:
            self.scene.choose(self.focus)
            self._edges = QPixmap()
        self._still = QPixmap()
        self.update()

    def _find(self, position: QPointF) -> Focus:
        if self.scene is None or not self._is_current:
            return Focus()
        x, y = position.x(), position.y()
        unit = self.scene.unit_at(x, y)
        if unit is not None or self.scene.thumbnail_at(x, y) is not None:
            return Focus(unit)
        return Focus(edge=self.scene.edge_at(x, y))

    def _hover_over(self, found: Focus) -> None:
        if found != self._hover:
            self._hover = found
            if self.scene is not None:
                self.display.selection.hover(source_of(self.display, self.scene, found))
            shape = Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self._focus_changed()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Bring out what is under the mouse."""
        self._hover_over(self._find(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._hover_over(Focus())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select what was clicked, or nothing."""
        self._is_worked_by_keys = False
        if event.button() == Qt.MouseButton.LeftButton:
            self._select(self._find(event.position()))

    def _select(self, found: Focus) -> None:
        if found.edge is not None:
            self.display.selection.select_edge(found.edge)
        else:
            self.display.selection.select_unit(found.unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, let go with Escape."""
        self._is_worked_by_keys = True
        key = Qt.Key(event.key())
        selection = self.display.selection
        if key == Qt.Key.Key_Escape and (selection.unit or selection.edge):
            selection.select_unit(None)
        elif key in _ARROWS and self.scene is not None:
            selection.select_unit(self._neighbour(*_ARROWS[key]))
        else:
            super().keyPressEvent(event)

    def _neighbour(self, across: int, down: int) -> UnitRef:
        unit, edge = self.display.selection.unit, self.display.selection.edge
        unit = unit if edge is None else UnitRef(edge.layer, edge.target)
        place = (
            None if unit is None or self.scene is None else self.scene.layout.place_of(unit.layer)
        )
        columns = 1 if place is None else place.columns
        return neighbour(self.display.spec.layer_sizes, unit, across, down, columns)

    def event(self, event: QEvent) -> bool:
        """Show exact numbers in the tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = QPointF(event.pos())
            text = self.tip_of(self._find(position))
            layer = self.scene.thumbnail_at(position.x(), position.y()) if self.scene else None
            if not text and layer is not None and self.scene is not None:
                text = matrix_tip(self.display, self.scene.shown[layer])
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew."""
        super().resizeEvent(event)
        self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring, if it came by the keyboard."""
        super().focusInEvent(event)
        self._is_worked_by_keys = event.reason() in _KEYBOARD_REASONS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        super().focusOutEvent(event)
        self.update()
