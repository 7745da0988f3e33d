"""Worksheet: a training step written out, number by number, to be filled in by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.code_update import state_factor
from nnviz.core.equation import explain
from nnviz.core.looking_glass import Focus
from nnviz.core.notation import Equation, Piece, Pieces, join_text, plain, symbol
from nnviz.core.program import LineKind, Phase
from nnviz.core.trace import Trace, TraceLine

MOST_ROWS = 600

_PHASES = {
    Phase.FORWARD: "Forward pass",
    Phase.LOSS: "Loss",
    Phase.BACKWARD: "Backward pass",
    Phase.UPDATE: "Update",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One equation with its numbers.

    Attributes
    ----------
    label
        Which sample or parameter it is about, where the equation does not say.
    numbers
        From left to right; :func:`is_blank` tells which ones are to be filled in.
    tells_branch
        Whether the form of the equation tells which branch of a function with a
        kink was taken.
    """

    label: Pieces
    numbers: Pieces
    tells_branch: bool = False

    def with_blanks(self) -> Pieces:
        """Return it without what would give the answer away."""
        if self.tells_branch:
            return (*self.numbers[:2], self.numbers[-1])
        return _without_brackets(self.numbers)


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the step.

    Attributes
    ----------
    number, phase, title
        Its number from 1, its phase, and what happens, in words.
    formula
        In symbols, for the first row.
    rows
        Every number that it computes.
    """

    number: int
    phase: str
    title: str
    formula: Pieces
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A training step, to be written out.

    Attributes
    ----------
    title
        Of the data.
    trace
        The step; what was given at its start is read from it.
    parts
        Its lines in order.
    """

    title: str
    trace: Trace
    parts: tuple[Part, ...]


def is_blank(piece: Piece) -> bool:
    """Return whether a number is to be filled in: it is of the step, not set or drawn."""
    # Whoever fills it in cannot know which units dropout has drawn.
    return piece.source is not None and not piece.source.buffer.startswith("m")


def worksheet(trace: Trace, title: str) -> Worksheet:
    """Return the worksheet of a step.

    Raises
    ------
    ValueError
        With a sentence, if it has more numbers than anybody computes by hand.
    """
    count = sum(_count(trace, line) for line in trace.lines)
    if count > MOST_ROWS:
        raise ValueError(
            f"this step has {count:,} numbers to compute, and a worksheet has room for "
            f"{MOST_ROWS}: take a smaller network or fewer samples"
        )
    return Worksheet(title, trace, tuple(_part(trace, line) for line in trace.lines))


def _part(trace: Trace, line: TraceLine) -> Part:
    rows: list[Row] = []
    first: Equation | None = None
    title = ""
    for focus in _focuses(trace, line):
        explanation = explain(trace, line.number, focus)
        scalar = explanation.scalar
        first, title = first or scalar[-1], explanation.title
        if line.line.kind is LineKind.LOSS and trace.batch_size > 1:
            # The mean over the samples comes once, after them all.
            first = explanation.scalar[0] if focus.sample == 0 else first
            scalar = scalar if focus.sample == trace.batch_size - 1 else scalar[:1]
        for index, equation in enumerate(scalar):
            is_mean = line.line.kind is LineKind.LOSS and index > 0
            label = () if is_mean else _label(trace, line, focus)
            numbers = equation.numbers
            if numbers[0].text in ("new w", "new b"):
                numbers, label = (_new(*label), *numbers[1:]), ()
            rows.append(Row(label, numbers, _tells_branch(trace, line, equation)))
    formula = first.symbols if first is not None else ()
    return Part(line.number, _PHASES[line.phase], title, formula, tuple(rows))


def _label(trace: Trace, line: TraceLine, focus: Focus) -> Pieces:
    match line.line.kind:
        case LineKind.UPDATE:
            weights, biases, _, _ = line.line.reads
            lead = [focus.piece] if trace.spec.layers[line.line.layer - 1].piece_count > 1 else []
            is_bias = focus.source >= trace.spec.layer_sizes[line.line.layer - 1]
            if is_bias:
                return (symbol(biases, [*lead, focus.unit]),)
            return (symbol(weights, [*lead, focus.source, focus.unit]),)
        case LineKind.WEIGHT_GRADIENT | LineKind.PENALTY_GRADIENT | LineKind.PENALTY:
            return ()
    if trace.batch_size == 1:
        return ()
    return (plain(f"sample {focus.sample + 1}", rf"\text{{sample {focus.sample + 1}}}"),)


