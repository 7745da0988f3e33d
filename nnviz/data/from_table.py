"""From a table of cells to inputs and targets, with everything told that was decided."""

from collections.abc import Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from nnviz.data.columns import Column, read_column
from nnviz.data.dialect import USUAL_TARGETS
from nnviz.data.prepared import RawData
from nnviz.data.tables import Table
from nnviz.data.text_files import TableError

_MOST_CATEGORIES = 12
_LONGEST_CATEGORY = 100
_ROWS_PER_WHOLE_NUMBER = 3
_ROWS_PER_CLASS = 5
_SHOWN_CELLS = 5

Mask = NDArray[np.bool_]


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
    columns = [read_column(table, index) for index in range(len(table.names))]
    notes = list(table.notes)
    chosen = _target_column(table, columns, target, notes)
    used = _usable(table, [column for column in columns if column is not chosen], notes)
    complete = _complete_rows(table, [*used, chosen], drop_incomplete_rows, notes)
    names, inputs = _inputs(used, complete, notes)
    targets, class_names = _targets(table, chosen, complete, notes)
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


def _target_column(
    table: Table, columns: list[Column], target: str | None, notes: list[str]
) -> Column:
    if target is not None:
        alike = [column for column in columns if column.name.lower() == target.strip().lower()]
        exact = [column for column in alike if column.name == target]
        if len(exact or alike) != 1:
            raise TableError(
                f"{table.path} has no column {target!r}; it has {_listed(table.names)}"
            )
        return (exact or alike)[0]
    usual = [column for column in columns if column.name.lower() in USUAL_TARGETS]
    # A nameless empty column is what a delimiter at the end of each row leaves.
    others = [column for column in columns if not _is_leftover(table, column)]
    chosen = (usual or others or columns)[-1]
    reason = "by its name" if usual else "because it is the last one"
    notes.append(f"the target was guessed: column {chosen.name!r}, {reason}")
    return chosen


def _listed(names: Sequence[str], most: int = 20) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _is_leftover(table: Table, column: Column) -> bool:
    return column.index in table.nameless and not any(column.texts)


def _reason_not_to_use(table: Table, column: Column) -> str | None:
    """Return why a column cannot be learned from, if it cannot."""
    if _is_leftover(table, column):
        return "it has no name and is empty"
    is_unnamed = column.index in table.nameless or column.name == "Unnamed: 0"
    has_names = len(table.nameless) < len(table.names)
    if column.index == 0 and is_unnamed and has_names and column.counts_rows:
        return "it has no name and only counts the rows"
    return None if column.numbers is not None else _reason_not_to_encode(column)


def _reason_not_to_encode(column: Column) -> str | None:
    """Return why the texts of a column cannot be categories, if they cannot."""
    values = column.values
    if len(values) > _MOST_CATEGORIES:
        return f"it holds {len(values):,} different texts"
    if len(values) == len(column.texts) > 1:
        return "it holds another text in every row"
    if any(len(value) > _LONGEST_CATEGORY for value in values):
        return f"it holds texts of more than {_LONGEST_CATEGORY} characters"
    return None


def _usable(table: Table, features: list[Column], notes: list[str]) -> list[Column]:
    reasons = [_reason_not_to_use(table, column) for column in features]
    notes.extend(
        f"column {column.name!r} is not used: {reason}"
        for column, reason in zip(features, reasons, strict=True)
        if reason is not None
    )
    used = [column for column, reason in zip(features, reasons, strict=True) if reason is None]
    if not used:
        raise TableError(
            f"{table.path}: no column is left to learn from: add one that holds numbers, or "
            f"up to {_MOST_CATEGORIES} different texts"
        )
    return used


def _complete_rows(table: Table, columns: list[Column], drop: bool, notes: list[str]) -> Mask:
    """Return which rows have a usable cell in all of these columns."""
    empty = [column.name for column in columns if len(column.missing) == table.row_count]
    if empty:
        raise TableError(
            f"{table.path}: column {empty[0]!r} has no value in any row: remove the column"
        )
    missing = frozenset[int]().union(*(column.missing for column in columns))
    unreadable = frozenset[int]().union(*(column.unreadable for column in columns))
    bad = missing | unreadable
    if bad and not drop:
        raise TableError(_complaint(table, columns))
    if bad:
        reasons = [
            f"{len(rows):,} with {what}"
            for rows, what in (
                (missing - unreadable, "missing cells"),
                (unreadable, "cells that are no usable numbers"),
            )
            if rows
        ]
        notes.append(
            f"{len(bad):,} of {table.row_count:,} rows are left out: {' and '.join(reasons)}"
        )
    complete = np.ones(table.row_count, dtype=np.bool_)
    complete[sorted(bad)] = False
    if np.count_nonzero(complete) < 2:
        left = "are left" if bad else "are in it"
        raise TableError(f"{table.path}: fewer than two complete rows {left}: add a row per sample")
    return complete


