"""WatchList: numbers that a person wants to keep an eye on."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

MOST_PINS = 32


@dataclass(frozen=True, slots=True)
class Pin:
    """A number of the run, whatever its step.

    Attributes
    ----------
    buffer, index
        As in a :class:`~nnviz.core.notation.Source`, but without the axis of samples.
    row
        For what belongs to a sample, the row of the training set that it is watched for,
        alone and whatever the batches are; ``None`` for parameters and their gradients.
    """

    buffer: str
    index: tuple[int, ...]
    row: int | None = None

    @property
    def name(self) -> str:
        """What to call it, counted from 1: ``W2[3,1]``, ``a1[2]``."""
        *pieces, last = self.index
        if self.buffer.lstrip("d")[0] == "W":
            *pieces, source = pieces
            ending = f"[{source + 1},{last + 1}]"
        else:
            ending = f"[{last + 1}]"
        return self.buffer + "".join(f"[{piece + 1}]" for piece in pieces) + ending

    @property
    def letter(self) -> str:
        """The kind of the quantity: ``W``, ``b``, ``z`` or ``a``."""
        return self.buffer.lstrip("d")[0]

    @property
    def layer(self) -> int:
        """The layer that it belongs to, from 1."""
        return int(self.buffer.lstrip("dWbza"))

    @property
    def is_gradient(self) -> bool:
        """Whether it is a gradient of the loss."""
        return self.buffer.startswith("d")


class WatchList(QObject):
    """The pins, oldest first.

    Attributes
    ----------
    pins
        Each of them once.

    Signals
    -------
    pins_changed
        One came or went.
    """

    pins_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pins: tuple[Pin, ...] = ()

    def pin(self, pin: Pin) -> None:
        """Watch a number.

        Raises
        ------
        ValueError
            With a sentence, if there are too many already.
        """
        if pin in self.pins:
            return
        if len(self.pins) >= MOST_PINS:
            raise ValueError(f"{MOST_PINS} numbers are watched already: remove one first")
        self.pins = (*self.pins, pin)
        self.pins_changed.emit()

    def unpin(self, pin: Pin) -> None:
        """Watch it no longer."""
        self.pins = tuple(other for other in self.pins if other != pin)
        self.pins_changed.emit()
