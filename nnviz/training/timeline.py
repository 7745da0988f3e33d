"""Timeline: a run's memory of itself. Any past step can be had again, bit for bit.

It holds key-frames, and computes what lies between them anew. Key-frames come
so often that this takes a moment at most, until the budget makes the old ones
rarer.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnviz.training.early_stopping import Patience
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.keyframes import KeyFrame, KeyFrames
from nnviz.training.replayer import Replayer
from nnviz.training.run import TrainingRun

BUDGET_BYTES = 64 << 20

# What training again from one key-frame to the next may take; more where it is so large
# that copying it would slow training by more than a twentieth, at 2 GB/s.
_GAP_SECONDS = 0.008
_GAP_SECONDS_PER_BYTE = 20 / 2e9
# How long a seek goes on before it asks whether it should; with steps longer than
# the second it asks within the step.
_SLICE_SECONDS = 0.004
_LONG_STEP_SECONDS = 0.02
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
        self._replayer = Replayer(run, self._frames)
        self._step_seconds = float("inf")
        now = clock()
        self._seen = (run.step, now)
        self._taken_at = now

    @property
    def run(self) -> TrainingRun:
        """The live run, at its last step."""
        return self._run

    @property
    def first_step(self) -> int:
        """The earliest step that can be had."""
        return self._frames.first.step

    @property
    def first_learning_rate(self) -> float:
        """The learning rate at that step, before anybody changed it."""
        return self._frames.first.learning_rate

    @property
    def last_step(self) -> int:
        """The latest step that can be had: where the run is."""
        return self._run.step

    @property
    def nbytes(self) -> int:
        """Memory that the key-frames take, in bytes."""
        return self._frames.nbytes

    @property
    def key_frame_steps(self) -> NDArray[np.int64]:
        """The steps that need no doing again, rising."""
        return self._frames.steps

    @property
    def longest_gap(self) -> int:
        """The greatest number of steps that a seek has to do again."""
        return int(np.diff(np.append(self._frames.steps, self.last_step)).max())

    def limit(self, budget_bytes: int) -> None:
        """Make do with this much memory for key-frames from now on."""
        self._frames.limit(budget_bytes)

    def record(self) -> None:
        """Take a key-frame if it is time for one."""
        step, now = self._run.step, self._clock()
        seen_step, seen_at = self._seen
        self._seen = (step, now)
        if step <= seen_step or self._run.divergence.step is not None:
            self._frames.forget_after(step)
            return
        seconds = (now - seen_at) / (step - seen_step)
        self._step_seconds = min(self._step_seconds * _FORGET, seconds)
        gap = max(_GAP_SECONDS, _GAP_SECONDS_PER_BYTE * self._frames.newest.nbytes)
        if now - self._taken_at >= gap:
            self._taken_at = now
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
        past = self.approach(step, _never, _never)
        assert past is not None
        return past

    def approach(
        self, step: int, is_awaited: Callable[[], bool], is_over: Callable[[], bool]
    ) -> TrainingRun | None:
        """Go towards a past step as :meth:`seek` does; the next call goes on from there.

        Parameters
        ----------
        step
            The updates that are done at it.
        is_awaited
            Whether somebody waits for something else: ``None`` is returned as soon
            as possible, and a step that takes long is abandoned.
        is_over
            Asked every few milliseconds, between steps: ``None`` is returned then.

        Raises
        ------
        ValueError
            If the step lies before the first known one, or has not been done yet.
        """
        self.check(step)
        most = max(1, int(_SLICE_SECONDS / self._step_seconds))
        return self._replayer.approach(
            step, most, self.give_up(is_awaited), lambda: is_awaited() or is_over()
        )

    def give_up(self, is_awaited: Callable[[], bool]) -> Callable[[], bool] | None:
        """Return what to ask within a step: nothing, where steps are short."""
        return is_awaited if self._step_seconds > _LONG_STEP_SECONDS else None

    def new_replayer(self) -> Replayer:
        """Return a way through the past that leaves the one that is on show where it is."""
        return Replayer(self._run, self._frames)

    def check(self, step: int) -> None:
        """Refuse a step that is not known.

        Raises
        ------
        ValueError
            With a sentence that says which steps are.
        """
        if not self.first_step <= step <= self.last_step:
            raise ValueError(
                f"step {step} is not known: this run goes from step {self.first_step} "
                f"to step {self.last_step}"
            )

    def branch(
        self, step: int, experiment: ExperimentSpec, edits: Mapping[int, float] | None = None
    ) -> TrainingRun:
        """Return a new run that goes on from a past step with other settings.

        All may differ but the data, the seed, the dtype and the shapes of the
        weights. The optimiser's state is carried over where it means the same
        under the new settings; with another batch size a new epoch begins. The
        old run stays as it is.

        Parameters
        ----------
        step
            The updates that are done at the branch.
        experiment
            The settings from there on.
        edits
            Parameters to change, by their places in the flat vector.

        Raises
        ------
        ValueError
            If something differs that must not, or the step or place is not known.
        """
        old = self._run.experiment
        for name in ("data", "seed", "dtype"):
            if getattr(experiment, name) != getattr(old, name):
                raise ValueError(f"a branch keeps its {name}: begin a new run to change it")
        run = TrainingRun(experiment, self._run.data)
        if run.network.layout.blocks != self._run.network.layout.blocks:
            raise ValueError(
                "a branch keeps its weights, so its layers must have the same sizes: begin a new "
                "run to change them"
            )
        frame = _carried(self.seek(step).key_frame(), old, experiment)
        run.restore(_edited(frame, edits or {}))
        return run


def _never() -> bool:
    return False


def _carried(frame: KeyFrame, old: ExperimentSpec, new: ExperimentSpec) -> KeyFrame:
    """Return the key-frame that a branch with new settings starts from."""
    before, after = old.optimizer, new.optimizer
    same = all(getattr(before, name) == getattr(after, name) for name in _STATE_OPTIONS)
    same_loss = old.model == new.model
    same_patience = same_loss and old.patience == new.patience
    return replace(
        frame,
        learning_rate=after.learning_rate,
        optimizer=frame.optimizer if same else {},
        loss_limit=frame.loss_limit if same_loss else float("inf"),
        patience=frame.patience if same_patience else Patience(),
        change_count=0,
    )


def _edited(frame: KeyFrame, edits: Mapping[int, float]) -> KeyFrame:
    """Return the key-frame with other values at some places of its flat vector."""
    parameters = frame.parameters.copy()
    for place, value in edits.items():
        if not 0 <= place < parameters.size:
            raise ValueError(f"parameter {place} does not exist: there are {parameters.size}")
        if not abs(value) <= np.finfo(parameters.dtype).max:
            raise ValueError(f"parameter {place} cannot be {value}: give it a finite number")
        parameters[place] = value
    return replace(frame, parameters=parameters)
