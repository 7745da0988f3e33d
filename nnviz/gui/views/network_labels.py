"""The texts round the diagram: headers, names of inputs and outputs, what is left out."""

import re
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from nnviz.core.spec import NetworkSpec
from nnviz.gui.display import Display
from nnviz.gui.fonts import ui_font
from nnviz.gui.theme import Theme
from nnviz.gui.views.network_places import LayerPlace, NetworkLayout
from nnviz.gui.views.network_values import sample_values, short
from nnviz.gui.views.network_words import LARGEST_WORDS, layer_detail, layer_name, output_label

WIDEST_NAME, NARROWEST_NAME = 88.0, 36.0
NAME_SHARE = 0.15
LABEL_DISTANCE = 9.0
VALUE_GAP = 8.0
SMALLEST_LABELLED_PITCH = 14.0
_BOLD, _NORMAL = QFont.Weight.DemiBold, QFont.Weight.Normal


@dataclass(frozen=True, slots=True)
class SideLabels:
    """Names of the inputs; names and values of the outputs; the output that wins.

    Attributes
    ----------
    inputs, outputs, values
        One text per unit.
    winner
        The largest output of several, or ``None``.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    values: tuple[str, ...]
    winner: int | None


def side_labels(display: Display) -> SideLabels:
    """Collect the names and the values of the selected sample."""
    spec, data = display.spec, display.data
    values = sample_values(display)[-1]
    if not data.is_classification:
        values = data.target_scaling.undo(values[np.newaxis, :])[0]
    names = tuple(output_label(data, spec, index) for index in range(spec.output_size))
    winner = int(np.argmax(values)) if len(values) > 1 and data.is_classification else None
    texts = tuple(short(value) for value in values.tolist())
    inputs = tuple(_without_unit(name) for name in data.raw.feature_names)
    return SideLabels(inputs, names, texts, winner)


def name_width(width: float) -> float:
    """Return the room that a name may take in a view of this width."""
    return min(max(NAME_SHARE * width, NARROWEST_NAME), WIDEST_NAME)


def label_widths(labels: SideLabels, limit: float) -> tuple[float, float]:
    """Return the room that names take at the left, and names and values at the right."""
    metrics = QFontMetricsF(ui_font(12, _BOLD))

    def widest(texts: tuple[str, ...]) -> float:
        return min(max(metrics.horizontalAdvance(text) for text in texts[:64]), limit)

    right = widest(labels.outputs) + VALUE_GAP + metrics.horizontalAdvance("−00.00")
    return widest(labels.inputs) + LABEL_DISTANCE, right + LABEL_DISTANCE


class LabelPainter:
    """Writes the texts of one layout.

    Attributes
    ----------
    theme
        The colours in use.
    limit
        The room that a name may take, px.
    """

    def __init__(self, theme: Theme, limit: float) -> None:
        self.theme = theme
        self.limit = limit

    def draw_headers(self, painter: QPainter, spec: NetworkSpec, layout: NetworkLayout) -> None:
        """Write the name of each layer and its size and activation."""
        names = [layer_name(spec, place.layer) for place in layout.places]
        details = [layer_detail(spec, place.layer) for place in layout.places]
        slot = min(place.slot for place in layout.places) - 6
        bold, plain = ui_font(12, _BOLD), ui_font(11)
        if not _fits(bold, names, slot):
            bold, plain = ui_font(10, _BOLD), ui_font(10)
            names = [_brief(name) for name in names]
        if not _fits(plain, details, slot):
            details = [detail.split(" ")[0] for detail in details]
        for place, name, detail in zip(layout.places, names, details, strict=True):
            x = place.box.middle[0]
            self._write(painter, bold, self.theme.text, name, QRectF(x - 80, 7, 160, 18))
            second = QRectF(x - 80, 24, 160, 16)
            self._write(painter, plain, self.theme.text_secondary, detail, second)
        for x, _, _ in layout.gaps:
            middle = layout.places[0].box.middle[1]
            rect = QRectF(x - 20, middle - 12, 40, 24)
            self._write(painter, ui_font(15, _BOLD), self.theme.text_secondary, "⋯", rect)

    def draw_names(self, painter: QPainter, names: tuple[str, ...], layout: NetworkLayout) -> None:
        """Write above each layer which quantity its units show."""
        for place in layout.places:
            rect = QRectF(place.box.middle[0] - 80, 40, 160, 16)
            name = names[place.layer]
            self._write(painter, ui_font(11, _BOLD), self.theme.accent, name, rect)

    def draw_sides(self, painter: QPainter, labels: SideLabels, layout: NetworkLayout) -> None:
        """Write the inputs' names at the left, the outputs' names and values at the right."""
        first, last = layout.places[0], layout.places[-1]
        if has_labels(first):
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            font = ui_font(12, QFont.Weight.Medium)
            right = first.box.x - LABEL_DISTANCE
            for y, name in zip(first.port_ys.tolist(), labels.inputs, strict=True):
                rect = QRectF(right - self.limit, y - 10, self.limit, 20)
                self._write(painter, font, self.theme.text, name, rect, align)
        if has_labels(last):
            for index, y in enumerate(last.port_ys.tolist()):
                self._draw_output(painter, labels, index, last.box.right + LABEL_DISTANCE, y)

    def _draw_output(
        self, painter: QPainter, labels: SideLabels, index: int, x: float, y: float
    ) -> None:
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        is_quiet = labels.winner is not None and labels.winner != index
        colour = self.theme.text_secondary if is_quiet else self.theme.text
        font = ui_font(12, QFont.Weight.Medium if is_quiet else _BOLD)
        metrics = QFontMetricsF(font)
        width = min(metrics.horizontalAdvance(labels.outputs[index]) + 1, self.limit)
        name = QRectF(x, y - 10, width, 20)
        self._write(painter, font, colour, labels.outputs[index], name, align)
        widest = min(max(map(metrics.horizontalAdvance, labels.outputs)), self.limit)
        value = QRectF(x + widest + VALUE_GAP, y - 10, 70, 20)
        self._write(painter, font, colour, labels.values[index], value, align)

    def draw_caption(self, painter: QPainter, text: str, width: float, height: float) -> None:
        """Write at the bottom what is left out."""
        rect = QRectF(12, height - 22, width - 24, 18)
        if QFontMetricsF(ui_font(11)).horizontalAdvance(text) > rect.width():
            text = text.replace(LARGEST_WORDS, "")
        self._write(painter, ui_font(11), self.theme.text_secondary, text, rect)

    def _write(
        self,
        painter: QPainter,
        font: QFont,
        colour: str,
        text: str,
        rect: QRectF,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter,
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        fitting = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, align, fitting)


def has_labels(place: LayerPlace) -> bool:
    """Whether the units of a layer have names beside them."""
    return not place.is_block and place.pitch >= SMALLEST_LABELLED_PITCH


def _without_unit(name: str) -> str:
    # "petal length (cm)" is "petal length" where room is scarce; the tooltip has it all.
    return re.sub(r"\s*\([^()]*\)$", "", name) or name


def _fits(font: QFont, texts: list[str], room: float) -> bool:
    metrics = QFontMetricsF(font)
    # The first and the last may reach outwards.
    inner = texts[1:-1] or texts
    return all(metrics.horizontalAdvance(text) <= room for text in inner)


def _brief(name: str) -> str:
    return {"Input": "In", "Output": "Out"}.get(name, name.removeprefix("Hidden "))