def _complaint(table: Table, columns: list[Column]) -> str:
    """Return a sentence with the number of bad cells, and where the first of them are."""
    cells = sorted(
        (row, column.index, column)
        for column in columns
        for row in column.missing | column.unreadable
    )
    shown = [
        f"row {row + 1:,} (line {table.lines[row]:,}), column {index + 1:,} ({column.name}): "
        f"{column.complaint(row)}"
        for row, index, column in cells[:_SHOWN_CELLS]
    ]
    if len(cells) > _SHOWN_CELLS:
        shown.append(f"and {len(cells) - _SHOWN_CELLS:,} more")
    counted = "1 cell is" if len(cells) == 1 else f"{len(cells):,} cells are"
    return (
        f"{table.path}: {counted} missing or unreadable: {'; '.join(shown)}. "
        "Fill them in, or ask to leave these rows out "
        "(--drop-incomplete-rows, or the tick box in Setup)"
    )


def _inputs(
    used: list[Column], complete: Mask, notes: list[str]
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return the names and values of the inputs; texts become one column per value."""
    names: list[str] = []
    parts: list[NDArray[np.float64]] = []
    for column in used:
        if column.numbers is not None:
            names.append(column.name)
            parts.append(column.numbers[complete])
            continue
        values, codes = _encoded(column, complete)
        counted = "1 column" if len(values) == 1 else f"{len(values)} columns"
        notes.append(f"column {column.name!r} holds texts and became {counted} of 0 and 1")
        names.extend(f"{column.name} = {value}" for value in values)
        parts.extend((codes == code).astype(np.float64) for code in range(len(values)))
    return tuple(names), np.stack(parts, axis=1)


def _encoded(column: Column, complete: Mask) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the different texts, sorted, and for each row the place of its text there."""
    texts = list(compress(column.texts, complete))
    values = tuple(sorted(set(texts)))
    code = {value: place for place, value in enumerate(values)}
    return values, np.array([code[text] for text in texts], dtype=np.int64)


def _targets(
    table: Table, column: Column, complete: Mask, notes: list[str]
) -> tuple[NDArray[np.int64] | NDArray[np.float64], tuple[str, ...]]:
    if column.numbers is None:
        return _text_classes(table, column, complete)
    values = column.numbers[complete]
    distinct = np.unique(values)
    if len(distinct) == 1:
        raise TableError(
            f"{table.path}: the target {column.name!r} is {distinct[0]:g} in every row: "
            "there is nothing to learn; name another column"
        )
    is_whole = bool(np.all(distinct == np.round(distinct)))
    few = min(_MOST_CATEGORIES, len(values) // _ROWS_PER_WHOLE_NUMBER)
    if is_whole and len(distinct) <= few:
        notes.append(
            f"the target {column.name!r} holds {len(distinct)} different whole numbers, "
            "so they are taken as classes"
        )
        classes = np.searchsorted(distinct, values).astype(np.int64)
        return classes, tuple(str(int(value)) for value in distinct)
    notes.append(f"the target {column.name!r} holds numbers, so they are predicted as numbers")
    return values[:, np.newaxis], ()


def _text_classes(
    table: Table, column: Column, complete: Mask
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    class_names, classes = _encoded(column, complete)
    if any(len(name) > _LONGEST_CATEGORY for name in class_names):
        raise TableError(
            f"{table.path}: the target {column.name!r} has texts of more than "
            f"{_LONGEST_CATEGORY} characters, too long for classes: name another column"
        )
    if len(class_names) == 1:
        raise TableError(
            f"{table.path}: the target {column.name!r} is {class_names[0]!r} in every row: "
            "there is nothing to learn; name another column"
        )
    if len(class_names) > max(_MOST_CATEGORIES, len(classes) // _ROWS_PER_CLASS):
        raise TableError(
            f"{table.path}: the target {column.name!r} has {len(class_names):,} different texts "
            f"in {len(classes):,} rows, too many for classes: name another column"
        )
    return classes, class_names
