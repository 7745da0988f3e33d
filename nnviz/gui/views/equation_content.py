"""What the equation pane shows: an explanation, as far as it may be seen now."""

from collections.abc import Callable
from dataclasses import dataclass

from nnviz.core.equation import Explanation
from nnviz.core.notation import Equation, Piece, Pieces, join_tex, join_text, number, plain
from nnviz.core.partial_terms import DONE, Progress, pending_numbers

Hides = Callable[[Piece], bool]

_NOT_YET = plain("…", r"\ldots")
_UNKNOWN = plain("?", r"\mathord{?}")


def hides_nothing(piece: Piece) -> bool:
    """Return that a number may be read."""
    return False


@dataclass(frozen=True, slots=True)
class Content:
    """An explanation, and how much of it may be seen.

    Attributes
    ----------
    explanation
        What is shown.
    progress
        How far the walk has come with the scalar in focus.
    hides
        Whether a number is to be predicted, and so not to be read.
    """

    explanation: Explanation
    progress: Progress = DONE
    hides: Hides = hides_nothing

    def numbers(self, index: int) -> tuple[Pieces, frozenset[int]]:
        """Return the numbers of an equation as they may be seen, and which are pending."""
        equation = self.explanation.scalar[index]
        pieces = equation.numbers
        if not pieces:
            return (), frozenset()
        if any(", since" in piece.text for piece in pieces) and self.hides(pieces[-1]):
            # The branch that was taken gives the answer away.
            return (*pieces[:2], pieces[-1]), frozenset()
        if index < len(self.explanation.scalar) - 1 or self.progress.is_done:
            return pieces, frozenset()
        return (*pieces[:-1], *self._result()), pending_numbers(equation, self.progress)

    def _result(self) -> Pieces:
        """Return what stands in place of a result that is not there yet."""
        if self.progress.so_far is None:
            return (_NOT_YET,)
        return number(self.progress.so_far), plain(" so far", r"\text{ so far}")

    def text(self) -> str:
        """Return everything in plain text, a line each."""
        explanation = self.explanation
        lines = [explanation.title]
        for index, equation in enumerate(explanation.scalar):
            lines.append(join_text(equation.symbols))
            lines.append(join_text(self._readable(index)))
        lines += [join_text(explanation.matrix.symbols), explanation.shapes]
        return "\n".join(line for line in lines if line)

    def tex(self) -> str:
        """Return the equations in TeX, aligned at their equals signs."""
        rows: list[Pieces] = []
        for index, equation in enumerate(self.explanation.scalar):
            rows += [equation.symbols, self._readable(index)]
        rows.append(self.explanation.matrix.symbols)
        body = " \\\\\n".join(f"  {_aligned(row)}" for row in rows if row)
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"

    def _readable(self, index: int) -> Pieces:
        pieces, _ = self.numbers(index)
        return tuple(_UNKNOWN if self._is_hidden(piece) else piece for piece in pieces)

    def _is_hidden(self, piece: Piece) -> bool:
        return piece.value is not None and self.hides(piece)


def split_at_equals(pieces: Pieces) -> tuple[Pieces, Pieces]:
    """Return the left-hand side, and the rest from the equals sign on."""
    for index, piece in enumerate(pieces):
        if piece.tex == "=":
            return pieces[:index], pieces[index:]
    return (), pieces


def equation_of(explanation: Explanation) -> Equation:
    """Return the equation whose result is the line's."""
    return explanation.scalar[-1]


def _aligned(pieces: Pieces) -> str:
    left, rest = split_at_equals(pieces)
    return f"{join_tex(left)} &{join_tex(rest)}".strip()
