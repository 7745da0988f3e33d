"""Display: the newest snapshot and what follows from it, worked out at most once.

Views read a Display and never compute in their paint event; two views that need
the same forward pass share it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.network import ForwardPass, Network
from nnviz.core.spec import NetworkSpec
from nnviz.data.prepared import PreparedData
from nnviz.gui.selection import Selection
from nnviz.training.history import LossHistory
from nnviz.training.snapshot import Evaluation, Snapshot

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class InputPlane:
    """The plane through input space that the decision view looks along.

    Attributes
    ----------
    columns
        The input column drawn to the right, and the one drawn upwards (the same
        column twice when there is only one input).
    low, high
        Corner values of the drawn square for those two columns, scaled units.
    held
        d values; the columns that are not drawn stay at these (the training mean).
    """

    columns: tuple[int, int]
    low: tuple[float, float]
    high: tuple[float, float]
    held: tuple[float, ...]

    def grid(self, cells: int) -> FloatArray:
        """Return the inputs at the centres of cells x cells, cells**2 x d.

        Row-major from the lower left corner: reshape to (cells, cells) gives
        ``[row upwards, column to the right]``.
        """
        centres = (np.arange(cells) + 0.5) / cells
        inputs = np.tile(np.array(self.held, dtype=np.float64), (cells * cells, 1))
        across = self.low[0] + centres * (self.high[0] - self.low[0])
        up = self.low[1] + centres * (self.high[1] - self.low[1])
        inputs[:, self.columns[1]] = np.repeat(up, cells)
        inputs[:, self.columns[0]] = np.tile(across, cells)
        return inputs


class Display:
    """What the views read.

    Attributes
    ----------
    selection
        The selection that all views share.
    losses
        Every training loss of this generation, as a min/max pyramid.
    evaluations
        The evaluations of this generation, oldest first.
    gradient_norms
        One (step, norms per layer) per snapshot that was shown, oldest first.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.losses = LossHistory()
        self.evaluations: list[Evaluation] = []
        self.gradient_norms: list[tuple[int, tuple[float, ...]]] = []
        self._snapshot: Snapshot | None = None
        self._network: Network | None = None
        self._gradients: Network | None = None
        self._columns: tuple[int, int] | None = None
        self._cache: dict[object, object] = {}

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to show yet."""
        return self._snapshot is not None

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        assert self._snapshot is not None, "a Display has no snapshot before the first show()"
        return self._snapshot

    @property
    def spec(self) -> NetworkSpec:
        """The network that is being trained."""
        return self.snapshot.network

    @property
    def data(self) -> PreparedData:
        """The data that it is trained on."""
        return self.snapshot.data
