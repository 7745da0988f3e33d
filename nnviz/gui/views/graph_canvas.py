"""GraphCanvas: a computational graph that can be moved, zoomed, opened and clicked."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.core.notation import Source, six_digits
from nnviz.gui.theme import Theme
from nnviz.gui.views.graph_camera import LEGIBLE, SMALLEST, GraphCamera
from nnviz.gui.views.graph_painting import GraphPainter, glyph_boxes, label_box, number_boxes
from nnviz.gui.views.graph_parts import Graph, Node, NodeKind, Quantity, State, Values
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys

_CLICK_REACH = 4.0
_WHEEL_STEP = 1.0015
_ZOOM_STEP = 1.2


@dataclass(frozen=True, slots=True)
class Hit:
    """What is at a pixel: a number, the sign that opens (+1) or closes (-1), or a box."""

    node: Node | None = None
    quantity: Quantity | None = None
    glyph: int = 0


class GraphCanvas(QWidget):
    """Draws a graph; reports what is clicked and hovered.

    Signals
    -------
    line_clicked
        The number of the line that makes what was clicked.
    node_clicked
        The key of the node that was clicked.
    layer_opened
        A layer, and +1 to open it further or -1 to close it; 0 for a double click.
    number_hovered
        The Source of the number under the mouse, or ``None``.
    step_wanted
        +1 for the right arrow key, -1 for the left one.
    """

    line_clicked = Signal(int)
    node_clicked = Signal(str)
    layer_opened = Signal(int, int)
    number_hovered = Signal(object)
    step_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("graph_canvas")
        self.setAccessibleName(
            "Computational graph, left and right arrow step, plus and minus zoom"
        )
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, CHOICE_KEYS)
        self.theme = theme
        self.camera = GraphCamera()
        self.graph: Graph | None = None
        self.hovered: Source | None = None
        self._values: Values | None = None
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._is_dragging = False

    def show_graph(self, graph: Graph | None, values: Values | None, theme: Theme) -> None:
        """Draw this graph with these numbers from now on."""
        is_other = graph is not self.graph
        self.graph, self._values, self.theme = graph, values, theme
        if graph is not None:
            if is_other and self.camera.is_automatic:
                self.camera.fit(self._box(), self._room())
            self._follow()
        self.update()

    def set_hovered(self, source: Source | None) -> None:
        """Light this number, whoever it is that points at it."""
        if source != self.hovered:
            self.hovered = source
            self.update()

    def fit(self) -> None:
        """Show all of the graph, however small it becomes."""
        self.camera.fit(self._box(), self._room(), SMALLEST)
        self.camera.is_automatic = self.camera.scale >= LEGIBLE
        self.update()

    def zoom(self, factor: float) -> None:
        """Zoom about the middle."""
        self.camera.zoom(factor, QPointF(self.width() / 2, self.height() / 2))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the graph anew, unless a person has chosen what to see."""
        super().resizeEvent(event)
        if self.camera.is_automatic and self.graph is not None:
            self.camera.fit(self._box(), self._room())
            self._follow()

    def _room(self) -> QSizeF:
        return QSizeF(self.size())

    def _box(self) -> QRectF:
        if self.graph is None:
            return QRectF()
        left, top, right, bottom = self.graph.box
        return QRectF(left, top, right - left, bottom - top)

    def _follow(self) -> None:
        part = self._current_part()
        if part is not None and self._pressed is None:
            self.camera.follow(part, self._box(), self._room())

    def _current_part(self) -> QRectF | None:
        """Return the box around what is being computed, or ``None``."""
        if self.graph is None or self._values is None:
            return None
        part = QRectF()
        for wire in self.graph.wires:
            for quantity, is_below in ((wire.above, False), (wire.below, True)):
                if quantity and self._values.shown(quantity).state is State.NOW:
                    part = part.united(label_box(wire, is_below))
        for node in self.graph.nodes:
            is_frame = node.kind is NodeKind.LAYER and node.depth > 0
            if not is_frame and self._values.state_of(node.lines) is State.NOW:
                part = part.united(QRectF(node.x, node.y, node.width, node.height))
        return None if part.isNull() else part

    def hit(self, pixel: QPointF) -> Hit:
        """Return what is at a pixel."""
        if self.graph is None:
            return Hit()
        place = self.camera.to_scene(pixel)
        for node in reversed(self.graph.nodes):
            for step, box in glyph_boxes(node).items():
                if box.contains(place):
                    return Hit(node, None, step)
            if not QRectF(node.x, node.y, node.width, node.height).contains(place):
                continue
            if node.kind is NodeKind.LAYER and node.depth:
                continue
            found = (q for q, box in number_boxes(node) if box.contains(place))
            return Hit(node, next(found, None))
        for wire in self.graph.wires:
            for quantity, is_below in ((wire.above, False), (wire.below, True)):
                if quantity is not None and label_box(wire, is_below).contains(place):
                    return Hit(None, quantity)
        return Hit(self._frame_at(place))

    def _frame_at(self, place: QPointF) -> Node | None:
        assert self.graph is not None
        for node in self.graph.nodes:
            box = QRectF(node.x, node.y, node.width, node.height)
            if node.kind is NodeKind.LAYER and box.contains(place):
                return node
        return None

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the graph."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        if self.graph is not None and self._values is not None:
            painter.save()
            painter.translate(self.camera.offset)
            painter.scale(self.camera.scale, self.camera.scale)
            GraphPainter(painter, self.theme, self._values, self.hovered).paint(self.graph)
            painter.restore()
        if self.hasFocus():
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    # Pointer and keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a move."""
        self._pressed = self._last = event.position()
        self._is_dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the graph while a button is down, else point at a number."""
        place = event.position()
        if self._pressed is not None and event.buttons():
            if (place - self._pressed).manhattanLength() > _CLICK_REACH:
                self._is_dragging = True
            if self._is_dragging:
                self.camera.move(place - self._last)
                self._last = place
                self.update()
            return
        quantity = self.hit(place).quantity
        source = None
        if quantity is not None and self._values is not None:
            source = self._values.shown(quantity).source
        self._point_at(source)

    def _point_at(self, source: Source | None) -> None:
        if source != self.hovered:
            self.set_hovered(source)
            self.number_hovered.emit(source)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to what is clicked, unless the graph was moved."""
        was_click = self._pressed is not None and not self._is_dragging
        self._pressed = None
        if was_click:
            self._click(self.hit(event.position()))

    def _click(self, hit: Hit) -> None:
        if hit.glyph and hit.node is not None:
            self.layer_opened.emit(hit.node.layer, hit.glyph)
        elif hit.quantity is not None and self._values is not None:
            self.line_clicked.emit(self._values.shown(hit.quantity).line)
        elif hit.node is not None and hit.node.lines and not hit.node.depth:
            self.line_clicked.emit(min(hit.node.lines))
        if hit.node is not None and not hit.glyph:
            self.node_clicked.emit(hit.node.key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the layer that is clicked."""
        hit = self.hit(event.position())
        if hit.node is not None and hit.node.layer and not hit.glyph:
            self.layer_opened.emit(hit.node.layer, 0)
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        self.camera.zoom(_WHEEL_STEP ** event.angleDelta().y(), event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow keys, zoom with plus, minus and 0."""
        match event.key():
            case Qt.Key.Key_Left:
                self.step_wanted.emit(-1)
            case Qt.Key.Key_Right:
                self.step_wanted.emit(1)
            case Qt.Key.Key_Plus:
                self.zoom(_ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self.zoom(1 / _ZOOM_STEP)
            case Qt.Key.Key_0:
                self.fit()
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell the number under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._words(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _words(self, pixel: QPointF) -> str:
        hit = self.hit(pixel)
        if hit.glyph:
            return "Open this layer further" if hit.glyph > 0 else "Close this layer"
        if hit.quantity is None or self._values is None:
            return ""
        shown = self._values.shown(hit.quantity)
        value = "not computed yet" if shown.value is None else six_digits(shown.value + 0.0)
        made = f", line {shown.line}" if shown.line else ""
        return f"{hit.quantity.name} = {value}{made}"
