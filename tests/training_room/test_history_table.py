"""The table of losses: every number of the history, in rows that other programs read."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from nnviz.data.whole_files import write_whole
from nnviz.training import history
from nnviz.training.history import LossHistory
from nnviz.training.history_table import (
    COLUMNS,
    EpochRule,
    RunHistory,
    batches_at,
    epoch_numbers,
    epochs_done,
    history_csv,
)
from nnviz.training.snapshot import Evaluation, LossChunk

RULES = (EpochRule(0, 0, 10), EpochRule(25, 2, 4))


def rows_of(*runs: RunHistory) -> list[dict[str, str]]:
    text = b"".join(history_csv(runs)).decode()
    assert text.splitlines(keepends=True)[0].endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def run_of(losses: np.ndarray, evaluations: tuple[Evaluation, ...] = ()) -> RunHistory:
    values = losses.astype(np.float32)
    made = LossHistory()
    made.extend(LossChunk(1, 1, 1, values, values, values))
    return RunHistory("Run, 1", made, evaluations, RULES)


def test_that_every_loss_is_given_back_to_the_last_bit() -> None:
    losses = np.random.default_rng(0).exponential(size=5000).astype(np.float32)
    rows = rows_of(run_of(losses))
    for column in ("loss_min", "loss_mean", "loss_max"):
        assert np.array([row[column] for row in rows], dtype=np.float32).tolist() == losses.tolist()
    assert [int(row["step"]) for row in rows] == list(range(1, 5001))
    assert {row["run"] for row in rows} == {"Run, 1"}


def test_that_figures_stand_at_their_steps() -> None:
    evaluations = (
        Evaluation(0, 0.7, None, 0.5, None),
        Evaluation(2, 1 / 3, 0.4, 0.75, 0.625),
    )
    rows = rows_of(run_of(np.array([3.0, 2.0, np.nan]), evaluations))
    assert tuple(rows[0]) == COLUMNS
    assert [row["step"] for row in rows] == ["0", "1", "2", "3"]
    assert (rows[0]["loss_mean"], rows[0]["train_loss"], rows[0]["epoch"]) == ("", "0.7", "0")
    assert rows[0]["validation_loss"] == ""
    assert float(rows[2]["train_loss"]) == 1 / 3
    assert rows[2]["validation_accuracy"] == "0.625"
    assert (rows[1]["train_loss"], rows[3]["loss_max"]) == ("", "nan")


def test_that_folded_losses_stand_for_their_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", 128)
    losses = np.random.default_rng(1).random(301)
    run = run_of(losses, (Evaluation(37, 0.5, None, None, None),))
    assert run.losses.stride > 1
    rows = rows_of(run)
    entries = [row for row in rows if row["loss_max"]]
    assert (entries[0]["first_step"], entries[-1]["step"]) == ("1", "301")
    for row in entries:
        part = losses[int(row["first_step"]) - 1 : int(row["step"])].astype(np.float32)
        assert np.float32(row["loss_min"]) == part.min()
        assert np.float32(row["loss_max"]) == part.max()
    assert [row["step"] for row in rows if row["train_loss"]] == ["37"]


def test_that_steps_are_counted_into_epochs_of_changing_length() -> None:
    steps = np.array([0, 1, 10, 11, 25, 26, 29, 30])
    assert epoch_numbers(RULES, steps).tolist() == [0, 1, 1, 2, 3, 3, 3, 4]
    assert [batches_at(RULES, step) for step in (0, 1, 25, 26)] == [10, 10, 10, 4]
    assert [epochs_done(RULES, step) for step in (0, 9, 10, 24, 25, 28, 29)] == [
        0,
        0,
        1,
        2,
        2,
        2,
        3,
    ]


def test_that_runs_follow_each_other_and_an_empty_one_has_no_rows() -> None:
    empty = RunHistory("empty", LossHistory(), (), RULES)
    rows = rows_of(run_of(np.ones(2)), empty, run_of(np.zeros(1)))
    assert [row["loss_mean"] for row in rows] == ["1.0", "1.0", "0.0"]


def test_that_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    write_whole(path, [b"old"])

    def parts() -> list[bytes]:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match=r"the table .* could not be written: No space left"):
        write_whole(path, (part for _ in "x" for part in parts()), "the table")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["losses.csv"]
