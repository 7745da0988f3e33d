"""Measuring: loss and accuracy over whole sets, in a bounded share of the time."""

from collections.abc import Callable

from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import Evaluation

# Share of the time that measuring whole sets may take while training runs.
_SHARE = 0.1
_SECONDS = 1 / 15


class Measuring:
    """The newest evaluation of a run, and when it is time for another.

    Parameters
    ----------
    clock
        Seconds.
    is_awaited
        Whether a command is waiting: measuring is then left for later.

    Attributes
    ----------
    newest
        The newest evaluation, ``None`` when what there was is out of date.
    took
        The seconds that it took.
    """

    def __init__(self, clock: Callable[[], float], is_awaited: Callable[[], bool]) -> None:
        self._clock = clock
        self._is_awaited = is_awaited
        self._measured_at = 0.0
        self.newest: Evaluation | None = None
        self.took = 0.0

    def is_due(self) -> bool:
        """Return whether enough time has passed since the last one."""
        return self._clock() - self._measured_at >= max(_SECONDS, self.took / _SHARE)

    def measure(self, run: TrainingRun) -> None:
        """Measure the run as it is, unless that was done or a command is waiting."""
        if self.newest is not None and self.newest.step == run.step:
            return
        started = self._clock()
        # The first one is needed: a snapshot without figures would say nothing.
        is_stopped = (lambda: False) if self.newest is None else self._is_awaited
        evaluation = run.evaluate_unless(is_stopped)
        self._measured_at = self._clock()
        if evaluation is not None:
            self.newest = evaluation
            self.took = self._measured_at - started
