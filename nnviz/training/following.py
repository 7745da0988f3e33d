"""Following: what a few parameters went through in the last steps, every number of it.

The steps are done again beside the training, a slice at a time, so that neither the
run nor the step on show is moved.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.spec import OptimizerSpec
from nnviz.training.commands import Follow
from nnviz.training.past import Past
from nnviz.training.run import TrainingRun

# How much of a slice it takes while training runs too.
_SHARE_SECONDS = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """What n updates did to p parameters; arrays are float64 and read-only.

    Attributes
    ----------
    generation
        Of the run.
    optimizer
        The rule; its learning rate is the one at the end.
    places
        Where the parameters lie in the flat vector.
    steps
        n: which updates, the first update of a run is 1.
    values
        (n + 1) x p: before each update, and after the last.
    gradients, used
        n x p: dL/dtheta with the penalties in it; and what the rule read, which clipping
        and coupled weight decay may have changed.
    updates
        n x p: by how much each update changed the parameter.
    states
        What the optimiser carried, by name, before each update and after the last:
        (n + 1) x p, or n + 1 numbers where one serves all parameters.
    base_rates, rates
        n: the learning rate that was set, and the one in use, schedule included.
    norms
        n: the norm of the whole gradient, before it is clipped by norm; else 0.
    is_from_start
        Whether nothing was carried into the first of these updates.
    has_restored
        Whether early stopping put older weights back after the last update: the last
        values are those, and the last updates are 0.
    """

    generation: int
    optimizer: OptimizerSpec
    places: tuple[int, ...]
    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    gradients: NDArray[np.float64]
    used: NDArray[np.float64]
    updates: NDArray[np.float64]
    states: Mapping[str, NDArray[np.float64]]
    base_rates: NDArray[np.float64]
    rates: NDArray[np.float64]
    norms: NDArray[np.float64]
    is_from_start: bool
    has_restored: bool

    @property
    def last_step(self) -> int | None:
        """The last update, ``None`` where there was none."""
        return int(self.steps[-1]) if len(self.steps) else None


class _Notes:
    """Fills the arrays of a track, step by step; ``done`` of them so far."""

    def __init__(self, run: TrainingRun, places: tuple[int, ...], count: int) -> None:
        self._places = np.array(places, dtype=np.int64)
        self.done = 0
        shape = (count, len(places))
        self.values = np.zeros((count + 1, len(places)))
        self.gradients, self.used, self.updates = (np.zeros(shape) for _ in range(3))
        self.base_rates, self.rates, self.norms = (np.zeros(count) for _ in range(3))
        self.states = {
            name: np.zeros((count + 1, len(places)) if array.ndim else count + 1)
            for name, array in run.optimizer.state.items()
        }
        self.begin(run)

    def begin(self, run: TrainingRun) -> None:
        """Note what there is before the next step."""
        at, places = self.done, self._places
        self.values[at] = run.network.parameters[places]
        for name, array in run.optimizer.state.items():
            self.states[name][at] = array[places] if array.ndim else float(array)
        if at < len(self.base_rates):
            self.base_rates[at] = float(run.optimizer.learning_rate)

    def end(self, run: TrainingRun) -> None:
        """Note what the step did, and what there is after it."""
        at, places = self.done, self._places
        self.gradients[at] = run.gradients[places]
        self.used[at] = run.optimizer.gradients_in_use[places]
        # Without a schedule it is the base itself, which may have been changed after the step.
        is_base = run.optimizer.rate_in_use is run.optimizer.learning_rate
        self.rates[at] = self.base_rates[at] if is_base else float(run.optimizer.rate_in_use)
        if run.experiment.optimizer.clip_norm is not None:
            self.norms[at] = float(np.linalg.norm(run.gradients.astype(np.float64)))
        if not run.early_stopping.has_stopped:
            self.updates[at] = run.last_update.change[places]
        self.done += 1
        self.begin(run)

    def arrays(self) -> tuple[NDArray[np.float64], ...]:
        """Return all of them."""
        vectors = (self.values, self.gradients, self.used, self.updates)
        return (*vectors, self.base_rates, self.rates, self.norms, *self.states.values())


class Following:
    """At most one wish to follow parameters, granted slice by slice.

    Parameters
    ----------
    deliver
        Takes the Track when it is done.
    clock
        Seconds.
    is_awaited
        Whether a command is waiting, which comes first.
    """

    def __init__(
        self,
        deliver: Callable[[Track], None],
        clock: Callable[[], float] = time.perf_counter,
        is_awaited: Callable[[], bool] = lambda: False,
    ) -> None:
        self._deliver = deliver
        self._clock = clock
        self._is_awaited = is_awaited
        self._steps = range(0)
        self._notes: _Notes | None = None
        self._wanted: Follow | None = None
        self._generation = 0

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to do."""
        return self._wanted is not None

    def begin(self, wanted: Follow, past: Past, generation: int) -> None:
        """Follow these parameters; an older wish is forgotten.

        What was wished of another run is passed over: that run has been left meanwhile.

        Raises
        ------
        ValueError
            With a sentence, if there are no such parameters or steps.
        """
        if wanted.generation not in (None, generation):
            return
        count = past.run.network.parameter_count
        if not wanted.places or not all(0 <= place < count for place in wanted.places):
            raise ValueError(f"choose from the {count} weights and biases, 0 to {count - 1}")
        last = past.shown.step if wanted.until is None else wanted.until
        past.check(last)
        first = max(last - max(wanted.steps, 0), past.first_step)
        self._steps = range(first, last)
        self._wanted, self._notes, self._generation = wanted, None, generation

    def stop(self) -> None:
        """Forget the wish: another run takes the place of this one."""
        self._wanted = self._notes = None

    def go_on(self, past: Past, end: float, is_training: bool) -> None:
        """Do steps again until so late, or less where training wants its time too."""
        # An error on the way ends the wish, or it would come again and again.
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        if is_training:
            end = min(end, self._clock() + _SHARE_SECONDS)
        if self._work(wanted, past, end):
            self.stop()
        else:
            self._wanted = wanted

    def _work(self, wanted: Follow, past: Past, end: float) -> bool:
        """Go on until the track is delivered or it is time for something else; return which."""
        while True:
            step = self._next_step()
            run = past.replay(step, self._is_awaited, lambda: self._clock() >= end)
            if run is None:
                return False
            if self._notes is None:
                self._notes = _Notes(run, wanted.places, len(self._steps))
            else:
                self._notes.end(run)
            if step == self._steps.stop:
                self._deliver(self._track(run, wanted, self._notes))
                return True
            if self._is_awaited() or self._clock() >= end:
                return False

    def _next_step(self) -> int:
        """Return where to go: to the first step, and then on by one."""
        return (
            self._steps.start if self._notes is None else self._steps.start + self._notes.done + 1
        )

    def _track(self, run: TrainingRun, wanted: Follow, notes: _Notes) -> Track:
        for array in notes.arrays():
            array.flags.writeable = False
        return Track(
            generation=self._generation,
            optimizer=run.experiment.optimizer,
            places=wanted.places,
            steps=np.arange(self._steps.start + 1, self._steps.stop + 1),
            values=notes.values,
            gradients=notes.gradients,
            used=notes.used,
            updates=notes.updates,
            states=notes.states,
            base_rates=notes.base_rates,
            rates=notes.rates,
            norms=notes.norms,
            is_from_start=self._steps.start == 0,
            has_restored=run.early_stopping.has_stopped,
        )
