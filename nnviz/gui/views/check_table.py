"""CheckTable: layers, the update and the worst parameters with their errors."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from nnviz.gui.fonts import monospace_font, ui_font
from nnviz.gui.theme import Theme, sign_colour
from nnviz.gui.views.check_rows import WORDS, CheckRow, error_text, many_digits, meaning_of
from nnviz.gui.views.verdict_badge import verdict_colour
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys

NAME, CLAIMED, MEASURED, ERROR, VERDICT = range(5)
_HEADS = ("", "Recorded", "Compared with", "Error", "Verdict")
_ROOM_FOR_NUMBERS = 430
_ROW_HEIGHT = 22


class CheckTable(QTableWidget):
    """One row for each thing that was checked; a click or Enter selects its parameter.

    Attributes
    ----------
    rows
        What is shown.

    Signals
    -------
    target_chosen
        A person chose a row whose edge or unit can be selected.
    """

    target_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADS), parent)
        self.setObjectName("check_table")
        self.setAccessibleName("Results of the check")
        self.setProperty("role", "numbers")
        self.theme = theme
        self.rows: tuple[CheckRow, ...] = ()
        self._hides = False
        self.setHorizontalHeaderLabels(_HEADS)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, CHOICE_KEYS)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.cellClicked.connect(lambda row, _column: self._choose(row))
        self.cellActivated.connect(lambda row, _column: self._choose(row))

    def _choose(self, row: int) -> None:
        target = self.rows[row].target
        if target is not None:
            self.target_chosen.emit(target)

    def show_rows(self, rows: tuple[CheckRow, ...], hides: bool = False) -> None:
        """Show these rows; numbers that are to be predicted are question marks."""
        if (rows, hides) == (self.rows, self._hides):
            return
        self.rows, self._hides = rows, hides
        self._fill()

    def wear(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme = theme
        self._fill()

    def _fill(self) -> None:
        self.setRowCount(len(self.rows))
        for place, row in enumerate(self.rows):
            found = row.found
            name = f"{row.name}: {row.note}" if row.note else row.name
            digits = (
                ["?", "?"]
                if self._hides
                else [many_digits(v) for v in (found.claimed, found.measured)]
            )
            texts = (name, *digits, error_text(found.error), WORDS[found.verdict])
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setForeground(QColor(self._colour(row, column)))
                item.setFont(self._font_of(row, column))
                item.setToolTip(self._tip(row, digits))
                self.setItem(place, column, item)

    def _font_of(self, row: CheckRow, column: int) -> QFont:
        if column in (NAME, VERDICT):
            return ui_font(11, QFont.Weight.DemiBold if row.is_head else QFont.Weight.Normal)
        return monospace_font(11)

    def _colour(self, row: CheckRow, column: int) -> str:
        theme, found = self.theme, row.found
        if column == VERDICT:
            return verdict_colour(theme, found.verdict)
        if column in (CLAIMED, MEASURED) and not self._hides:
            value = found.claimed if column == CLAIMED else found.measured
            return sign_colour(theme, value, for_text=True) if value else theme.text_secondary
        return theme.text if row.is_head else theme.text_secondary

    def _tip(self, row: CheckRow, digits: list[str]) -> str:
        head = f"The worst of {row.name.lower()}" if row.is_head else row.name
        return (
            f"{head}: {digits[0]}, compared with {digits[1]}.\n{meaning_of(row.found)}\n"
            "Click to select the parameter."
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the numbers to the tips where there is no room."""
        is_narrow = self.width() < _ROOM_FOR_NUMBERS
        for column in (CLAIMED, MEASURED):
            self.setColumnHidden(column, is_narrow)
        super().resizeEvent(event)
