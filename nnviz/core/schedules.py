"""The table of learning-rate schedules: a factor for each step.

The learning rate of step t (counted from 0) is the rate that a person set, times
``factor(schedule, t)``. Definitions are PyTorch's: StepLR, CosineAnnealingLR,
LinearLR and OneCycleLR with cosine annealing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, pi
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nnviz.core import sources
from nnviz.core.calls import Call, FloatArray

if TYPE_CHECKING:
    from nnviz.core.spec import ScheduleSpec


@dataclass(frozen=True, slots=True)
class Schedule:
    """One row of the table.

    Attributes
    ----------
    name, label, formula
        The saved name, the one that people read, and the factor in LaTeX.
    options
        Names of the fields of ``ScheduleSpec`` that it reads.
    factor
        ``(spec, step) -> factor``.
    good_for, source
        When to choose it, and where it comes from.
    """

    name: str
    label: str
    formula: str
    options: tuple[str, ...]
    factor: "Callable[[ScheduleSpec, int], float]"
    good_for: str
    source: str


def _constant(spec: "ScheduleSpec", step: int) -> float:
    return 1.0


def _step(spec: "ScheduleSpec", step: int) -> float:
    return float(spec.factor ** (step // spec.steps))


def _cosine(spec: "ScheduleSpec", step: int) -> float:
    # PyTorch goes on along the cosine after its end; here the end is kept.
    share = min(step, spec.steps) / spec.steps
    return spec.factor + (1.0 - spec.factor) * (1.0 + cos(pi * share)) / 2.0


def _warm_up(spec: "ScheduleSpec", step: int) -> float:
    share = min(step, spec.steps) / spec.steps
    return spec.factor + (1.0 - spec.factor) * share


def _one_cycle(spec: "ScheduleSpec", step: int) -> float:
    """Rise from 1/25 to 1 in the first 30 %, then fall to 1/250,000, along cosines."""
    start, end, rising = 1 / 25, 1 / 250_000, 0.3
    peak = rising * spec.steps - 1
    last = spec.steps - 1
    if step <= peak:
        return _anneal(start, 1.0, step / peak)
    return _anneal(1.0, end, min(1.0, (step - peak) / (last - peak)))


def _anneal(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2.0 * (cos(pi * share) + 1.0)


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        record.name: record
        for record in (
            Schedule(
                "constant",
                "constant",
                "1",
                (),
                _constant,
                "most small networks",
                sources.BOTTOU_2018,
            ),
            Schedule(
                "step",
                "steps down",
                r"\gamma^{\lfloor t / T \rfloor}",
                ("steps", "factor"),
                _step,
                "settling in a minimum after fast progress",
                sources.KRIZHEVSKY_2012,
            ),
            Schedule(
                "cosine",
                "cosine",
                r"\gamma + (1 - \gamma) (1 + \cos(\pi t / T)) / 2",
                ("steps", "factor"),
                _cosine,
                "runs of a known length",
                sources.LOSHCHILOV_2017,
            ),
            Schedule(
                "warm_up",
                "warm-up",
                r"\gamma + (1 - \gamma) \min(t / T, 1)",
                ("steps", "factor"),
                _warm_up,
                "first steps that would be too long",
                sources.GOYAL_2017,
            ),
            Schedule(
                "one_cycle",
                "one cycle",
                r"1/25 \nearrow 1 \searrow 1/250000",
                ("steps",),
                _one_cycle,
                "fast training with a high greatest rate",
                sources.SMITH_2018,
            ),
        )
    }
)


def bind_schedule(
    spec: "ScheduleSpec", base: FloatArray, state: dict[str, FloatArray]
) -> tuple[FloatArray, tuple[Call, ...]]:
    """Return the 0-d rate that an update uses, and the calls that keep it right.

    Adds the count of steps to the state; a constant rate needs neither.
    """
    if spec.name == "constant":
        return base, ()
    rate, count = base.copy(), np.zeros(())
    state["schedule_count"] = count
    factor = SCHEDULES[spec.name].factor

    def advance() -> None:
        rate[...] = base * np.float64(factor(spec, int(count)))
        count[...] += 1

    return rate, (advance,)
