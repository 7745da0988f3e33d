"""Early stopping: end a run when the validation loss no longer falls (Prechelt 1998)."""

import math
from dataclasses import dataclass

from nnviz.core.calls import FloatArray


@dataclass(frozen=True, slots=True)
class Patience:
    """What early stopping remembers.

    Attributes
    ----------
    has_stopped, best_step
        As in :class:`EarlyStopping`.
    best_loss, best
        The least validation loss, and its parameters, ``None`` before the first;
        nobody writes into them.
    epochs_without
        Epochs since then.
    """

    has_stopped: bool = False
    best_step: int = 0
    best_loss: float = math.inf
    best: FloatArray | None = None
    epochs_without: int = 0


class EarlyStopping:
    """Keeps the weights of the least validation loss.

    Parameters
    ----------
    patience
        Epochs without a lower loss after which to stop; ``None`` never stops.

    Attributes
    ----------
    has_stopped
        Whether patience has run out.
    best_step
        The step of the weights that are kept.
    """

    def __init__(self, patience: int | None) -> None:
        self.patience = patience
        self.begin()

    def begin(self, memory: Patience | None = None) -> None:
        """Remember this and no more; without it, forget everything: a run begins anew."""
        memory = memory or Patience()
        self.has_stopped = memory.has_stopped
        self.best_step = memory.best_step
        self._best_loss = memory.best_loss
        self._best = memory.best
        self._epochs_without = memory.epochs_without

    def memory(self) -> Patience:
        """Return all that :meth:`begin` needs to go on from here."""
        return Patience(
            self.has_stopped, self.best_step, self._best_loss, self._best, self._epochs_without
        )

    def go_on(self) -> None:
        """Be patient again, though nothing has become better."""
        self.has_stopped = False
        self._epochs_without = 0

    def note(self, step: int, loss: float, parameters: FloatArray) -> None:
        """Take down the validation loss after an epoch.

        When patience runs out, the best weights are put back into the parameters.
        """
        if self.patience is None:
            return
        if loss < self._best_loss:
            self._best_loss, self.best_step = loss, step
            self._best = parameters.copy()
            self._epochs_without = 0
            return
        self._epochs_without += 1
        if self._epochs_without >= self.patience and self._best is not None:
            self.has_stopped = True
            parameters[...] = self._best

    def sentence(self, step: int) -> str:
        """Return what to tell a person who wonders why training has stopped."""
        epochs = "epoch" if self.patience == 1 else f"{self.patience} epochs"
        return (
            f"stopped early at step {step}: the validation loss has not fallen for "
            f"{epochs}; the weights of step {self.best_step} are back"
        )
