"""What a person has picked: a unit or an edge, and a sample."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit: layer 0 is the inputs, layer l the l-th layer of the network."""

    layer: int
    index: int


@dataclass(frozen=True, slots=True)
class EdgeRef:
    """A weight: from unit ``source`` of ``layer - 1`` to unit ``target`` of ``layer``."""

    layer: int
    source: int
    target: int


class Selection(QObject):
    """The one selection that all views share.

    Attributes
    ----------
    unit, edge
        At most one of the two is set.
    sample
        Position in the current batch, counted from 0.

    Signals
    -------
    selection_changed
        Something above is different now.
    """

    selection_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.unit: UnitRef | None = None
        self.edge: EdgeRef | None = None
        self.sample = 0

    def select_unit(self, unit: UnitRef | None) -> None:
        """Pick a unit, or nothing."""
        if (unit, None) != (self.unit, self.edge):
            self.unit, self.edge = unit, None
            self.selection_changed.emit()

    def select_edge(self, edge: EdgeRef) -> None:
        """Pick a weight."""
        if (None, edge) != (self.unit, self.edge):
            self.unit, self.edge = None, edge
            self.selection_changed.emit()

    def select_sample(self, sample: int) -> None:
        """Pick a sample of the current batch."""
        if sample != self.sample:
            self.sample = sample
            self.selection_changed.emit()
