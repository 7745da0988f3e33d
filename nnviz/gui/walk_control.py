"""WalkControl: what the keys, the step bar and the trainer have to do with the walk."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nnviz.core.program import Phase
from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.display import Display
from nnviz.gui.settings import WindowSettings
from nnviz.gui.transport import Transport
from nnviz.gui.typed_numbers import TypedNumbersDialog
from nnviz.training.commands import RecordStep, RunEpoch, Seek, StepOnce
from nnviz.training.snapshot import RunState


class WalkControl(QObject):
    """Joins the Playback to the rest of the window.

    Attributes
    ----------
    playback
        The walk.
    bug_lab
        Knows which fault the recorded steps are to have.
    """

    def __init__(
        self,
        display: Display,
        transport: Transport,
        settings: WindowSettings | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._display, self._transport = display, transport
        self.playback = display.playback
        if settings is not None:
            self.playback.reduces_motion = settings.reduces_motion
        self._last: tuple[int, int, float] | None = None
        send = transport.command_requested
        self.bug_lab = BugLabControl.of(self.playback)
        self.playback.recording_requested.connect(self._record)
        self.playback.advance_requested.connect(partial(send.emit, StepOnce()))
        self.playback.epoch_requested.connect(partial(send.emit, RunEpoch()))
        self.playback.seek_requested.connect(lambda step: send.emit(Seek(step)))

    def follow(self) -> None:
        """Look at a newer snapshot: another state of the network begins another step."""
        playback, snapshot = self.playback, self._display.snapshot
        playback.steps_per_epoch = snapshot.batches_per_epoch
        if not playback.is_active or snapshot.state is RunState.RUNNING:
            return
        rate = snapshot.experiment.optimizer.learning_rate
        state = (snapshot.generation, snapshot.step, rate)
        last, self._last = self._last, state
        if last is None or last[0] != snapshot.generation:
            playback.restart()
        elif last != state and not playback.is_waiting:
            playback.refresh()

    def _record(self, subject: RecordStep) -> None:
        self._transport.command_requested.emit(replace(subject, fault=self.bug_lab.key))

    # What the keys do: in a walk they move its cursor, else the training.

    def begin(self) -> None:
        """Begin to walk through the next step."""
        if self._display.is_ready:
            snapshot = self._display.snapshot
            rate = snapshot.experiment.optimizer.learning_rate
            self._last = (snapshot.generation, snapshot.step, rate)
        self.playback.start()

    def toggle_run(self) -> None:
        """Play the walk or stop it; outside of a walk, run the training or pause it."""
        self._choose(self.playback.toggle_play, self._transport.toggle_run)

    def forward(self) -> None:
        """Go on by the chosen step size; outside of a walk, train one step."""
        self._choose(self.playback.forward, self._transport.step_once)

    def _choose(self, walking: Callable[[], None], training: Callable[[], None]) -> None:
        if self.playback.is_active:
            walking()
        else:
            training()

    def ask_for_numbers(self) -> None:
        """Ask for the numbers of a sample, and walk over its step."""
        parent = self.parent()
        if self._display.is_ready and isinstance(parent, QWidget):
            dialog = TypedNumbersDialog(self._display, parent)
            dialog.subject_chosen.connect(self.playback.look_at)
            dialog.show()

    def toggle_motion(self) -> None:
        """Do without pulses, or have them again."""
        self.playback.reduces_motion = not self.playback.reduces_motion
        if self._settings is not None:
            self._settings.reduces_motion = self.playback.reduces_motion

    def backward(self) -> None:
        """Go back by the chosen step size."""
        self.playback.stop()
        self.playback.backward()

    def larger_steps(self) -> None:
        """Move in larger steps."""
        self.playback.change_size(+1)

    def smaller_steps(self) -> None:
        """Move in smaller steps."""
        self.playback.change_size(-1)

    def first(self) -> None:
        """Go to the start of the step."""
        self.playback.first()

    def last(self) -> None:
        """Go to the end of the step."""
        self.playback.last()

    def go_to_forward_phase(self) -> None:
        """Go to the first line of the forward pass."""
        self.playback.go_to_phase(Phase.FORWARD)

    def go_to_loss_phase(self) -> None:
        """Go to the loss."""
        self.playback.go_to_phase(Phase.LOSS)

    def go_to_backward_phase(self) -> None:
        """Go to the first line of the backward pass."""
        self.playback.go_to_phase(Phase.BACKWARD)

    def go_to_update_phase(self) -> None:
        """Go to the first line of the update."""
        self.playback.go_to_phase(Phase.UPDATE)
