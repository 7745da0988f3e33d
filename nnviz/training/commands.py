"""What a person may ask of the trainer: small frozen values of a closed union."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from nnviz.training.experiment import ExperimentSpec
from nnviz.training.stop_rules import StopRules


@dataclass(frozen=True, slots=True)
class Load:
    """Prepare this experiment, paused at step 0, and take on this generation."""

    experiment: ExperimentSpec
    generation: int


@dataclass(frozen=True, slots=True)
class Run:
    """Train until paused; a look back ends, and training goes on where it was."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop after the step that is under way."""


@dataclass(frozen=True, slots=True)
class StepOnce:
    """Do exactly one training step, then pause; in the past, show the next step."""


@dataclass(frozen=True, slots=True)
class RunEpoch:
    """Train to the end of the current epoch, then pause; in the past, show that end."""


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
class SetStopRules:
    """Stop by these rules from now on, whatever is loaded; the old ones are forgotten."""

    rules: StopRules


@dataclass(frozen=True, slots=True)
class RecordStep:
    """Record the step that comes after the one on show, line by line, without doing it.

    Attributes
    ----------
    rows
        Row numbers into the training set that it is to see instead of its batch.
    inputs, targets
        Numbers that it is to see instead, n x d and n x k, as the network sees
        them: scaled, and classes coded.
    fault
        Key of a fault of the bug lab, which the recording is to have and no training ever
        has; where it cannot be made, there is none.
    """

    rows: tuple[int, ...] | None = None
    inputs: tuple[tuple[float, ...], ...] | None = None
    targets: tuple[tuple[float, ...], ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """Tell what some parameters went through in the steps up to one; nothing is moved.

    Attributes
    ----------
    places
        Where they lie in the flat vector.
    steps
        How many updates to tell of, at most.
    until
        The last of these updates; ``None`` is the step on show.
    generation
        Of the run that is meant, whose wishes end with it; ``None`` is any.
    """

    places: tuple[int, ...]
    steps: int
    until: int | None = None
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class Seek:
    """Pause, and show what the run was after so many steps; its end is the present again.

    Only a look: the run itself stays where it is.
    """

    step: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Go on from a step of this run, paused, as a new generation; this run is kept.

    Attributes
    ----------
    step
        The updates that are done at the branch.
    experiment
        The settings from there on; data, seed, dtype and the shapes of the
        weights must be those of this run.
    generation
        Of the branch. The one of this run recalls it.
    edits
        Parameters to change at the branch, by their places in the flat vector.
    """

    step: int
    experiment: ExperimentSpec
    generation: int
    edits: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recall:
    """Go back to a run that was kept, at its end, as a new generation; this one is kept.

    Attributes
    ----------
    kept
        The generation that the run had when it was left.
    generation
        The one that it has from now on.
    """

    kept: int
    generation: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Give up a run that was kept, and with it its memory."""

    kept: int


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
    | SetStopRules
    | Seek
    | Follow
    | RecordStep
    | Branch
    | Recall
    | Forget
    | Stop
)
