"""ErrorReporter: an error of ours is logged in full and told to the person in a sentence."""

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from nnviz.gui.main_window import MainWindow

_LOGGER = logging.getLogger(__name__)


class ErrorReporter(QObject):
    """Stands in for ``sys.excepthook`` and ``threading.excepthook`` until it is closed.

    Signals
    -------
    sentence_ready
        Carries the sentence to the GUI thread, from whichever thread failed.
    """

    sentence_ready = Signal(str)

    def __init__(self, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        banner = window.centre.banner
        self.sentence_ready.connect(banner.show_message, Qt.ConnectionType.QueuedConnection)
        self._told: set[str] = set()
        self._old_hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._report
        threading.excepthook = self._report_from_thread

    def close(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._old_hooks

    def _report(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._old_hooks[0](kind, error, traceback)
            return
        words = f"{kind.__name__}: {error}".rstrip(": ")
        if words in self._told:
            return  # an error in a paint event would come again with every frame
        self._told.add(words)
        _LOGGER.error("An error inside nnviz", exc_info=(kind, error, traceback))
        self.sentence_ready.emit(
            f"Something went wrong inside nnviz ({words}). Your training goes on; if the window "
            "shows nonsense, start the program again, and please report this line."
        )

    def _report_from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._report(args.exc_type, args.exc_value, args.exc_traceback)
