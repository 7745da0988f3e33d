"""Early stopping: end a run when the validation loss no longer falls (Prechelt 1998)."""

import math

from nnviz.core.calls import FloatArray


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

    def begin(self) -> None:
        """Forget everything: a run begins anew."""
        self.has_stopped = False
        self.best_step = 0
        self._best_loss = math.inf
        self._best: FloatArray | None = None
        self._epochs_without = 0

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
