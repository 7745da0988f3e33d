"""``nnviz train`` with stop rules and with a table of losses."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from nnviz.cli import run_command_line

CIRCLES = (
    *("train", "--dataset", "circles", "--layers", "6", "--batch-size", "10"),
    *("--optimizer", "sgd", "--learning-rate", "0.3"),
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_that_training_stops_below_a_loss_and_the_table_shows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "losses.csv"
    assert run_command_line([*CIRCLES, "--stop-below", "0.3", "--history", str(path)]) == 0
    said = capsys.readouterr().err
    rows = [row for row in rows_of(path) if row["loss_mean"]]
    losses = np.array([row["loss_mean"] for row in rows], dtype=np.float32)
    epochs = np.array([int(row["epoch"]) for row in rows])
    means = [losses[epochs == epoch].mean(dtype=np.float64) for epoch in range(1, epochs[-1] + 1)]
    assert means[-1] < 0.3 <= min(means[:-1])
    assert f"stopped at step {len(losses):,}: the loss of the last epoch" in said


def test_that_the_figures_of_every_epoch_are_in_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "losses.csv"
    arguments = [*CIRCLES, "--epochs", "4", "--history", str(path), "--json"]
    assert run_command_line(arguments) == 0
    document = json.loads(capsys.readouterr().out)
    rows = [row for row in rows_of(path) if row["train_loss"]]
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2, 3, 4]
    assert [int(row["step"]) for row in rows][-1] == document["steps"]
    for name in ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy"):
        assert float(rows[-1][name]) == document[name]
    assert document["stopped"] is None


def test_that_training_stops_without_improvement_and_after_a_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    common = [*CIRCLES, "--epochs", "100000", "--json"]
    watched = ("--stop-without-improvement", "2", "--stop-watches", "validation")
    assert run_command_line([*common, *watched]) == 0
    assert "the validation loss has not fallen" in json.loads(capsys.readouterr().out)["stopped"]
    assert run_command_line([*common, "--stop-after", "0.05"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert "it has trained for 0.05 seconds" in document["stopped"]
    assert document["seconds"] >= 0.05


def test_that_the_table_of_a_run_that_diverged_ends_with_the_loss_that_was_too_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "losses.csv"
    arguments = [*CIRCLES, "--learning-rate", "1e30", "--history", str(path)]
    assert run_command_line(arguments) == 1
    step = int(capsys.readouterr().err.split("diverged at step ")[1].split()[0])
    assert max(int(row["step"]) for row in rows_of(path)) == step


def test_that_senseless_rules_and_places_end_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line([*CIRCLES, "--stop-below", "-1"]) == 2
    assert "must be above 0" in capsys.readouterr().err
    path = tmp_path / "missing" / "losses.csv"
    assert run_command_line([*CIRCLES, "--epochs", "1", "--history", str(path)]) == 1
    assert "could not be written" in capsys.readouterr().err
    assert run_command_line([*CIRCLES, "--epochs", "1", "--history", "."]) == 1
    assert "which is a folder" in capsys.readouterr().err
