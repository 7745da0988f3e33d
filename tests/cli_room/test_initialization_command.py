"""``nnviz initialization``, in this process."""

import json

import pytest

from nnviz.cli import run_command_line

SMALL = ["initialization", "--depth", "3", "--width", "12", "--inputs", "20", "--starts", "3"]


def test_that_the_table_has_a_line_for_the_inputs_and_each_layer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_command_line(SMALL) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3 layers of 12 units, tanh, Glorot normal, 3 starts, 20 inputs N(0, 1)"
    assert [line.split()[0] for line in lines[2:]] == ["x", "1", "2", "3"]


def test_that_json_has_the_band_and_the_prediction(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--depth", "20", "--width", "64", "--initializer", "normal", "--std", "0.02"]
    assert run_command_line(["initialization", *arguments, "--starts", "2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["std"], document["starts"], len(document["layers"])) == (0.02, 2, 21)
    last = document["layers"][-1]
    # Each layer multiplies the spread by 0.02 sqrt(64) = 0.16.
    assert last["predicted_std"] == pytest.approx(0.16**20, rel=0.05)
    assert last["std"]["min"] <= last["std"]["median"] <= last["std"]["max"]
    assert last["std"]["median"] == pytest.approx(0.16**20, rel=0.5)
    assert document["layers"][0]["gradient_std"]["median"] == pytest.approx(0.16**20, rel=0.5)


def test_that_units_that_start_alike_are_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line([*SMALL, "--initializer", "constant"]) == 0
    printed = capsys.readouterr().out
    assert "units that start alike learn the same" in printed
    assert " - " in printed
    assert run_command_line([*SMALL, "--initializer", "zeros", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["layers"][3]["alike"] is True
    assert document["std"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--initializer", "he_normal", "--std", "0.1"], "--std means nothing to He normal"),
        (["--initializer", "normal", "--std", "0"], "must be above 0"),
        (["--depth", "200", "--width", "4096", "--inputs", "1000"], "choose fewer"),
    ],
)
def test_that_wrong_use_is_a_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["initialization", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_that_an_infinite_figure_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--activation", "linear", "--initializer", "normal", "--std", "1e30", "--json"]
    assert run_command_line([*SMALL[:-1], "1", "--depth", "12", *arguments]) == 0
    last = json.loads(capsys.readouterr().out)["layers"][-1]
    assert last["std"]["median"] is None


def test_that_one_of_a_kind_is_not_called_several(capsys: pytest.CaptureFixture[str]) -> None:
    ones = [f"--{name}=1" for name in ("depth", "width", "inputs", "starts")]
    assert run_command_line(["initialization", *ones]) == 0
    head = capsys.readouterr().out.splitlines()[0]
    assert head == "1 layer of 1 unit, tanh, Glorot normal, 1 start, 1 input N(0, 1)"


def test_that_numbers_that_overflow_are_not_taken_for_silence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shape = ["--depth", "150", "--width", "8", "--inputs", "16", "--starts", "2"]
    how = ["--activation", "relu", "--initializer", "normal", "--std", "1e4"]
    assert run_command_line(["initialization", *shape, *how]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "are too large for a number" in lines[-1]
    assert "nan" not in "".join(lines)
    last = lines[-2].split()
    assert last[:2] == ["150", "-"]
    assert "100.0" not in last
