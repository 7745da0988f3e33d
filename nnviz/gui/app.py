"""The program with its window: from an experiment to the exit code."""

import sys

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from nnviz import __version__
from nnviz.gui.bridge import Bridge
from nnviz.gui.display import Display
from nnviz.gui.errors import ErrorReporter
from nnviz.gui.garbage import GarbageCollector
from nnviz.gui.main_window import MainWindow
from nnviz.gui.selection import Selection
from nnviz.gui.settings import WindowSettings
from nnviz.gui.theme import THEMES
from nnviz.training.commands import Run
from nnviz.training.experiment import ExperimentSpec

CLOSE_SECONDS = 1.0
FIRST_STEPS_PER_SECOND = 100.0
SMOKE_MILLISECONDS = 500
SMOKE_TIMEOUT_MILLISECONDS = 30_000
_SWITCH_SECONDS = 0.001


def run(
    experiment: ExperimentSpec | None = None, smoke_test: bool = False, theme: str | None = None
) -> int:
    """Open the window, train what a person asks for, and return the exit code.

    Parameters
    ----------
    experiment
        What to load first; ``None`` is the default experiment.
    smoke_test
        Train for half a second, close, and return 0 if there was progress, else 1.
    theme
        Key of ``THEMES``; ``None`` is the one that was used last.
    """
    app = make_application()
    settings = WindowSettings()
    if theme is not None:
        settings.theme = THEMES[theme]
    program = Program(experiment or ExperimentSpec(), settings, smoke_test)
    if not smoke_test:
        # At full speed a small network has learned before anyone has looked.
        program.window.toolbar.choose_speed(FIRST_STEPS_PER_SECOND)
    program.window.show()
    exit_code = app.exec()
    program.close()
    return exit_code


def make_application() -> QApplication:
    """Return the QApplication, made if there is none yet."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("nnviz")
    app.setApplicationDisplayName("nnviz")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("nnviz")
    app.setQuitOnLastWindowClosed(True)
    return app


class Program(QObject):
    """The window, the training thread, and what joins them.

    The frame is shown first. Once it is painted, the thread starts, and the views
    are imported one by one, with the event loop running between them.

    Attributes
    ----------
    window, bridge, display
        The parts.
    """

    def __init__(
        self, experiment: ExperimentSpec, settings: WindowSettings, smoke_test: bool = False
    ) -> None:
        super().__init__()
        self.display = Display(Selection(self))
        self.bridge = Bridge(self.display, self)
        self.window = MainWindow(self.display, settings.theme, settings)
        self.window.attach(self.bridge)
        self._experiment = experiment
        self._smoke_test = smoke_test
        self._is_open = True
        self._errors = ErrorReporter(self.window, self)
        self._collector = GarbageCollector(self)
        # The thread that trains must give the processor back soon for 60 frames a second.
        self._switch_interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        self.window.first_painted.connect(self._begin)
        self.window.closing.connect(self.close)

    def close(self) -> None:
        """Stop the thread and give back what belongs to Python; once."""
        if not self._is_open:
            return
        self._is_open = False
        self.bridge.close(CLOSE_SECONDS)
        self._collector.close()
        self._errors.close()
        sys.setswitchinterval(self._switch_interval)

    def _begin(self) -> None:
        if self._smoke_test:
            QTimer.singleShot(SMOKE_TIMEOUT_MILLISECONDS, self, lambda: self._end_smoke_test(1))
        self.bridge.start()
        self.bridge.load(self._experiment)
        self._load_next_view()

    def _load_next_view(self) -> None:
        if not self._is_open:
            return
        if self.window.load_next_view():
            QTimer.singleShot(0, self, self._load_next_view)
            return
        self.window.setup_panel.load_thumbnails()
        if self._smoke_test:
            self.bridge.send(Run())
            QTimer.singleShot(SMOKE_MILLISECONDS, self, self._check_progress)

    def _check_progress(self) -> None:
        if self.display.is_ready and self.display.snapshot.step > 0:
            self._end_smoke_test(0)
        else:
            QTimer.singleShot(SMOKE_MILLISECONDS, self, self._check_progress)

    def _end_smoke_test(self, exit_code: int) -> None:
        if self._is_open:
            self.window.close()
            QApplication.exit(exit_code)
