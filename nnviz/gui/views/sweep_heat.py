"""SweepHeat: final losses as a heat map, a cell for each combination, a tile for each start."""

from PySide6.QtCore import QEvent, QPointF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.gui.theme import Theme
from nnviz.gui.views.sweep_content import SweepContent
from nnviz.gui.views.sweep_painting import HeatPainter
from nnviz.gui.views.sweep_places import HeatPlaces
from nnviz.gui.widgets.keys import keep_keys

KEYS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Space,
    }
)
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class SweepHeat(QWidget):
    """Strong colour is a low loss, a cross is a run that diverged.

    Attributes
    ----------
    content
        What is shown; ``None`` before the first sweep.
    hovered
        The run under the mouse, or that the keys have come to.
    places
        Where the cells and runs are.

    Signals
    -------
    run_hovered
        The number of the run that is looked at, or ``None``.
    run_chosen
        The number of a run that shall be opened.
    """

    run_hovered = Signal(object)
    run_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep_heat")
        self.setAccessibleName("Final losses; arrow keys walk through them, Enter opens the run")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, KEYS)
        self.setMinimumHeight(110)
        self.theme = theme
        self.content: SweepContent | None = None
        self.hovered: int | None = None
        self.places: HeatPlaces | None = None
        self._picture: QPixmap | None = None

    def sizeHint(self) -> QSize:
        """Return a size at which a grid of a few cells reads well."""
        return QSize(360, 200)

    def show_content(self, content: SweepContent | None) -> None:
        """Show a sweep as it stands."""
        if self.hovered is not None and (content is None or self.hovered >= len(content.plan.runs)):
            self.hovered = None
        is_same = content and self.content and content.plan is self.content.plan
        self.content = content
        if is_same and content is not None and self.places is not None:
            # Later results change colours, and no places.
            self.places.content = content
            self._picture = None
            self.update()
        else:
            self._arrange()

    def apply_theme(self, theme: Theme) -> None:
        """Use these colours."""
        self.theme, self._picture = theme, None
        self.update()

    def hover(self, run: int | None) -> None:
        """Light a run."""
        if run != self.hovered:
            self.hovered = run
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the cells anew."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        content = self.content
        self.places = None if content is None else HeatPlaces(content, QSizeF(self.size()))
        self._picture = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what there is."""
        if self.content is None or self.places is None:
            return
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            within = QPainter(self._picture)
            HeatPainter(within, self.content, self.places, self.theme).paint()
            within.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self.hovered is not None:
            HeatPainter(painter, self.content, self.places, self.theme).ring(self.hovered)
        painter.end()

    # What a person does.

    def _run_at(self, point: QPointF) -> int | None:
        return None if self.places is None else self.places.run_at(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the run under the mouse."""
        run = self._run_at(event.position())
        self.setCursor(
            Qt.CursorShape.ArrowCursor if run is None else Qt.CursorShape.PointingHandCursor
        )
        self._look_at(run)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the run that was lit."""
        super().leaveEvent(event)
        self._look_at(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the run under the mouse."""
        run = self._run_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and run is not None:
            self.run_chosen.emit(run)

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of the run under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            run = self._run_at(QPointF(event.pos()))
            if self.content is not None and run is not None:
                lines = (*self.content.run_lines(run), "Click to open this run")
                QToolTip.showText(event.globalPos(), "\n".join(lines), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through cells and runs, and open the run that is lit."""
        key = Qt.Key(event.key())
        if self.content is None or key not in KEYS:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.hovered is not None:
                self.run_chosen.emit(self.hovered)
        else:
            self._walk(key)

    def _walk(self, key: Qt.Key) -> None:
        content = self.content
        assert content is not None
        at = content.best_run if self.hovered is None else self.hovered
        if self.hovered is None or at is None:
            self._look_at(at)
            return
        number = content.plan.runs[at].cell
        if key in _WAYS and len(content.cells) > 1:
            dx, dy = _WAYS[key]
            column, row = divmod(number, content.rows)
            column = min(max(column + dx, 0), content.columns - 1)
            row = min(max(row + dy, 0), content.rows - 1)
            cell = content.cells[column * content.rows + row]
            self._look_at(cell.runs[0] if cell.median_run is None else cell.median_run)
            return
        runs = content.cells[number].runs
        back = key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp)
        place = runs.index(at) + (-1 if back else 1)
        self._look_at(runs[min(max(place, 0), len(runs) - 1)])

    def _look_at(self, run: int | None) -> None:
        if run != self.hovered:
            self.hover(run)
            self.run_hovered.emit(run)