def _new(parameter: Piece) -> Piece:
    return plain(f"new {parameter.text}", rf"\text{{new }} {parameter.tex}")


def _tells_branch(trace: Trace, line: TraceLine, equation: Equation) -> bool:
    if "since" in join_text(equation.numbers):
        return True
    is_of_kink = trace.spec.layers[line.line.layer - 1].activation in ("leaky_relu", "elu")
    return is_of_kink and line.line.kind in (LineKind.ACTIVATION, LineKind.LOCAL_GRADIENT)


def _extent(trace: Trace, line: TraceLine) -> tuple[int, int, int, int]:
    """Return over how many samples, pieces, sources and units a line runs."""
    layer = trace.spec.layers[line.line.layer - 1]
    fan_in, size = trace.spec.layer_sizes[line.line.layer - 1 : line.line.layer + 1]
    samples, pieces = trace.batch_size, layer.piece_count
    match line.line.kind:
        case LineKind.LOSS:
            return samples, 1, 1, 1
        case LineKind.PENALTY:
            return 1, 1, 1, 1
        case LineKind.WEIGHT_GRADIENT | LineKind.UPDATE:
            return 1, pieces, fan_in + 1, size
        case LineKind.PENALTY_GRADIENT:
            return 1, pieces, fan_in, size
        case LineKind.TO_LAYER_BELOW:
            return samples, 1, 1, fan_in
        case LineKind.AFFINE | LineKind.LOCAL_GRADIENT | LineKind.THROUGH_ACTIVATION:
            return samples, pieces, 1, size
        case _:
            return samples, 1, 1, size


def _count(trace: Trace, line: TraceLine) -> int:
    samples, pieces, sources, units = _extent(trace, line)
    return samples * pieces * sources * units


def _focuses(trace: Trace, line: TraceLine) -> Iterator[Focus]:
    samples, pieces, sources, units = _extent(trace, line)
    for sample in range(samples):
        for piece in range(pieces):
            for source in range(sources):
                for unit in range(units):
                    yield Focus(sample, unit, source, piece)


def _without_brackets(pieces: Pieces) -> Pieces:
    """Take brackets away that stand round a single number: they tell that it is negative."""
    kept: list[Piece] = []
    for index, piece in enumerate(pieces):
        opens = piece.text == "(" and index + 2 < len(pieces) and pieces[index + 2].text == ")"
        closes = piece.text == ")" and index > 1 and pieces[index - 2].text == "("
        if (opens and is_blank(pieces[index + 1])) or (closes and is_blank(pieces[index - 1])):
            continue
        kept.append(piece)
    return tuple(kept)


def given(trace: Trace) -> Iterator[tuple[Piece, FloatArray]]:
    """Yield what was there at the start of the step: names, and arrays of two dimensions.

    They are x, t, the weights and biases of each layer (of a maxout layer, of each
    piece), and what the optimiser carries, unless all of that is 0.
    """
    yield symbol("x"), trace.value("x", 0)
    yield symbol("t"), trace.value("t", 0)
    for number in range(1, len(trace.spec.layers) + 1):
        for name in (f"W{number}", f"b{number}"):
            yield from _sheets(symbol(name), trace.value(name, 0), name[0] == "b")
    for state, vector in trace.state_before.items():
        if trace.optimizer is None or vector.shape != (trace.layout.size,) or not vector.any():
            continue
        views = trace.layout.views(vector * state_factor(trace.optimizer, state))
        for number, arrays in enumerate(zip(views.weights, views.biases, strict=True), start=1):
            for letter, array in zip("Wb", arrays, strict=True):
                of = symbol(f"{letter}{number}")
                words = plain(f"{state} of {of.text}", rf"\text{{{state} of }} {of.tex}")
                yield from _sheets(words, array, letter == "b")


def _sheets(name: Piece, array: FloatArray, is_bias: bool) -> Iterator[tuple[Piece, FloatArray]]:
    has_pieces = array.ndim == (2 if is_bias else 3)
    if not has_pieces:
        yield name, np.atleast_2d(array)
        return
    for piece, sheet in enumerate(array, start=1):
        yield plain(f"{name.text}, piece {piece}", f"{name.tex}_{piece}"), np.atleast_2d(sheet)
