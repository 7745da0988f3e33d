"""TrainingRun: an experiment under way. It owns the Programs and knows no thread."""

from collections.abc import Callable
from copy import deepcopy

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnviz.core.batches import BatchFeed
from nnviz.core.compiler import TRAINING, compile_program
from nnviz.core.memory import aligned_zeros_like
from nnviz.core.network import Network
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.program import Program
from nnviz.core.trace import StepToRecord
from nnviz.data.prepared import PreparedData
from nnviz.training.blas_threads import BlasThreads
from nnviz.training.divergence import DivergenceGuard
from nnviz.training.early_stopping import EarlyStopping
from nnviz.training.experiment import ExperimentSpec, network_spec
from nnviz.training.keyframes import Change, KeyFrame
from nnviz.training.last_update import LastUpdate
from nnviz.training.row_set import evaluate, row_sets
from nnviz.training.snapshot import Evaluation


class TrainingRun:
    """Weights, optimiser state, shuffles and position of one training run.

    Two runs of equal experiments do the same, bit for bit, however their steps
    are divided into calls of :meth:`advance`.

    Parameters
    ----------
    experiment
        What to train.
    data
        The data that ``experiment.data`` names, prepared.

    Attributes
    ----------
    experiment, data, network
        What is trained; ``network`` holds the live parameters, and the learning
        rate of ``experiment`` is the one in use.
    gradients, last_update
        The last step's gradients, and what it changed (not known after a restore).
    step, epoch, batch
        Updates done; whole epochs done; position within the epoch.
    batch_loss
        Loss of the last step's batch, ``None`` before the first.
    changes
        What a person did to it between steps, in order.
    divergence
        Notices it; its ``step`` says when. The parameters are then the last ones
        whose loss was fair, and only a reset goes on.
    early_stopping
        Watches the validation loss, if the experiment asks for it.

    Raises
    ------
    ValueError
        With a sentence, if the parts of the experiment make no sense together.
    """

    def __init__(self, experiment: ExperimentSpec, data: PreparedData) -> None:
        self.experiment, self.data = experiment, data
        spec = network_spec(experiment.model, data)
        self.network = Network(spec, experiment.seed, experiment.dtype)
        self._start = self.network.parameters.copy()
        self.gradients = aligned_zeros_like(self._start)
        self.optimizer = bind_optimizer(
            experiment.optimizer, self.network.parameters, self.gradients
        )
        self._train, self._validation = row_sets(data, spec, experiment.dtype)
        self._programs: dict[int, Program] = {}
        self.early_stopping = EarlyStopping(experiment.patience)
        self.divergence = DivergenceGuard(self.network.parameters, self.optimizer)
        self.last_update = LastUpdate(self.network.parameters)
        self._masks = np.random.default_rng([experiment.seed, 3])
        self._first_masks = self._masks.bit_generator.state
        shuffler = np.random.default_rng([experiment.seed, 1])
        size = experiment.batch_size or len(self._train.inputs)
        self._feed = BatchFeed(self._train.inputs, self._train.coded, size, shuffler)
        self._threads = BlasThreads(spec, size)
        self.reset()

    @property
    def untrainable_reason(self) -> str | None:
        """Why no step can be done, or ``None``."""
        return self.network.spec.untrainable_reason

    @property
    def batches_per_epoch(self) -> int:
        """Steps per epoch, the smaller last batch included."""
        return self._feed.batches_per_epoch

    @property
    def batch_rows(self) -> NDArray[np.int64]:
        """Row numbers of the last step's batch; before the first step, of the next."""
        return self._last_rows

    def reset(self) -> None:
        """Go back to step 0: the same weights, the same shuffles to come."""
        self.network.parameters[...] = self._start
        self.gradients[...] = 0
        self.optimizer.reset()
        self._masks.bit_generator.state = self._first_masks
        self.early_stopping.begin()
        self.divergence.begin()
        self.last_update.keep()
        self._feed.restart()
        self._last_shuffle = self._feed.drawn_from
        self.step = self.epoch = self.batch = 0
        self.batch_loss: float | None = None
        self.changes: list[Change] = []
        self._filled = range(0)
        self._last_rows = self._feed.rows_of(0)

    def key_frame(self) -> KeyFrame:
        """Return a copy of everything that decides what this run does next."""
        return KeyFrame(
            step=self.step,
            epoch=self.epoch,
            batch=self.batch,
            batch_size=self._feed.batch_size,
            batch_loss=self.batch_loss,
            parameters=self.network.parameters.copy(),
            gradients=self.gradients.copy(),
            optimizer={key: array.copy() for key, array in self.optimizer.state.items()},
            learning_rate=self.experiment.optimizer.learning_rate,
            loss_limit=self.divergence.limit,
            shuffles=self._feed.drawn_from if self.batch else self._last_shuffle,
            masks=self._masks.bit_generator.state,
            patience=self.early_stopping.memory(),
            change_count=len(self.changes),
        )

    def restore(self, frame: KeyFrame) -> None:
        """Become what a run of this network was at a key-frame; ``changes`` stay as they are.

        With another batch size a new epoch begins there, and there is no last batch.
        Optimiser state that the key-frame lacks starts at zero.
        """
        self.network.parameters[...] = frame.parameters
        self.gradients[...] = frame.gradients
        for key, array in self.optimizer.state.items():
            array[...] = frame.optimizer.get(key, 0)
        self._use_learning_rate(frame.learning_rate)
        self.step, self.epoch, self.batch = frame.step, frame.epoch, frame.batch
        self.batch_loss = frame.batch_loss
        self._masks.bit_generator.state = frame.masks
        self.early_stopping.begin(frame.patience)
        self.divergence.begin(frame.step, frame.loss_limit)
        self.last_update.keep()
        self._filled = range(0)
        self._feed.shuffle_from(frame.shuffles)
        self._last_shuffle = frame.shuffles
        last = (frame.batch or self.batches_per_epoch) - 1 if frame.step else 0
        self._last_rows = self._feed.rows_of(last)
        if frame.step > 0 and frame.batch == 0:
            self._feed.shuffle()
        if frame.batch_size != self._feed.batch_size:
            self.batch, self.batch_loss = 0, None
            self.gradients[...] = 0
            self._last_rows = self._feed.rows_of(0)

    def next_step(self, rows: NDArray[np.int64] | None = None) -> StepToRecord:
        """Return the step that comes next, or what it would be with these training rows."""
        chosen = self._feed.rows_of(self.batch) if rows is None else rows
        return StepToRecord(
            self.network.spec,
            self.network.parameters,
            self._train.inputs[chosen],
            self._train.coded[chosen],
            None if self.untrainable_reason else self.experiment.optimizer,
            optimizer_state=self.optimizer.state,
            generator=deepcopy(self._masks),
            step=self.step + 1,
            rows=chosen,
        )

    def set_learning_rate(self, learning_rate: float) -> None:
        """Use this learning rate from the next step on."""
        self.redo(Change(self.step, learning_rate))

    def go_on(self) -> None:
        """Train on after early stopping, patient again."""
        if self.early_stopping.patience is not None:
            self.redo(Change(self.step, None))

    def redo(self, change: Change) -> None:
        """Make a change that was made to a run like this one."""
        self.changes.append(change)
        if change.learning_rate is None:
            self.early_stopping.go_on()
        else:
            self._use_learning_rate(change.learning_rate)

    def _use_learning_rate(self, learning_rate: float) -> None:
        optimizer = msgspec.structs.replace(self.experiment.optimizer, learning_rate=learning_rate)
        self.experiment = msgspec.structs.replace(self.experiment, optimizer=optimizer)
        self.optimizer.learning_rate[...] = learning_rate

    def advance(
        self, most_steps: int, is_stopped: Callable[[], bool] | None = None
    ) -> NDArray[np.float32]:
        """Do at least one and at most so many steps; return their losses.

        It stops at the end of a window of gathered batches and at the end of an
        epoch; call again to go on. With ``is_stopped`` it does a single step, and
        abandons that one, with no loss to return, as soon as this says so: for
        steps that take longer than a person waits for a pause.

        Raises
        ------
        ValueError
            If the network has a layer that no gradient passes.
        """
        if self.untrainable_reason is not None:
            raise ValueError(self.untrainable_reason)
        self._threads.use()
        program = self._ready_program()
        first = self.batch - self._filled.start
        count = min(most_steps, len(self._filled) - first)
        masks = self._masks.bit_generator.state
        self.divergence.keep(self.step)
        # Overflow and NaN are results here: the guard looks for them.
        with np.errstate(all="ignore"):
            count = self.last_update.run(program, first, count, is_stopped)
            losses = program.losses(first, first + count).astype(np.float32)
            if count == 0:
                self._masks.bit_generator.state = masks
                return losses
            bad = self.divergence.judge(self.step + 1, losses)
            if bad is not None:
                self._masks.bit_generator.state = masks
                self.batch_loss = float(losses[bad])
                self._undo(program, first, bad)
                return losses[: bad + 1]
        self.step += count
        self.batch += count
        self.batch_loss = float(losses[-1])
        self._last_rows = self._feed.rows_of(self.batch - 1)
        if self.batch == self.batches_per_epoch:
            self._next_epoch()
        return losses

    def _undo(self, program: Program, first: int, bad: int) -> None:
        """Go back to the last parameters whose loss was fair."""
        self.step = self.divergence.go_back(bad)
        self.last_update.keep()
        if bad > 1:
            self.step += self.last_update.run(program, first, bad - 1)

    def _next_epoch(self) -> None:
        self.epoch += 1
        self.batch = 0
        self._last_shuffle = self._feed.drawn_from
        # A full batch never changes: its slot stays filled.
        if self.batches_per_epoch > 1:
            self._feed.shuffle()
            self._filled = range(0)
        if self.early_stopping.patience is not None and len(self._validation.inputs):
            measured = self._validation.measure(self.network)
            if measured is not None:
                self.early_stopping.note(self.step, measured[0], self.network.parameters)

    def _ready_program(self) -> Program:
        program = self._program(len(self._feed.rows_of(self.batch)))
        if self.batch not in self._filled:
            same_size = self._feed.rows // self._feed.batch_size - self.batch
            count = max(1, min(program.slots, same_size))
            self._feed.fill(program, self.batch, count)
            self._filled = range(self.batch, self.batch + count)
        return program

    def _program(self, batch_size: int) -> Program:
        if batch_size not in self._programs:
            self._programs[batch_size] = compile_program(
                self.network.spec,
                self.network.parameters,
                batch_size,
                TRAINING,
                self.gradients,
                self.optimizer,
                self._feed.slots_for(batch_size),
                self._masks,
            )
        return self._programs[batch_size]

    def evaluate(self) -> Evaluation:
        """Measure loss and accuracy over all training and all validation rows."""
        evaluation = self.evaluate_unless(lambda: False)
        assert evaluation is not None
        return evaluation

    def evaluate_unless(self, is_stopped: Callable[[], bool]) -> Evaluation | None:
        """Measure as :meth:`evaluate`; return ``None`` as soon as ``is_stopped`` says so."""
        return evaluate(self._train, self._validation, self.network, self.step, is_stopped)
