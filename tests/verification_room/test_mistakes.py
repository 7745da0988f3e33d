"""Usual mistakes, planted in a student's own program, are named with their places."""

import json
from pathlib import Path

import pytest

from nnviz.verification.layout import read_cases
from nnviz.verification.verify import Verdict, verify
from tests.verification_room.student import Student

FORGOTTEN = "the derivative of the activation is forgotten"
APPLIED_TWICE = (
    "the derivative of the sigmoid is applied, though the loss on logits has it already in layer 3"
)
TRANSPOSED = "W is used where its transpose belongs, or the other way round"


def judged(student: Student, folder: Path) -> Verdict:
    path = folder / "homework.json"
    path.write_text(json.dumps(student.document()), encoding="utf-8")
    (verdict,) = verify(read_cases(path)).verdicts
    return verdict


@pytest.mark.parametrize("loss", ["mse", "cross_entropy", "bce_with_logits"])
@pytest.mark.parametrize("samples", [1, 2, 7])
def test_that_a_right_program_agrees(loss: str, samples: int, tmp_path: Path) -> None:
    verdict = judged(Student(loss=loss, samples=samples), tmp_path)
    assert verdict.is_right
    assert verdict.mistake is None


@pytest.mark.parametrize("with_deltas", [True, False])
@pytest.mark.parametrize(
    ("student", "sentence"),
    [
        (Student("no derivative"), f"{FORGOTTEN} (dL/dz = dL/da)"),
        (Student("no derivative", 1), f"{FORGOTTEN} (dL/dz = dL/da) in layer 1"),
        (Student("no derivative", 2), f"{FORGOTTEN} (dL/dz = dL/da) in layer 2"),
        (Student("local alone"), "the downstream gradient is forgotten (dL/dz = f'(z))"),
        (
            Student("local alone", 2),
            "the downstream gradient is forgotten (dL/dz = f'(z)) in layer 2",
        ),
        (Student("no bias"), "the bias is forgotten in z = x W + b"),
        (Student("no bias", 2), "the bias is forgotten in z = x W + b in layer 2"),
        (Student("slope"), "the leaky ReLU has a slope of 0.01 instead of 0.1 in layer 2"),
        (Student("transposed gradient"), TRANSPOSED),
        (Student("transposed gradient", 3), f"{TRANSPOSED} in layer 3"),
        (Student("bias sum"), "the bias gradients are summed over the batch, not averaged"),
        (
            Student("bias sum", 2),
            "the bias gradients of layer 2 alone are summed over the batch, not averaged",
        ),
        (Student("sign", loss="cross_entropy"), "the gradients have the wrong sign"),
        (Student("no 2"), "a factor of 2 is missing in the gradients"),
        (Student("sum"), "the gradients are summed over the batch, not averaged"),
        (Student("sum of all"), "the gradients are summed, not averaged"),
        (
            Student("sum everywhere", loss="cross_entropy"),
            "the loss and the gradients are summed over the batch, not averaged",
        ),
        (
            Student("sum of losses"),
            "the loss is summed over the batch, not averaged (the gradients are right)",
        ),
        (
            Student("derivative twice", loss="bce_with_logits"),
            APPLIED_TWICE,
        ),
    ],
)
def test_that_a_planted_mistake_is_named(
    student: Student, sentence: str, with_deltas: bool, tmp_path: Path
) -> None:
    student = Student(student.mistake, student.layer, loss=student.loss, with_deltas=with_deltas)
    verdict = judged(student, tmp_path)
    assert not verdict.is_right
    assert verdict.mistake == sentence


def test_that_a_transposed_way_back_is_named(tmp_path: Path) -> None:
    mistake = judged(Student("transposed back", 2), tmp_path).mistake
    assert mistake == f"{TRANSPOSED} on the way back in layer 2"


def test_that_mixed_up_deltas_are_named(tmp_path: Path) -> None:
    assert judged(Student("mixed up"), tmp_path).mistake == "dL/dz and dL/da are mixed up"


def test_that_a_transposed_forward_pass_is_named(tmp_path: Path) -> None:
    student = Student("transposed forward", 2, ("linear",) * 3)
    verdict = judged(student, tmp_path)
    assert not verdict.is_right
    document = student.document()
    gradients = document["cases"][0]["batches"]["homework"]
    for key in ("gradients", "layers", "dL_dX"):
        gradients.pop(key)
    path = tmp_path / "forward.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    (verdict,) = verify(read_cases(path)).verdicts
    assert verdict.mistake is not None
    assert f"{TRANSPOSED} in layer 2" in verdict.mistake


def test_that_two_mistakes_that_look_alike_are_both_named(tmp_path: Path) -> None:
    mistake = judged(Student("sum", samples=2), tmp_path).mistake
    assert mistake is not None
    assert "summed over the batch" in mistake
    assert "a factor of 2 too many" in mistake


def test_that_a_number_that_no_mistake_explains_gets_no_guess(tmp_path: Path) -> None:
    document = Student("no derivative").document()
    document["cases"][0]["batches"]["homework"]["gradients"][0]["W"][1][2] += 0.01
    path = tmp_path / "two.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    (verdict,) = verify(read_cases(path)).verdicts
    assert not verdict.is_right
    assert verdict.mistake is None
