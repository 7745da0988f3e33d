"""LookingGlass: one line of a trace and the scalar of it that is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnviz.core.notation import (
    Equation,
    Piece,
    Pieces,
    Source,
    in_brackets,
    join_text,
    number,
    plain,
)
from nnviz.core.spec import LayerSpec
from nnviz.core.trace import Trace, TraceLine

MOST_TERMS = 24


@dataclass(frozen=True, slots=True)
class Focus:
    """Which scalar of a line is looked at; all indices from 0.

    Attributes
    ----------
    sample
        Row of the batch.
    unit
        Unit of the line's layer; of the layer below where a gradient is handed
        down to that one.
    source
        The unit at the other end of a weight; one past the last is the bias.
    piece
        Piece of a maxout unit.
    """

    sample: int = 0
    unit: int = 0
    source: int = 0
    piece: int = 0


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a gradient, or the product.

    Attributes
    ----------
    symbol, value, source
        Its name, how much it is, and where it was made (``None``: a constant).
    meaning
        What it is, in plain words.
    """

    symbol: Piece
    value: float
    source: Source | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Factors:
    """A gradient as local x downstream.

    Attributes
    ----------
    local, downstream, product
        The two factors and what comes out.
    note
        What is still done with the product, such as the sum over samples; or "".
    """

    local: Factor
    downstream: Factor
    product: Factor
    note: str = ""


@dataclass(frozen=True, slots=True)
class LookingGlass:
    """One line and the scalar of it that is looked at.

    Attributes
    ----------
    trace, line, focus
        The step, the line, and which scalar (within the line's arrays for certain).
    """

    trace: Trace
    line: TraceLine
    focus: Focus

    @property
    def layer(self) -> LayerSpec:
        """The line's layer."""
        return self.trace.spec.layers[self.line.line.layer - 1]

    @property
    def fan_in(self) -> int:
        """Inputs of the line's layer."""
        return self.trace.spec.layer_sizes[self.line.line.layer - 1]

    @property
    def has_pieces(self) -> bool:
        """Whether the line's layer is a maxout layer."""
        return self.layer.activation == "maxout"

    def lead(self) -> tuple[int, ...]:
        """Return the leading index of z, g, W and b: the piece of a maxout layer."""
        return (self.focus.piece,) if self.has_pieces else ()

    def before(self, buffer: str, *index: int) -> Piece:
        """Return a number as it was when the line began."""
        return self._number(buffer, index, self.line.number - 1)

    def after(self, buffer: str, *index: int) -> Piece:
        """Return a number as the line left it."""
        return self._number(buffer, index, self.line.number)

    def _number(self, buffer: str, index: tuple[int, ...], position: int) -> Piece:
        value = float(self.trace.value(buffer, position)[index])
        made_at = self.trace.made_at(buffer, position)
        return number(value, Source(buffer, index, made_at))


def equate(left: Piece, symbols: Pieces, numbers: Pieces, result: Piece) -> Equation:
    """Return ``left = symbols`` and ``left = numbers = result``."""
    equals = plain(" = ", "=")
    if not numbers or join_text(numbers) == result.text:
        return Equation((left, equals, *symbols), (left, equals, result), result.value)
    return Equation(
        (left, equals, *symbols), (left, equals, *numbers, equals, result), result.value
    )


def shown(count: int, wanted: int, most: int = MOST_TERMS) -> list[int]:
    """Return which terms of a long sum are written out; -k stands for k left out.

    The first ones, the last, and the wanted one with its neighbours.
    """
    if count <= most:
        return list(range(count))
    chosen = {*range(most // 2), count - 1}
    chosen.update(i for i in range(wanted - 1, wanted + 2) if 0 <= i < count)
    terms: list[int] = []
    following = 0
    for index in sorted(chosen):
        if index > following:
            terms.append(following - index)
        terms.append(index)
        following = index + 1
    return terms


def first_factor(piece: Piece, earlier: Sequence[Pieces]) -> Pieces:
    """Return a number that begins a term of a sum: in brackets behind a plus sign."""
    return in_brackets(piece) if earlier else (piece,)


def added(terms: Sequence[Pieces]) -> Pieces:
    """Return terms with plus signs between them."""
    pieces: list[Piece] = []
    for term in terms:
        if pieces:
            pieces.append(plain(" + ", "+"))
        pieces += term
    return tuple(pieces)


def left_out(gap: int) -> Pieces:
    """Return what stands for the ``-gap`` terms that are not written out."""
    return (Piece(f"… {-gap:,} more …", r"\ldots"),)
