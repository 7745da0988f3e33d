"""ParametersView: every weight and bias in a table that can be sorted and searched."""

import csv
import io
from pathlib import Path

import numpy as np
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.parameter_bars import ParameterBars
from nnviz.gui.views.parameter_query import EXAMPLES, ParameterQuery, parse_query
from nnviz.gui.views.parameters_model import KEYS, ParametersModel
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.view import View
from nnviz.gui.watch_list import Pin
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.text import count_text, wrapping_label
from nnviz.gui.wishes import SaveWish

_WORDS = {
    "name": "in the order of the layers",
    "value": "by |value|",
    "gradient": "by |gradient|",
    "update": "by |update|",
    "ratio": "by |update / value|",
}

_NOTHING = "No weight or bias of this network is like that at the step on show."

# Width of the view from which a column is shown.
_ROOM = {"update": 340, "ratio": 430}


class ParametersView(View):
    """Name, value, gradient, update and their ratio of every weight and bias.

    Attributes
    ----------
    search, table, bars
        The parts.
    model
        The rows.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Parameters")
        self._query = ParameterQuery(())
        self._complaint = ""
        self._key, self._is_falling = "value", True
        self.search = QLineEdit(self)
        self.search.setObjectName("parameters_search")
        self.search.setAccessibleName("Search weights and biases")
        self.search.setPlaceholderText(f"Search: {EXAMPLES}")
        self.search.setToolTip(
            f"Conditions that must all hold, such as {EXAMPLES}. Bars mean the size without the "
            "sign; without a column it is the value."
        )
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.copy_button = PlotButton("parameters_copy", "Copy", "Copy the rows as CSV", self)
        self.save_button = PlotButton("parameters_save", "Save…", "Save the rows as CSV", self)
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self._save)
        self.problem = wrapping_label("", "hint", self)
        self.problem.setObjectName("parameters_problem")
        self.problem.hide()
        self.bars = ParameterBars(theme, self)
        self.model = ParametersModel(theme, self)
        self.table = self._make_table()
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.copy_button)
        bar.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addWidget(self.problem)
        column.addWidget(self.bars)
        column.addWidget(self.table, 1)

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("parameters_table")
        table.setAccessibleName("Weights and biases")
        table.setToolTip("Click a row to select it everywhere, double-click to watch it")
        table.setProperty("role", "numbers")
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().setDefaultSectionSize(20)
        middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        table.verticalHeader().setDefaultAlignment(middle)
        # Texts of rows that nobody sees are not measured.
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(52)
        header.setHighlightSections(False)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(KEYS.index(self._key), Qt.SortOrder.DescendingOrder)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort_by)
        table.clicked.connect(self._select)
        table.activated.connect(self._select)
        table.doubleClicked.connect(self._pin)
        return table

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.model.theme = self.theme
        self.bars.wear(self.theme)

    def refresh(self) -> None:
        """Show the numbers of the step on show."""
        if not self.display.is_ready:
            return
        self.model.load(self.display, self._query, self._key, self._is_falling)
        shown = "value" if self._key == "name" else self._key
        self.bars.show_values(self.model.columns[shown][self.model.order], shown)
        total, found = self.display.network.parameter_count, len(self.model.order)
        count = (
            count_text(total) if found == total else f"{count_text(found)} of {count_text(total)}"
        )
        self.set_facts(SEPARATOR.join((count, _WORDS[self._key])))
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Do without the last columns where there is no room; whoever sorts by one keeps it."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        for key, width in _ROOM.items():
            hidden = self.width() < width and key != self._key
            self.table.setColumnHidden(KEYS.index(key), hidden)
        self.table.verticalHeader().setVisible(self.width() >= _ROOM["ratio"])

    # What a person does.

    def _search(self, text: str) -> None:
        try:
            self._query = parse_query(text)
        except ValueError as error:
            # What was found before stays until the query can be understood.
            self._complaint = str(error)
            self._say()
            return
        self._complaint = ""
        self.refresh()

    def _say(self) -> None:
        sentence = self._complaint or ("" if len(self.model.order) else _NOTHING)
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _sort_by(self, section: int) -> None:
        key = KEYS[section]
        self._is_falling = not self._is_falling if key == self._key else key != "name"
        self._key = key
        order = Qt.SortOrder.DescendingOrder if self._is_falling else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(section, order)
        self._fit_columns()
        self.refresh()
        self.table.scrollToTop()

    def _select(self, index: QModelIndex) -> None:
        names, place = self.model.names, int(self.model.order[index.row()])
        assert names is not None
        layer, target = int(names.layer[place]), int(names.target[place])
        source = int(names.source[place])
        if source < 0:
            self.display.selection.select_unit(UnitRef(layer, target))
        else:
            self.display.selection.select_edge(EdgeRef(layer, source, target))

    def _pin(self, index: QModelIndex) -> None:
        names = self.model.names
        assert names is not None
        try:
            self.display.watch_list.pin(Pin(*names.index(int(self.model.order[index.row()]))))
        except ValueError as error:
            self._complaint = str(error)
            self._say()
            return
        self.display.wishes.open_view("watch")

    def copy(self) -> None:
        """Copy the selected rows as CSV, or all of them."""
        chosen = {index.row() for index in self.table.selectionModel().selectedRows()}
        rows = sorted(chosen) if len(chosen) > 1 else list(range(len(self.model.order)))
        QGuiApplication.clipboard().setText(self._csv(rows))

    def _csv(self, rows: list[int]) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(self.model.csv_rows(rows))
        return text.getvalue()

    def _save(self) -> None:
        rows = list(np.arange(len(self.model.order)))
        text = self._csv([int(row) for row in rows])

        def write(path: Path) -> None:
            path.write_text(text, encoding="utf-8")

        self.display.wishes.save(
            SaveWish("Save weights and biases", "parameters.csv", "Tables (*.csv)", write)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)
