"""How the Code pane writes a variable's value: small arrays whole, large ones in short."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.code_variables import Variable
from nnviz.core.notation import Source
from nnviz.gui.views.walk_links import neat_number

MOST_ENTRIES = 12
MOST_ENTRIES_OF_A_TIP = 100
# In the table there is little room; the tip has all six.
_DIGITS_OF_A_SUMMARY = 4
HIDDEN = "?"
Hides = Callable[[Source, float], bool]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a value's text; ``number`` is what it stands for, if it is a number."""

    text: str
    number: float | None = None


def shape_text(variable: Variable) -> str:
    """Return the shape: ``2 × 3``; of a single number nothing."""
    return " × ".join(str(length) for length in variable.value.shape)


def spans_of(variable: Variable, hides: Hides) -> tuple[Span, ...]:
    """Return the value: the array as NumPy writes it, or its least, greatest and mean entry."""
    if variable.value.size <= MOST_ENTRIES:
        return tuple(_entries(variable, variable.value, (), hides))
    return _summary(variable.value, _DIGITS_OF_A_SUMMARY)


def _summary(values: FloatArray, digits: int) -> tuple[Span, ...]:
    numbers = {"min ": values.min(), ", max ": values.max(), ", mean ": values.mean()}
    return tuple(
        span
        for word, number in numbers.items()
        for span in (Span(word), Span(neat_number(float(number), digits), float(number)))
    )


def _entries(
    variable: Variable, part: FloatArray, index: tuple[int, ...], hides: Hides
) -> Iterator[Span]:
    if part.ndim == 0:
        number = float(part)
        source = Source(variable.buffer, index, variable.made_at)
        is_hidden = bool(variable.buffer) and hides(source, number)
        yield Span(HIDDEN) if is_hidden else Span(neat_number(number), number)
        return
    yield Span("[")
    for place, inner in enumerate(part):
        if place:
            yield Span(", ")
        yield from _entries(variable, inner, (*index, place), hides)
    yield Span("]")


def tip_of(variable: Variable, hides: Hides) -> str:
    """Return the value in rows, for a tip; of a large array its size and spread."""
    if variable.value.size > MOST_ENTRIES_OF_A_TIP:
        deviation = neat_number(float(np.std(variable.value)))
        summary = "".join(span.text for span in _summary(variable.value, 6))
        return f"{variable.name}: {shape_text(variable)}\n{summary}\nstandard deviation {deviation}"
    text = "".join(span.text for span in _entries(variable, variable.value, (), hides))
    shape = f"{variable.name} ({shape_text(variable)})" if variable.value.ndim else variable.name
    return f"{shape} =\n{text.replace('], ', '],' + chr(10) + ' ')}"
