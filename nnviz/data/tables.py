"""Tables from CSV files: delimiter, decimal comma, encoding and header are detected."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nnviz.data.text_files import TableError, read_text

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_ROWS = 200
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA_NUMBER = re.compile(r"[+-]?(\d+,\d+|,\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a file, all of them text.

    Attributes
    ----------
    path
        Where it was read.
    names
        Name of each column.
    rows
        The cells, without the header; every row has one cell per column.
    first_line
        Line number of the first row in the file, counted from 1.
    decimal_comma
        Whether 1,5 means one and a half.
    notes
        What was detected, in sentences.
    """

    path: Path
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_line: int
    decimal_comma: bool
    notes: tuple[str, ...]

    def column(self, index: int) -> tuple[str, ...]:
        """Return the cells of one column."""
        return tuple(row[index] for row in self.rows)

    def number(self, cell: str) -> float | None:
        """Return the number that a cell holds, or ``None``."""
        text = cell.strip().replace("\N{MINUS SIGN}", "-")
        if self.decimal_comma and _COMMA_NUMBER.fullmatch(text):
            text = text.replace(",", ".")
        return float(text) if _NUMBER.fullmatch(text) else None


def read_table(path: Path) -> Table:
    """Read a file.

    Raises
    ------
    TableError
        With a sentence, if it is no table.
    """
    text, encoding = read_text(path)
    delimiter = _detect_delimiter(text)
    lines = _parse(text, delimiter, path)
    width = len(lines[0][1])
    if width < 2:
        raise TableError(
            f"{path} has a single column: a table needs at least one column to learn from and "
            "one to predict, separated by commas, semicolons, tabs or bars"
        )
    for number, cells in lines:
        if len(cells) != width:
            raise TableError(
                f"{path}, line {number}: {len(cells)} cells, but the first line has {width}: "
                "every row needs a cell for each column"
            )
    decimal_comma = delimiter != "," and _has_decimal_commas(cells for _, cells in lines)
    has_header = _is_header(lines[0][1])
    body = lines[1:] if has_header else lines
    if not body:
        raise TableError(f"{path} has a header but no rows: add a row per sample")
    names = _names(lines[0][1], path) if has_header else _numbered(width)
    note = (
        f"{path.name}: {len(body):,} rows, {width} columns separated by {DELIMITERS[delimiter]}, "
        f"{'decimal comma, ' if decimal_comma else ''}{encoding}, "
        f"{'with' if has_header else 'without'} a header"
    )
    rows = tuple(cells for _, cells in body)
    return Table(path, names, rows, body[0][0], decimal_comma, (note,))


def read_columns(path: Path) -> tuple[str, ...]:
    """Return the names of a file's columns.

    Raises
    ------
    TableError
        As :func:`read_table`.
    """
    return read_table(path).names


def _detect_delimiter(text: str) -> str:
    """Return the delimiter that cuts most of the first lines into the same number of cells."""
    head = "\n".join(text.splitlines()[:_SAMPLE_ROWS])

    def quality(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter))
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]))
        return (count / sum(widths.values()) if width > 1 else 0.0), width

    return max(DELIMITERS, key=quality)


def _parse(text: str, delimiter: str, path: Path) -> list[tuple[int, tuple[str, ...]]]:
    """Return (line number, cells) of every line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, tuple[str, ...]]] = []
    try:
        lines.extend(
            (reader.line_num, tuple(cell.strip() for cell in cells))
            for cells in reader
            if any(cell.strip() for cell in cells)
        )
    except csv.Error as error:
        raise TableError(f"{path}, line {reader.line_num}: {error}: check its quotes") from error
    if not lines:
        raise TableError(f"{path} is empty: choose a file with a row per sample")
    return lines


def _has_decimal_commas(rows: Iterable[tuple[str, ...]]) -> bool:
    commas = points = 0
    for row in rows:
        commas += sum(_COMMA_NUMBER.fullmatch(cell) is not None for cell in row)
        points += sum("." in cell and _NUMBER.fullmatch(cell) is not None for cell in row)
    return commas > points


def _is_header(cells: tuple[str, ...]) -> bool:
    return not any(
        _NUMBER.fullmatch(cell) or _COMMA_NUMBER.fullmatch(cell) or not cell for cell in cells
    )


def _names(cells: tuple[str, ...], path: Path) -> tuple[str, ...]:
    twice = [name for name, count in Counter(cells).items() if count > 1]
    if twice:
        raise TableError(
            f"{path}: more than one column is called {twice[0]!r}: give each a name of its own"
        )
    return cells


def _numbered(width: int) -> tuple[str, ...]:
    return tuple(f"column {number}" for number in range(1, width + 1))
