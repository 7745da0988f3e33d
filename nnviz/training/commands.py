"""What a person may ask of the trainer: small frozen values of a closed union."""

from dataclasses import dataclass
from typing import TypeAlias

from nnviz.training.experiment import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Load:
    """Prepare this experiment, paused at step 0, and take on this generation."""

    experiment: ExperimentSpec
    generation: int


@dataclass(frozen=True, slots=True)
class Run:
    """Train until paused."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop after the step that is under way."""


@dataclass(frozen=True, slots=True)
class StepOnce:
    """Do exactly one training step, then pause."""


@dataclass(frozen=True, slots=True)
class RunEpoch:
    """Train to the end of the current epoch, then pause."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Go back to step 0 with the very same starting weights and shuffles."""

    generation: int


@dataclass(frozen=True, slots=True)
class NewStart:
    """Go to step 0 with the starting weights and shuffles of another seed."""

    seed: int
    generation: int


@dataclass(frozen=True, slots=True)
class SetLearningRate:
    """Use this learning rate from the next step on; nothing else changes."""

    learning_rate: float


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Limit training to so many steps a second; ``None`` is as fast as possible."""

    steps_per_second: float | None


@dataclass(frozen=True, slots=True)
class RecordStep:
    """Record the step that comes next, line by line, without doing it.

    Attributes
    ----------
    rows
        Row numbers into the training set that it is to see instead of its batch.
    inputs, targets
        Numbers that it is to see instead, n x d and n x k, as the network sees
        them: scaled, and classes coded.
    """

    rows: tuple[int, ...] | None = None
    inputs: tuple[tuple[float, ...], ...] | None = None
    targets: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """End the thread."""


Command: TypeAlias = (
    Load
    | Run
    | Pause
    | StepOnce
    | RunEpoch
    | Reset
    | NewStart
    | SetLearningRate
    | SetSpeed
    | RecordStep
    | Stop
)
