"""Wishes: what a view asks for outside itself."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnviz.training.commands import Command
from nnviz.training.experiment import ExperimentSpec


@dataclass(frozen=True, slots=True)
class SaveWish:
    """A file to be written where a person wants it.

    Attributes
    ----------
    title
        Of the dialog, such as "Save the loss curves".
    file_name
        The name that is proposed; its ending says which format.
    patterns
        The formats, as in ``"Tables (*.csv)"``; several are parted by ``;;``.
    write
        Writes the file. An OSError or a ValueError says in a sentence why it could not.
    """

    title: str
    file_name: str
    patterns: str
    write: Callable[[Path], None]


class Wishes(QObject):
    """Carries wishes from the views to the window.

    Signals
    -------
    command_requested
        The trainer shall obey this Command.
    experiment_requested
        This ExperimentSpec shall be loaded as a new run.
    view_requested
        The view of this key shall be open and in front.
    save_requested
        This SaveWish shall be granted.
    """

    command_requested = Signal(object)
    experiment_requested = Signal(object)
    view_requested = Signal(str)
    save_requested = Signal(object)

    def command(self, command: Command) -> None:
        """Ask the trainer for something."""
        self.command_requested.emit(command)

    def load(self, experiment: ExperimentSpec) -> None:
        """Ask for a new run."""
        self.experiment_requested.emit(experiment)

    def open_view(self, key: str) -> None:
        """Ask for a view to be brought to the front."""
        self.view_requested.emit(key)

    def save(self, wish: SaveWish) -> None:
        """Ask for a file."""
        self.save_requested.emit(wish)
