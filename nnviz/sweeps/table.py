"""The results of a sweep as one table: CSV, or Parquet with the extra ``nnviz[parquet]``."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.files import write_whole
from nnviz.sweeps.plan import Plan
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.spec import value_text

SUFFIXES = (".csv", ".parquet")
_FIGURES = (
    "steps",
    "epochs",
    "train_loss",
    "validation_loss",
    "train_accuracy",
    "validation_accuracy",
    "diverged_at",
    "seconds",
)
_CURVE = ("steps", "minimum", "maximum", "mean")


def check_format(path: Path) -> None:
    """See that a table could be written under this name, before hours are spent on it.

    Raises
    ------
    SweepError
        If the name ends in no format that is known, or its extra or folder is missing.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SweepError(f"{path} ends in neither .csv nor .parquet: name it with one of them")
    if suffix == ".parquet":
        _parquet()
    if not path.absolute().parent.is_dir():
        raise SweepError(f"there is no folder {path.absolute().parent}: make it first")


def write_table(path: Path, plan: Plan, results: Iterable[RunResult]) -> None:
    """Write one row for each result, in the order of the plan; all of the file or none.

    A CSV file has every figure, the shortest digits that give the same number back, and
    leaves empty what there is none of. A Parquet file has the curves as well.

    Raises
    ------
    SweepError
        As :func:`check_format`.
    OSError
        If the file cannot be written; what was there before is still there.
    """
    check_format(path)
    ordered = sorted(results, key=lambda result: result.number)
    rows = [row_of(plan, result) for result in ordered]
    if path.suffix.lower() == ".csv":
        content = _csv_bytes(plan, rows)
    else:
        content = _parquet_bytes(plan, rows, ordered)
    write_whole(path, content)


def row_of(plan: Plan, result: RunResult) -> dict[str, Any]:
    """Return a row: the run, its settings by their dotted names, its figures."""
    names = (setting.name for setting in plan.spec.settings)
    settings = dict(zip(names, plan.cells[result.cell], strict=True))
    figures = {name: getattr(result, name) for name in _FIGURES}
    return {"run": result.number, **settings, "seed": result.seed, **figures}


def _columns(plan: Plan) -> list[str]:
    return ["run", *(setting.name for setting in plan.spec.settings), "seed", *_FIGURES]


def _csv_bytes(plan: Plan, rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _columns(plan), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _plain(value) for key, value in row.items()})
    return text.getvalue().encode()


def _plain(value: Any) -> Any:
    """Return what the csv module writes well: it takes repr of a float, and lists as Python."""
    return value_text(value) if isinstance(value, list | tuple | bool) else value


def _parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise SweepError(
            "a Parquet file needs the package pyarrow: install it with "
            "pip install 'nnviz[parquet]', or choose a name that ends in .csv"
        ) from error
    return pyarrow


def _parquet_bytes(plan: Plan, rows: list[dict[str, Any]], results: list[RunResult]) -> bytes:
    arrow = _parquet()
    whole, real = arrow.int64(), arrow.float64()
    types = dict.fromkeys(("run", "seed", "steps", "epochs", "diverged_at"), whole)
    columns = {
        name: arrow.array([row[name] for row in rows], types.get(name, real))
        for name in ("run", "seed", *_FIGURES)
    }
    for place, setting in enumerate(plan.spec.settings):
        columns[setting.name] = _setting_column(arrow, plan, place, rows)
    ordered = {name: columns[name] for name in _columns(plan)}
    for part in _CURVE:
        values = [getattr(result.curve, part) for result in results]
        item = whole if part == "steps" else real
        ordered[f"curve_{part}"] = arrow.array(values, arrow.list_(item))
    sink = io.BytesIO()
    arrow.parquet.write_table(arrow.table(ordered), sink)
    return sink.getvalue()


def _setting_column(arrow: Any, plan: Plan, place: int, rows: list[dict[str, Any]]) -> Any:
    """Return a setting's column: numbers if all its values are numbers, else text."""
    setting = plan.spec.settings[place]
    kinds = {type(value) for value in setting.values}
    values = [row[setting.name] for row in rows]
    if kinds <= {int}:
        return arrow.array(values, arrow.int64())
    if kinds <= {int, float}:
        return arrow.array(map(float, values), arrow.float64())
    if kinds <= {bool}:
        return arrow.array(values, arrow.bool_())
    return arrow.array(map(value_text, values), arrow.string())
