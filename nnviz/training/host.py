"""Host: what a training run does in answer to commands, a slice of time at a time.

It knows nothing of threads: :meth:`Host.obey` and :meth:`Host.run_slice` are
called in turns, by the Trainer's thread or by a test.
"""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnviz.core.trace import record
from nnviz.data.prepare import prepare
from nnviz.training import commands
from nnviz.training.commands import Command
from nnviz.training.experiment import drawn_anew
from nnviz.training.following import Following
from nnviz.training.mailbox import Mailbox
from nnviz.training.measuring import Measuring
from nnviz.training.pace import Pace, SpeedMeter
from nnviz.training.past import Past
from nnviz.training.recording import step_for
from nnviz.training.run import TrainingRun
from nnviz.training.showing import end_of, snapshot_of
from nnviz.training.snapshot import Failure, Recording, RunState
from nnviz.training.stop_watcher import StopWatcher

# Whole sets that take longer to measure are measured after the change is told.
_SOON = 1 / 60


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
        self._measuring = Measuring(clock, is_awaited)
        self._past = Past(clock=clock)
        self._following = Following(mailbox.put_track, clock, is_awaited)
        self._wanted_recording: commands.RecordStep | None = None
        self._pace = Pace()
        self._speed = SpeedMeter()
        self._stopping = StopWatcher()

    def seconds_until_due(self, now: float) -> float | None:
        """Return how long to wait for commands; ``None`` is as long as it takes."""
        if self._past.wanted is not None or self._following.is_under_way:
            return 0.0
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
            case commands.SetStopRules(rules=rules):
                self._stopping.rules = rules
                self._put_snapshot()
            case commands.Stop():
                self._state = RunState.PAUSED
            case _ if self._run is not None:
                self._obey_about_run(command, self._run)

    def _obey_about_run(self, command: Command, run: TrainingRun) -> None:
        match command:
            case commands.Run():
                self._past.leave()
                self._go(run, None)
            case commands.StepOnce() if self._past.is_looking_back:
                self._past.want_next()
            case commands.StepOnce():
                self._go(run, 1)
            case commands.RunEpoch() if self._past.is_looking_back:
                self._past.want_end_of_epoch()
            case commands.RunEpoch():
                self._go(run, run.batches_per_epoch - run.batch)
            case commands.Pause():
                self._pause()
            case commands.RecordStep():
                self._record(command)
            case commands.Reset(generation=generation):
                run.reset()
                self._begin(run, generation)
            case commands.NewStart(seed=seed, generation=generation):
                experiment = drawn_anew(run.experiment, seed)
                self._begin(TrainingRun(experiment, run.data), generation)
            case commands.SetLearningRate(learning_rate=rate):
                if self._past.is_looking_back:
                    raise ValueError(
                        "the past cannot be changed: branch from this step, or go to the last one"
                    )
                run.set_learning_rate(rate)
                self._past.record()
                self._publish()
            case _:
                self._obey_about_past(command, run)

    def _obey_about_past(self, command: Command, run: TrainingRun) -> None:
        match command:
            case commands.Seek(step=step):
                self._past.want(step)
                if self._state is RunState.RUNNING:
                    self._state = RunState.PAUSED
            case commands.Follow():
                self._following.begin(command, self._past, self._generation)
            case commands.Branch():
                self._show(self._past.branch(command), command.generation)
            case commands.Recall(kept=kept, generation=generation):
                self._show(self._past.recall(kept, generation), generation)
            case commands.Forget(kept=kept):
                self._past.forget(kept)
                self._put_snapshot()

    def run_slice(self, seconds: float) -> None:
        """Train or seek for about so long, or until what was asked for is done."""
        run, now = self._run, self._clock()
        end = now + seconds
        if self._past.wanted is not None:
            self._seek(end)
        self._following.go_on(self._past, end, self._state is RunState.RUNNING)
        if run is None or self._state is not RunState.RUNNING:
            return
        while now < end and self._state is RunState.RUNNING:
            most = self._stopping.most_steps(run, self._pace.steps_allowed(now, end))
            if self._steps_left is not None:
                most = min(most, self._steps_left)
            if most == 0:
                break
            first = run.step + 1
            is_stopped = self._is_awaited if self._pace.is_slow else None
            losses = run.advance(most, is_stopped)
            if len(losses) == 0:
                return
            self._past.record()
            self._take_losses(run, first, losses)
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
        run = TrainingRun(command.experiment, data)
        self._past.forget_all()
        self._begin(run, command.generation)

    def _begin(self, run: TrainingRun, generation: int) -> None:
        self._past.begin(run, generation)
        self._show(run, generation)

    def _show(self, run: TrainingRun, generation: int) -> None:
        """Go on with this run, paused where it is."""
        self._run, self._generation = run, generation
        self._following.stop()
        self._state, self._message = end_of(run)
        self._measuring.newest = None
        self._speed.restart()
        self._pace.forget()
        self._stopping.begin()
        self._publish()

    def _go(self, run: TrainingRun, steps: int | None) -> None:
        if run.untrainable_reason is not None:
            raise ValueError(run.untrainable_reason)
        if self._state is RunState.DIVERGED:
            raise ValueError(self._message)
        self._state, self._message, self._steps_left = RunState.RUNNING, "", steps
        if run.early_stopping.has_stopped:
            run.go_on()
        self._pace.start(self._clock())
        self._stopping.go_on(self._clock())
        self._speed.restart()

    def _seek(self, end: float) -> None:
        if self._past.approach(self._is_awaited, lambda: self._clock() >= end):
            self._publish()

    def _record(self, wanted: commands.RecordStep) -> None:
        step = step_for(self._past.shown, wanted)
        stepping = self._state is RunState.RUNNING and self._steps_left is not None
        if stepping or self._past.wanted is not None:
            # First the steps that were asked for before.
            self._wanted_recording = wanted
            return
        self._pause()
        self._mailbox.put_recording(Recording(self._generation, record(step)))

    def _pause(self) -> None:
        if self._state is RunState.RUNNING:
            self._state = RunState.PAUSED
        self._publish()

    def _take_losses(self, run: TrainingRun, first: int, losses: NDArray[np.float32]) -> None:
        self._mailbox.put_losses(self._generation, first, losses)
        state, message = self._stopping.judge(run, losses, self._clock(), end_of(run))
        if state is not RunState.PAUSED:
            self._state, self._message = state, message
            self._measuring.newest = None
            if state is RunState.DIVERGED:
                self._mailbox.put_failure(Failure(self._generation, message))
            self._publish()
        elif self._steps_left is not None:
            self._steps_left -= len(losses)
            if self._steps_left <= 0:
                self._pause()

    def _publish_if_wanted(self) -> None:
        if self._mailbox.wanted.is_set() and self._state is RunState.RUNNING:
            if self._measuring.is_due():
                self._measuring.measure(self._past.shown)
            self._put_snapshot()

    def _publish(self) -> None:
        """Tell of a change of state at once, and of what it means when that is measured."""
        if self._run is None:
            return
        if self._wanted_recording is not None and self._state is not RunState.RUNNING:
            wanted, self._wanted_recording = self._wanted_recording, None
            trace = record(step_for(self._past.shown, wanted))
            self._mailbox.put_recording(Recording(self._generation, trace))
        if self._measuring.newest is not None and self._measuring.took >= _SOON:
            self._put_snapshot()
        self._measuring.measure(self._past.shown)
        self._put_snapshot()

    def _put_snapshot(self) -> None:
        evaluation = self._measuring.newest
        if self._run is None or evaluation is None:
            return
        speed = self._speed.steps_per_second if self._state is RunState.RUNNING else 0.0
        self._mailbox.put_snapshot(
            snapshot_of(
                self._past,
                self._generation,
                self._state,
                self._message,
                evaluation,
                speed,
                self._stopping.rules,
            )
        )
