"""RunEvents: what happened to a run beside its training, and at which step."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from nnviz.gui.widgets.text import as_sentence, count_text
from nnviz.training.keyframes import Change
from nnviz.training.snapshot import RunState, Snapshot


class EventKind(Enum):
    """What happened."""

    RESET = "reset"
    NEW_START = "new start"
    BRANCH = "branch"
    LEARNING_RATE = "learning rate"
    STOPPED_EARLY = "early stop"
    STOPPED_BY_RULE = "stop"
    DIVERGED = "diverged"


_ENDS = {
    RunState.STOPPED_EARLY: EventKind.STOPPED_EARLY,
    RunState.STOPPED_BY_RULE: EventKind.STOPPED_BY_RULE,
}


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that happened to a run.

    Attributes
    ----------
    step
        The updates that were done by then.
    kind
        What it was.
    label
        In a word or two.
    sentence
        In a sentence with the numbers.
    """

    step: int
    kind: EventKind
    label: str
    sentence: str


class RunEvents:
    """The events of one run, gathered from its snapshots.

    Parameters
    ----------
    before
        What is known already, such as the events of the run that it branched from.
    """

    def __init__(self, before: Sequence[RunEvent] = ()) -> None:
        self._before = tuple(before)
        self._stops: dict[int, RunEvent] = {}
        self._divergence = ""
        self._changes: tuple[Change, ...] = ()
        self._first_rate: float | None = None
        self._changed: tuple[RunEvent, ...] = ()

    def note(self, snapshot: Snapshot) -> None:
        """Take down what a snapshot of the run tells."""
        if self._first_rate is None:
            self._first_rate = snapshot.first_learning_rate
        if len(snapshot.changes) != len(self._changes):
            self._changes = snapshot.changes
            self._changed = tuple(_change_events(self._first_rate, snapshot.changes))
        kind = _ENDS.get(snapshot.state)
        if kind is not None:
            step = snapshot.last_step
            self._stops[step] = RunEvent(step, kind, kind.value, as_sentence(snapshot.message))
        is_diverged = snapshot.state is RunState.DIVERGED
        self._divergence = snapshot.message if is_diverged else ""

    def until(self, step: int) -> tuple[RunEvent, ...]:
        """Return what had happened by a step; that it diverged later is not among it."""
        return tuple(event for event in self._known() if event.step <= step)

    def all(self, last_loss: int) -> tuple[RunEvent, ...]:
        """Return every event, by rising steps.

        Parameters
        ----------
        last_loss
            The last step whose loss is known: the one that was too much, if it diverged.
        """
        if not self._divergence:
            return self._known()
        sentence = as_sentence(self._divergence)
        end = RunEvent(last_loss, EventKind.DIVERGED, EventKind.DIVERGED.value, sentence)
        return (*self._known(), end)

    def rate_at(self, step: int) -> float | None:
        """Return the learning rate that was in use at a step, if it is known."""
        rate = self._first_rate
        for change in self._changes:
            if change.step <= step and change.learning_rate is not None:
                rate = change.learning_rate
        return rate

    def _known(self) -> tuple[RunEvent, ...]:
        # A stop that was passed too quickly to be shown is known from the change after it.
        unseen = (event for event in self._changed if event.step not in self._stops)
        seen = (e for e in self._changed if e.step in self._stops and not _is_stop(e))
        events = (*self._before, *self._stops.values(), *unseen, *seen)
        return tuple(sorted(events, key=lambda event: event.step))


def begin_event(experiment: object, before: object, seed: int, step: int) -> RunEvent:
    """Return that a run began anew: reset, if its settings are those before.

    Parameters
    ----------
    experiment, before
        The settings, now and before.
    seed
        The one that draws the new start.
    step
        How far training had come.
    """
    after = f"after step {count_text(step)}"
    if experiment == before:
        sentence = f"Reset {after}: the same starting weights again"
        return RunEvent(0, EventKind.RESET, EventKind.RESET.value, sentence)
    sentence = f"New start {after}: the weights of seed {seed}"
    return RunEvent(0, EventKind.NEW_START, EventKind.NEW_START.value, sentence)


def branch_event(
    name: str, step: int, rates: tuple[float | None, float], edits: int, others: bool
) -> RunEvent:
    """Return that a run branched from another one.

    Parameters
    ----------
    name, step
        The other one, and where.
    rates
        The learning rate there (``None`` where it is not known), and the branch's.
    edits
        How many weights were changed.
    others
        Whether further settings are different.
    """
    old, new = rates
    differences = []
    if old is not None and old != new:
        differences.append(f"learning rate {old:g} → {new:g}")
    if edits:
        differences.append(f"{edits} {'weight' if edits == 1 else 'weights'} changed")
    if others:
        differences.append("other settings")
    detail = f": {', '.join(differences)}" if differences else ""
    sentence = f"Branched from {name} at step {count_text(step)}{detail}"
    return RunEvent(step, EventKind.BRANCH, EventKind.BRANCH.value, sentence)


def _change_events(first_rate: float | None, changes: Sequence[Change]) -> list[RunEvent]:
    events, rate = [], first_rate
    for step, group in groupby(changes, key=lambda change: change.step):
        made = list(group)
        if any(change.learning_rate is None for change in made):
            sentence = f"Stopped early at step {count_text(step)}, and went on"
            kind = EventKind.STOPPED_EARLY
            events.append(RunEvent(step, kind, kind.value, sentence))
        rates = [c.learning_rate for c in made if c.learning_rate is not None]
        # A slider that is dragged while training is paused makes one change.
        if rates and rates[-1] != rate:
            events.append(_rate_event(step, rate, rates[-1]))
            rate = rates[-1]
    return events


def _rate_event(step: int, old: float | None, new: float) -> RunEvent:
    before = "" if old is None else f" from {old:g}"
    arrow = "" if old is None else f"{old:g} → "
    sentence = f"Learning rate changed{before} to {new:g} after step {count_text(step)}"
    return RunEvent(step, EventKind.LEARNING_RATE, f"lr {arrow}{new:g}", sentence)


def _is_stop(event: RunEvent) -> bool:
    return event.kind is EventKind.STOPPED_EARLY
