"""The table of a sweep: CSV and Parquet, whole or not at all."""

import csv
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.plan import Plan
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.scheduling import InProcess, sweep_results
from nnviz.sweeps.summary import summarise, summary_lines
from nnviz.sweeps.table import check_format, write_table
from tests.sweeps_room.small import plan_of, setting


@pytest.fixture(scope="module")
def trained() -> tuple[Plan, list[RunResult]]:
    varied = [setting("model.hidden_layers", [2], [3, 3]), setting("batch_size", 8, "full")]
    plan = plan_of(seeds=2, settings=varied)
    return plan, list(sweep_results(plan, InProcess()))


def test_that_csv_gives_every_number_back(
    trained: tuple[Plan, list[RunResult]], tmp_path: Path
) -> None:
    plan, results = trained
    path = tmp_path / "r.csv"
    write_table(path, plan, results)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 8
    for row, result in zip(rows, sorted(results, key=lambda each: each.number), strict=True):
        assert float(row["train_loss"]) == result.train_loss
        assert int(row["run"]) == result.number
        assert row["diverged_at"] == ""
    assert [row["model.hidden_layers"] for row in rows] == ["2"] * 4 + ["3-3"] * 4
    assert [row["batch_size"] for row in rows[::2]] == ["8", "full"] * 2
    assert list(tmp_path.iterdir()) == [path]


def test_that_parquet_has_the_same_rows_and_the_curves(
    trained: tuple[Plan, list[RunResult]], tmp_path: Path
) -> None:
    plan, results = trained
    path = tmp_path / "r.parquet"
    write_table(path, plan, results)
    rows = pyarrow.parquet.read_table(path).to_pylist()
    for row, result in zip(rows, sorted(results, key=lambda each: each.number), strict=True):
        assert row["train_loss"] == result.train_loss
        assert row["diverged_at"] is None
        assert tuple(row["curve_mean"]) == result.curve.mean
        assert tuple(row["curve_steps"]) == result.curve.steps
    assert rows[-1]["model.hidden_layers"] == "3-3"


def test_that_a_setting_of_numbers_is_a_column_of_numbers(tmp_path: Path) -> None:
    varied = [
        setting("optimizer.learning_rate", 0.5, 1),
        setting("optimizer.schedule.steps", 10, 20),
    ]
    plan = plan_of(steps=1, seeds=1, settings=varied)
    path = tmp_path / "r.parquet"
    write_table(path, plan, sweep_results(plan, InProcess()))
    schema = pyarrow.parquet.read_schema(path)
    assert str(schema.field("optimizer.learning_rate").type) == "double"
    assert str(schema.field("optimizer.schedule.steps").type) == "int64"


def test_that_a_name_without_format_or_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SweepError, match=r"neither \.csv nor \.parquet"):
        check_format(tmp_path / "r.xlsx")
    with pytest.raises(SweepError, match=r"there is no folder .*none: make it first"):
        check_format(tmp_path / "none" / "r.csv")


def test_that_a_missing_extra_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SweepError, match=r"pip install 'nnviz\[parquet\]', or .* ends in \.csv"):
        check_format(tmp_path / "r.parquet")


def test_that_a_failure_leaves_what_was_there(
    trained: tuple[Plan, list[RunResult]], tmp_path: Path
) -> None:
    plan, results = trained
    path = tmp_path / "r.csv"
    path.mkdir()
    with pytest.raises(OSError, match="could not be written"):
        write_table(path, plan, results)
    assert list(tmp_path.iterdir()) == [path]


def test_that_the_summary_has_a_line_for_each_cell(trained: tuple[Plan, list[RunResult]]) -> None:
    plan, results = trained
    head, *lines = summary_lines(plan, results)
    assert head.split() == ["runs", "median", "min", "max", "diverged"]
    assert len(lines) == 4
    assert lines[0].startswith("hidden layers 2, batch size 8 ")
    first = summarise(plan, results)[0]
    losses = sorted(each.train_loss for each in results if each.cell == 0)
    assert (first.least, first.greatest) == (losses[0], losses[1])
    assert first.median == (losses[0] + losses[1]) / 2
    (alone,) = list(summary_lines(plan_of(), []))[1:]
    assert alone.split() == ["all", "starts", "0", "–", "–", "–", "0"]
