"""What the optimiser microscope shows: the terms of the last update, and other rules beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnviz.core.equation import Explanation
from nnviz.core.notation import Equation, Source, join_text, number
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.parameter_names import ParameterNames
from nnviz.core.rule_comparison import compare_rules, memory_of
from nnviz.core.spec import NetworkSpec
from nnviz.core.update_terms import Term, UpdateSetting, rule_step, update_terms
from nnviz.core.updated_parameter import UpdatedParameter
from nnviz.gui.widgets.text import count_text, number_text
from nnviz.training.following import Track

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One line of the comparison.

    Attributes
    ----------
    label
        Whose step it is.
    step
        By how much it moves the parameter.
    memory
        What the rule carries now, by symbol.
    is_actual
        Whether it is what the run has really done.
    is_own
        Whether it is the rule of the run, with an empty memory at first.
    """

    label: str
    step: float
    memory: Mapping[str, float]
    is_actual: bool = False
    is_own: bool = False

    @property
    def memory_text(self) -> str:
        """The memory in words."""
        pairs = (f"{sign} = {number_text(value, _DIGITS)}" for sign, value in self.memory.items())
        return "   ".join(pairs) or "no memory"


@dataclass(frozen=True, slots=True)
class Microscope:
    """The last update of one parameter.

    Attributes
    ----------
    name
        What the parameter is called.
    step
        Which update it is.
    terms
        Its terms in the order of the arithmetic.
    rows
        The same step under several rules, the run's own first.
    note
        What the comparison means.
    warning
        What stands out about this update, or "".
    """

    name: str
    step: int
    terms: tuple[Term, ...]
    rows: tuple[RuleRow, ...]
    note: str
    warning: str = ""

    def explanation(self) -> Explanation:
        """Return the equations for the typesetter."""
        equations = tuple(term.equation for term in self.terms)
        return Explanation("", (), equations, Equation((), ()), "", None)

    def text(self) -> str:
        """Return everything as plain text."""
        lines = [f"{self.name}, step {count_text(self.step)}"]
        for term in self.terms:
            equation = term.equation
            lines += [
                "",
                term.name,
                f"  {join_text(equation.symbols)}",
                f"  {join_text(equation.numbers)}",
            ]
        lines += ["", self.note]
        for row in self.rows:
            step = number_text(row.step, _DIGITS)
            lines.append(f"  {row.label}: step {step}, {row.memory_text}")
        return "\n".join(lines)


def microscope(track: Track, names: ParameterNames, spec: NetworkSpec) -> Microscope:
    """Return what a track of at least one update says of its first parameter."""
    parameter = parameter_of(track, names)
    is_weight = parameter.letter == "w"
    setting = UpdateSetting(
        l1=spec.l1 if is_weight else 0.0,
        l2=spec.l2 if is_weight else 0.0,
        base_rate=float(track.base_rates[-1]),
        norm=float(track.norms[-1]),
    )
    warning = (
        "After this step early stopping has put back the weights of its best step."
        if track.has_restored
        else ""
    )
    return Microscope(
        names.name(track.places[0]),
        int(track.steps[-1]),
        update_terms(parameter, setting),
        () if parameter.is_held else (_actual(track), *_others(track)),
        "" if parameter.is_held else _note(track),
        warning,
    )


def parameter_of(track: Track, names: ParameterNames) -> UpdatedParameter:
    """Return what the last update of a track has read and written."""
    buffer, index = names.index(track.places[0])
    source = Source(buffer, index)
    before = {name: _at(history, -2) for name, history in track.states.items()}
    parameter = UpdatedParameter(
        rule=track.optimizer,
        letter=buffer[0].lower(),
        old=number(float(track.values[-2, 0]), source),
        new=number(float(track.values[-1, 0]), source),
        gradient=number(float(track.gradients[-1, 0]), Source(f"d{buffer}", index)),
        used=float(track.used[-1, 0]),
        rate=number(float(track.rates[-1])),
        before=before,
        after={name: _at(history, -1) for name, history in track.states.items()},
        source=source,
    )
    if not track.has_restored:
        return parameter
    # The weights that were put back are no result of this update.
    old, rule = parameter.old.value or 0.0, track.optimizer
    if rule.name == "adamw":
        old *= 1 - float(track.rates[-1]) * rule.resolved_weight_decay
    return replace(parameter, new=number(old + rule_step(parameter), source))


def _at(history: NDArray[np.float64], index: int) -> float:
    return float(history[index, 0] if history.ndim == 2 else history[index])


def _actual(track: Track) -> RuleRow:
    """Return the step that was really done."""
    carried = {
        name: history[-1:, 0] if history.ndim == 2 else history[-1:]
        for name, history in track.states.items()
    }
    with np.errstate(all="ignore"):
        memory = memory_of(track.optimizer, carried)
    label = OPTIMIZERS[track.optimizer.name].label
    moved = float(track.updates[-1, 0])
    return RuleRow(
        f"This run ({label})",
        moved,
        {sign: float(values[0]) for sign, values in memory.items()},
        is_actual=True,
    )


def _others(track: Track) -> tuple[RuleRow, ...]:
    return tuple(
        RuleRow(
            found.label,
            float(found.steps[-1]),
            {sign: float(values[-1]) for sign, values in found.memory.items()},
            is_own=found.is_own,
        )
        for found in compare_rules(track.optimizer, track.used[:, 0], track.rates)
    )


def _note(track: Track) -> str:
    count, first = len(track.steps), int(track.steps[0])
    gradients = "the same gradient" if count == 1 else f"the same {count_text(count)} gradients"
    rates = "learning rate" if count == 1 else "learning rates"
    seen = f"each saw {gradients} of this parameter, at the run's {rates},"
    if track.is_from_start:
        return f"Had another rule been used: {seen} from step 1 on, along the path really taken."
    return (
        f"Had another rule been used: {seen} and began at step {count_text(first)} with an empty "
        "memory. What came before is missing, so its memory is shorter than the run's."
    )
