"""``nnviz train`` and its relatives, in this process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.cli import run_command_line

SPIRAL = [
    *("train", "--dataset", "spiral", "--layers", "16,16", "--activation", "tanh"),
    *("--optimizer", "adam", "--learning-rate", "0.02", "--batch-size", "full"),
]


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code = run_command_line([*arguments, "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == 0
    return document


def test_that_the_reference_spiral_reaches_every_point(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_json(capsys, *SPIRAL, "--epochs", "1000")
    assert result["train_accuracy"] == 1.0
    assert result["steps"] == 1000
    assert result["parameters"] == 354
    assert result["steps_per_second"] == pytest.approx(1000 / result["seconds"])
    assert result["specification"]["optimizer"]["learning_rate"] == 0.02
    assert result["network"]["loss"] == "softmax_cross_entropy"


def test_that_a_regression_has_no_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_json(capsys, "train", "--dataset", "sine", "--epochs", "5", "--validation", "0")
    assert result["train_accuracy"] is None
    assert result["validation_loss"] is None
    assert result["validation_accuracy"] is None


def test_that_values_have_r2_and_rmse(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_json(capsys, "train", "--dataset", "diabetes", "--epochs", "5")
    metrics = result["train_metrics"]
    assert metrics["r2"] == pytest.approx(1 - result["train_loss"], abs=1e-12)
    assert metrics["rmse_of_outputs"] == [metrics["rmse"]]
    assert run_command_line(["train", "--dataset", "diabetes", "--epochs", "5"]) == 0
    assert f"R2 {metrics['r2']:.6g}  RMSE {metrics['rmse']:.6g}" in capsys.readouterr().out


def test_that_classes_have_a_confusion_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_json(capsys, "train", "--dataset", "iris", "--epochs", "5")
    metrics = result["validation_metrics"]
    matrix = np.array(metrics["confusion_matrix"])
    assert matrix.sum() == result["data"]["validation_rows"]
    np.testing.assert_allclose(metrics["recall"], np.diagonal(matrix) / matrix.sum(axis=1))
    assert np.trace(matrix) / matrix.sum() == result["validation_accuracy"]
    assert [layer["saturated_fraction"] for layer in result["layers"]][-1] is None


def test_that_the_report_is_printed_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["train", "--dataset", "iris", "--epochs", "5", "--validation", "0"]
    assert run_command_line(command) == 0
    assert "setosa" not in capsys.readouterr().out
    assert run_command_line([*command, "--report"]) == 0
    lines = capsys.readouterr().out.splitlines()
    table = lines[lines.index("train: rows are true classes, columns predicted ones") + 1 :][:5]
    assert table[0].split() == ["setosa", "versicolor", "virginica", "recall"]
    assert [line.split()[0] for line in table[1:]] == [*table[0].split()[:3], "precision"]
    assert len({len(line) for line in table[:4]}) == 1
    assert "validation: rows" not in "\n".join(lines)
    assert ["output", "3", "linear"] in [line.split()[:3] for line in lines]


def test_that_what_has_no_number_is_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    # No output ever wins but the first: nothing is taken for the other classes.
    command = [*("train", "--dataset", "iris", "--epochs", "1", "--initializer", "zeros")]
    assert run_command_line([*command, "--report", "--learning-rate", "0"]) == 0
    lines = capsys.readouterr().out.splitlines()
    last = next(line for line in lines if line.startswith("precision"))
    assert last.split()[-2:] == ["\N{EN DASH}"] * 2


@pytest.mark.parametrize(
    ("dataset", "settings"),
    [
        ("iris", ["--layers", "8", "--learning-rate", "0.01", "--epochs", "60"]),
        ("digits", ["--layers", "32", "--activation", "relu", "--learning-rate", "0.005"]),
    ],
)
def test_that_the_settings_of_the_readme_keep_their_promise(
    dataset: str, settings: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    epochs = [] if "--epochs" in settings else ["--epochs", "30"]
    result = run_json(capsys, "train", "--dataset", dataset, *settings, *epochs)
    assert result["validation_accuracy"] >= 0.95


def test_that_the_same_seed_gives_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (
        run_json(capsys, "train", "--dataset", "moons", "--epochs", "9", "--seed", "3")
        for _ in range(2)
    )
    assert first["train_loss"] == second["train_loss"]


def test_that_a_csv_file_is_learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{x};{x % 7},5;{'low' if x < 30 else 'high'}" for x in range(60)]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["a;b;size", *rows]), encoding="utf-8")
    result = run_json(capsys, "train", str(table), "--target", "size", "--epochs", "80")
    assert result["data"]["features"] == ["a", "b"]
    assert result["data"]["classes"] == ["high", "low"]
    assert result["train_accuracy"] > 0.95


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["train"], 2, "say what to train on"),
        (["train", "--dataset", "iris", "x.csv"], 2, "name one of the two"),
        (["train", "--dataset", "iris", "--target", "species"], 2, "no file is given"),
        (["train", "nowhere.csv"], 1, "nowhere.csv"),
        (["train", "--dataset", "iris", "--epochs", "0"], 2, "it must be 1 or more"),
        (["train", "--dataset", "iris", "--activation", "step"], 2, "step activation"),
        (["train", "--dataset", "sine", "--loss", "ce"], 2, "choose mean squared error"),
        (
            ["train", "--dataset", "iris", "--output-activation", "tanh"],
            2,
            "the output layer must be linear",
        ),
        (
            [
                *("train", "--dataset", "linear", "--layers", "none"),
                *("--optimizer", "sgd", "--learning-rate", "1e200"),
            ],
            1,
            "choose a smaller --learning-rate",
        ),
        (["render", "--dataset", "xor", "--out", "picture.gif"], 2, "neither .png nor .svg"),
    ],
)
def test_that_mistakes_get_a_sentence_and_an_exit_code(
    arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(arguments) == code
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "--dataset", "irish"], "invalid choice"),
        (["train", "--dataset", "iris", "--layers", "16,x"], "not a list of layer sizes"),
        (["train", "--dataset", "iris", "--batch-size", "0"], "not a whole number from 1 up"),
        (["train", "--dataset", "iris", "--validation", "1"], "from 0 to below 1"),
        (["render", "--dataset", "iris", "--out", "a.png", "--size", "9"], "like 1600x1000"),
    ],
)
def test_that_arguments_that_cannot_be_read_end_with_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command_line(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_that_datasets_are_listed_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["datasets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {"spiral", "iris", "digits", "diabetes"} <= {line.split()[0] for line in lines}


def test_that_training_loads_neither_qt_nor_pyqtgraph() -> None:
    script = (
        "import sys; from nnviz.cli import run_command_line; "
        "run_command_line(['train', '--dataset', 'xor', '--epochs', '2', '--json']); "
        "names = [n for n in sys.modules if n.split('.')[0] in ('PySide6', 'pyqtgraph')]; "
        "sys.exit(f'loaded: {names}' if names else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)
