"""DatasetTile: a data set's own points as a button."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.keys import reach_by_tab

HEIGHT = 64
_CAPTION = 18
_RADIUS = 1.5


class DatasetTile(QAbstractButton):
    """Shows points and a caption; checked while its data set is in use.

    Attributes
    ----------
    key
        The data set's key in ``DATASETS``.
    """

    def __init__(self, key: str, label: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setObjectName(f"{key}_tile")
        self.setText(label)
        self.setAccessibleName(f"Data set {label}")
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(80)
        self.setFont(ui_font(11))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        reach_by_tab(self)
        self._theme = theme
        self._places: NDArray[np.float64] = np.zeros((0, 2))
        self._classes: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def sizeHint(self) -> QSize:
        """Return a size that fits twice into the panel."""
        return QSize(96, HEIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self._theme = theme
        self.update()

    def set_points(self, places: NDArray[np.float64], classes: NDArray[np.int64]) -> None:
        """Show these points.

        Parameters
        ----------
        places
            n x 2, in any units; scaled to fit with equal units both ways.
        classes
            n class numbers; with two of them they get the sign colours.
        """
        middle = (places.max(axis=0) + places.min(axis=0)) / 2
        half = max(float(np.ptp(places, axis=0).max()) / 2, 1e-9)
        self._places = (places - middle) / half
        self._classes = classes
        self.update()

    def nextCheckState(self) -> None:
        """Leave the check to the panel, which follows the experiment."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the well, the points, the caption and the rings."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        theme = self._theme
        edge = QColor(theme.border_strong if self.underMouse() else theme.border)
        painter.setPen(QPen(QColor(theme.accent), 2) if self.isChecked() else QPen(edge, 1))
        painter.setBrush(QColor(theme.well))
        painter.drawRoundedRect(area, 8, 8)
        self._paint_points(painter, area.adjusted(8, 6, -8, -_CAPTION))
        painter.setPen(QColor(theme.text if self.isChecked() else theme.text_secondary))
        caption = QRectF(area.left(), area.bottom() - _CAPTION, area.width(), _CAPTION - 2)
        painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.end()

    def _paint_points(self, painter: QPainter, area: QRectF) -> None:
        half = min(area.width(), area.height()) / 2
        centre = area.center()
        count = int(self._classes.max(initial=0)) + 1
        theme = self._theme
        colours = (theme.negative, theme.positive) if count <= 2 else theme.categories
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(count):
            painter.setBrush(QColor(colours[number % len(colours)]))
            for x, y in self._places[self._classes == number]:
                spot = QPointF(centre.x() + x * half, centre.y() - y * half)
                painter.drawEllipse(spot, _RADIUS, _RADIUS)
