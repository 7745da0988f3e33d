"""One column of a table: its numbers or its texts, and the cells that are neither."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dialect import COMMA_NUMBER, MISSING, NUMBER
from nnviz.data.tables import Table

# Squares of larger numbers, summed over many rows, leave the range of float64.
LARGEST = 1e150
# Signs for a missing value among numbers; among texts they may well be values.
_PLACEHOLDERS = frozenset({"none", "-", "--", "."})
_ONLY_NUMBER_SIGNS = re.compile(r"[0-9+\-.eE\n]*")
_ALMOST_NUMBER = re.compile(r"[+-]?inf(inity)?|[+\-\u2212]?[\d_]+([.,]\d*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers or of texts.

    Attributes
    ----------
    index, name
        Where it stands in the table, from 0, and what it is called.
    texts
        The cells as they are written.
    numbers
        The cells as numbers, NaN where a cell is none; ``None`` for texts.
    missing
        Rows without a value.
    unreadable
        Rows of a column of numbers whose cell is none, or too large.
    """

    index: int
    name: str
    texts: tuple[str, ...]
    numbers: NDArray[np.float64] | None
    missing: frozenset[int]
    unreadable: frozenset[int] = frozenset()

    @property
    def values(self) -> list[str]:
        """The different texts that stand for values, in sorted order."""
        if not self.missing:
            return sorted(set(self.texts))
        return sorted({text for row, text in enumerate(self.texts) if row not in self.missing})

    @property
    def counts_rows(self) -> bool:
        """Whether the numbers only count the rows up by one."""
        numbers = self.numbers
        return numbers is not None and len(numbers) > 1 and bool(np.all(np.diff(numbers) == 1))

    def complaint(self, row: int) -> str:
        """Return what is wrong with the cell in a row that is missing or unreadable."""
        text = self.texts[row]
        if row in self.missing:
            return f"{text!r} stands for a missing value" if text else "empty"
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        is_number = self.numbers is not None and not np.isnan(self.numbers[row])
        return f"{shown!r} is {'too large' if is_number else 'no number'}"


def read_column(table: Table, index: int) -> Column:
    """Return a column of numbers if that is what most of its values are, else of texts."""
    texts = table.columns[index]
    name = table.names[index]
    numbers = _all_numbers(texts, table.decimal_comma)
    if numbers is not None:
        return Column(index, name, texts, numbers, frozenset())
    missing = {row for row, text in enumerate(texts) if text.lower() in MISSING}
    placeholders = {row for row, text in enumerate(texts) if text.lower() in _PLACEHOLDERS}
    values = [_number(text, table.decimal_comma) for text in texts]
    found = sum(
        value is not None or _ALMOST_NUMBER.fullmatch(text) is not None
        for value, text in zip(values, texts, strict=True)
    )
    if found * 2 <= len(texts) - len(missing | placeholders):
        return Column(index, name, texts, None, frozenset(missing))
    numbers = np.array([np.nan if value is None else value for value in values])
    bad = {int(row) for row in np.flatnonzero(~(np.abs(numbers) <= LARGEST))}
    missing = bad & (missing | placeholders)
    return Column(index, name, texts, numbers, frozenset(missing), frozenset(bad - missing))


def _number(text: str, decimal_comma: bool) -> float | None:
    if not decimal_comma:
        return float(text) if NUMBER.fullmatch(text) else None
    # A point might separate thousands there: such a cell is no number.
    if "." in text or not (NUMBER.fullmatch(text) or COMMA_NUMBER.fullmatch(text)):
        return None
    return float(text.replace(",", "."))


def _all_numbers(texts: Sequence[str], decimal_comma: bool) -> NDArray[np.float64] | None:
    """Return the column if every cell is a number; the usual case, and a fast one."""
    joined = "\n".join(texts)
    if decimal_comma:
        if "." in joined:
            return None
        texts = [text.replace(",", ".") for text in texts]
        joined = "\n".join(texts)
    if not _ONLY_NUMBER_SIGNS.fullmatch(joined):
        return None
    try:
        numbers = np.array([float(text) for text in texts])
    except ValueError:
        return None
    return numbers if bool(np.all(np.abs(numbers) <= LARGEST)) else None
