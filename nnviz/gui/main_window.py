"""MainWindow: the frame, and what its menus and keys do.

The window knows no thread. It shows a Display, and its Transport says by signals what
a person wants; :meth:`MainWindow.attach` joins it to a Bridge.
"""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QToolBar, QWidget

from nnviz.gui.actions import colour_actions, enable_walk, fill_menus, make_actions
from nnviz.gui.bridge import Bridge
from nnviz.gui.by_hand import ByHand
from nnviz.gui.centre import CentrePane
from nnviz.gui.display import Display
from nnviz.gui.docks import SETUP_WIDTH, CardDock, make_view_docks
from nnviz.gui.file_dialogs import FileDialogs
from nnviz.gui.help_dialog import HelpDialog, open_help
from nnviz.gui.panels.setup_panel import SetupPanel
from nnviz.gui.refresh import RefreshScheduler
from nnviz.gui.settings import WindowSettings
from nnviz.gui.status_line import StatusLine
from nnviz.gui.style import apply_style
from nnviz.gui.tab_order import set_tab_order
from nnviz.gui.theme import DARK, LIGHT, Theme
from nnviz.gui.toolbar import TransportBar
from nnviz.gui.transport import Transport
from nnviz.gui.view_loading import ViewLoader
from nnviz.gui.views.view import View
from nnviz.gui.walk_control import WalkControl
from nnviz.gui.watching import Watching
from nnviz.gui.widgets.step_bar import StepBar
from nnviz.gui.window_place import WindowPlace
from nnviz.gui.wish_granting import WishGranting
from nnviz.gui.workspaces import Workspaces
from nnviz.training.snapshot import RunState

FIGURES_INTERVAL = 100
STATUS_INTERVAL = 250


