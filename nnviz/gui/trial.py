"""Trial: weights that a person tries out, and that no training has made."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from nnviz.core.network import Network
from nnviz.training.row_set import RowSet, evaluate, row_sets
from nnviz.training.snapshot import RunState, Snapshot

WORDS = (
    "These are weights that you try out, and training has not made. Whatever is shown is of them; "
    "the run is where it was."
)


class Trial(QObject):
    """What is tried, in place of a snapshot of the run.

    Attributes
    ----------
    real
        The snapshot of the run behind the trial, ``None`` while nothing is tried.

    Signals
    -------
    changed
        Other weights are tried, or none any more.
    """

    changed = Signal()

    def __init__(self, put: Callable[[Snapshot], None]) -> None:
        super().__init__()
        self._put = put
        self.real: Snapshot | None = None
        self._sets: tuple[RowSet, RowSet] | None = None
        self._sets_of: object = None

    @property
    def is_on(self) -> bool:
        """Whether the weights on show are tried out."""
        return self.real is not None

    def try_out(self, snapshot: Snapshot, parameters: NDArray[np.floating]) -> None:
        """Show these parameters in place of the snapshot's, everything measured for them."""
        real = self.real or snapshot
        if real.state is RunState.RUNNING:
            return
        self.real = real
        self._put(self._tried(real, parameters))
        self.changed.emit()

    def end(self) -> None:
        """Show the run again."""
        real, self.real = self.real, None
        if real is not None:
            self._put(real)
            self.changed.emit()

    def give_way(self) -> None:
        """Learn that a newer snapshot of the run is shown."""
        if self.real is not None:
            self.real = None
            self.changed.emit()

    def edits(self, parameters: NDArray[np.floating]) -> dict[int, float]:
        """Return what differs from the run, as a branch takes it."""
        if self.real is None:
            return {}
        places = np.flatnonzero(parameters != self.real.parameters)
        return dict(zip(places.tolist(), parameters[places].tolist(), strict=True))

    def _tried(self, real: Snapshot, parameters: NDArray[np.floating]) -> Snapshot:
        network = Network(real.network, dtype=real.experiment.dtype)
        network.set_parameters(parameters)
        train, validation = self._sets_for(real)
        # Far out nothing need be finite.
        with np.errstate(all="ignore"):
            evaluation = evaluate(train, validation, network, real.step)
            rows = real.batch_rows
            backward = network.backward(train.inputs[rows], train.coded[rows])
        assert evaluation is not None
        gradients = np.zeros_like(network.parameters)
        views = network.layout.views(gradients)
        for index, (weights, biases) in enumerate(
            zip(backward.weight_grads, backward.bias_grads, strict=True)
        ):
            views.weights[index][...], views.biases[index][...] = weights, biases
        return replace(
            real,
            parameters=_frozen(network.parameters),
            gradients=_frozen(gradients),
            last_update=_frozen(np.zeros_like(gradients)),
            batch_loss=backward.loss,
            evaluation=evaluation,
        )

    def _sets_for(self, real: Snapshot) -> tuple[RowSet, RowSet]:
        key = (id(real.data), real.network, real.experiment.dtype)
        if self._sets is None or self._sets_of != key:
            self._sets = row_sets(real.data, real.network, real.experiment.dtype)
            self._sets_of = key
        return self._sets


def _frozen(array: NDArray[np.floating]) -> NDArray[np.floating]:
    copy = array.copy()
    copy.flags.writeable = False
    return copy
