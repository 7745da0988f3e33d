"""Combo: a list to choose from, whose entries say what they are good for."""

import textwrap
from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from nnviz.gui.widgets.fields import FIELD_HEIGHT, chevron_painter, draw_chevron
from nnviz.gui.widgets.keys import reach_by_tab

# Qt breaks no lines in a tip of plain text.
_TIP_COLUMNS = 64


class Record(Protocol):
    """What a row of any of the engine's tables says of itself."""

    @property
    def name(self) -> str:
        """The saved name."""

    @property
    def label(self) -> str:
        """The name that people read."""

    @property
    def good_for(self) -> str:
        """When to choose it."""

    @property
    def source(self) -> str:
        """Where it comes from."""


def tip_for(record: Record) -> str:
    """Return what a row is good for and where it comes from, in short lines."""
    sentences = (f"Good for {record.good_for}.", f"{record.source}.")
    return "\n".join(textwrap.fill(sentence, _TIP_COLUMNS) for sentence in sentences)


class Combo(QComboBox):
    """A list to choose from, whose senseless entries are disabled and say why.

    Signals
    -------
    key_chosen
        A person chose the entry with this key.
    """

    key_chosen = Signal(str)

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMinimumWidth(60)
        self.setFixedHeight(FIELD_HEIGHT)
        reach_by_tab(self)
        self._tips: dict[str, str] = {}
        self.currentIndexChanged.connect(self._show_tip)
        self.activated.connect(lambda index: self.key_chosen.emit(self.itemData(index)))

    def set_entries(self, entries: Iterable[tuple[str, str]]) -> None:
        """Offer these (key, label) pairs; keeps the chosen key if it is among them."""
        pairs = list(entries)
        if pairs == [(self.itemData(i), self.itemText(i)) for i in range(self.count())]:
            return
        chosen = self.currentData()
        self._tips.clear()
        self.clear()
        for key, label in pairs:
            self.addItem(label, key)
        self.show_key(chosen)

    def set_records(self, records: Iterable[Record]) -> None:
        """Offer the rows of a table, each with a tip on what it is good for."""
        rows = list(records)
        self.set_entries((row.name, row.label) for row in rows)
        for row in rows:
            self.describe(row.name, tip_for(row))

    def show_key(self, key: str | None) -> None:
        """Show the entry with this key as chosen, without reporting a choice."""
        self.setCurrentIndex(self.findData(key))

    def explain(self, key: str, problem: str | None) -> None:
        """Disable an entry with a sentence that says why, or enable it with ``None``."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        item: QStandardItem | None = model.item(self.findData(key))
        if item is not None:
            item.setEnabled(problem is None)
            item.setToolTip(problem or self._tips.get(key, ""))

    def describe(self, key: str, text: str) -> None:
        """Give an entry a tip, which the field shows too while the entry is chosen."""
        self._tips[key] = text
        self.setItemData(self.findData(key), text, Qt.ItemDataRole.ToolTipRole)
        self._show_tip()

    def _show_tip(self) -> None:
        # A field whose entries have no tips may have one of its own.
        if self._tips:
            self.setToolTip(self._tips.get(self.currentData(), ""))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel that scrolls."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, as much of the entry as fits, and the arrow."""
        styled = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        styled.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = styled.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room.width() - 2
        )
        styled.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        styled.end()
        painter = chevron_painter(self)
        draw_chevron(painter, QPointF(self.width() - 13, self.height() / 2), 4, down=True)
        painter.end()
