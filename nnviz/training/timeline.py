"""Timeline: a run's memory of itself. Any past step can be had again, bit for bit.

It holds key-frames, and computes what lies between them anew. Key-frames come
so often that this takes a moment at most, until the budget makes the old ones
rarer.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnviz.training.early_stopping import Patience
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.keyframes import KeyFrame, KeyFrames
from nnviz.training.run import TrainingRun

BUDGET_BYTES = 64 << 20

# What training again from one key-frame to the next may take.
_GAP_SECONDS = 0.008
# Forget a little of the least time that a step took, as the machine may be busier now.
_FORGET = 1.01
# Settings that the meaning of an optimiser's state depends on.
_STATE_OPTIONS = ("name", "beta1", "beta2", "centred")


class Timeline:
    """The past of one run.

    Call :meth:`record` after every :meth:`~nnviz.training.run.TrainingRun.advance`.
    After a reset a new timeline is needed.

    Parameters
    ----------
    run
        The run, at its start or at any step; earlier steps are not known.
    budget_bytes
        Memory for key-frames. The first and the newest are kept in any case.
    clock
        Seconds; tells how long steps take.
    """

    def __init__(
        self,
        run: TrainingRun,
        budget_bytes: int = BUDGET_BYTES,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._run = run
        self._clock = clock
        self._frames = KeyFrames(run.key_frame(), budget_bytes)
        self._replayer: TrainingRun | None = None
        self._redone = 0
        self._step_seconds = float("inf")
        self._seen = (run.step, clock())

    @property
    def first_step(self) -> int:
        """The earliest step that can be had."""
        return self._frames.first.step

    @property
    def last_step(self) -> int:
        """The latest step that can be had: where the run is."""
        return self._run.step

    @property
    def nbytes(self) -> int:
        """Memory that the key-frames take, in bytes."""
        return self._frames.nbytes

    @property
    def longest_gap(self) -> int:
        """The greatest number of steps that a seek has to do again."""
        return int(np.diff(np.append(self._frames.steps, self.last_step)).max())

    def record(self) -> None:
        """Take a key-frame if it is time for one."""
        step, now = self._run.step, self._clock()
        seen_step, seen_at = self._seen
        self._seen = (step, now)
        if step <= seen_step:
            self._frames.forget_after(step)
            return
        seconds = (now - seen_at) / (step - seen_step)
        self._step_seconds = min(self._step_seconds * _FORGET, seconds)
        if (step - self._frames.newest.step) * self._step_seconds >= _GAP_SECONDS:
            self._frames.add(self._run.key_frame())

    def seek(self, step: int) -> TrainingRun:
        """Return a run that is what this one was after so many steps, bit for bit.

        It is a run of its own: nothing done to it reaches the live one. The next
        seek moves it, so copy what is to be kept.

        Raises
        ------
        ValueError
            If the step lies before the first known one, or has not been done yet.
        """
        if not self.first_step <= step <= self.last_step:
            raise ValueError(
                f"step {step} is not known: this run goes from step {self.first_step} "
                f"to step {self.last_step}"
            )
        return self._replay(step)

    def branch(self, step: int, experiment: ExperimentSpec) -> TrainingRun:
        """Return a new run that goes on from a past step with other settings.

        Optimiser, batch size and patience may differ. The optimiser's state is
        carried over where it means the same under the new settings; with another
        batch size a new epoch begins. The old run stays as it is.

        Raises
        ------
        ValueError
            If data, network, seed or dtype differ, or the step is not known.
        """
        old = self._run.experiment
        for name in ("data", "model", "seed", "dtype"):
            if getattr(experiment, name) != getattr(old, name):
                raise ValueError(
                    f"a branch keeps its {name}: change the optimiser, the batch size or the "
                    "patience, or begin a new run"
                )
        frame = self.seek(step).key_frame()
        run = TrainingRun(experiment, self._run.data)
        run.restore(_carried(frame, old, experiment))
        return run

    def _replay(self, step: int) -> TrainingRun:
        replayer = self._replayer or TrainingRun(self._run.experiment, self._run.data)
        frame = self._frames.before(step)
        if replayer is not self._replayer or not frame.step <= replayer.step <= step:
            replayer.restore(frame)
            self._redone = frame.change_count
        self._replayer = replayer
        while True:
            until = self._redo_changes(replayer, step)
            if replayer.step == step:
                return replayer
            replayer.advance(until - replayer.step)

    def _redo_changes(self, replayer: TrainingRun, step: int) -> int:
        """Make the changes that are due, and return the step before the next one."""
        changes = self._run.changes
        while self._redone < len(changes) and changes[self._redone].step <= replayer.step:
            replayer.redo(changes[self._redone])
            self._redone += 1
        return min(step, changes[self._redone].step) if self._redone < len(changes) else step


def _carried(frame: KeyFrame, old: ExperimentSpec, new: ExperimentSpec) -> KeyFrame:
    """Return the key-frame that a branch with new settings starts from."""
    before, after = old.optimizer, new.optimizer
    same = all(getattr(before, name) == getattr(after, name) for name in _STATE_OPTIONS)
    return replace(
        frame,
        learning_rate=after.learning_rate,
        optimizer=frame.optimizer if same else {},
        patience=frame.patience if old.patience == new.patience else Patience(),
    )