class MainWindow(QMainWindow):
    """The frame of the program.

    Attributes
    ----------
    display
        What everything shows.
    theme
        The colours in use.
    scheduler
        Gives the views their turns.
    files
        Asks for file names.
    transport, walk
        Say what a person asks of the training, and of the walk through a step.
    watching
        Pins numbers to the watch list.
    by_hand
        Loads networks that were typed in, and prints worksheets.
    workspaces
        The arrangements of the docks.
    setup_panel, toolbar, centre, docks, actions_by_key
        The parts.

    Signals
    -------
    first_painted
        The frame is on the screen.
    views_loaded
        Every view of ``VIEWS`` is in its place.
    closing
        The window is about to go.
    """

    first_painted = Signal()
    views_loaded = Signal()
    closing = Signal()

    def __init__(
        self,
        display: Display,
        theme: Theme = DARK,
        settings: WindowSettings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.display = display
        self.theme = theme
        self._settings = settings
        self._was_painted = False
        self._last_state: RunState | None = None
        self._last_message = ""
        self.setObjectName("main_window")
        self.setWindowTitle("nnviz")
        self.setMinimumSize(QSize(1020, 620))
        apply_style(_application(), theme)
        self.scheduler = RefreshScheduler(self)
        self.transport = Transport(display, self)
        self.walk = WalkControl(display, self.transport, settings, self)
        self.actions_by_key = make_actions(self)
        enable_walk(self.actions_by_key, False)
        self.actions_by_key["reduce_motion"].setChecked(display.playback.reduces_motion)
        self._build()
        self._schedule()
        self.set_theme(theme, restyle=False)
        self._place = WindowPlace(self, self.workspaces, settings)

    def _build(self) -> None:
        self.toolbar = TransportBar(self.display, self.actions_by_key)
        bar = QToolBar("Transport", self)
        bar.setObjectName("transport_bar")
        bar.setMovable(False)
        bar.toggleViewAction().setEnabled(False)
        bar.addWidget(self.toolbar)
        self.addToolBar(bar)
        self.addToolBarBreak()
        self.step_bar = StepBar(self.display.playback, self.actions_by_key, self)
        self.addToolBar(self.step_bar)
        self.step_bar.hide()
        self.step_bar.numbers_requested.connect(self.walk.ask_for_numbers)
        self.setup_panel = SetupPanel()
        setup_dock = CardDock("setup", "Setup", self)
        setup_dock.body.add_content(self.setup_panel)
        setup_dock.body.setMinimumWidth(SETUP_WIDTH)
        self.docks = {"setup": setup_dock, **make_view_docks(self)}
        self.centre = CentrePane(self.theme, self.walk.bug_lab, self.display.trial, self)
        self.setCentralWidget(self.centre)
        self.workspaces = Workspaces(self, self.docks, self._settings)
        self._loader = ViewLoader(self.display, self.centre, self.docks, self.scheduler)
        self.status_line = StatusLine(self.display, self.scheduler.frames_per_second, self)
        self.setStatusBar(self.status_line)
        self.setContentsMargins(8, 0, 8, 0)
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AnimatedDocks
        )
        self._fill_menus()
        self.toolbar.speed_requested.connect(self.transport.set_speed)
        self.setup_panel.experiment_requested.connect(self.transport.experiment_requested)
        self.setup_panel.learning_rate_requested.connect(self.transport.set_learning_rate)
        self.files = FileDialogs(self, self.setup_panel, self.centre.banner)
        self.setup_panel.open_file_requested.connect(self.files.open_csv)
        WishGranting(self.display.wishes, self.transport, self.files, self.docks, self)
        self.watching = Watching(self.display, self.centre.banner)
        self.by_hand = ByHand(self, self.display, self.transport, self.workspaces)

    def _fill_menus(self) -> None:
        menus = fill_menus(self.menuBar(), self.actions_by_key)
        menus["View"].addSeparator()
        for dock in self.docks.values():
            menus["View"].addAction(dock.toggleViewAction())

    def _schedule(self) -> None:
        texts = (self.toolbar, FIGURES_INTERVAL), (self.status_line, STATUS_INTERVAL)
        for text, interval in texts:
            self.scheduler.add(text, text.refresh, interval, is_cheap=True)
        self.display.selection.selection_changed.connect(self.scheduler.mark_dirty)
        for dock in self.docks.values():
            dock.visibilityChanged.connect(self._fill_docks)
        self.workspaces.current_changed.connect(self._change_workspace)
        playback, selection = self.display.playback, self.display.selection
        playback.trace_changed.connect(self.scheduler.mark_dirty)
        playback.place_changed.connect(self.scheduler.draw_walk)
        selection.hover_changed.connect(self.scheduler.mark_dirty)
        self.display.trial.changed.connect(self.scheduler.mark_dirty)

    def _fill_docks(self) -> None:
        # At the start the views come one by one, with the event loop between them.
        if "network" in self.views:
            self.load_views()
        self.scheduler.wake()

    def _change_workspace(self) -> None:
        walks = self.workspaces.current.walks
        self.step_bar.setVisible(walks)
        self.toolbar.show_workspace(self.workspaces.current.key)
        enable_walk(self.actions_by_key, walks)
        if walks:
            self.walk.begin()
        else:
            self.display.playback.leave()

    @property
    def views(self) -> dict[str, View]:
        """The views that are there, by their key in ``VIEWS``."""
        return self._loader.views

    def load_next_view(self) -> bool:
        """Import and place one more view; return whether there are others to come."""
        missing = self._loader.missing()
        if missing:
            self._loader.load(missing[0], self.theme)
        if len(missing) == 1:
            setup_dock, *others = self.docks.values()
            set_tab_order((self.toolbar, self.step_bar, setup_dock, self.centre, *others))
            self.views_loaded.emit()
        return len(missing) > 1

    def load_views(self) -> None:
        """Import and place every view whose place is open."""
        while self.load_next_view():
            continue

    def showEvent(self, event: QShowEvent) -> None:
        """Arrange the docks for the size that the window has got."""
        super().showEvent(event)
        self._place.settle()
        # The keyboard belongs to the shortcuts until a person walks to a control.
        self.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and report the first time."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # Panels that floated when the window was last closed came up before it.
            for dock in self.docks.values():
                if dock.isFloating():
                    QTimer.singleShot(0, dock, dock.raise_)
            QTimer.singleShot(0, self, self.first_painted.emit)

    # What comes from the trainer.

    def attach(self, bridge: Bridge) -> None:
        """Send what is requested to the bridge, and show what comes from it."""
        self.transport.attach(bridge)
        bridge.snapshot_changed.connect(self.show_snapshot)
        bridge.failure_reported.connect(self.show_failure)
        bridge.failure_reported.connect(self.display.playback.give_up)

    def show_snapshot(self) -> None:
        """Draw the Display's newer snapshot, each view when its time has come."""
        snapshot = self.display.snapshot
        self.setup_panel.show_experiment(snapshot)
        self.walk.follow()
        if snapshot.state is not self._last_state:
            self._last_state = snapshot.state
            self.toolbar.refresh()
            self.status_line.refresh()
            self._tell_state(snapshot.message)
        self.scheduler.mark_dirty()

    def _tell_state(self, message: str) -> None:
        self.centre.banner.withdraw(self._last_message)
        self.centre.banner.show_message(message)
        self._last_message = message

    def show_failure(self, message: str) -> None:
        """Show a sentence until it is put away, and what is really loaded."""
        self.centre.banner.show_message(message)
        self.setup_panel.return_to_loaded()

    def show_help(self) -> None:
        """Show the keys and colours."""
        open_help(self.theme, self)

    def toggle_theme(self) -> None:
        """Change to the other theme."""
        self.set_theme(LIGHT if self.theme.is_dark else DARK)
        if self._settings is not None:
            self._settings.theme = self.theme

    def set_theme(self, theme: Theme, restyle: bool = True) -> None:
        """Use these colours everywhere from now on."""
        self.theme = theme
        if restyle:
            apply_style(_application(), theme)
        colour_actions(self.actions_by_key, theme)
        self.toolbar.show_theme(theme)
        self.setup_panel.set_theme(theme)
        self.centre.set_danger_colour(theme.danger)
        for view in self.views.values():
            view.set_theme(theme)
        dialog = self.findChild(HelpDialog)
        if dialog is not None:
            dialog.set_theme(theme)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the arrangements and say that the window goes."""
        self._place.save()
        self._loader.release()
        self.closing.emit()
        super().closeEvent(event)


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication), "the window needs a QApplication"
    return app
