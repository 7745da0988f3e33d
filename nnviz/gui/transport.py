"""Transport: what a person asks of the training, from keys, menus and the toolbar."""

from PySide6.QtCore import QObject, Signal

from nnviz.gui.bridge import Bridge
from nnviz.gui.display import Display
from nnviz.training.commands import (
    Forget,
    Pause,
    Run,
    RunEpoch,
    Seek,
    SetLearningRate,
    SetSpeed,
    StepOnce,
)
from nnviz.training.snapshot import RunState


class Transport(QObject):
    """Turns wishes into commands.

    Signals
    -------
    command_requested
        This Command is to be carried out.
    experiment_requested
        This ExperimentSpec is to be loaded.
    reset_requested, new_start_requested
        Training is to begin again, from the same or from other weights.
    """

    command_requested = Signal(object)
    experiment_requested = Signal(object)
    reset_requested = Signal()
    new_start_requested = Signal()

    def __init__(self, display: Display, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._display = display
        travel = display.travel
        travel.seek_requested.connect(self.seek)
        travel.forget_requested.connect(self.forget)
        self.command_requested.connect(travel.note)

    def attach(self, bridge: Bridge) -> None:
        """Send everything to this bridge from now on."""
        self.command_requested.connect(bridge.send)
        self.experiment_requested.connect(bridge.load)
        self.reset_requested.connect(bridge.reset)
        self.new_start_requested.connect(bridge.new_start)
        self._display.travel.branch_requested.connect(bridge.branch)
        self._display.travel.recall_requested.connect(bridge.recall)

    def toggle_run(self) -> None:
        """Run if paused, pause if running."""
        display = self._display
        running = display.is_ready and display.snapshot.state is RunState.RUNNING
        self.command_requested.emit(Pause() if running else Run())

    def step_once(self) -> None:
        """Do one update."""
        self.command_requested.emit(StepOnce())

    def run_epoch(self) -> None:
        """Train to the end of the epoch."""
        self.command_requested.emit(RunEpoch())

    def seek(self, step: int) -> None:
        """Show the run as it was after so many steps."""
        self.command_requested.emit(Seek(step))

    def forget(self, kept: int) -> None:
        """Give up a run that was left."""
        self.command_requested.emit(Forget(kept))

    def reset(self) -> None:
        """Begin again with the same weights."""
        self.reset_requested.emit()

    def start_anew(self) -> None:
        """Begin again with other weights."""
        self.new_start_requested.emit()

    def set_speed(self, steps_per_second: float | None) -> None:
        """Limit the speed, or lift the limit with ``None``."""
        self.command_requested.emit(SetSpeed(steps_per_second))

    def set_learning_rate(self, learning_rate: float) -> None:
        """Change the learning rate without a reset."""
        self.command_requested.emit(SetLearningRate(learning_rate))
