"""How the heat map looks: strong colour is a low loss, a cross is a run that diverged."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme, mix
from nnviz.gui.views.sweep_content import SweepContent
from nnviz.gui.views.sweep_places import LABEL, MARGIN, HeatPlaces
from nnviz.gui.widgets.text import number_text
from nnviz.sweeps.spec import short_name

_MIDDLE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ELIDE = Qt.TextElideMode.ElideRight
# What the palest cell keeps of the colour, so that it differs from one without a run.
_LEAST_SHARE = 0.12


def measure_colour(theme: Theme, measure: str) -> str:
    """Return the colour of a loss: that of the training or of the validation curve."""
    return theme.train if measure == "train_loss" else theme.validation


class HeatPainter:
    """Draws one heat map.

    Parameters
    ----------
    painter
        Where it is drawn.
    content, places
        What, and where its parts lie.
    theme
        The colours.
    """

    def __init__(
        self, painter: QPainter, content: SweepContent, places: HeatPlaces, theme: Theme
    ) -> None:
        self._painter, self._content = painter, content
        self._places, self._theme = places, theme

    def paint(self) -> None:
        """Draw cells, tiles and labels."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setFont(ui_font(11))
        for number in range(len(self._content.cells)):
            self._cell(number)
        if self._content.plan.spec.settings:
            self._labels()

    def ring(self, run: int) -> None:
        """Draw a ring around the run that is looked at."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(self._theme.accent), 2))
        self._painter.drawRoundedRect(self._places.run_rect(run).adjusted(-1, -1, 1, 1), 3, 3)

    def _cell(self, number: int) -> None:
        content = self._content
        cell, places = content.cells[number], self._places.cells[number]
        if not places.median.isEmpty():
            summary = cell.summary
            all_diverged = summary.median is None and summary.diverged > 0
            self._loss(places.median, summary.median, all_diverged)
        for tile, run in zip(places.tiles, cell.runs, strict=False):
            result = content.results.get(run)
            diverged = result is not None and result.diverged_at is not None
            self._loss(tile, content.loss(run), diverged)

    def _loss(self, area: QRectF, loss: float | None, diverged: bool) -> None:
        painter, theme, content = self._painter, self._theme, self._content
        share = 0.0 if loss is None else _LEAST_SHARE + (1 - _LEAST_SHARE) * content.share(loss)
        fill = mix(theme.well, measure_colour(theme, content.measure), share)
        radius = min(3.0, 0.2 * min(area.width(), area.height()))
        painter.setPen(QPen(QColor(theme.border), 1) if loss is None else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(area, radius, radius)
        if diverged:
            self._cross(area)
        elif loss is not None and area.height() >= 15:
            text = short_number(loss)
            if painter.fontMetrics().horizontalAdvance(text) + 4 <= area.width():
                painter.setPen(QColor("#FFFFFF" if _is_dark(fill) else "#10151C"))
                painter.drawText(area, _MIDDLE, text)

    def _cross(self, area: QRectF) -> None:
        arm = min(6.0, 0.32 * min(area.width(), area.height()))
        centre = area.center()
        self._painter.setPen(QPen(QColor(self._theme.danger), max(1.0, 0.3 * arm)))
        for sign in (1, -1):
            offset = QPointF(arm, sign * arm)
            self._painter.drawLine(centre - offset, centre + offset)

    def _labels(self) -> None:
        painter, content, grid = self._painter, self._content, self._places.grid
        painter.setFont(ui_font(10))
        painter.setPen(QColor(self._theme.text_tertiary))
        metrics = QFontMetricsF(painter.font())
        width, height = self._places.pitch
        columns = [content.column_label(column) for column in range(content.columns)]
        shown = _every(columns, max(map(metrics.horizontalAdvance, columns)) + 6, width)
        for column in shown:
            middle = self._places.cell_rect(column * content.rows).center().x()
            text = metrics.elidedText(columns[column], _ELIDE, width * shown.step)
            painter.drawText(QRectF(middle - 60, grid.bottom() + 3, 120, LABEL), _MIDDLE, text)
        names = [short_name(setting.name) for setting in content.plan.spec.settings]
        if len(names) > 1:
            rows = [content.row_label(row) for row in range(content.rows)]
            for row in _every(rows, metrics.height(), height):
                middle = self._places.cell_rect(row).center().y()
                room = QRectF(2, middle - 10, grid.left() - 8, 20)
                text = metrics.elidedText(rows[row], _ELIDE, room.width())
                painter.drawText(room, _RIGHT, text)
        self._names(names)

    def _names(self, names: Sequence[str]) -> None:
        grid = self._places.grid
        self._painter.setPen(QColor(self._theme.text_secondary))
        below = QRectF(grid.left(), grid.bottom() + LABEL + 1, grid.width(), LABEL)
        self._painter.drawText(below, _MIDDLE, names[0])
        if len(names) > 1:
            above = QRectF(MARGIN, 4, grid.right(), LABEL)
            self._painter.drawText(above, Qt.AlignmentFlag.AlignLeft, names[1])


def short_number(loss: float) -> str:
    """Write a loss with about two digits that tell."""
    return number_text(loss, 4 if 1e-3 <= abs(loss) < 0.1 else 3)


def _every(labels: Sequence[str], needed: float, room: float) -> range:
    """Return every so many places, so that labels of this size do not touch."""
    stride = 1
    while stride * room < needed and stride < len(labels):
        stride += 1
    return range(0, len(labels), stride)


def _is_dark(colour: QColor) -> bool:
    """Return whether white is easier to read upon a colour than black is."""
    weights = ((colour.redF(), 0.2126), (colour.greenF(), 0.7152), (colour.blueF(), 0.0722))
    lightness = sum(weight * math.pow(part, 2.2) for part, weight in weights)
    return lightness < 0.18
