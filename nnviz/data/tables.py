"""Tables from CSV files: delimiter, decimal comma, encoding and header are detected."""

import csv
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nnviz.data.dialect import DELIMITERS, Dialect, detect, is_blank, lines_of
from nnviz.data.text_files import TableError, read_text

_HEAD_BYTES = 1_000_000
_ROWS_AT_A_TIME = 4096
_LONGEST_NAME = 200
_POINT_CELL = re.compile(r"^[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?$", re.MULTILINE)
_COMMA_CELL = re.compile(r"^[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a file, all of them text, without the blanks round them.

    Attributes
    ----------
    path
        Where it was read.
    names
        Name of each column.
    nameless
        Numbers of the columns that have no name in the file.
    columns
        The cells of each column, without the header.
    lines
        The line of the file, counted from 1, on which each row begins.
    decimal_comma
        Whether 1,5 means one and a half.
    notes
        What was detected, in sentences.
    """

    path: Path
    names: tuple[str, ...]
    nameless: frozenset[int]
    columns: tuple[tuple[str, ...], ...]
    lines: "array[int]"
    decimal_comma: bool
    notes: tuple[str, ...]

    @property
    def row_count(self) -> int:
        """Number of rows, without the header."""
        return len(self.lines)


def read_table(path: Path) -> Table:
    """Read a file.

    Raises
    ------
    TableError
        With a sentence, if it is no table.
    """
    text, encoding = read_text(path)
    text, dialect = _dialect(text, path)
    columns, lines = _cells(text, dialect, path)
    names, nameless = _names([column[0] for column in columns], dialect.has_header, path)
    if dialect.has_header:
        columns = [column[1:] for column in columns]
        lines = lines[1:]
    if not lines:
        raise TableError(f"{path} has a header but no rows: add a row per sample")
    example = None if dialect.delimiter == "," else _decimal_comma_example(columns)
    note = (
        f"{path.name}: {len(lines):,} rows, {dialect.width} columns separated by "
        f"{DELIMITERS[dialect.delimiter]}, {encoding}, "
        f"{'with' if dialect.has_header else 'without'} a header"
    )
    if example is not None:
        note += f", with decimal commas ({example} is read as {example.replace(',', '.')})"
    cells = tuple(map(tuple, columns))
    return Table(path, names, nameless, cells, lines, example is not None, (note,))


def read_columns(path: Path) -> tuple[str, ...]:
    """Return the names of a file's columns, from its beginning alone.

    Raises
    ------
    TableError
        As :func:`read_table`, as far as the first rows tell.
    """
    text, _ = read_text(path, _HEAD_BYTES)
    text, dialect = _dialect(text, path)
    _, first = next(_rows(text, dialect.delimiter, path))
    names, _ = _names([cell.strip() for cell in first], dialect.has_header, path)
    return names


def _dialect(text: str, path: Path) -> tuple[str, Dialect]:
    """Return the text, without Excel's ``sep=`` line, and its dialect."""
    told = re.match(r"(?i)sep=([,;|\t])(?=\r|\n)", text)
    # The line stays, empty, so that the numbers of the lines stay true.
    text = text[told.end() :] if told else text
    dialect = detect(text, told.group(1) if told else None)
    first = next(_rows(text, dialect.delimiter, path), None)
    if first is None:
        raise TableError(f"{path} is empty: choose a file with a row per sample")
    if dialect.width < 2:
        raise TableError(
            f"{path} has a single column: a table needs at least one column to learn from and "
            "one to predict, separated by commas, semicolons, tabs or vertical bars"
        )
    line, cells = first
    if len(cells) != dialect.width:
        raise TableError(
            f"{path}, line {line:,}: {_count(len(cells))}, but most rows have {dialect.width}: "
            "begin the file with the names of the columns or the first row, without a title"
        )
    return text, dialect


def _rows(text: str, delimiter: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield every row, with the line on which it begins; empty lines are no rows."""
    reader = csv.reader(lines_of(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if not is_blank(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        reason = str(error)
        if "field larger" in reason:
            reason = f"a cell has more than {csv.field_size_limit():,} characters"
        raise TableError(
            f"{path}, line {line:,}: {reason}: check that every quote is closed"
        ) from error


def _cells(text: str, dialect: Dialect, path: Path) -> tuple[list[list[str]], "array[int]"]:
    """Return the columns, first row included, and the line of each row."""
    columns: list[list[str]] = [[] for _ in range(dialect.width)]
    lines = array("q")
    rows = _rows(text, dialect.delimiter, path)
    while block := list(islice(rows, _ROWS_AT_A_TIME)):
        for line, cells in block:
            if len(cells) != dialect.width:
                raise TableError(
                    f"{path}, line {line:,}: {_count(len(cells))}, but the first row has "
                    f"{dialect.width}: every row needs a cell for each column"
                )
            lines.append(line)
        for column, part in zip(
            columns, zip(*(cells for _, cells in block), strict=True), strict=True
        ):
            column.extend(map(str.strip, part))
    return columns, lines


def _count(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells:,} cells"


def _decimal_comma_example(columns: list[list[str]]) -> str | None:
    """Return a number with a decimal comma, if more are written so than with a point."""
    commas = points = 0
    example = None
    for column in columns:
        text = "\n".join(column)
        points += len(_POINT_CELL.findall(text))
        found = _COMMA_CELL.findall(text)
        commas += len(found)
        example = example or (found[0] if found else None)
    return example if commas > points else None


def _names(
    first: list[str], has_header: bool, path: Path
) -> tuple[tuple[str, ...], frozenset[int]]:
    """Return a name for each column, and which of them are not the file's own."""
    own = [" ".join(name.split()) if has_header else "" for name in first]
    nameless = frozenset(place for place, name in enumerate(own) if not name)
    names = [name or f"column {place}" for place, name in enumerate(own, start=1)]
    long = next((place for place, name in enumerate(names) if len(name) > _LONGEST_NAME), None)
    if long is not None:
        raise TableError(
            f"{path}: the name of column {long + 1} has {len(names[long]):,} characters, more than "
            f"{_LONGEST_NAME}: begin the file with a line of short names"
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise TableError(
            f"{path}: more than one column is called {twice[0]!r}: give each a name of its own"
        )
    return tuple(names), nameless
