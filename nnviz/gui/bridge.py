"""Bridge: the border between the training thread and the window.

No Qt signal crosses it. Commands go into the trainer's queue; a timer of the
GUI thread empties the mailbox, and only then signals are sent, here.
"""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from nnviz.gui.display import Display
from nnviz.training import commands
from nnviz.training.commands import Command
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.mailbox import Delivery
from nnviz.training.snapshot import LossChunk, RunState, Snapshot
from nnviz.training.trainer import Trainer

TICK_MILLISECONDS = 16


class Bridge(QObject):
    """Carries commands to the trainer, and what it publishes into the Display.

    Attributes
    ----------
    display
        Holds what was delivered last.

    Signals
    -------
    snapshot_changed
        The Display has a newer snapshot.
    experiment_loaded
        It begins a new generation: another network, other data, or a new start.
    failure_reported
        A sentence about something that could not be done.
    ticked
        The timer went off, whether or not there was anything new.
    """

    snapshot_changed = Signal()
    experiment_loaded = Signal()
    failure_reported = Signal(str)
    ticked = Signal()

    def __init__(self, display: Display, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.display = display
        self._trainer = Trainer()
        self._generation = 0
        self._awaited = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self.take_delivery)

    @property
    def latest_state(self) -> RunState | None:
        """What the trainer was doing when it last told; ``None`` before the first time."""
        return self.display.snapshot.state if self.display.is_ready else None

    def start(self) -> None:
        """Start the thread and the timer."""
        self._trainer.start()
        self._timer.start()

    def close(self, timeout: float = 1.0) -> bool:
        """End the thread; return whether it has ended within so many seconds."""
        self._timer.stop()
        return self._trainer.stop(timeout)

    def send(self, command: Command) -> None:
        """Hand a command to the trainer."""
        self._trainer.send(command)

    def load(self, experiment: ExperimentSpec) -> None:
        """Ask for another experiment, paused at step 0."""
        self.send(commands.Load(experiment, self._next_generation()))

    def reset(self) -> None:
        """Ask for the same start again."""
        self.send(commands.Reset(self._next_generation()))

    def new_start(self) -> None:
        """Ask for the starting weights of the next seed."""
        if self.display.is_ready:
            seed = self.display.snapshot.experiment.seed + 1
            self.send(commands.NewStart(seed, self._next_generation()))

    def branch(self, step: int, experiment: ExperimentSpec, edits: Mapping[int, float]) -> None:
        """Ask for a run that goes on from a step of this one with other settings."""
        command = commands.Branch(step, experiment, self._next_generation(), edits)
        self.display.runs.plan(command)
        self.send(command)

    def recall(self, kept: int) -> None:
        """Ask for the run that was left when it had this generation."""
        command = commands.Recall(kept, self._next_generation())
        self.display.runs.plan(command)
        self.send(command)

    def take_delivery(self) -> None:
        """Empty the mailbox into the Display; the timer calls this."""
        delivery = self._trainer.mailbox.take()
        self._report_failures(delivery)
        snapshot = delivery.snapshot
        # What was on its way before the last load or reset is stale.
        if snapshot is not None and snapshot.generation >= self._awaited:
            self._show(snapshot, delivery)
        else:
            self._add_losses(delivery.losses)
        self._take_recordings(delivery)
        if delivery.track is not None and delivery.track.generation >= self._awaited:
            self.display.tracking.take(delivery.track)
        self.ticked.emit()

    def _take_recordings(self, delivery: Delivery) -> None:
        for recording in delivery.recordings:
            if recording.generation >= self._awaited:
                self.display.playback.take(recording.trace)

    def _show(self, snapshot: Snapshot, delivery: Delivery) -> None:
        # The run that was left until now must be complete before another one branches from it.
        self._add_losses(c for c in delivery.losses if c.generation != snapshot.generation)
        is_new = self.display.show(snapshot)
        self._add_losses(c for c in delivery.losses if c.generation == snapshot.generation)
        if is_new:
            self.experiment_loaded.emit()
        self.snapshot_changed.emit()
        self.display.travel.follow(snapshot)

    def _add_losses(self, losses: Iterable[LossChunk]) -> None:
        for chunk in losses:
            self.display.add_losses(chunk)

    def _report_failures(self, delivery: Delivery) -> None:
        for failure in delivery.failures:
            # The load failed, so the old generation stays and is not stale.
            self._awaited = min(self._awaited, failure.generation)
            self.display.travel.note_failure()
            self.display.tracking.give_up()
            self.failure_reported.emit(failure.message)

    def _next_generation(self) -> int:
        self._generation += 1
        self._awaited = self._generation
        return self._generation
