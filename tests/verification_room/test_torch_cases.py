"""What PyTorch makes of every activation, loss and optimiser, by the names of its users."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from nnviz.verification.layout import CaseError, read_cases
from nnviz.verification.verify import Verification, verify

FILE = Path(__file__).parents[1] / "data" / "torch_cases.json"
CASES = {case["id"]: case for case in json.loads(FILE.read_text("utf-8"))["cases"]}
SIMPLE = "activation linear"


def verified(document: object, folder: Path) -> Verification:
    path = folder / "cases.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return verify(read_cases(path))


def changed(case: str, path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Return a file of one case with another value at a place."""
    document: Any = {"cases": [copy.deepcopy(CASES[case])]}
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return dict(document)


@pytest.mark.parametrize("case", CASES)
def test_that_every_number_of_a_case_agrees(case: str, tmp_path: Path) -> None:
    found = verified({"cases": [CASES[case]]}, tmp_path)
    assert [f.path for v in found.verdicts for f in v.findings if f.is_wrong] == []
    assert [problem for verdict in found.verdicts for problem in verdict.problems] == []
    assert found.is_right
    assert found.not_compared == ()


def test_that_no_number_is_passed_over(tmp_path: Path) -> None:
    """Each number that is changed, be it a norm or a loss after a step, is found wrong."""
    batch = ("cases", 0, "batches", "n3")
    run = (*batch, "optimisers", "adam")
    for path in (
        (*batch, "gradient_l2_norm"),
        (*batch, "n"),
        (*batch, "penalties", "l1_l2", "penalty"),
        (*batch, "penalties", "l1_l2", "total_loss"),
        (*batch, "penalties", "l1_l2", "gradients", 0, "W", 1, 1),
        (*batch, "clip_grad_norm", "total_norm"),
        (*batch, "clip_grad_norm", "gradients", 1, "b", 0),
        (*batch, "clip_grad_value", "gradients", 0, "W", 0, 1),
        (*run, "loss_after_last_step"),
        (*run, "loss_before_each_step", 3),
        (*run, "parameters_after_step", "10", 0, "b", 1),
    ):
        (verdict,) = verified(changed("optimisers", path, 0.123), tmp_path).verdicts
        wrong = [finding.path for finding in verdict.findings if finding.is_wrong]
        place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        assert f"${place}" in wrong


def test_that_numbers_without_meaning_are_listed(tmp_path: Path) -> None:
    document = changed(SIMPLE, ("cases", 0, "batches", "n3", "hessian"), [[1.0]])
    document["pointwise"] = {"f": [1.0]}
    document["remark"] = {"by": "nobody"}
    found = verified(document, tmp_path)
    assert found.is_right
    assert found.not_compared == ("$.cases[0].batches.n3.hessian", "$.pointwise")


