"""LossControls: the buttons on the loss plot, and the menu of what has no room there."""

from typing import Any

from PySide6.QtCore import QObject, QPoint, QRectF, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QMenu, QWidget

from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys

_SPACE = 2


class LossControls(QObject):
    """Axes, following, stop rules and saving.

    Attributes
    ----------
    linear, log, follow
        The buttons that are always there.
    log_steps, stop
        There where there is room; the menu has both too.
    more
        Opens the menu.
    menu
        The menu.

    Signals
    -------
    scale_changed
        Another axis is wanted.
    follow_requested
        The whole run is to be shown.
    stop_requested
        The stop rules are to be shown.
    table_requested, all_tables_requested
        The losses of this run, or of all runs, are to be saved.
    picture_requested
        The plot is to be saved.
    """

    scale_changed = Signal()
    follow_requested = Signal()
    stop_requested = Signal()
    table_requested = Signal()
    all_tables_requested = Signal()
    picture_requested = Signal()

    def __init__(self, plot: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self.linear = PlotButton("loss_linear", "Linear", "Linear loss axis", plot)
        self.log = PlotButton("loss_log", "Log", "Logarithmic loss axis", plot)
        self.log_steps = PlotButton("loss_log_steps", "Log steps", "Logarithmic step axis", plot)
        self.stop = PlotButton("loss_stop", "Stop when…", "Stop training by rules", plot)
        self.follow = PlotButton("loss_follow", "Follow", "Show the whole run", plot)
        self.more = PlotButton("loss_more", "More…", "Step axis, stop rules, saving", plot)
        self.scales = QButtonGroup(self)
        for button in (self.linear, self.log):
            self.scales.addButton(button)
            keep_keys(button, CHOICE_KEYS)
        for button in (self.linear, self.log, self.log_steps, self.follow, self.stop):
            button.setCheckable(True)
        self.log.setChecked(True)
        self.follow.setChecked(True)
        self._make_menu(parent)
        self.scales.buttonClicked.connect(self._choose_loss_axis)
        self.log_steps.clicked.connect(self._choose_log_steps)
        self.follow.clicked.connect(self.follow_requested)
        self.stop.clicked.connect(self.stop_requested)
        self.more.clicked.connect(self._open_menu)

    def _make_menu(self, view: QWidget) -> None:
        self.menu = QMenu(view)
        self.menu.setObjectName("loss_menu")
        self.menu.setAccessibleName("More of the loss plot")
        self.menu_log_steps = self._entry("loss_menu_log_steps", "Logarithmic step axis")
        self.menu_log_steps.setCheckable(True)
        self.menu_log_steps.triggered.connect(self._choose_log_steps)
        self._entry("loss_menu_stop", "Stop when…").triggered.connect(self.stop_requested)
        self.menu.addSeparator()
        table = self._entry("loss_save_table", "Save the losses of this run…")
        table.triggered.connect(self.table_requested)
        tables = self._entry("loss_save_all", "Save the losses of all runs…")
        tables.triggered.connect(self.all_tables_requested)
        picture = self._entry("loss_save_picture", "Save the plot as a picture…")
        picture.triggered.connect(self.picture_requested)

    def _entry(self, name: str, words: str) -> QAction:
        action = self.menu.addAction(words)
        action.setObjectName(name)
        return action

    def show_rules(self, words: str) -> None:
        """Light the button while there are stop rules, and tell them in its tip."""
        self.stop.setChecked(bool(words))
        self.stop.setToolTip(words or "Stop training by rules")

    def place(self, room: QRectF) -> None:
        """Put the buttons into the upper right corner, as many as there is room for."""
        always = (self.more, self.follow, self.log, self.linear)
        left = room.width() - 8 - sum(button.width() + _SPACE for button in always)
        shown = list(always)
        for button in (self.log_steps, self.stop):
            left -= button.width() + _SPACE
            button.setVisible(left >= 0)
            if left >= 0:
                shown.append(button)
        right = int(room.right()) - 4
        for button in shown:
            right -= button.width()
            button.move(right, int(room.top()) + 3)
            right -= _SPACE

    def set_visible(self, visible: bool, room: QRectF) -> None:
        """Show or hide all buttons."""
        for button in (self.linear, self.log, self.log_steps, self.stop, self.follow, self.more):
            button.setVisible(visible)
        if visible:
            self.place(room)

    def _choose_loss_axis(self, *_: object) -> None:
        self.scale_changed.emit()

    def _choose_log_steps(self, chosen: bool) -> None:
        self.log_steps.setChecked(chosen)
        self.menu_log_steps.setChecked(chosen)
        self.scale_changed.emit()

    def _open_menu(self) -> None:
        corner = self.more.mapToGlobal(QPoint(0, self.more.height() + 2))
        self.menu.popup(corner)
