"""WatchView: the numbers that a person keeps an eye on, each with its history."""

import csv
import io
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.view import View
from nnviz.gui.views.watch_row import WatchRow
from nnviz.gui.watch_list import Pin
from nnviz.gui.watch_names import EXAMPLES, pin_named, problem_of
from nnviz.gui.watch_values import WatchValues
from nnviz.gui.widgets.text import count_text, wrapping_label
from nnviz.gui.wishes import SaveWish

_WELCOME = (
    f"Type a name such as {EXAMPLES}; or point at a number anywhere and press P. Its value at "
    "every step that is remembered appears here."
)


class WatchView(View):
    """One row for each pin, and a field for more.

    Attributes
    ----------
    entry
        Where a name is typed.
    rows
        The rows, by their pins.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Watch list")
        self.rows: dict[Pin, WatchRow] = {}
        self._values = WatchValues(display)
        self.entry = QLineEdit(self)
        self.entry.setObjectName("watch_entry")
        self.entry.setAccessibleName("Name of a number to watch")
        self.entry.setPlaceholderText(f"Watch: {EXAMPLES}")
        self.entry.setToolTip(f"{EXAMPLES}: everything is counted from 1. Enter pins it.")
        self.entry.returnPressed.connect(self._pin_typed)
        self.add_button = PlotButton("watch_add", "Pin", "Watch this number", self)
        self.copy_button = PlotButton("watch_copy", "Copy", "Copy the histories as CSV", self)
        self.save_button = PlotButton("watch_save", "Save…", "Save the histories as CSV", self)
        self.add_button.clicked.connect(self._pin_typed)
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self._save)
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.entry, 1)
        for button in (self.add_button, self.copy_button, self.save_button):
            bar.addWidget(button)
        self.note = wrapping_label(_WELCOME, "hint", self)
        self.note.setObjectName("watch_note")
        self.note.setContentsMargins(4, 4, 4, 4)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._area = self._make_list()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addWidget(self.note)
        column.addWidget(self._area, 1)
        display.watch_list.pins_changed.connect(self._show_pins)
        self._show_pins()

    def _make_list(self) -> QScrollArea:
        self._list = QWidget()
        self._list.setProperty("role", "scrolled")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        area = QScrollArea(self)
        area.setObjectName("watch_area")
        area.setAccessibleName("Watched numbers")
        area.setFrameShape(QFrame.Shape.NoFrame)
        # Room for one row; in a low dock the note needs the rest.
        area.setMinimumHeight(24)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._list)
        return area

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        for row in self.rows.values():
            row.wear(self.theme)

    def _show_pins(self) -> None:
        """Have one row for each pin."""
        pins = self.display.watch_list.pins
        for pin in [pin for pin in self.rows if pin not in pins]:
            row = self.rows.pop(pin)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for pin in pins:
            if pin not in self.rows:
                row = WatchRow(pin, self.theme, self._list)
                row.removed.connect(lambda pin=pin: self.display.watch_list.unpin(pin))
                row.fit(self.width())
                self._column.insertWidget(self._column.count() - 1, row)
                self.rows[pin] = row
        self.refresh()

    def refresh(self) -> None:
        """Show what the numbers are at the step on show, and how they came to be."""
        pins = self.display.watch_list.pins
        self.note.setVisible(not pins)
        # An empty list would take the room that the note needs in a low dock.
        self._area.setVisible(bool(pins))
        self.note.setText(_WELCOME)
        self.copy_button.setEnabled(bool(pins))
        self.save_button.setEnabled(bool(pins))
        if not self.display.is_ready:
            return
        self._values.forget_others(pins)
        step = self.display.snapshot.step
        for pin, row in self.rows.items():
            problem = problem_of(self.display, pin)
            if problem is not None:
                row.say(f"{problem}; remove it, or go back to the network that had it")
            else:
                row.show_history(*self._values.history(pin, step))
        self.set_facts(f"{count_text(len(pins))} watched" if pins else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the rows."""
        super().resizeEvent(event)
        for row in self.rows.values():
            row.fit(self.width())

    # What a person does.

    def _pin_typed(self) -> None:
        text = self.entry.text()
        if not text.strip() or not self.display.is_ready:
            return
        try:
            self.display.watch_list.pin(pin_named(self.display, text))
        except ValueError as error:
            self.note.setText(str(error))
            self.note.show()
            return
        self.entry.clear()

    def csv(self) -> str:
        """Return a table: a row for each remembered step, a column for each pin, every digit."""
        step = self.display.snapshot.step
        pins = [pin for pin in self.rows if problem_of(self.display, pin) is None]
        histories = [self._values.history(pin, step) for pin in pins]
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        rows = (f" (row {pin.row + 1})" if pin.row is not None else "" for pin in pins)
        heads = (f"{pin.name}{row}" for pin, row in zip(pins, rows, strict=True))
        table.writerow(("step", *heads))
        if histories:
            for place, at in enumerate(histories[0][0].tolist()):
                table.writerow((at, *(repr(float(values[place])) for _, values in histories)))
        return text.getvalue()

    def copy(self) -> None:
        """Copy the histories as CSV."""
        if self.display.is_ready:
            QGuiApplication.clipboard().setText(self.csv())

    def _save(self) -> None:
        text = self.csv()

        def write(path: Path) -> None:
            path.write_text(text, encoding="utf-8")

        self.display.wishes.save(
            SaveWish("Save the watched numbers", "watched.csv", "Tables (*.csv)", write)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.rows:
            self.copy()
        else:
            super().keyPressEvent(event)
