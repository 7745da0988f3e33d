"""Stop rules: a run pauses by itself as soon as what a person waits for has come true."""

import math

import msgspec


class StopRules(msgspec.Struct, frozen=True, kw_only=True):
    """When to stop; ``None`` is no such rule, and the first that comes true stops.

    Losses are judged at the end of an epoch, so where a run stops does not depend on
    how fast it was or on how often it was paused. Only ``seconds`` does.

    Attributes
    ----------
    loss_below
        Stop when the mean of the training losses of an epoch's steps is below this.
    epochs_without_improvement
        Stop when so many epochs in a row have not had a lower loss than all before.
    watches_validation
        Whether that is the validation loss after each epoch, where rows are held back
        for it, and not the mean of the training losses of its steps.
    seconds
        Stop when it has trained for so long since it was last started, pauses apart.
    steps, epochs
        Stop after the step or the epoch of this number.

    Raises
    ------
    ValueError
        If a number is not finite, or not above 0.
    """

    loss_below: float | None = None
    epochs_without_improvement: int | None = None
    watches_validation: bool = False
    seconds: float | None = None
    steps: int | None = None
    epochs: int | None = None

    def __post_init__(self) -> None:
        for name in ("loss_below", "epochs_without_improvement", "seconds", "steps", "epochs"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                words = name.replace("_", " ")
                raise ValueError(f"the stop rule “{words}” is {value}; it must be above 0")

    @property
    def is_empty(self) -> bool:
        """Whether nothing stops a run."""
        return self == StopRules(watches_validation=self.watches_validation)


NO_RULES = StopRules()