@pytest.mark.parametrize(
    ("case", "path", "value", "sentence"),
    [
        (SIMPLE, ("architecture", 0, "activation"), "mish", ".architecture[0].activation: the act"),
        (SIMPLE, ("architecture", 0, "activation"), "GELU('tanh')", "'0' of GELU('tanh') is not"),
        (SIMPLE, ("architecture", 0, "activation"), "Softplus(beta=2)", "beta is known as 1 alone"),
        (SIMPLE, ("architecture", 0, "activation"), "LeakyReLU(-1)", "must not be negative"),
        (SIMPLE, ("architecture", 1, "activation"), "softmax", "goes with cross_entropy alone"),
        (SIMPLE, ("loss",), "focal", "$.cases[0].loss: the loss 'focal' is not known"),
        (SIMPLE, ("loss",), "HuberLoss(delta=-1)", "must be above 0"),
        (SIMPLE, ("loss",), "MSELoss(reduction='none')", "must be 'mean' or 'sum'"),
        (SIMPLE, ("weight",), [1, 2], "$.cases[0].weight: the option 'weight' of linear"),
        (SIMPLE, ("parameters", 0, "W"), [[1, 2, 3]], ".parameters[0].W: W is 1 x 3 but must be"),
        (SIMPLE, ("parameters", 0, "b"), [1], "parameters[0].b: b is 1 but must be 2 (units)"),
        (SIMPLE, ("batches", "n3", "X"), [[1.0]], "batches.n3.X: is 1 x 1 but must be n x 2"),
        (SIMPLE, ("batches", "n3", "T"), [1.0], "batches.n3.T: the targets are"),
        (SIMPLE, ("batches", "n3", "gradients"), [], "gradients: has 0 entries, but there are 2"),
    ],
)
def test_that_what_is_not_known_is_refused_with_its_path(
    case: str, path: tuple[str | int, ...], value: object, sentence: str, tmp_path: Path
) -> None:
    if path == ("weight",):
        sentence = "$.cases[0].weight: the option 'weight' of"
    (verdict,) = verified(changed(case, ("cases", 0, *path), value), tmp_path).verdicts
    assert not verdict.is_right
    assert sentence in verdict.problems[0]


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("input_dim",), 2.5, "$.cases[0].input_dim: expected a whole number from 1 up, found 2.5"),
        (("id",), None, "$.cases[0].id: this key is missing"),
        (("architecture",), [], "$.cases[0].architecture: expected at least one layer"),
        (("architecture", 0, "out"), True, "architecture[0].out: expected a number, found true"),
        (("parameters", 1, "W", 1), [None], "parameters[1].W[1][0]: expected a number, found null"),
        (("parameters", 0, "W", 1), [1.0], "parameters[0].W[1]: has 1 number, but"),
        (("parameters", 0, "b", 0), float("nan"), "parameters[0].b[0]: expected a finite number"),
        (("batches", "n3", "X", 0, 1), "1", 'batches.n3.X[0][1]: expected a number, found "1"'),
        (("batches", "n3", "X", 0, 1), 10**400, "batches.n3.X[0][1]: the number is too large"),
        (("batches", "n3"), 7, "batches.n3: expected an object, found 7"),
        (("batches", "a b"), {}, '$.cases[0].batches["a b"].X: this key is missing'),
    ],
)
def test_that_a_malformed_file_is_refused_with_the_path_of_the_bad_key(
    path: tuple[str | int, ...], value: object, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(CaseError) as caught:
        verified(changed(SIMPLE, ("cases", 0, *path), value), tmp_path)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("config", {"lr": 0.1, "momentun": 1}, ".config.momentun: the option 'momentun' of sgd"),
        ("config", {"betas": [0.9, 0.99]}, ".config.betas: the option 'betas' of sgd is not"),
        ("config", {"lr": "fast"}, '.config.lr: expected a number, found "fast"'),
        ("config", {"lr": 0.1, "nesterov": True}, "Nesterov momentum needs a momentum"),
        ("cls", "LBFGS", ".cls: the optimiser 'LBFGS' is not known"),
        ("parameters_after_step", {"last": []}, "expected a number of steps as the key"),
        ("parameters_after_step", {"999999999": []}, "999999999 steps are too many"),
    ],
)
def test_that_a_bad_run_is_named_and_the_rest_is_compared(
    key: str, value: object, sentence: str, tmp_path: Path
) -> None:
    path = ("cases", 0, "batches", "n3", "optimisers", "sgd", key)
    (verdict,) = (found := verified(changed("optimisers", path, value), tmp_path)).verdicts
    assert len(verdict.problems) == 1
    assert sentence in verdict.problems[0]
    assert "optimisers.sgd" in verdict.problems[0]
    assert len(verdict.findings) > 50
    assert not any(finding.is_wrong for finding in verdict.findings)
    assert found.not_compared == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "$: expected an object, found a list"),
        (b'{"cases": 3}', "$.cases: expected a list, found 3"),
        (b'{"cases": [], "cases": []}', "the key 'cases' occurs twice"),
        (b'{"cases": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b'{"cases": [], "meta": {"dtype": "int8"}}', "$.meta.dtype: expected"),
    ],
)
def test_that_a_file_that_is_none_is_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_bytes(content)
    with pytest.raises(CaseError) as caught:
        read_cases(path)
    assert sentence in str(caught.value)


def test_that_a_byte_order_mark_and_numbers_of_python_are_read(tmp_path: Path) -> None:
    document = changed(SIMPLE, ("cases", 0, "batches", "n3", "loss"), float("nan"))
    path = tmp_path / "cases.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(document).encode())
    (verdict,) = verify(read_cases(path)).verdicts
    assert [f.theirs for f in verdict.findings if f.is_wrong] == ["nan"]
