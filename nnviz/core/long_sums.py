"""Long sums: their terms one by one, and those that were left out on request."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from nnviz.core.equation import explain
from nnviz.core.looking_glass import Focus, left_out
from nnviz.core.notation import Equation, Pieces, plain
from nnviz.core.program import LineKind
from nnviz.core.trace import Trace

TERMS_AT_A_TIME = 24
_PLUS = plain(" + ", "+")
_GAP = "… "


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a sum, or what stands for several.

    Attributes
    ----------
    indices
        Which terms of the sum, from 0; more than one where they are left out.
    start, pieces
        Where it begins among the numbers of the equation, and its pieces.
    """

    indices: range
    start: int
    pieces: Pieces

    @property
    def is_gap(self) -> bool:
        """Whether it stands for terms that are left out."""
        return self.pieces[0].text.startswith(_GAP)


def terms_of(equation: Equation) -> tuple[Term, ...]:
    """Return the terms between the first and the last equals sign."""
    pieces = equation.numbers
    end = len(pieces) - 2
    starts = [2, *(i + 1 for i, piece in enumerate(pieces) if i >= 2 and piece == _PLUS)]
    ends = [*(start - 1 for start in starts[1:]), end]
    terms: list[Term] = []
    index = 0
    for start, stop in zip(starts, ends, strict=True):
        own = pieces[start:stop]
        if not own:
            continue
        is_gap = own[0].text.startswith(_GAP)
        count = int(own[0].text.split()[1].replace(",", "")) if is_gap else 1
        terms.append(Term(range(index, index + count), start, own))
        index += count
    return tuple(terms)


def gaps(equation: Equation) -> tuple[range, ...]:
    """Return which terms are left out, gap by gap."""
    return tuple(term.indices for term in terms_of(equation) if term.is_gap)


def with_terms(
    trace: Trace, line_number: int, focus: Focus, equation: Equation, wanted: AbstractSet[int]
) -> Equation:
    """Return the equation of a line with more terms of its sum written out.

    Parameters
    ----------
    trace, line_number, focus
        What was explained.
    equation
        Its last equation.
    wanted
        Which terms to write out as well.
    """
    terms: list[Pieces] = []
    for term in terms_of(equation):
        inside = sorted(wanted & set(term.indices)) if term.is_gap else []
        if not inside:
            terms.append(term.pieces)
            continue
        following = term.indices.start
        for index in inside:
            if index > following:
                terms.append(left_out(following - index))
            terms.append(_written_out(trace, line_number, focus, index))
            following = index + 1
        if term.indices.stop > following:
            terms.append(left_out(following - term.indices.stop))
    numbers = list(equation.numbers[:2])
    for index, pieces in enumerate(terms):
        numbers += [*([_PLUS] if index else []), *pieces]
    return replace(equation, numbers=(*numbers, *equation.numbers[-2:]))


def _written_out(trace: Trace, line_number: int, focus: Focus, index: int) -> Pieces:
    """Return one term: with the focus upon it, an equation always has it."""
    kind = trace.lines[line_number - 1].line.kind
    is_sum_of_units = kind in (LineKind.AFFINE, LineKind.TO_LAYER_BELOW)
    look = replace(focus, source=index) if is_sum_of_units else replace(focus, sample=index)
    equation = explain(trace, line_number, look).scalar[-1]
    return next(
        term.pieces for term in terms_of(equation) if term.indices == range(index, index + 1)
    )
