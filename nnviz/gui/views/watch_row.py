"""WatchRow: one pinned number, how it went and what it is."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnviz.gui.theme import Theme, sign_colour
from nnviz.gui.views.network_values import exact
from nnviz.gui.watch_list import Pin
from nnviz.gui.widgets.buttons import IconButton
from nnviz.gui.widgets.sparkline import Sparkline
from nnviz.gui.widgets.text import count_text, number_text, role_label

_NAME_WIDTH, _VALUE_WIDTH, _RANGE_WIDTH = 74, 76, 122
_ROOM_FOR_RANGE = 380
HEIGHT = 30
_SMALL = '<br><span style="font-size: 10px; font-weight: 400; color: {}">{}</span>'


class WatchRow(QWidget):
    """Name, sparkline, value, range, and a button that removes it.

    Attributes
    ----------
    pin
        Whose row it is.

    Signals
    -------
    removed
        A person does not want to watch it any more.
    """

    removed = Signal()

    def __init__(self, pin: Pin, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pin, self.theme = pin, theme
        self.setObjectName(f"watch_{pin.name}")
        self.setFixedHeight(HEIGHT)
        self._name = role_label(pin.name, "value", self)
        self._name.setMinimumWidth(_NAME_WIDTH)
        if pin.row is not None:
            self._name.setToolTip(f"{pin.name} of training row {count_text(pin.row + 1)} alone")
        self.sparkline = Sparkline(theme.accent, theme.well, self)
        self.value = role_label("", "value", self)
        self.value.setFixedWidth(_VALUE_WIDTH)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.range = role_label("", "hint", self)
        self.range.setFixedWidth(_RANGE_WIDTH)
        spoken = f"Do not watch {pin.name} any more"
        self.remove_button = IconButton(f"unpin_{pin.name}", spoken, "x", 22, self)
        self.remove_button.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 2, 2)
        row.setSpacing(6)
        for part in (self._name, self.sparkline, self.value, self.range, self.remove_button):
            row.addWidget(part, 1 if part is self.sparkline else 0)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.theme = theme
        self.sparkline.wear(theme.accent, theme.well)
        if self.pin.row is not None:
            row = _SMALL.format(theme.text_secondary, f"row {count_text(self.pin.row + 1)}")
            self._name.setText(self.pin.name + row)

    def fit(self, width: int) -> None:
        """Do without the range where there is no room."""
        self.range.setVisible(width >= _ROOM_FOR_RANGE)

    def show_history(self, steps: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Show how it went; the last value is the one on show."""
        self.sparkline.show_line(steps, values)
        if not len(values):
            self.say("not known yet")
            return
        last, finite = float(values[-1]), values[np.isfinite(values)]
        colour = sign_colour(self.theme, last, for_text=True) if last else self.theme.text
        self.value.setText(f'<span style="color:{colour}">{number_text(last, 5)}</span>')
        self.value.setToolTip(exact(last))
        low, high = (finite.min(), finite.max()) if len(finite) else (np.nan, np.nan)
        ends = f"{number_text(float(low), 3)} to {number_text(float(high), 3)}"
        self.range.setText(ends)
        self.setToolTip(f"{self.pin.name} = {exact(last)}; from {ends} so far")
        self.setAccessibleName(f"{self.pin.name}: {number_text(last, 5)}, {ends} so far")

    def say(self, words: str) -> None:
        """Say why there is no value."""
        self.sparkline.show_line(np.zeros(0, dtype=np.int64), np.zeros(0))
        self.value.setText("\N{EN DASH}")
        self.range.setText("")
        self.setToolTip(words)
        self.setAccessibleName(f"{self.pin.name}: {words}")
