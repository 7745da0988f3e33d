"""Replayer: does steps of a run again, bit for bit, on a run of its own."""

from collections.abc import Callable

from nnviz.training.keyframes import KeyFrames
from nnviz.training.run import TrainingRun


class Replayer:
    """What a run was, at the step that was gone to last.

    Parameters
    ----------
    run
        The run whose steps are done again; it is only read.
    frames
        Its key-frames, which may become others at any time.
    """

    def __init__(self, run: TrainingRun, frames: KeyFrames) -> None:
        self._run = run
        self._frames = frames
        self._own: TrainingRun | None = None
        self._redone = 0

    def approach(
        self,
        step: int,
        most: int,
        give_up: Callable[[], bool] | None,
        is_enough: Callable[[], bool],
    ) -> TrainingRun | None:
        """Go towards a step that the run has done; the next call goes on from there.

        Parameters
        ----------
        step
            The updates that are done at it.
        most
            Steps that are done before ``is_enough`` is asked.
        give_up
            Whether the step under way shall be abandoned; ``None`` lets every step end.
        is_enough
            Whether to go on another time: ``None`` is returned then.

        Returns
        -------
        TrainingRun
            At the step. The next call moves it, so copy what is to be kept.
        """
        own = self._ready_before(step)
        while True:
            until = self._redo_changes(own, step)
            if own.step == step:
                return own
            losses = own.advance(min(most, until - own.step), give_up)
            if len(losses) == 0 or (own.step < step and is_enough()):
                return None

    def _ready_before(self, step: int) -> TrainingRun:
        own = self._own or TrainingRun(self._run.experiment, self._run.data)
        # The step itself is always done again, so that what it changed is known.
        frame = self._frames.before(max(step - 1, self._frames.first.step))
        if own is not self._own or not frame.step <= own.step <= step:
            own.restore(frame)
            own.changes.clear()
            self._redone = frame.change_count
        self._own = own
        return own

    def _redo_changes(self, own: TrainingRun, step: int) -> int:
        """Make the changes that are due, and return the step before the next one."""
        changes = self._run.changes
        while self._redone < len(changes) and changes[self._redone].step <= own.step:
            own.redo(changes[self._redone])
            self._redone += 1
        return min(step, changes[self._redone].step) if self._redone < len(changes) else step
