"""Past: what a host remembers of its run and of those that it branched from, and what it shows."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnviz.training.commands import Branch
from nnviz.training.outbreak import outbreak_of
from nnviz.training.replayer import Replayer
from nnviz.training.run import TrainingRun
from nnviz.training.timeline import BUDGET_BYTES, Timeline


class Past:
    """The timeline of the run that trains, those of the runs that were left, and a look back.

    All timelines together stay within one budget, in equal parts.

    Parameters
    ----------
    budget_bytes
        Memory for the key-frames of all timelines.
    clock
        Seconds; tells the timelines when a key-frame is due.

    Attributes
    ----------
    wanted
        The step that is being sought, ``None`` when there is nothing to do.
    """

    def __init__(
        self,
        budget_bytes: int = BUDGET_BYTES,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._budget = budget_bytes
        self._clock = clock
        self._timeline: Timeline | None = None
        self._generation = 0
        self._kept: dict[int, Timeline] = {}
        self._shown: TrainingRun | None = None
        self._last_fair: TrainingRun | None = None
        self._replayer: Replayer | None = None
        self.wanted: int | None = None

    def begin(self, run: TrainingRun, generation: int) -> None:
        """Remember a run from where it is; what its place held before is forgotten."""
        self._take(Timeline(run, self._budget, self._clock), generation)

    def forget_all(self) -> None:
        """Give up the runs that were kept."""
        self._kept.clear()

    def record(self) -> None:
        """Take down what the run has just done."""
        self._live.record()
        self._redo_last_fair_step()

    @property
    def run(self) -> TrainingRun:
        """The run that trains, at its last step."""
        return self._live.run

    @property
    def nbytes(self) -> int:
        """Memory that all key-frames take, in bytes."""
        return sum(timeline.nbytes for timeline in (self._live, *self._kept.values()))

    @property
    def kept(self) -> tuple[int, ...]:
        """Generations of the runs that can be recalled, rising."""
        return tuple(sorted(self._kept))

    @property
    def key_frame_steps(self) -> NDArray[np.int64]:
        """The steps of the run that need no doing again, rising."""
        return self._live.key_frame_steps

    @property
    def first_step(self) -> int:
        """The earliest step that can be shown."""
        return self._live.first_step

    @property
    def first_learning_rate(self) -> float:
        """The learning rate that the run had at that step."""
        return self._live.first_learning_rate

    @property
    def shown(self) -> TrainingRun:
        """The run on show: the one that trains, or what it was at the step last sought.

        Of a run that diverged the last fair step is done again: what it holds besides
        the parameters are the numbers of the step that was too much.
        """
        return self._shown or self._last_fair or self._live.run

    @property
    def is_looking_back(self) -> bool:
        """Whether a past step is on show, or is being sought."""
        return self._shown is not None or self.wanted is not None

    def check(self, step: int) -> None:
        """Refuse a step that is not known.

        Raises
        ------
        ValueError
            With a sentence that says which steps are.
        """
        self._live.check(step)

    def replay(
        self, step: int, is_awaited: Callable[[], bool], is_over: Callable[[], bool]
    ) -> TrainingRun | None:
        """Go towards a step as :meth:`Timeline.approach`, beside the step on show."""
        if self._replayer is None:
            self._replayer = self._live.new_replayer()
        give_up = self._live.give_up(is_awaited)
        return self._replayer.approach(step, 1, give_up, lambda: is_awaited() or is_over())

    def want(self, step: int) -> None:
        """Wish to see a step.

        Raises
        ------
        ValueError
            With a sentence, if the step is not known.
        """
        self.check(step)
        self.wanted = step

    def want_next(self) -> None:
        """Wish to see the step after the one on show."""
        self.want(self._at + 1)

    def want_end_of_epoch(self) -> None:
        """Wish to see the next end of an epoch, or the last step before it."""
        shown, at = self.shown, self._at
        batch = (shown.batch + at - shown.step) % shown.batches_per_epoch
        self.want(min(at + shown.batches_per_epoch - batch, self._live.last_step))

    def approach(self, is_awaited: Callable[[], bool], is_over: Callable[[], bool]) -> bool:
        """Go towards the wanted step, as the timeline does; return whether it is on show now."""
        step = self.wanted
        if step is None:
            return False
        if step == self._live.last_step:
            self.leave()
            return True
        run = self._live.approach(step, is_awaited, is_over)
        if run is None:
            return False
        self._shown, self.wanted = run, None
        return True

    def leave(self) -> None:
        """Show the present."""
        self._shown = self.wanted = None

    def branch(self, wanted: Branch) -> TrainingRun:
        """Keep the run, and return one that goes on from a step of it.

        Raises
        ------
        ValueError
            With a sentence, if the step is not known or the settings do not fit.
        """
        run = self._live.branch(wanted.step, wanted.experiment, wanted.edits)
        self._kept[self._generation] = self._live
        self._take(Timeline(run, self._budget, self._clock), wanted.generation)
        return run

    def recall(self, kept: int, generation: int) -> TrainingRun:
        """Keep the run, and return one that was kept before.

        Raises
        ------
        ValueError
            With a sentence, if there is none of this generation.
        """
        timeline = self._pop(kept)
        self._kept[self._generation] = self._live
        self._take(timeline, generation)
        return timeline.run

    def forget(self, kept: int) -> None:
        """Give up a run that was kept.

        Raises
        ------
        ValueError
            With a sentence, if there is none of this generation.
        """
        self._pop(kept)
        self._share()

    @property
    def _live(self) -> Timeline:
        assert self._timeline is not None, "begin comes first"
        return self._timeline

    @property
    def _at(self) -> int:
        return self.shown.step if self.wanted is None else self.wanted

    def _take(self, timeline: Timeline, generation: int) -> None:
        self._timeline, self._generation = timeline, generation
        self._replayer = None
        self._redo_last_fair_step()
        self.leave()
        self._share()

    def _redo_last_fair_step(self) -> None:
        run, self._last_fair = self._live.run, None
        if run.divergence.step is not None:
            replayer = self._live.new_replayer()
            self._last_fair = replayer.approach(run.step, run.step, None, lambda: False)
            # Only once: the learning rate may be changed after it.
            if self._last_fair is not None and not run.divergence.outbreak:
                last = run.divergence.step - 1
                before = self._live.new_replayer().approach(last, last, None, lambda: False)
                if before is not None:
                    run.divergence.outbreak = outbreak_of(self._last_fair, before)

    def _share(self) -> None:
        budget = self._budget // (1 + len(self._kept))
        for timeline in (self._live, *self._kept.values()):
            timeline.limit(budget)

    def _pop(self, kept: int) -> Timeline:
        if kept not in self._kept:
            raise ValueError(f"run {kept} is not kept any more: choose one of the list")
        return self._kept.pop(kept)
