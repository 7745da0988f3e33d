"""Where a gradient comes from: its two factors, and the factors of those, up to the loss."""

from dataclasses import dataclass

import numpy as np

from nnviz.core.equation import explain, within
from nnviz.core.looking_glass import Factors, Focus
from nnviz.core.notation import Equation, Piece, Source, symbol
from nnviz.core.program import Line, LineKind, Phase
from nnviz.core.trace import Trace

MOST_LINKS = 9


@dataclass(frozen=True, slots=True)
class Link:
    """One multiplication on the way back from the loss.

    Attributes
    ----------
    line_number, focus
        The line that multiplies, and which scalar of it.
    title
        What the line does, in words.
    factors
        Local, downstream and product.
    equation
        All of the sum that the product belongs to.
    """

    line_number: int
    focus: Focus
    title: str
    factors: Factors
    equation: Equation


@dataclass(frozen=True, slots=True)
class Saved:
    """A number that will be a local gradient in the backward phase.

    Attributes
    ----------
    symbol, value, source
        Its name, what it is, and where it is kept.
    meaning
        What it will be, in words.
    used_in
        Number of the line that will multiply by it.
    """

    symbol: Piece
    value: float
    source: Source
    meaning: str
    used_in: int


def gradient_chain(trace: Trace, line_number: int, focus: Focus) -> tuple[Link, ...]:
    """Return a gradient's factors, then those of its downstream factor, and so on to the loss.

    Where a gradient comes back over several units, the chain follows the one that
    brings most. In a line without factors there is no chain.
    """
    links: list[Link] = []
    focus = within(trace, line_number, focus)
    while line_number and len(links) < MOST_LINKS:
        explanation = explain(trace, line_number, focus)
        factors = explanation.factors
        if factors is None:
            break
        equation = explanation.scalar[-1]
        links.append(Link(line_number, focus, explanation.title, factors, equation))
        source = factors.downstream.source
        if source is None or source.position == 0:
            break
        line_number = source.position
        focus = _focus_on(trace, source)
    return tuple(links)


def _focus_on(trace: Trace, source: Source) -> Focus:
    """Return the focus at which the line that made a gradient explains it."""
    *lead, sample, unit = source.index
    piece = lead[0] if lead else 0
    focus = Focus(sample=sample, unit=unit, piece=piece)
    line = trace.lines[source.position - 1].line
    if line.kind is not LineKind.TO_LAYER_BELOW:
        return focus
    delta, weights = (trace.value(name, source.position - 1) for name in line.reads)
    shares = np.abs(
        delta[..., sample, :] * weights[..., unit, :]  # one per piece and unit above
    )
    return Focus(sample=sample, unit=unit, source=int(np.argmax(np.nan_to_num(shares))))


def saved_for_backward(trace: Trace, line_number: int, focus: Focus) -> tuple[Saved, ...]:
    """Return what a line of the forward pass reads or makes that is a local gradient later."""
    made = trace.lines[line_number - 1]
    focus = within(trace, line_number, focus)
    found: list[Saved] = []
    for line in trace.lines_of(Phase.BACKWARD):
        name = line.line.local
        if line.number <= line_number or name is None:
            continue
        if name not in (*made.line.reads, *made.line.writes) or name in line.line.writes:
            continue
        index = _index(trace, made.line, name, focus)
        value = float(trace.value(name, line_number)[index])
        # The name of an entry has no sample in it.
        units = index if name[0] == "W" else (*index[:-2], index[-1])
        found.append(
            Saved(
                symbol(name, units),
                value,
                Source(name, index, trace.made_at(name, line_number)),
                _MEANINGS[line.line.kind],
                line.number,
            )
        )
    return tuple(found)


_MEANINGS = {
    LineKind.WEIGHT_GRADIENT: "will be the local gradient of the weights that it goes into",
    LineKind.TO_LAYER_BELOW: "will be the local gradient of the unit below it",
    LineKind.THROUGH_ACTIVATION: "will be the local gradient f'(z) of this unit",
    LineKind.THROUGH_DROPOUT: "will be the local gradient of dropout",
    LineKind.PENALTY_GRADIENT: "will be the local gradient of the penalty",
}


def _index(trace: Trace, line: Line, name: str, focus: Focus) -> tuple[int, ...]:
    """Return which entry of a buffer the scalar in focus has to do with."""
    lead = (focus.piece,) if trace.value(name).ndim == 3 else ()
    fan_in = trace.spec.layer_sizes[line.layer - 1]
    source = min(focus.source, fan_in - 1)
    if name[0] == "W":
        return (*lead, source, focus.unit)
    if name in line.reads and line.kind is LineKind.AFFINE:
        return (focus.sample, source)
    return (*lead, focus.sample, focus.unit)
