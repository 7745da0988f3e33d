"""``nnviz trace``: one training step written out, every number of it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.cli import run_command_line
from nnviz.cli.experiment import experiment_of
from nnviz.cli.main import COMMANDS
from nnviz.cli.trace_sections import MOST_ROWS, shown_indices
from nnviz.cli.train import start_run

SGD = ("--optimizer", "sgd", "--learning-rate", "0.1")
SMALL = ("--dataset", "spiral", "--layers", "3", "--batch-size", "4")


def traced(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run_command_line(["trace", *arguments]) == 0
    return capsys.readouterr().out


def traced_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(traced(capsys, *arguments, "--format", "json"))
    return document


def arrays_of(document: dict[str, Any]) -> dict[str, Any]:
    return {k: v for operation in document["operations"] for k, v in operation["arrays"].items()}


def test_that_the_lecture_s_numbers_come_out(
    lecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    document = traced_json(capsys, lecture, *SGD)
    assert document["loss"] == pytest.approx(0.51315409, abs=1e-8)
    assert document["loss_after"] == pytest.approx(0.46847101, abs=1e-8)
    assert document["learning_rate"] == 0.1
    arrays = arrays_of(document)
    expected: dict[str, Any] = {
        "z1": [[1, 1.2]],
        "a1": [[0.76159416, 0.83365461]],
        "z2": [[0.39965407]],
        "p": [[0.59860454]],
        "L": 0.51315409,
        "dz2": [[-0.40139546]],
        "dW2": [[-0.30570043], [-0.33462517]],
        "da1": [[-0.28097682, 0.16055818]],
        "g1": [[0.41997434, 0.30502]],
        "dz1": [[-0.11800305, 0.04897346]],
        "dW1": [[-0.11800305, 0.04897346], [-0.23600611, 0.09794691]],
        "dx": [[-0.07369356, 0.01557815]],
        "W2": [[0.73057004], [-0.36653748]],
        "b2": [0.24013955],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(arrays[name], values, atol=1e-8, err_msg=name)


def test_that_operations_have_what_the_guide_says(
    lecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    operations = traced_json(capsys, lecture)["operations"]
    phases = ["forward", "loss", "backward", "update"]
    order = [phases.index(operation["phase"]) for operation in operations]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2, 3}
    for number, operation in enumerate(operations, start=1):
        assert operation["number"] == number
        assert operation["layer"] in (1, 2)
        assert set(operation["writes"]) == set(operation["arrays"])
        assert operation["formula"]
        assert operation["code"]
        is_gradient = operation["phase"] == "backward"
        assert (operation["local"] is not None) == is_gradient
        assert (operation["downstream"] is not None) == is_gradient
    through = next(o for o in operations if o["writes"] == ["dz1"])
    assert (through["local"], through["downstream"]) == ("g1", "da1")
    assert through["code"] == "dloss_sum1 = dloss_out1 * local1"


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_that_the_code_in_the_file_makes_the_numbers_in_the_file(
    optimizer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    document = traced_json(
        capsys, *SMALL, "--optimizer", optimizer, "--at", "7", "--l2", "0.01", "--dropout", "0.3"
    )
    names: dict[str, Any] = {}
    exec(document["setup"], names)
    names.update({name: np.array(values) for name, values in document["start"].items()})
    for operation in document["operations"]:
        exec(operation["code"], names)
        for buffer, values in operation["arrays"].items():
            ours = names[document["variables"][buffer]]
            np.testing.assert_allclose(ours, values, rtol=1e-11, atol=1e-14, err_msg=buffer)


def test_that_the_step_is_the_one_that_training_does_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import argparse

    document = traced_json(capsys, *SMALL, "--at", "30")
    assert document["step"] == 31
    parser = argparse.ArgumentParser()
    COMMANDS["trace"].add_arguments(parser)
    run = start_run(experiment_of(parser.parse_args([*SMALL])))
    while run.step < 30:
        run.advance(30 - run.step)
    np.testing.assert_array_equal(document["start"]["W1"], run.network.weights[0])
    run.advance(1)
    np.testing.assert_array_equal(arrays_of(document)["W1"], run.network.weights[0])
    assert document["data"]["rows"] == run.batch_rows.tolist()


def test_that_one_row_is_traced_alone(lecture: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = traced_json(capsys, *SMALL, "--sample", "5")
    assert (document["batch_size"], document["data"]["rows"]) == (1, [5])
    document = traced_json(capsys, lecture, "--batch", "two", "--sample", "1")
    assert document["start"]["x"] == [[0, 1]]
    assert document["start"]["t"] == [[0]]


def test_that_a_table_is_traced_like_a_data_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plants.csv"
    rows = [f"{i},{i * i % 7},{'ab'[i % 2]}" for i in range(20)]
    path.write_text("\n".join(("width,height,kind", *rows)), encoding="utf-8")
    document = traced_json(capsys, str(path), "--target", "kind", "--layers", "2")
    assert document["data"]["features"] == ["width", "height"]
    assert document["data"]["classes"] == ["a", "b"]
    assert "plants" in traced(capsys, str(path), "--target", "kind", "--layers", "2")


def test_that_large_arrays_are_abbreviated_but_never_in_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ("--dataset", "digits", "--layers", "40", "--batch-size", "16")
    text = traced(capsys, *arguments)
    assert "W1  (64 × 40, of which 8 × 8 are shown)" in text
    assert "b1  (40, of which 8 are shown)" in text
    assert max(map(len, text.splitlines())) < 400
    document = traced_json(capsys, *arguments)
    assert np.shape(document["start"]["W1"]) == (64, 40)
    assert np.shape(arrays_of(document)["dz1"]) == (16, 40)
    assert shown_indices(MOST_ROWS, MOST_ROWS) == list(range(MOST_ROWS))
    assert list(shown_indices(100, 4)) == [0, 1, 2, None, 99]


def test_that_numbers_that_are_none_become_null(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = {
        "id": "huge",
        "input_dim": 1,
        "loss": "mae",
        "architecture": [{"out": 1}],
        "parameters": [{"W": [[1e200]], "b": [0]}],
        "batches": {"one": {"X": [[1e200]], "T": [[0]]}},
    }
    path = tmp_path / "huge.json"
    path.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    document = traced_json(capsys, str(path), *SGD)
    assert document["loss"] is None
    assert arrays_of(document)["z1"] == [[None]]


def test_that_the_page_goes_into_a_file(
    tmp_path: Path, lecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "step.html"
    assert traced(capsys, lecture, "--format", "html", "--out", str(path)) == ""
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert run_command_line(["trace", lecture, "--out", str(tmp_path / "no" / "x.txt")]) == 1
    assert "could not be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say what to trace"),
        (("--dataset", "spiral", "--sample", "100000"), "training rows are numbered from 0 to"),
        (("--dataset", "spiral", "--case", "A"), "--case and --batch choose from a FILE.json"),
        (("FILE", "--layers", "3"), "--layers does not go with"),
        (("FILE", "--dataset", "spiral"), "--dataset does not go with"),
        (("FILE", "--case", "B"), "has no case 'B'; there is lecture"),
        (("FILE", "--batch", "none"), "has no batch 'none'; there is one, two"),
        (("FILE", "--sample", "1"), "--sample is 1, but the 1 rows of case lecture, batch one"),
        (("missing.json",), "missing.json could not be read"),
        (("--dataset", "spiral", "--activation", "step", "--at", "2"), "no gradient passes"),
    ],
)
def test_that_bad_input_ends_with_a_sentence(
    arguments: tuple[str, ...],
    sentence: str,
    lecture: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [lecture if argument == "FILE" else argument for argument in arguments]
    assert run_command_line(["trace", *given]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert sentence in captured.err
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize("option", ["--at", "--sample"])
def test_that_what_is_no_number_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command_line(["trace", "--dataset", "spiral", option, "x"])
    assert ended.value.code == 2
    assert "'x' is not a whole number from 0 up" in capsys.readouterr().err


def test_that_a_run_that_diverges_before_the_step_says_so(
    lecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wild = ("--optimizer", "sgd", "--learning-rate", "1e9", "--loss", "mse", "--at", "50")
    assert run_command_line(["trace", "--dataset", "sine", *wild]) == 1
    assert "diverged at step" in capsys.readouterr().err
