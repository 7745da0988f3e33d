"""How a table is written down: what separates its cells, and whether it has a header."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

# What cannot be mistaken for a decimal comma comes first, and wins when all else is equal.
DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas"}
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
COMMA_NUMBER = re.compile(r"[+-]?([0-9]+,[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?")
# Words that stand for a missing value in whatever column they are.
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "?"})
USUAL_TARGETS = frozenset({"target", "label", "class", "species", "y", "outcome", "output"})
# Another delimiter or a lone quote within a cell: perhaps it was cut at the wrong places.
_CUT_WRONGLY = re.compile(r'[,;|\t"]')
_SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Dialect:
    """What was detected in the first rows of a table.

    Attributes
    ----------
    delimiter
        Key of ``DELIMITERS``.
    width
        The most frequent number of cells in a row.
    has_header
        Whether the first row holds the names of the columns.
    """

    delimiter: str
    width: int
    has_header: bool


def detect(text: str, delimiter: str | None = None) -> Dialect:
    """Return the dialect of a table.

    Unless it is known, the delimiter is the one that cuts most rows into the same
    number of cells; of equals the one with fewer other delimiters within cells, and
    more cells that are numbers.
    """
    candidates = DELIMITERS if delimiter is None else (delimiter,)
    samples = {each: _sample(text, each) for each in candidates}
    delimiter = max(samples, key=lambda each: _quality(samples[each], each))
    rows = samples[delimiter]
    return Dialect(delimiter, _usual_width(rows), bool(rows) and _is_header(rows[0], rows[1:]))


def lines_of(text: str) -> Iterator[str]:
    """Return the lines with their ends, which may be those of any system."""
    end = "\n" if "\n" in text else "\r"
    start = 0
    while start < len(text):
        stop = text.find(end, start) + 1 or len(text)
        yield text[start:stop]
        start = stop


def is_blank(cells: Sequence[str]) -> bool:
    """Return whether this is an empty line, not a row of empty cells."""
    return len(cells) < 2 and not "".join(cells).strip()


def _sample(text: str, delimiter: str) -> list[list[str]]:
    """Return the first rows, up to one that cannot be read."""
    reader = csv.reader(islice(lines_of(text), _SAMPLE_ROWS), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        rows.extend([cell.strip() for cell in cells] for cells in reader if not is_blank(cells))
    except csv.Error:
        # Reading the table itself will say what is wrong, and where.
        return rows
    return rows


def _usual_width(rows: list[list[str]]) -> int:
    """Return the most frequent number of cells, of several if any row has several."""
    widths = Counter(map(len, rows))
    return max(widths, key=lambda width: (width > 1, widths[width]), default=0)


def _quality(rows: list[list[str]], delimiter: str) -> tuple[float, float, float]:
    """Return how alike the rows are, and how whole and how numeric the cells."""
    width = _usual_width(rows)
    if width < 2:
        return 0.0, 0.0, 0.0
    alike = sum(len(row) == width for row in rows) / len(rows)
    cells = [cell for row in rows for cell in row if cell]
    numbers = sum(_is_number(cell, delimiter) for cell in cells)
    whole = numbers + sum(
        not _is_number(cell, delimiter) and not _CUT_WRONGLY.search(cell) for cell in cells
    )
    return alike, whole / max(1, len(cells)), numbers / max(1, len(cells))


def _is_number(cell: str, delimiter: str = "") -> bool:
    if NUMBER.fullmatch(cell):
        return True
    return delimiter != "," and COMMA_NUMBER.fullmatch(cell) is not None


def _is_header(first: list[str], rows: list[list[str]]) -> bool:
    """Return whether the first row holds names.

    Names are no numbers, except where columns are numbered through; and not all
    of them are found again below themselves, as values of classes are.
    """
    numbers = [cell for cell in first if _is_number(cell)]
    texts = [(place, cell) for place, cell in enumerate(first) if cell and not _is_number(cell)]
    if not texts:
        return False
    below = [[row[place] for row in rows if place < len(row)] for place in range(len(first))]
    if not numbers:
        return not all(cell in below[place] for place, cell in texts)
    return _count_up(numbers) and all(
        (cell.lower() in USUAL_TARGETS and cell not in below[place])
        or (cell.lower() not in MISSING and _are_numbers(below[place]))
        for place, cell in texts
    )


def _count_up(cells: list[str]) -> bool:
    """Return whether several cells count up from 0 or 1."""
    start = int(cells[0] == "1")
    return len(cells) > 1 and cells == [str(start + place) for place in range(len(cells))]


def _are_numbers(cells: Iterable[str]) -> bool:
    is_number = [_is_number(cell) for cell in cells if cell]
    return bool(is_number) and all(is_number)
