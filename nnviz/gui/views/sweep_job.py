"""SweepJob: a sweep under way in the background, and what it has brought so far."""

from contextlib import closing

from PySide6.QtCore import QObject, Signal

from nnviz.gui.background import Background, Progress
from nnviz.sweeps.plan import Plan, check_plan
from nnviz.sweeps.pool import ProcessPool, suitable_workers
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.scheduling import Scheduler, sweep_results

# Processes notice within this time that they are not wanted any more.
_CLOSE_SECONDS = 5.0


class SweepJob(QObject):
    """Trains a plan on all processors and keeps the results.

    Attributes
    ----------
    plan
        What is or was trained; ``None`` before the first.
    results
        What has finished, by the number of the run.

    Signals
    -------
    changed
        There are more results, or the sweep has begun or ended.
    failed
        A sentence that says why it ended early.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan: Plan | None = None
        self.results: dict[int, RunResult] = {}
        self._background = Background(self)
        self._background.progressed.connect(self._take)
        self._background.finished.connect(lambda _: self.changed.emit())
        self._background.failed.connect(self._fail)

    @property
    def is_busy(self) -> bool:
        """Whether runs are being trained."""
        return self._background.is_busy

    def start(self, plan: Plan, scheduler: Scheduler | None = None) -> None:
        """Train this; what came of an older one is forgotten.

        Parameters
        ----------
        plan
            What to train.
        scheduler
            Where; ``None`` is a pool of processes that keeps every processor busy.
        """
        self.plan, self.results = plan, {}

        def work(progress: Progress) -> None:
            pool = scheduler or ProcessPool(suitable_workers(check_plan(plan)))
            with closing(sweep_results(plan, pool, lambda: progress.is_cancelled)) as results:
                for result in results:
                    progress.tell(result)

        self._background.start(work)
        self.changed.emit()

    def cancel(self) -> None:
        """Give up what has not finished; what has stays."""
        if self.is_busy:
            self._background.cancel()
            self.changed.emit()

    def close(self) -> None:
        """Give up what is under way, and wait until no process is left."""
        self._background.close(_CLOSE_SECONDS)

    def _take(self, result: object) -> None:
        assert isinstance(result, RunResult)
        self.results[result.number] = result
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self.changed.emit()
        self.failed.emit(sentence)
