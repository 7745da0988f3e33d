"""What leaves the training thread: frozen values with read-only arrays."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from nnviz.core.spec import NetworkSpec
from nnviz.core.trace import Trace
from nnviz.data.prepared import PreparedData
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.keyframes import Change
from nnviz.training.stop_rules import NO_RULES, StopRules


class RunState(Enum):
    """What the trainer is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    DIVERGED = "diverged"
    FAILED = "failed"
    STOPPED_EARLY = "stopped early"
    STOPPED_BY_RULE = "stopped by a rule"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Loss and accuracy over whole sets, at one step.

    Attributes
    ----------
    step
        The number of updates done when this was measured.
    train_loss, validation_loss
        Mean loss over all rows of the set; ``None`` without a validation set.
    train_accuracy, validation_accuracy
        Share of rows classified correctly, 0 to 1; ``None`` for regression.
    """

    step: int
    train_loss: float
    validation_loss: float | None
    train_accuracy: float | None
    validation_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of training after a whole number of steps.

    Attributes
    ----------
    generation
        Goes up with every load, reset and new start; older ones are stale.
    experiment, network, data
        What is being trained. The same objects throughout a generation, except
        that ``experiment.optimizer.learning_rate`` follows ``SetLearningRate``.
    state, message
        What the trainer is doing; the message is a sentence for a person, or "".
    step, epoch, batch, batches_per_epoch
        Updates done; whole epochs done; position within the epoch.
    first_step, last_step
        What ``Seek`` can show: from the earliest step that is known to where
        training is.
    parameters, gradients
        Flat vectors in the Program's layout (see ``Network.set_parameters``);
        the gradients are those of the last step (zeros before the first).
    last_update
        Flat vector: by how much the last step changed each parameter. Zeros where
        there is none: before the first step, where a branch begins, and where early
        stopping has put back older weights.
    batch_rows
        Row numbers into the training set of the last batch (the next at step 0).
    batch_loss
        Loss of the last step's batch, ``None`` before the first.
    evaluation
        The newest evaluation over whole sets.
    steps_per_second
        Measured over the last moments; 0 while paused.
    kept
        Generations of the runs that were left and can be recalled, rising.
    first_learning_rate, changes
        The rate at ``first_step``, and what a person has done to the run since, in order.
    stop_rules
        What stops training by itself.
    """

    generation: int
    experiment: ExperimentSpec
    network: NetworkSpec
    data: PreparedData
    state: RunState
    message: str
    step: int
    epoch: int
    batch: int
    batches_per_epoch: int
    first_step: int
    last_step: int
    parameters: NDArray[np.floating]
    gradients: NDArray[np.floating]
    last_update: NDArray[np.floating]
    batch_rows: NDArray[np.int64]
    batch_loss: float | None
    evaluation: Evaluation
    steps_per_second: float
    kept: tuple[int, ...] = ()
    first_learning_rate: float | None = None
    changes: tuple[Change, ...] = ()
    stop_rules: StopRules = NO_RULES

    @property
    def is_past(self) -> bool:
        """Whether training has gone on from here: this is a look back."""
        return self.step < self.last_step


@dataclass(frozen=True, slots=True)
class LossChunk:
    """Training losses of consecutive steps, possibly folded.

    Attributes
    ----------
    generation, first_step
        ``first_step`` is the step number (1 = first update) of the first loss.
    stride
        Steps per entry: 1 when every loss is here; above 1 each entry stands for
        so many steps (the last entry may stand for fewer).
    minimum, maximum, mean
        float32 arrays of equal length; with stride 1 the same array thrice.
    """

    generation: int
    first_step: int
    stride: int
    minimum: NDArray[np.float32]
    maximum: NDArray[np.float32]
    mean: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recording:
    """A step that was recorded line by line, the one after ``trace.step - 1`` updates."""

    generation: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Failure:
    """Something could not be done; the sentence says what, where, and what to do."""

    generation: int
    message: str
