"""``nnviz worksheet``: a training step on paper; and examples on the command line."""

import json
from pathlib import Path

import pytest

from nnviz.cli import run_command_line

CIRCLES = ("--dataset", "circles", "--layers", "2")


def test_that_an_example_becomes_a_worksheet(lecture: str, tmp_path: Path) -> None:
    blanks, answers, case = (tmp_path / name for name in ("blanks.pdf", "answers.pdf", "case.pdf"))
    assert run_command_line(["worksheet", "--example", "mazur", "--out", str(blanks)]) == 0
    assert (
        run_command_line(["worksheet", "--example", "mazur", "--answers", "--out", str(answers)])
        == 0
    )
    assert run_command_line(["worksheet", lecture, "--optimizer", "sgd", "--out", str(case)]) == 0
    for path in (blanks, answers, case):
        assert path.read_bytes().startswith(b"%PDF")
    assert blanks.read_bytes() != answers.read_bytes()


def test_that_a_step_of_training_becomes_a_worksheet(tmp_path: Path) -> None:
    path = tmp_path / "step.pdf"
    arguments = ["worksheet", *CIRCLES, "--sample", "3", "--at", "5", "--out", str(path)]
    assert run_command_line(arguments) == 0
    assert path.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--out", "a.pdf"), 2, "say what to compute"),
        (("--example", "mazur", "--out", "a.txt"), 2, "a.txt does not end in .pdf"),
        (("--dataset", "circles", "--out", "a.pdf"), 2, "take a smaller network or fewer samples"),
        (("--example", "mazur", "--out", "no/such/a.pdf"), 1, "could not be written"),
        (("--example", "mazur", "--seed", "3", "--out", "a.pdf"), 2, "leave --seed out"),
    ],
)
def test_that_what_cannot_be_done_is_told(
    arguments: tuple[str, ...],
    code: int,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_command_line(["worksheet", *arguments]) == code
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("example", "before", "after"),
    [("mazur", 0.2983711088, 0.2910277737), ("lecture", 0.51315409, 0.46847101)],
)
def test_that_an_example_can_be_traced(
    example: str, before: float, after: float, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["trace", "--example", example, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    digits = 1e-10 if example == "mazur" else 6e-9
    assert document["loss"] == pytest.approx(before, abs=digits)
    assert document["loss_after"] == pytest.approx(after, abs=digits)


def test_that_held_biases_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["trace", "--example", "mazur"]) == 0
    text = capsys.readouterr().out
    assert "SGD, learning rate 0.5, biases held" in text
    assert run_command_line(["train", "--example", "mazur", "--epochs", "1"]) == 0
    assert "train       loss 0.291028" in capsys.readouterr().out
