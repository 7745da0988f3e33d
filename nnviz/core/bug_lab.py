"""The bug lab: a fault is hidden in the steps that are recorded; find it and name it."""

from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.fault_setup import Fault, FaultSetup
from nnviz.core.faults import FAULTS, change_for, faults_for, setup_of
from nnviz.core.program import Phase
from nnviz.core.replay import flat, gradient_of, start_of, step_of
from nnviz.core.step_check import Findings, check_step
from nnviz.core.trace import Trace, record
from nnviz.core.update_check import check_update

# Numbers that agree so well come from the same arithmetic, whatever the order of its sums.
_SAME = {"float64": 1e-9, "float32": 1e-4}
# What differs by such a share is found by a check, which has room for rounding.
_SHOWS = {"float64": 1e-5, "float32": 1e-2}
# Central differences of a loss near 1 cannot tell smaller differences from rounding.
_LEAST_GRADIENT = 1e-8
_ROUNDING_UNITS = 64.0
# Parameters times samples that are checked in a few milliseconds.
_MOST_CHECKED = 50_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of naming a fault.

    Attributes
    ----------
    is_right
        Whether the name is right, or cannot be told from the right one here.
    words
        Why, in sentences.
    """

    is_right: bool
    words: str


class BugLab:
    """Which fault is on, and the score; it lives as long as a walk.

    Attributes
    ----------
    fault
        The fault in the steps that are recorded, or ``None``.
    is_hidden
        Whether it is still to be named.
    judgement
        What came of the last name, or ``None``.
    asked, right
        Faults that were hidden, and those that were named at the first try.
    """

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.is_hidden = False
        self.judgement: Judgement | None = None
        self.asked = self.right = 0
        self._tries = 0

    @property
    def is_on(self) -> bool:
        """Whether the steps that are recorded have a fault."""
        return self.fault is not None

    def show(self, key: str) -> None:
        """Switch a fault on that a person has chosen."""
        self._begin(FAULTS[key], is_hidden=False)

    def hide(self, setup: FaultSetup, generator: np.random.Generator) -> None:
        """Switch a fault on that a person is to find: another one than the last, if possible.

        Raises
        ------
        ValueError
            With a sentence, if this set-up can have none.
        """
        found = faults_for(setup)
        others = [fault for fault in found if fault is not self.fault]
        if not found:
            raise ValueError("no fault can be made in this network")
        choice = generator.choice(len(others)) if others else 0
        self._begin((others or list(found))[int(choice)], is_hidden=True)
        self.asked += 1

    def _begin(self, fault: Fault, is_hidden: bool) -> None:
        self.fault, self.is_hidden, self.judgement, self._tries = fault, is_hidden, None, 0

    def end(self) -> None:
        """Switch it off; the score stays."""
        self.fault, self.is_hidden, self.judgement = None, False, None

    def reveal(self) -> None:
        """Tell which one it is."""
        if self.fault is not None and self.is_hidden:
            self.is_hidden = False
            self.judgement = Judgement(False, f"It is: {self.fault.label}.")

    def name(self, key: str, trace: Trace) -> Judgement:
        """Judge a name for the hidden fault.

        Parameters
        ----------
        key
            Of the fault that it is thought to be.
        trace
            A step that was recorded with the fault.
        """
        fault = self.fault
        if fault is None:
            raise LookupError("no fault is on")
        self._tries += 1
        is_same = key == fault.key
        if is_same or makes_same_numbers(key, trace):
            words = f"Right: {fault.label}."
            if not is_same:
                words += f" {FAULTS[key].label!r} makes the very same numbers in this step."
            self.judgement = Judgement(True, words)
            self.right += int(self.is_hidden and self._tries == 1)
            self.is_hidden = False
        else:
            self.judgement = Judgement(False, _why_not(FAULTS[key], fault, trace))
        return self.judgement


def makes_same_numbers(key: str, trace: Trace) -> bool:
    """Whether a fault, made in this step, cannot be told from what was recorded."""
    setup = setup_of(trace)
    if not FAULTS[key].applies(setup):
        return False
    return is_same_step(record(step_of(trace, change_for(key, setup))), trace)


def shows(trace: Trace) -> bool:
    """Whether the gradients or the update are others than the right program makes.

    So much so that the checks find it. Faults may be without effect: a unit that is off
    for every sample sends nothing back, whether its slope is forgotten or not.
    """
    return _is_other_step(trace) and (_is_large(trace) or _is_found(trace))


def _is_large(trace: Trace) -> bool:
    return trace.layout.size * trace.batch_size > _MOST_CHECKED


def _is_found(trace: Trace) -> bool:
    """Whether a check fails: kinks, and limits of the loss, may hide what is wrong."""
    update = check_update(trace)
    has_wrong_update = update is not None and update.failures.size > 0
    return has_wrong_update or not Findings(trace, check_step(trace)).is_right


def _is_other_step(trace: Trace) -> bool:
    right = record(step_of(trace))
    gradients = gradient_of(right), gradient_of(trace)
    if not np.array_equal(*gradients, equal_nan=True):
        least = _LEAST_GRADIENT * max(1.0, abs(trace.loss))
        return _differ(*gradients, least)
    before = start_of(trace)
    defined, made = (flat(trace.layout, each, "") - before for each in (right, trace))
    rounding = _ROUNDING_UNITS * float(np.finfo(before.dtype).eps)
    return _differ(defined, made, rounding * float(np.abs(before).max(initial=0.0)))


def _differ(one: FloatArray, other: FloatArray, least: float) -> bool:
    """Whether two vectors differ by more than this, and by more than a share of their size."""
    if not np.array_equal(np.isfinite(one), np.isfinite(other)):
        return True
    fair = np.isfinite(one)
    largest = float(np.abs((one[fair], other[fair])).max(initial=0.0))
    difference = float(np.abs(one[fair] - other[fair]).max(initial=0.0))
    return difference > max(least, _SHOWS[one.dtype.name] * largest)


def is_same_step(one: Trace, other: Trace) -> bool:
    """Whether two recordings of the same step have the same numbers, rounding aside."""
    return all(
        _is_same(line.arrays[name], same.arrays[name])
        for line, same in zip(one.lines, other.lines, strict=True)
        for name in line.arrays
    )


def _is_same(one: FloatArray, other: FloatArray) -> bool:
    share = _SAME[one.dtype.name]
    largest = max(float(np.nanmax(np.abs(array), initial=0.0)) for array in (one, other))
    smallest = share * largest if np.isfinite(largest) else 0.0
    return np.allclose(one, other, rtol=share, atol=smallest, equal_nan=True)


def _why_not(named: Fault, fault: Fault, trace: Trace) -> str:
    if not named.applies(setup_of(trace)):
        return f"No: {named.label!r} cannot be made in this network."
    if named.phase is not fault.phase:
        where = "the gradients" if fault.phase is Phase.BACKWARD else "the update"
        return f"No: it is {where} that {'are' if where[-1] == 's' else 'is'} wrong."
    return f"No: that would make other numbers. {fault.hint}"
