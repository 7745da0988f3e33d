"""What a person has picked: a unit or an edge, and a sample."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from nnviz.core.notation import Source


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
    hovered
        The number under the mouse, wherever it is shown.

    Signals
    -------
    selection_changed
        Unit, edge or sample are different now.
    hover_changed
        Another number is under the mouse, or none.
    """

    selection_changed = Signal()
    hover_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.unit: UnitRef | None = None
        self.edge: EdgeRef | None = None
        self.sample = 0
        self.hovered: Source | None = None

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

    def hover(self, source: Source | None) -> None:
        """Tell which number is under the mouse."""
        if source != self.hovered:
            self.hovered = source
            self.hover_changed.emit()
