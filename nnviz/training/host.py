"""Host: what a training run does in answer to commands, a slice of time at a time.

It knows nothing of threads: :meth:`Host.obey` and :meth:`Host.run_slice` are
called in turns, by the Trainer's thread or by a test.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnviz.core.trace import record
from nnviz.data.prepare import prepare
from nnviz.training import commands
from nnviz.training.commands import Command
from nnviz.training.mailbox import Mailbox
from nnviz.training.pace import Pace, SpeedMeter
from nnviz.training.recording import step_for
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import Evaluation, Failure, Recording, RunState, Snapshot

Scalar = TypeVar("Scalar", bound=np.generic)

# Share of the time that measuring whole sets may take while training runs.
_EVALUATION_SHARE = 0.1
_EVALUATION_SECONDS = 1 / 15


class Host:
    """One training run and what is asked of it.

    Parameters
    ----------
    mailbox
        Gets snapshots whenever the last one was taken, and all losses.
    clock
        Seconds; another one makes tests independent of time.
    is_awaited
        Whether a command is waiting: what takes long is then left for later.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        clock: Callable[[], float] = time.perf_counter,
        is_awaited: Callable[[], bool] = lambda: False,
    ) -> None:
        self._mailbox = mailbox
        self._clock = clock
        self._is_awaited = is_awaited
        self._run: TrainingRun | None = None
        self._generation = 0
        self._state = RunState.PAUSED
        self._message = ""
        self._steps_left: int | None = None
        self._batch_loss: float | None = None
        self._evaluation: Evaluation | None = None
        self._evaluated_at = 0.0
        self._evaluation_took = 0.0
        self._wanted_recording: commands.RecordStep | None = None
        self._pace = Pace()
        self._speed = SpeedMeter()

    def seconds_until_due(self, now: float) -> float | None:
        """Return how long to wait for commands; ``None`` is as long as it takes."""
        if self._state is not RunState.RUNNING:
            return None
        return self._pace.seconds_until_due(now)

    def obey(self, command: Command) -> None:
        """Do what is asked, and publish what came of it.

        Raises
        ------
        ValueError, OSError
            If it cannot be done; what was there before is untouched.
        """
        match command:
            case commands.Load():
                self._load(command)
            case commands.SetSpeed(steps_per_second=limit):
                self._pace.set_limit(limit, self._clock())
            case commands.Stop():
                self._state = RunState.PAUSED
            case _ if self._run is not None:
                self._obey_about_run(command, self._run)

    def _obey_about_run(self, command: Command, run: TrainingRun) -> None:
        match command:
            case commands.Run():
                self._go(run, None)
            case commands.StepOnce():
                self._go(run, 1)
            case commands.RunEpoch():
                self._go(run, run.batches_per_epoch - run.batch)
            case commands.Pause():
                self._pause()
            case commands.Reset(generation=generation):
                run.reset()
                self._begin(run, generation)
            case commands.NewStart(seed=seed, generation=generation):
                experiment = msgspec.structs.replace(run.experiment, seed=seed)
                self._begin(TrainingRun(experiment, run.data), generation)
            case commands.SetLearningRate(learning_rate=rate):
                run.set_learning_rate(rate)
                self._publish()
            case commands.RecordStep():
                self._record(run, command)

    def run_slice(self, seconds: float) -> None:
        """Train for about so long, or until the steps that were asked for are done."""
        run, now = self._run, self._clock()
        if run is None or self._state is not RunState.RUNNING:
            return
        end = now + seconds
        while now < end and self._state is RunState.RUNNING:
            most = self._pace.steps_allowed(now, end)
            if self._steps_left is not None:
                most = min(most, self._steps_left)
            if most == 0:
                break
            first = run.step + 1
            is_stopped = self._is_awaited if self._pace.is_slow else None
            losses = run.advance(most, is_stopped)
            if len(losses) == 0:
                return
            self._take_losses(first, losses)
            after = self._clock()
            self._pace.note(len(losses), after - now)
            self._speed.note(run.step, after)
            now = after
        self._publish_if_wanted()

    def refuse(self, message: str) -> None:
        """Tell that what was asked for cannot be done; whatever was going on goes on."""
        self._mailbox.put_failure(Failure(self._generation, message))
        self._put_snapshot()

    def fail(self, message: str) -> None:
        """Stop training and tell why; the run stays as it is."""
        if self._state is RunState.RUNNING:
            self._state = RunState.FAILED
            self._message = message
        self._mailbox.put_failure(Failure(self._generation, message))
        self._publish()

    def _load(self, command: commands.Load) -> None:
        old = self._run
        same_data = old is not None and old.experiment.data == command.experiment.data
        data = old.data if old is not None and same_data else prepare(command.experiment.data)
        self._begin(TrainingRun(command.experiment, data), command.generation)

    def _begin(self, run: TrainingRun, generation: int) -> None:
        self._run, self._generation = run, generation
        self._state, self._message = RunState.PAUSED, ""
        self._batch_loss = None
        self._evaluation = None
        self._speed.restart()
        self._pace.forget()
        self._publish()

    def _go(self, run: TrainingRun, steps: int | None) -> None:
        if run.untrainable_reason is not None:
            raise ValueError(run.untrainable_reason)
        if self._state is RunState.DIVERGED:
            raise ValueError(self._message)
        self._state, self._message, self._steps_left = RunState.RUNNING, "", steps
        run.early_stopping.go_on()
        self._pace.start(self._clock())
        self._speed.restart()

    def _record(self, run: TrainingRun, wanted: commands.RecordStep) -> None:
        step = step_for(run, wanted)
        if self._state is RunState.RUNNING and self._steps_left is not None:
            # First the steps that were asked for before.
            self._wanted_recording = wanted
            return
        self._pause()
        self._mailbox.put_recording(Recording(self._generation, record(step)))

    def _pause(self) -> None:
        if self._state is RunState.RUNNING:
            self._state = RunState.PAUSED
        self._publish()

    def _take_losses(self, first: int, losses: NDArray[np.float32]) -> None:
        self._batch_loss = float(losses[-1])
        self._mailbox.put_losses(self._generation, first, losses)
        if self._run is not None and self._run.divergence.step is not None:
            self._diverge(self._run, self._run.divergence.step)
        elif self._run is not None and self._run.early_stopping.has_stopped:
            self._state = RunState.STOPPED_EARLY
            self._message = self._run.early_stopping.sentence(self._run.step)
            self._evaluation = None
            self._publish()
        elif self._steps_left is not None:
            self._steps_left -= len(losses)
            if self._steps_left <= 0:
                self._pause()

    def _diverge(self, run: TrainingRun, step: int) -> None:
        self._state = RunState.DIVERGED
        self._message = (
            f"diverged at step {step} with learning rate "
            f"{run.experiment.optimizer.learning_rate:g}: "
            "choose a smaller learning rate and reset"
        )
        self._evaluation = None
        self._mailbox.put_failure(Failure(self._generation, self._message))
        self._publish()

    def _publish_if_wanted(self) -> None:
        if self._mailbox.wanted.is_set() and self._state is RunState.RUNNING:
            now = self._clock()
            pause = max(_EVALUATION_SECONDS, self._evaluation_took / _EVALUATION_SHARE)
            if now - self._evaluated_at >= pause:
                self._evaluate()
            self._put_snapshot()

    def _publish(self) -> None:
        """Tell of a change of state at once, and of what it means when that is measured."""
        if self._run is None:
            return
        if self._wanted_recording is not None and self._state is not RunState.RUNNING:
            wanted, self._wanted_recording = self._wanted_recording, None
            trace = record(step_for(self._run, wanted))
            self._mailbox.put_recording(Recording(self._generation, trace))
        if self._evaluation is None or self._evaluation_took < _EVALUATION_SECONDS:
            self._evaluate()
            self._put_snapshot()
            return
        self._put_snapshot()
        self._evaluate()
        self._put_snapshot()

    def _evaluate(self) -> None:
        run = self._run
        if run is None or (self._evaluation is not None and self._evaluation.step == run.step):
            return
        started = self._clock()
        # The first one is needed: a snapshot without figures would say nothing.
        is_stopped = (lambda: False) if self._evaluation is None else self._is_awaited
        evaluation = run.evaluate_unless(is_stopped)
        self._evaluated_at = self._clock()
        if evaluation is not None:
            self._evaluation = evaluation
            self._evaluation_took = self._evaluated_at - started

    def _put_snapshot(self) -> None:
        run, evaluation = self._run, self._evaluation
        if run is None or evaluation is None:
            return
        running = self._state is RunState.RUNNING
        self._mailbox.put_snapshot(
            Snapshot(
                generation=self._generation,
                experiment=run.experiment,
                network=run.network.spec,
                data=run.data,
                state=self._state,
                message=self._message,
                step=run.step,
                epoch=run.epoch,
                batch=run.batch,
                batches_per_epoch=run.batches_per_epoch,
                parameters=_frozen(run.network.parameters),
                gradients=_frozen(run.gradients),
                batch_rows=_frozen(run.batch_rows),
                batch_loss=self._batch_loss,
                evaluation=evaluation,
                steps_per_second=self._speed.steps_per_second if running else 0.0,
            )
        )


def _frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    copy = array.copy()
    copy.flags.writeable = False
    return copy
