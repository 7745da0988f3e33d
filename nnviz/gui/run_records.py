"""RunRecords: what the window remembers of the run on show and of those that can be recalled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import msgspec
from PySide6.QtGui import QColor

from nnviz.gui.reel import MOST_BYTES, Reel
from nnviz.gui.run_events import RunEvents, begin_event, branch_event
from nnviz.gui.theme import Theme
from nnviz.training.commands import Branch, Recall
from nnviz.training.experiment import ExperimentSpec, drawn_anew
from nnviz.training.history import CAPACITY, LossHistory
from nnviz.training.history_table import EpochRule, epochs_done
from nnviz.training.snapshot import Evaluation, LossChunk, Snapshot

# As many as there are colours to tell runs apart by.
MOST_RUNS = 10
_KEPT_POINTS = 4096
_SMOOTHED_STEPS = 20

Point = TypeVar("Point")
GradientNorms = list[tuple[int, tuple[float, ...]]]


@dataclass(slots=True)
class RunRecord:
    """One run, as far as it was shown.

    Attributes
    ----------
    number, name
        From 1, which decides the colour; and what a person calls it.
    generation
        The one that recalls it.
    experiment
        The settings at its last step.
    last_step
        The updates that are done.
    parent, branch_step, edits
        Number of the run that it branched from (``None``: it began at step 0), where,
        and how many weights were changed there.
    losses, evaluations, gradient_norms
        See :class:`~nnviz.gui.display.Display`; a branch shares them up to its step.
    speeds
        (step, steps per second) while it trained, oldest first.
    reel
        The vectors of the snapshots that were shown; shared by a branch likewise.
    events
        What happened to it beside training; shared likewise.
    epochs
        How its steps are counted into epochs.
    """

    number: int
    name: str
    generation: int
    experiment: ExperimentSpec
    last_step: int = 0
    parent: int | None = None
    branch_step: int = 0
    edits: int = 0
    losses: LossHistory = field(default_factory=LossHistory)
    evaluations: list[Evaluation] = field(default_factory=list)
    gradient_norms: GradientNorms = field(default_factory=list)
    speeds: list[tuple[int, float]] = field(default_factory=list)
    reel: Reel = field(default_factory=Reel)
    events: RunEvents = field(default_factory=RunEvents)
    epochs: tuple[EpochRule, ...] = (EpochRule(0, 0, 1),)

    def colour(self, theme: Theme) -> str:
        """Return the colour that stands for this run."""
        colours = run_colours(theme)
        return colours[(self.number - 1) % len(colours)]

    def note(self, snapshot: Snapshot, norms: Callable[[Snapshot], tuple[float, ...]]) -> None:
        """Remember what a snapshot of this run tells; what is known already stays."""
        self.last_step = snapshot.last_step
        if not snapshot.is_past:
            self.experiment = snapshot.experiment
        if not self.evaluations or self.evaluations[-1].step < snapshot.evaluation.step:
            self.evaluations.append(snapshot.evaluation)
            _thin_out(self.evaluations)
        known = self.gradient_norms[-1][0] if self.gradient_norms else 0
        if known < snapshot.step:
            self.gradient_norms.append((snapshot.step, norms(snapshot)))
            _thin_out(self.gradient_norms)
        self.reel.note(snapshot)
        self.events.note(snapshot)
        if snapshot.steps_per_second > 0:
            self.speeds.append((snapshot.step, snapshot.steps_per_second))
            _thin_out(self.speeds)


class RunRecords:
    """The records, from the generations that the trainer says it keeps.

    The histories of all runs but the one on show share the memory of one full history.

    Attributes
    ----------
    current
        The run on show.
    """

    def __init__(self) -> None:
        self.current = RunRecord(1, "Run 1", -1, ExperimentSpec())
        self._records: dict[int, RunRecord] = {}
        self._plans: list[Branch | Recall] = []
        self._kept: tuple[int, ...] = ()

    @property
    def all(self) -> tuple[RunRecord, ...]:
        """Every run, in the order of their numbers."""
        return tuple(sorted(self._records.values(), key=lambda record: record.number))

    @property
    def others(self) -> tuple[RunRecord, ...]:
        """Those that can be recalled, in the order of their numbers."""
        return tuple(record for record in self.all if record is not self.current)

    def plan(self, command: Branch | Recall) -> None:
        """Learn what was asked of the trainer, to know its run again when it comes."""
        self._plans.append(command)

    def show(self, snapshot: Snapshot) -> bool:
        """Follow the trainer; return whether another run is on show now."""
        is_new = snapshot.generation != self.current.generation
        if is_new or snapshot.kept != self._kept:
            self._kept = snapshot.kept
            self._carry_out(snapshot)
        return is_new

    def add_losses(self, chunk: LossChunk) -> None:
        """Append training losses to the run that they belong to; others are dropped."""
        record = self._records.get(chunk.generation)
        if record is not None:
            record.losses.extend(chunk)

    def _carry_out(self, snapshot: Snapshot) -> None:
        """Do what was planned, as far as the trainer has done it."""
        alive = {snapshot.generation, *snapshot.kept}
        for plan in [plan for plan in self._plans if plan.generation <= snapshot.generation]:
            self._plans.remove(plan)
            if plan.generation in alive:
                self.current = self._begun(plan, snapshot)
                self._records[plan.generation] = self.current
        self._records = {key: self._records[key] for key in self._records if key in alive}
        if snapshot.generation not in self._records:
            number = self._free_number()
            # A full batch has no noise to smooth away.
            losses = LossHistory(min(_SMOOTHED_STEPS, snapshot.batches_per_epoch))
            record = RunRecord(
                number, f"Run {number}", snapshot.generation, snapshot.experiment, losses=losses
            )
            record.events = _begun_anew(self.current, snapshot)
            record.epochs = (EpochRule(0, 0, snapshot.batches_per_epoch),)
            self._records[snapshot.generation] = record
        self.current = self._records[snapshot.generation]
        self._share_memory()

    def _begun(self, plan: Branch | Recall, snapshot: Snapshot) -> RunRecord:
        if isinstance(plan, Recall) and plan.kept in self._records:
            record = self._records.pop(plan.kept)
            record.generation = plan.generation
            return record
        parent, number = self.current, self._free_number()
        record = RunRecord(number, f"Run {number}", plan.generation, snapshot.experiment)
        if isinstance(plan, Branch):
            record.experiment, record.edits = plan.experiment, len(plan.edits)
            record.parent, record.branch_step = parent.number, plan.step
            record.last_step = plan.step
            record.losses = parent.losses.up_to(plan.step)
            record.evaluations = [e for e in parent.evaluations if e.step <= plan.step]
            record.gradient_norms = [n for n in parent.gradient_norms if n[0] <= plan.step]
            record.speeds = [speed for speed in parent.speeds if speed[0] <= plan.step]
            record.reel = Reel(parent.reel.until(plan.step))
            record.events = _branched(parent, plan)
            record.epochs = _epochs_of(parent, plan, len(snapshot.data.train_rows))
        return record

    def _free_number(self) -> int:
        taken = {record.number for record in self._records.values()}
        return next(number for number in range(1, len(taken) + 2) if number not in taken)

    def _share_memory(self) -> None:
        self.current.losses.limit(CAPACITY)
        for record in self.others:
            record.losses.limit(CAPACITY // len(self.others))
            record.reel.limit(MOST_BYTES // len(self.others))


def final_evaluation(record: RunRecord) -> Evaluation | None:
    """Return the figures of the last step at which the whole sets were measured."""
    return record.evaluations[-1] if record.evaluations else None


def _begun_anew(before: RunRecord, snapshot: Snapshot) -> RunEvents:
    """Return the events of a run that takes the place of another one, if it is the same."""
    now = snapshot.experiment
    is_same = now in (before.experiment, drawn_anew(before.experiment, now.seed))
    if before.generation < 0 or not before.last_step or not is_same:
        return RunEvents()
    return RunEvents((begin_event(now, before.experiment, now.seed, before.last_step),))


def _branched(parent: RunRecord, plan: Branch) -> RunEvents:
    old, new = parent.experiment.optimizer, plan.experiment.optimizer
    with_rate = msgspec.structs.replace(old, learning_rate=new.learning_rate)
    others = msgspec.structs.replace(parent.experiment, optimizer=with_rate) != plan.experiment
    rates = parent.events.rate_at(plan.step), new.learning_rate
    event = branch_event(parent.name, plan.step, rates, len(plan.edits), others)
    return RunEvents((*parent.events.until(plan.step), event))


def _epochs_of(parent: RunRecord, plan: Branch, rows: int) -> tuple[EpochRule, ...]:
    """Return the rules of a branch: with batches of another size, a new epoch begins."""
    rules = tuple(rule for rule in parent.epochs if rule.step <= plan.step)
    before, size = (e.batch_size or rows for e in (parent.experiment, plan.experiment))
    if size == before:
        return rules
    return (*rules, EpochRule(plan.step, epochs_done(rules, plan.step), -(-rows // size)))


def _thin_out(points: list[Point]) -> None:
    # Every second one goes, so that a long run stays bounded and evenly spaced.
    if len(points) > _KEPT_POINTS:
        del points[1:-1:2]


@lru_cache(maxsize=8)
def run_colours(theme: Theme) -> tuple[str, ...]:
    """Return the categories' colours, those first that look least like another curve or a sign."""
    taken = [QColor(name) for name in (theme.train, theme.validation, theme.accent)]
    taken += [QColor(name) for name in (theme.positive, theme.negative)]

    def distance(name: str) -> int:
        colour = QColor(name)
        return min(
            (colour.red() - other.red()) ** 2
            + (colour.green() - other.green()) ** 2
            + (colour.blue() - other.blue()) ** 2
            for other in taken
        )

    return tuple(sorted(theme.categories, key=distance, reverse=True))
