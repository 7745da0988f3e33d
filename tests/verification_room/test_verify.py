"""``nnviz verify``: right files pass, planted mistakes are found, located and named."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.cli import run_command_line
from nnviz.verification.compare import compare
from nnviz.verification.document import CaseError, Node
from nnviz.verification.layout import Given

REFERENCE = Path(__file__).parents[1] / "data" / "reference_cases.json"
CASES = {case["id"]: case for case in json.loads(REFERENCE.read_text("utf-8"))["cases"]}
Batch = dict[str, Any]


def file_of(case_id: str, change: Callable[[Batch], None], batch: str = "n7") -> dict[str, Any]:
    """Return a file of one batch, changed, without penalties and optimisers."""
    case = copy.deepcopy(CASES[case_id])
    kept = case["batches"][batch]
    for key in ("penalties", "optimisers", "clip_grad_norm", "gradient_l2_norm"):
        kept.pop(key, None)
    change(kept)
    case["batches"] = {batch: kept}
    return {"cases": [case]}


def check(
    document: object, tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, str, str]:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    code = run_command_line(["verify", str(path), *more])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def scale(batch: Batch, factor: float, *, deltas: bool = True, only_biases: bool = False) -> None:
    for layer in batch["gradients"]:
        if not only_biases:
            layer["W"] = (np.array(layer["W"]) * factor).tolist()
        layer["b"] = (np.array(layer["b"]) * factor).tolist()
    if deltas:
        batch["dL_dX"] = (np.array(batch["dL_dX"]) * factor).tolist()
        for layer in batch["layers"]:
            for key in ("dL_dz", "dL_da"):
                if layer.get(key) is not None:
                    layer[key] = (np.array(layer[key]) * factor).tolist()


def without_deltas(batch: Batch) -> None:
    for layer in batch["layers"]:
        layer.pop("dL_dz", None)
        layer.pop("dL_da", None)


def test_that_the_reference_agrees_in_every_quantity(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_command_line(["verify", str(REFERENCE)]) == 0
    out = capsys.readouterr().out
    assert "WRONG" not in out
    assert out.splitlines()[-1].startswith("all 2626 quantities agree")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda b: scale(b, -1.0), "wrong sign"),
        (lambda b: scale(b, 7.0), "summed over the batch, not averaged"),
        (lambda b: scale(b, 0.5), "a factor of 2 is missing"),
        (lambda b: scale(b, 7.0, deltas=False), "in those of weights and biases alone"),
        (lambda b: scale(b, 7.0, deltas=False, only_biases=True), "the bias gradients are summed"),
    ],
)
def test_that_a_usual_mistake_is_named(
    change: Callable[[Batch], None],
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = check(file_of("B1_sigmoid_mse", change), tmp_path, capsys)
    assert code == 1
    assert "WRONG" in out
    assert sentence in out.split("it looks as if ")[1]


def test_that_a_transposed_gradient_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def transpose(batch: Batch) -> None:
        for layer in batch["gradients"]:
            layer["W"] = np.array(layer["W"]).T.tolist()

    code, out, _ = check(file_of("C_tanh_relu_ce", transpose), tmp_path, capsys)
    assert code == 1
    assert "its transpose belongs" in out


def test_that_a_forgotten_derivative_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES["B1_sigmoid_mse"]
    batch = case["batches"]["n7"]
    x, a1, y = (np.array(v) for v in (batch["X"], batch["layers"][0]["a"], batch["output"]))
    second = np.array(case["parameters"][1]["W"])
    dz2 = 2 * (y - np.array(batch["T"])) / y.size
    dz1 = dz2 @ second.T

    def forget(kept: Batch) -> None:
        without_deltas(kept)
        kept.pop("dL_dX")
        for layer, below, delta in zip(kept["gradients"], (x, a1), (dz1, dz2), strict=True):
            layer["W"], layer["b"] = (below.T @ delta).tolist(), delta.sum(axis=0).tolist()

    code, out, _ = check(file_of("B1_sigmoid_mse", forget), tmp_path, capsys)
    assert code == 1
    assert "the derivative of the activation is forgotten" in out


def test_that_the_first_wrong_entry_is_located(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def spoil(batch: Batch) -> None:
        batch["gradients"][1]["W"][2][3] += 0.125

    code, out, _ = check(file_of("C_tanh_relu_ce", spoil), tmp_path, capsys, "--json")
    assert code == 1
    document = json.loads(out)
    assert document["agrees"] is False
    wrong = [q for q in document["cases"][0]["quantities"] if not q["agrees"]]
    assert [(q["name"], q["index"]) for q in wrong] == [("layer 2 dL_dW", [2, 3])]
    assert float(wrong[0]["theirs"]) - float(wrong[0]["ours"]) == pytest.approx(0.125)
    assert document["cases"][0]["mistake"] is None


def test_that_a_wrong_leaky_slope_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = file_of("G1_all_six_ce", lambda batch: None)
    leaky = next(
        layer
        for layer in document["cases"][0]["architecture"]
        if layer["activation"] == "leaky_relu"
    )
    leaky["alpha"] = 0.3
    code, out, _ = check(document, tmp_path, capsys)
    assert code == 1
    assert "the leaky ReLU has a slope of 0.1 instead of 0.3" in out


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"cases": [{"id": 3}]}, "$.cases[0].id"),
        ({"cases": [{**CASES["A_logistic"], "input_dim": "two"}]}, "$.cases[0].input_dim"),
        ({}, "$.cases: this key is missing"),
    ],
)
def test_that_a_malformed_file_names_the_bad_key(
    document: object, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = check(document, tmp_path, capsys)
    assert code == 1
    assert sentence in err


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("loss", "focal", "the loss 'focal' is not known to this version"),
        ("architecture", [{"out": 1, "activation": "swoosh"}], "'swoosh' is not known"),
        ("parameters", [], "1 layers, but parameters of 0"),
        ("parameters", [{"W": [[1.0]], "b": [0.0]}], "W is 1 x 1 but must be 3 x 1"),
    ],
)
def test_that_what_cannot_be_checked_is_named(
    key: str,
    value: object,
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = file_of("A_logistic", lambda batch: None)
    document["cases"][0][key] = value
    code, out, _ = check(document, tmp_path, capsys)
    assert code == 1
    assert sentence in out


def test_that_an_unknown_optimiser_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def add(batch: Batch) -> None:
        batch["optimisers"] = {"lion": {"config": {"lr": 0.1}, "cls": "Lion"}}

    code, out, _ = check(file_of("A_logistic", add), tmp_path, capsys)
    assert code == 1
    assert "$.cases[0].batches.n7.optimisers.lion.cls: the optimiser 'Lion' is not known" in out


def test_that_a_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["verify", str(tmp_path / "nowhere.json")]) == 1
    assert "nowhere.json could not be read" in capsys.readouterr().err


def test_that_a_column_and_a_list_of_the_same_numbers_agree() -> None:
    numbers = np.array([1.0, 2.0])
    given = {"loss": Given(numbers, "$.loss")}
    (finding,) = compare(given, {"loss": numbers[:, np.newaxis]}, "float64")
    assert not finding.is_wrong
    (finding,) = compare(given, {"loss": np.ones(3)}, "float64")
    assert finding.is_wrong
    assert (finding.theirs, finding.ours) == ("shape 2", "shape 3")


def test_that_ragged_rows_are_refused() -> None:
    with pytest.raises(CaseError, match="every row needs as many numbers"):
        Node([[1.0, 2.0], [3.0]], "$.X").array()
