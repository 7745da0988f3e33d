"""RunsTable: the runs side by side, with what differs and what came of it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from nnviz.gui.fonts import ui_font
from nnviz.gui.run_comparison import differing_settings
from nnviz.gui.run_records import RunRecord, final_evaluation
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import count_text, number_text, percent_text

NAME = 0
_ROW_HEIGHT = 24
_ICON = 10
_PADDING = 16
_FIGURES = ("Train loss", "Val loss", "Train acc.", "Val acc.")


class RunsTable(QTableWidget):
    """One row per run; the name can be typed over.

    Attributes
    ----------
    rows
        What is shown.

    Signals
    -------
    rename_chosen
        The run of this generation shall be called so.
    """

    rename_chosen = Signal(int, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_table")
        self.setAccessibleName("Runs")
        self.setProperty("role", "numbers")
        self.theme = theme
        self.rows: tuple[RunRecord, ...] = ()
        self._shape: object = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_keys(self, CHOICE_KEYS)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(0)
        self.itemChanged.connect(self._rename)

    @property
    def chosen(self) -> RunRecord | None:
        """The run whose row is selected."""
        row = self.currentRow()
        return self.rows[row] if 0 <= row < len(self.rows) else None

    def wear(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.theme, self._shape = theme, None

    def show_runs(self, runs: tuple[RunRecord, ...], current: RunRecord) -> None:
        """Show these runs, the one on show in bold, without disturbing whoever types a name."""
        if self.state() == QAbstractItemView.State.EditingState:
            return
        columns = _columns(runs)
        shape = (list(columns), [run.number for run in runs], current.number)
        self.rows = runs
        self.blockSignals(True)
        if shape != self._shape:
            self._shape = shape
            self._build(columns, current)
        for column, texts in enumerate(columns.values()):
            self._say(column, texts)
        self.blockSignals(False)

    def _build(self, columns: dict[str, tuple[str, ...]], current: RunRecord) -> None:
        """Make the cells anew, and leave the same run selected."""
        chosen = self.item(self.currentRow(), NAME)
        number = current.number if chosen is None else chosen.data(Qt.ItemDataRole.UserRole)
        self.setColumnCount(len(columns))
        self.setRowCount(len(self.rows))
        self.setHorizontalHeaderLabels(list(columns))
        for column in range(len(columns)):
            for row, run in enumerate(self.rows):
                self.setItem(row, column, self._item(run, column, run is current))
            self.setColumnWidth(column, 0)
        numbers = [run.number for run in self.rows]
        self.setCurrentCell(numbers.index(number) if number in numbers else 0, NAME)
        self.setFixedHeight(self._needed_height())

    def _say(self, column: int, texts: tuple[str, ...]) -> None:
        """Change the cells that read otherwise now; columns only grow, so nothing jumps."""
        width = self.columnWidth(column)
        changed = width == 0
        for row, text in enumerate(texts):
            item = self.item(row, column)
            if item is not None and item.text() != text:
                item.setText(text)
                item.setToolTip(_tip(self.rows[row]))
                changed = True
        if changed:
            metrics = QFontMetrics(ui_font(11, QFont.Weight.DemiBold))
            head = self.model().headerData(column, Qt.Orientation.Horizontal)
            needed = max(metrics.horizontalAdvance(text) for text in (*texts, str(head)))
            icon = _ICON + 8 if column == NAME else 0
            self.setColumnWidth(column, max(width, needed + icon + _PADDING))

    def _needed_height(self) -> int:
        bar = self.horizontalScrollBar().sizeHint().height()
        head = self.horizontalHeader().sizeHint().height()
        return head + _ROW_HEIGHT * len(self.rows) + bar + 4

    def _item(self, run: RunRecord, column: int, is_current: bool) -> QTableWidgetItem:
        item = QTableWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, run.number)
        item.setFont(ui_font(11, QFont.Weight.DemiBold if is_current else QFont.Weight.Normal))
        item.setForeground(QColor(self.theme.text if is_current else self.theme.text_secondary))
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if column == NAME:
            flags |= Qt.ItemFlag.ItemIsEditable
            item.setIcon(_disc(run.colour(self.theme)))
            if is_current:
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, "on show")
        item.setFlags(flags)
        return item

    def _rename(self, item: QTableWidgetItem) -> None:
        run, name = self.rows[item.row()], item.text().strip()
        if item.column() == NAME and name != run.name:
            self.rename_chosen.emit(run.generation, name)


def _columns(runs: tuple[RunRecord, ...]) -> dict[str, tuple[str, ...]]:
    """Return the heads with their texts: what all runs agree on has no column."""
    names = {run.number: run.name for run in runs}
    columns = {"Run": tuple(run.name for run in runs)}
    if any(run.parent is not None for run in runs):
        columns["From"] = tuple(_origin(run, names) for run in runs)
    columns.update(differing_settings(runs))
    columns["Steps"] = tuple(count_text(run.last_step) for run in runs)
    figures = zip(*(_figures(run) for run in runs), strict=True)
    missing = number_text(None)
    named = zip(_FIGURES, figures, strict=True)
    columns |= {head: texts for head, texts in named if set(texts) != {missing}}
    return columns


def _origin(run: RunRecord, names: dict[int, str]) -> str:
    if run.parent is None:
        return "the start"
    return f"{names.get(run.parent, 'a removed run')} at {count_text(run.branch_step)}"


def _figures(run: RunRecord) -> tuple[str, ...]:
    found = final_evaluation(run)
    if found is None:
        return (number_text(None),) * len(_FIGURES)
    texts = (
        number_text(found.train_loss),
        number_text(found.validation_loss),
        percent_text(found.train_accuracy),
        percent_text(found.validation_accuracy),
    )
    if found.step == run.last_step:
        return texts
    # Whole sets are not measured after every step: say which one the figure is of.
    at = f" at {count_text(found.step)}"
    return tuple(text if text == number_text(None) else text + at for text in texts)


def _tip(run: RunRecord) -> str:
    return f"{run.name}: {count_text(run.last_step)} steps. Double-click the name to change it."


def _disc(colour: str) -> QIcon:
    pixmap = QPixmap(2 * _ICON, 2 * _ICON)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(1, 1, 2 * _ICON - 2, 2 * _ICON - 2)
    painter.end()
    return QIcon(pixmap)
