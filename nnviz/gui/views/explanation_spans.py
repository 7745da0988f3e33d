"""The line of the explanation strip as pieces of text, each in a tone of its own."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.gui.views.network_values import significant

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
Tone: TypeAlias = Literal["plain", "quiet", "positive", "negative", "accent", "strong"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one tone."""

    text: str
    tone: Tone = "plain"


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the strip says.

    Attributes
    ----------
    title
        What is selected.
    head, terms, tail
        The sum: what comes before it, one entry per product, what comes after it.
        Where there is no room, products in the middle are left out, and counted.
    extras
        Further facts; the last ones go first where there is no room.
    weights, values, bias, total, result
        The unrounded numbers of a sum: the products' factors, the bias, z and a.
    """

    title: str = ""
    head: Spans = ()
    terms: tuple[Spans, ...] = ()
    tail: Spans = ()
    extras: tuple[Spans, ...] = ()
    weights: NDArray[np.floating] = field(default_factory=lambda: np.zeros(0))
    values: NDArray[np.floating] = field(default_factory=lambda: np.zeros(0))
    bias: float = 0.0
    total: float = 0.0
    result: float = 0.0

    def spans(self, term_count: int | None = None, extra_count: int | None = None) -> Spans:
        """Return the line with so many products and extras (``None``: all)."""
        count = len(self.terms) if term_count is None else min(term_count, len(self.terms))
        missing = len(self.terms) - count
        first, last = (count + 1) // 2, count // 2
        line = list(self.head)
        for term in self.terms[:first]:
            line += term
        if missing:
            words = "term" if missing == 1 else "terms"
            line.append(Span(f" + … {missing:,} more {words} …", "quiet"))
        for term in self.terms[len(self.terms) - last :]:
            line += term
        line += self.tail
        for extra in self.extras[:extra_count]:
            line += (Span("    "), *extra)
        return tuple(line)

    def text(self, term_count: int | None = 40) -> str:
        """Return the whole as plain text."""
        line = "".join(span.text for span in self.spans(term_count))
        return f"{self.title}: {line}" if self.title else line


def subscript(number: int) -> str:
    """Write a number in small digits below the line."""
    return str(number).translate(_SUBSCRIPTS)


def product(weight: float, value: float, is_first: bool) -> Spans:
    """Return one product of a sum: a weight in the colour of its sign, times a value."""
    if is_first:
        return (Span(significant(weight), tone_of(weight)), Span(f"·{factor(value)}"))
    sign = "−" if weight < 0 else "+"
    return (
        Span(f" {sign} {significant(abs(weight))}", tone_of(weight)),
        Span(f"·{factor(value)}"),
    )


def factor(value: float) -> str:
    """Write a number as the right side of a product."""
    return f"({significant(value)})" if value < 0 else significant(value)


def signed_number(value: float) -> Span:
    """Write a number as the next summand."""
    return Span(f" {'−' if value < 0 else '+'} {significant(abs(value))}")


def tone_of(weight: float) -> Tone:
    """Return the tone of a weight's sign."""
    return "negative" if weight < 0 else "positive"
