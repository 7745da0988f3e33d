"""From a table of cells to inputs and targets, with everything told that was decided."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data.prepared import RawData
from nnviz.data.tables import Table
from nnviz.data.text_files import TableError

_USUAL_TARGETS = ("target", "label", "class", "species", "y", "outcome", "output")
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
_MOST_CLASSES = 12
_SHOWN_CELLS = 5


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: numbers (NaN where a cell is bad), or texts, and its bad rows."""

    index: int
    name: str
    numbers: NDArray[np.float64] | None
    texts: tuple[str, ...]
    bad_rows: tuple[int, ...]

    @property
    def is_text(self) -> bool:
        return self.numbers is None

    def distinct(self) -> list[str]:
        bad = set(self.bad_rows)
        return sorted({text for row, text in enumerate(self.texts) if row not in bad})


def raw_data(table: Table, target: str | None, drop_incomplete_rows: bool) -> RawData:
    """Return inputs and targets.

    Parameters
    ----------
    table
        The cells.
    target
        Name of the column to predict; ``None`` guesses, and says so in a note.
    drop_incomplete_rows
        Whether to leave rows with missing or unreadable cells out.

    Raises
    ------
    TableError
        With row and column, if a cell is missing or no number and rows are not to
        be left out; or if no usable column is left.
    """
    columns = [_read_column(table, index) for index in range(len(table.names))]
    notes = list(table.notes)
    chosen = _target_column(table, columns, target, notes)
    features = [column for column in columns if column is not chosen]
    used = _usable(features, notes)
    if not used:
        raise TableError(f"{table.path}: no column is left to learn from")
    keep = _complete_rows(table, [*used, chosen], drop_incomplete_rows, notes)
    names, inputs = _inputs(used, keep, notes)
    targets, class_names = _targets(table, chosen, keep, notes)
    return RawData(
        name=table.path.name,
        inputs=inputs,
        targets=targets,
        feature_names=names,
        class_names=class_names,
        target_name=chosen.name,
        source=str(table.path),
        notes=tuple(notes),
    )


def _read_column(table: Table, index: int) -> _Column:
    texts = table.column(index)
    values = [table.number(text) for text in texts]
    found = sum(value is not None for value in values)
    missing = {row for row, text in enumerate(texts) if text.lower() in _MISSING}
    # Mostly numbers: a numeric column with bad cells. Otherwise a column of texts.
    if found * 2 > len(texts) - len(missing):
        numbers = np.array([np.nan if value is None else value for value in values])
        bad = np.flatnonzero(~np.isfinite(numbers))
        return _Column(index, table.names[index], numbers, texts, tuple(int(row) for row in bad))
    return _Column(index, table.names[index], None, texts, tuple(sorted(missing)))


def _target_column(
    table: Table, columns: list[_Column], target: str | None, notes: list[str]
) -> _Column:
    if target is not None:
        by_name = {name.lower(): index for index, name in enumerate(table.names)}
        if target.lower() not in by_name:
            raise TableError(
                f"{table.path} has no column {target!r}; it has {', '.join(table.names)}"
            )
        return columns[by_name[target.lower()]]
    usual = [column for column in columns if column.name.lower() in _USUAL_TARGETS]
    chosen = usual[0] if usual else columns[-1]
    reason = "by its name" if usual else "because it is the last one"
    notes.append(f"the target was guessed: column {chosen.name!r}, {reason}")
    return chosen


def _usable(features: list[_Column], notes: list[str]) -> list[_Column]:
    used = []
    for column in features:
        if column.is_text and len(column.distinct()) > _MOST_CLASSES:
            notes.append(
                f"column {column.name!r} is not used: it holds {len(column.distinct())} "
                "different texts"
            )
        else:
            used.append(column)
    return used


def _complete_rows(
    table: Table, columns: list[_Column], drop: bool, notes: list[str]
) -> NDArray[np.int64]:
    bad = [(row, column) for column in columns for row in column.bad_rows]
    rows = {row for row, _ in bad}
    if bad and not drop:
        raise TableError(_bad_cells(table, sorted(bad, key=lambda cell: (cell[0], cell[1].index))))
    if bad:
        notes.append(
            f"{len(rows)} of {len(table.rows)} rows are left out: they have missing or "
            "unreadable cells"
        )
    keep = np.setdiff1d(np.arange(len(table.rows)), sorted(rows)).astype(np.int64)
    if len(keep) < 2:
        raise TableError(f"{table.path}: fewer than two complete rows are left")
    return keep


def _bad_cells(table: Table, bad: list[tuple[int, _Column]]) -> str:
    cells = [
        f"row {table.first_line + row}, column {column.index + 1} ({column.name}): "
        + (f"{column.texts[row]!r} is no number" if column.texts[row] else "empty")
        for row, column in bad[:_SHOWN_CELLS]
    ]
    more = f"; and {len(bad) - _SHOWN_CELLS:,} more" if len(bad) > _SHOWN_CELLS else ""
    return (
        f"{table.path}: {len(bad):,} {'cell is' if len(bad) == 1 else 'cells are'} missing or "
        f"unreadable: {'; '.join(cells)}{more}. Fill them in, or ask to leave these rows out "
        "(--drop-incomplete-rows, or the tick box in Setup)"
    )


def _inputs(
    used: Iterable[_Column], keep: NDArray[np.int64], notes: list[str]
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    names: list[str] = []
    parts: list[NDArray[np.float64]] = []
    for column in used:
        if column.numbers is not None:
            names.append(column.name)
            parts.append(column.numbers[keep])
            continue
        texts = np.array(column.texts)[keep]
        values = column.distinct()
        notes.append(f"column {column.name!r} became {len(values)} columns of 0 and 1")
        for value in values:
            names.append(f"{column.name} = {value}")
            parts.append((texts == value).astype(np.float64))
    return tuple(names), np.stack(parts, axis=1)


def _targets(
    table: Table, column: _Column, keep: NDArray[np.int64], notes: list[str]
) -> tuple[NDArray[np.int64] | NDArray[np.float64], tuple[str, ...]]:
    if column.numbers is None:
        texts = np.array(column.texts)[keep]
        class_names, classes = np.unique(texts, return_inverse=True)
        if not 2 <= len(class_names) <= max(_MOST_CLASSES, len(keep) // 5):
            raise TableError(
                f"{table.path}: the target {column.name!r} has {len(class_names)} different "
                "texts; to learn classes there must be at least two, with several rows each"
            )
        return classes.astype(np.int64), tuple(str(name) for name in class_names)
    values = column.numbers[keep]
    distinct = np.unique(values)
    is_whole = bool(np.all(distinct == np.round(distinct)))
    if is_whole and 2 <= len(distinct) <= _MOST_CLASSES and len(distinct) * 3 <= len(values):
        notes.append(
            f"the target {column.name!r} holds {len(distinct)} different whole numbers, "
            "so they are taken as classes"
        )
        classes = np.searchsorted(distinct, values).astype(np.int64)
        return classes, tuple(f"{value:g}" for value in distinct)
    return values[:, np.newaxis], ()
