"""StopWatcher: follows a run and says when one of its stop rules has come true."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz.training.row_set import RowSet, row_sets
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import RunState
from nnviz.training.stop_rules import NO_RULES, StopRules


class StopWatcher:
    """Follows a run and says when a rule has come true.

    A run that is trained on after that stops again only when the rule comes true anew: the
    loss must have been above the limit, patience and time begin again.

    Parameters
    ----------
    rules
        What to wait for.
    """

    def __init__(self, rules: StopRules = NO_RULES) -> None:
        self._rules = rules
        self._sets: tuple[TrainingRun, RowSet] | None = None
        self.begin()

    @property
    def rules(self) -> StopRules:
        """What is waited for; other rules begin to wait anew."""
        return self._rules

    @rules.setter
    def rules(self, rules: StopRules) -> None:
        self._rules = rules
        self.begin()

    def begin(self) -> None:
        """Forget what was seen: another run begins, or this one goes on from elsewhere."""
        # Asked after every few steps, so it must cost next to nothing.
        self._is_idle = self._rules.is_empty
        self._losses: list[NDArray[np.float32]] = []
        self._is_below = False
        self._lowest = math.inf
        self._epochs_without = 0
        self._seconds = 0.0
        self._since: float | None = None

    def go_on(self, now: float) -> None:
        """Wait anew, as training has been started at this time."""
        self._since, self._seconds, self._epochs_without = now, 0.0, 0

    def most_steps(self, run: TrainingRun, most: int) -> int:
        """Return how many of so many steps may be done before a rule must be asked."""
        left = (self._rules.steps or 0) - run.step
        return min(most, left) if left > 0 else most

    def judge(
        self,
        run: TrainingRun,
        losses: NDArray[np.float32],
        now: float,
        end: tuple[RunState, str] = (RunState.PAUSED, ""),
    ) -> tuple[RunState, str]:
        """Return why the run stops after these steps; paused without a word if it does not.

        Parameters
        ----------
        run
            The run after its steps, which end within one epoch or at its end.
        losses
            Of those steps.
        now
            The time, in seconds.
        end
            What ended the run by itself; it comes before any rule.
        """
        if end[0] is not RunState.PAUSED or self._is_idle:
            return end
        reasons = [self._time_reason(now), self._count_reason(run)]
        self._losses.append(losses)
        if run.batch == 0:
            reasons += self._loss_reasons(run)
            self._losses.clear()
        found = next((reason for reason in reasons if reason), "")
        if not found:
            return end
        return RunState.STOPPED_BY_RULE, f"stopped at step {run.step:,}: {found}"

    def _time_reason(self, now: float) -> str:
        limit = self._rules.seconds
        self._seconds += 0.0 if self._since is None else now - self._since
        self._since = now
        if limit is None or self._seconds < limit:
            return ""
        return f"it has trained for {limit:g} {_plural('second', limit)}"

    def _count_reason(self, run: TrainingRun) -> str:
        if run.step == self._rules.steps:
            return "that many were asked for"
        if run.batch == 0 and run.epoch == self._rules.epochs:
            return f"{run.epoch:,} {_plural('epoch', run.epoch)} were asked for"
        return ""

    def _loss_reasons(self, run: TrainingRun) -> Sequence[str]:
        epoch = np.concatenate(self._losses)
        # An epoch that began before anybody watched says nothing.
        if len(epoch) < run.batches_per_epoch:
            return []
        mean = float(epoch.mean(dtype=np.float64))
        return [self._below_reason(mean), self._improvement_reason(run, mean)]

    def _below_reason(self, mean: float) -> str:
        limit = self._rules.loss_below
        if limit is None:
            return ""
        was_below, self._is_below = self._is_below, mean < limit
        if was_below or not self._is_below:
            return ""
        return f"the loss of the last epoch, {_told(mean, limit)}, is below {limit:g}"

    def _improvement_reason(self, run: TrainingRun, mean: float) -> str:
        patience = self._rules.epochs_without_improvement
        if patience is None:
            return ""
        kind, loss = self._watched(run, mean)
        if loss < self._lowest:
            self._lowest, self._epochs_without = loss, 0
            return ""
        self._epochs_without += 1
        if self._epochs_without < patience:
            return ""
        return (
            f"the {kind} loss has not fallen for {patience:,} {_plural('epoch', patience)}; "
            f"the lowest of an epoch was {self._lowest:.4g}"
        )

    def _watched(self, run: TrainingRun, mean: float) -> tuple[str, float]:
        if not self._rules.watches_validation or not len(run.data.validation_rows):
            return "training", mean
        if self._sets is None or self._sets[0] is not run:
            self._sets = run, row_sets(run.data, run.network.spec, run.experiment.dtype)[1]
        measured = self._sets[1].measure(run.network)
        assert measured is not None, "nobody interrupts it"
        return "validation", measured[0]


def _told(value: float, limit: float) -> str:
    """Write a value below a limit with as many digits as show that it is."""
    texts = (f"{value:.{digits}g}" for digits in (3, 6, 17))
    return next(text for text in texts if float(text) < limit)


def _plural(word: str, count: float) -> str:
    return word if count == 1 else f"{word}s"
