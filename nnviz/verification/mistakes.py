"""Guessing the usual mistake: the engine makes it too, and the numbers agree or not."""

from collections.abc import Mapping

from nnviz.verification.acted_mistakes import acted_mistakes
from nnviz.verification.compare import all_agree
from nnviz.verification.layout import Given
from nnviz.verification.passes import Quantities
from nnviz.verification.problem import Problem
from nnviz.verification.quantities import with_derived
from nnviz.verification.scaled_mistakes import scaled_mistakes


def guess(
    problem: Problem, given: Mapping[str, Given], right: Quantities, dtype: str
) -> str | None:
    """Return the usual mistake that explains every wrong number, or ``None``.

    Where several of different kinds do, as with a batch of two and a factor of 2,
    all of them are named; of one kind, the one that is made in most places.
    """
    found: dict[str, str] = {}
    for mistake in (*scaled_mistakes(problem, right), *acted_mistakes(problem, right)):
        if mistake.kind in found:
            continue
        values = with_derived(problem, mistake.values())
        if all_agree(given, values, dtype):
            found[mistake.kind] = mistake.sentence
    return " or ".join(found.values()) or None
