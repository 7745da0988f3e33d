"""The usual mistakes in computing a number by hand, recognised by what comes out.

Each mistake is carried out with the trace's own numbers; whichever gives the
answer that was typed is named.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from nnviz.core import mistakes_backward as backward
from nnviz.core import mistakes_forward as forward
from nnviz.core import mistakes_weights as weights
from nnviz.core.equation import explain, within
from nnviz.core.looking_glass import Focus, LookingGlass
from nnviz.core.mistaken import Mistake, Mistakes
from nnviz.core.notation import six_digits
from nnviz.core.program import LineKind
from nnviz.core.trace import Trace
from nnviz.core.updated_parameter import updated_parameter

TOLERANCE = 0.01
# Six digits are shown, so nobody can be asked for more.
SHOWN = 1e-5

_Source: TypeAlias = Callable[[LookingGlass, float], Mistakes]

_TINY = 1e-9

_OF_KIND: dict[LineKind, _Source] = {
    LineKind.AFFINE: forward.affine,
    LineKind.ACTIVATION: forward.activation,
    LineKind.LOCAL_GRADIENT: forward.local_gradient,
    LineKind.DROPOUT: forward.dropout,
    LineKind.LOSS: forward.loss,
    LineKind.PENALTY: forward.penalty,
    LineKind.LOSS_GRADIENT: backward.loss_gradient,
    LineKind.THROUGH_ACTIVATION: backward.through_activation,
    LineKind.THROUGH_DROPOUT: backward.through_dropout,
    LineKind.TO_LAYER_BELOW: backward.to_layer_below,
    LineKind.WEIGHT_GRADIENT: weights.weight_gradient,
    LineKind.PENALTY_GRADIENT: weights.penalty_gradient,
    LineKind.UPDATE: weights.update,
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake that gives the answer that was typed.

    Attributes
    ----------
    key
        Its name in code, such as ``"forgot_derivative"``.
    words
        What probably went wrong, in a sentence.
    """

    key: str
    words: str


def tolerance(trace: Trace, line_number: int, focus: Focus) -> float:
    """Return how far an answer may be off: one per cent of the number.

    Of an updated parameter it is one per cent of the change, or the old value would
    nearly always do.
    """
    value = explain(trace, line_number, focus).scalar[-1].value or 0.0
    line = trace.lines[line_number - 1]
    if line.line.kind is not LineKind.UPDATE or trace.optimizer is None:
        return TOLERANCE * abs(value)
    glass = LookingGlass(trace, line, within(trace, line_number, focus))
    change = value - (updated_parameter(glass, trace.optimizer).old.value or 0.0)
    return max(TOLERANCE * abs(change), SHOWN * abs(value))


def diagnose(trace: Trace, line_number: int, focus: Focus, guess: float) -> Diagnosis | None:
    """Return the mistake that gives this answer, or ``None`` if none of the usual ones does.

    Where several come close it is the closest, and of equal ones the most telling.
    """
    value = explain(trace, line_number, focus).scalar[-1].value or 0.0
    allowed = tolerance(trace, line_number, focus)
    best: Mistake | None = None
    least = 1.0 + 2 * _TINY
    for mistake in mistakes(trace, line_number, focus):
        apart = abs(mistake.value - value)
        # A mistake that hardly changes the number cannot be told from rounding.
        if not apart > 2 * allowed:
            continue
        window = min(TOLERANCE * abs(mistake.value), apart / 2)
        miss = abs(guess - mistake.value)
        if miss <= window and miss / max(window, _TINY) < least - _TINY:
            best, least = mistake, miss / max(window, _TINY)
    return None if best is None else Diagnosis(best.key, best.words)


def mistakes(trace: Trace, line_number: int, focus: Focus) -> Iterator[Mistake]:
    """Yield every mistake that could be made here, the most telling first."""
    glass = LookingGlass(trace, trace.lines[line_number - 1], within(trace, line_number, focus))
    value = explain(trace, line_number, focus).scalar[-1].value or 0.0
    yield from _OF_KIND[glass.line.line.kind](glass, value)
    yield from _anywhere(value)


def _anywhere(value: float) -> Iterator[Mistake]:
    """Yield the mistakes that can be made with every number."""
    yield Mistake("sign", -value, "The size is right, but the sign is wrong.")
    for power in (-3, -2, -1, 1, 2, 3):
        shifted = value * 10.0**power
        yield Mistake(
            "decimal_point",
            shifted,
            f"The digits of {six_digits(shifted)} are right, but the decimal point has slipped.",
        )
