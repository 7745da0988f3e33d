"""TimeTravel: where in the run a person looks, and the ways to other steps and runs.

At most one Seek is under way: while one is, only the newest wish is remembered, so
a drag over a thousand steps never leaves a queue behind it.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from nnviz.gui.playback import Playback
from nnviz.training.commands import Command, Run, RunEpoch, Seek, StepOnce
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.snapshot import RunState, Snapshot

PACES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
DEFAULT_PACE = 10
_TICK_MILLISECONDS = 20


class TimeTravel(QObject):
    """Seeks steps, plays the run both ways, and asks for branches.

    Attributes
    ----------
    direction
        1 while it plays forwards, -1 backwards, 0 while it does not play.
    pace
        Steps a second while it plays, at most.

    Signals
    -------
    seek_requested
        The trainer shall show the run after so many steps.
    branch_requested, recall_requested, forget_requested
        It shall branch (step, ExperimentSpec, edits by place); go back to the run of
        this generation; give it up.
    state_changed
        It plays, or does not any more; or another step is wished for.
    """

    seek_requested = Signal(int)
    branch_requested = Signal(int, object, object)
    recall_requested = Signal(int)
    forget_requested = Signal(int)
    state_changed = Signal()

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.direction = 0
        self.pace = DEFAULT_PACE
        self._playback = playback
        self._snapshot: Snapshot | None = None
        self._under_way: int | None = None
        self._wanted: int | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.play_on)
        playback.trace_changed.connect(self._go_on)

    @property
    def wish(self) -> int | None:
        """The step that is wished for and not on show yet, if any."""
        return self._under_way if self._wanted is None else self._wanted

    @property
    def position(self) -> int:
        """The step that is wished for, or else the one on show."""
        on_show = 0 if self._snapshot is None else self._snapshot.step
        return on_show if self.wish is None else self.wish

    @property
    def is_under_way(self) -> bool:
        """Whether a Seek has been sent whose step is not on show yet."""
        return self._under_way is not None

    # Going to a step.

    def seek(self, step: int) -> None:
        """Go to a step, or to the end of the run that is nearest to it."""
        snapshot = self._snapshot
        if snapshot is not None:
            self._wanted = min(max(step, snapshot.first_step), snapshot.last_step)
            self._go_on()
            self.state_changed.emit()

    def go_to(self, step: int) -> None:
        """Go to a step by hand: what plays stops."""
        self.stop()
        self.seek(step)

    def go_by(self, steps: int) -> None:
        """Go so many steps forwards, or backwards if negative."""
        self.go_to(self.position + steps)

    def return_to_present(self) -> None:
        """Show the last step again."""
        if self._snapshot is not None:
            self.go_to(self._snapshot.last_step)

    def follow(self, snapshot: Snapshot) -> None:
        """Learn what is on show now, after everything else has learned it."""
        old, self._snapshot = self._snapshot, snapshot
        if old is None or old.generation != snapshot.generation:
            self._give_up()
        elif snapshot.step == self._under_way:
            self._under_way = None
        self._go_on()

    def note(self, command: Command) -> None:
        """Learn what others ask of the trainer: whoever goes on ends the seeking."""
        if isinstance(command, Run | StepOnce | RunEpoch):
            self._give_up()
        elif isinstance(command, Seek) and command.step != self._under_way:
            self._give_up()
            self._under_way = command.step

    def note_failure(self) -> None:
        """Learn that something could not be done, perhaps the Seek."""
        self._give_up()

    def _go_on(self) -> None:
        """Send the newest wish, unless a Seek or the recording of its step is under way."""
        snapshot = self._snapshot
        if self._wanted is None or snapshot is None:
            return
        if self._under_way is not None or self._playback.is_waiting:
            return
        step, self._wanted = self._wanted, None
        if step != snapshot.step or snapshot.state is RunState.RUNNING:
            self._under_way = step
            self.seek_requested.emit(step)

    def _give_up(self) -> None:
        self._under_way = self._wanted = None
        self.stop()

    # Playing.

    def play(self, direction: int) -> None:
        """Play forwards (1) or backwards (-1); the same again stops."""
        if direction == self.direction:
            self.stop()
            return
        self.direction = direction
        self._timer.start(self._interval())
        self.state_changed.emit()

    def stop(self) -> None:
        """Stop playing."""
        if self.direction:
            self.direction = 0
            self._timer.stop()
            self.state_changed.emit()

    def set_pace(self, steps_per_second: int) -> None:
        """Play so many steps a second."""
        self.pace = steps_per_second
        if self.direction:
            self._timer.setInterval(self._interval())

    def play_on(self) -> None:
        """Go on by what is due; nothing is due while the last step is not on show yet."""
        snapshot = self._snapshot
        waits = self._under_way is not None or self._playback.is_waiting
        if snapshot is None or not self.direction or waits:
            return
        steps = max(1, round(self.pace * self._interval() / 1000))
        end = snapshot.last_step if self.direction > 0 else snapshot.first_step
        if snapshot.step == end:
            self.stop()
        else:
            self.seek(snapshot.step + self.direction * steps)

    def _interval(self) -> int:
        return max(_TICK_MILLISECONDS, round(1000 / self.pace))

    # Other runs.

    def branch(self, step: int, experiment: ExperimentSpec, edits: Mapping[int, float]) -> None:
        """Go on from a step with other settings, and other values at places of the flat vector."""
        self._give_up()
        self.branch_requested.emit(step, experiment, edits)

    def recall(self, generation: int) -> None:
        """Go back to a run that was left."""
        self._give_up()
        self.recall_requested.emit(generation)

    def forget(self, generation: int) -> None:
        """Give up a run that was left."""
        self.forget_requested.emit(generation)
