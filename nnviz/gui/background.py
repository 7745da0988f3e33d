"""Background: work that takes longer than a frame, on a thread of its own.

For views that compute more than they could while they are drawn. No Qt signal
crosses the border: what the job tells lies in a queue that a timer empties, and the
timer runs only while there is a job.
"""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

_TICK_MILLISECONDS = 16


class Progress:
    """What a job knows of those who wait for it.

    Attributes
    ----------
    is_cancelled
        Whether the work is no longer wanted; a job asks often, and returns at once.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self.told: SimpleQueue[object] = SimpleQueue()

    @property
    def is_cancelled(self) -> bool:
        """Whether the work is no longer wanted."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """End the job here if it is no longer wanted.

        Raises
        ------
        CancelledError
            Then; :class:`Background` takes it for an end without a result.
        """
        if self.is_cancelled:
            raise CancelledError

    def tell(self, partial: object) -> None:
        """Hand over what is there so far; whoever takes it must not change it."""
        self.told.put(partial)

    def cancel(self) -> None:
        """Ask the job to end."""
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Sleep, but only as long as the work is wanted; return whether it is not."""
        return self._cancelled.wait(seconds)


Work: TypeAlias = Callable[[Progress], object]


class Background(QObject):
    """Runs one job at a time; a newer one takes the place of an older.

    Signals
    -------
    progressed
        What the job has told, in order.
    finished
        The result.
    failed
        A sentence that says why there is none.
    """

    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._progress = Progress()
        self._result: Future[object] | None = None
        self._jobs: list[Future[object]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MILLISECONDS)
        self._timer.timeout.connect(self.take_delivery)

    @property
    def is_busy(self) -> bool:
        """Whether there is a job whose end was not told yet."""
        return self._result is not None

    def start(self, work: Work) -> None:
        """Do this now; whatever was under way is no longer wanted, and tells nothing more."""
        self.cancel()
        progress = Progress()
        executor = ThreadPoolExecutor(1, "nnviz-background")
        self._progress, self._result = progress, executor.submit(work, progress)
        # Its thread ends with the job.
        executor.shutdown(wait=False)
        self._jobs = [job for job in self._jobs if not job.done()] + [self._result]
        self._timer.start()

    def cancel(self) -> None:
        """Give up what is under way, without waiting for it to notice."""
        self._progress.cancel()
        self._result = None
        self._timer.stop()

    def close(self, timeout: float = 1.0) -> None:
        """Give up what is under way, and wait so many seconds at most until it has ended."""
        self.cancel()
        wait(self._jobs, timeout)
        self._jobs.clear()

    def take_delivery(self) -> None:
        """Tell what the job has told, and its end; the timer calls this."""
        result, progress = self._result, self._progress
        # Asked first: whatever was told before the end is then in the queue.
        is_done = result is not None and result.done()
        while self._result is result:
            try:
                self.progressed.emit(progress.told.get_nowait())
            except Empty:
                break
        if is_done and self._result is result and result is not None:
            self._result = None
            self._timer.stop()
            self._tell_end(result)

    def _tell_end(self, result: Future[object]) -> None:
        error = result.exception()
        match error:
            case None:
                self.finished.emit(result.result())
            case CancelledError():
                # The job was asked to end, and then nobody takes its end here.
                return
            case ValueError() | OSError() | MemoryError():
                self.failed.emit(str(error) or "there is not enough memory for this")
            case _:
                sys.excepthook(type(error), error, error.__traceback__)
