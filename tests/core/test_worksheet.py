"""The worksheet of a step: every number of it, and blanks that give nothing away."""

from collections.abc import Iterator

import numpy as np
import pytest

from nnviz.core.examples import EXAMPLES
from nnviz.core.layout import ParameterLayout
from nnviz.core.notation import Pieces, join_text
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.worksheet import MOST_ROWS, Worksheet, given, is_blank, worksheet
from tests.core.test_examples import stepped


def blanked(pieces: Pieces) -> str:
    return "".join("___" if is_blank(piece) else piece.text for piece in pieces)


def rows_of(sheet: Worksheet) -> Iterator[str]:
    for part in sheet.parts:
        for row in part.rows:
            yield join_text(row.numbers)


def trace_of(
    *layers: LayerSpec, rows: int = 1, optimizer: OptimizerSpec | None = None, loss: str = "huber"
) -> Trace:
    spec = NetworkSpec(2, layers, loss, l2=0.1)
    generator = np.random.default_rng(3)
    return record(
        StepToRecord(
            spec,
            ParameterLayout(spec).initial_vector(spec, 1, "float64"),
            generator.normal(size=(rows, 2)),
            generator.normal(size=(rows, spec.output_size)),
            optimizer or OptimizerSpec("sgd", 0.1),
            optimizer_state={"mean": np.full(ParameterLayout(spec).size, 2.0), "count": np.ones(())}
            if optimizer is not None and optimizer.name == "adam"
            else {},
            generator=np.random.default_rng(0),
        )
    )


def test_that_mazur_s_worksheet_has_every_number() -> None:
    sheet = worksheet(stepped(EXAMPLES["mazur"]), "Mazur")
    rows = list(rows_of(sheet))
    assert len(rows) == 4 * 2 + 2 * 2 + 1 + 2 + 2 + 6 + 2 + 2 + 6 + 2 + 6 + 6
    assert "z₁,₁ = 0.05 · 0.15 + 0.1 · 0.2 + 0.35 = 0.3775" in rows
    assert "∂L/∂w₂,₁,₁ = 0.59327 · 0.138499 = 0.082167" in rows
    assert "new w₂,₁,₁ = 0.4 − 0.5 · 0.082167 = 0.358916" in rows
    assert "new b₂,₁ = 0.6" in rows
    assert [part.phase for part in sheet.parts][6] == "Loss"


def test_that_blanks_give_nothing_away() -> None:
    sheet = worksheet(stepped(EXAMPLES["lecture"]), "lecture")
    blanks = [blanked(row.with_blanks()) for part in sheet.parts for row in part.rows]
    assert "z₁,₂ = ___ · ___ + ___ · ___ + ___ = ___" in blanks
    assert "∂L/∂w₂,₁,₁ = ___ · ___ = ___" in blanks
    assert "new w₁,₁,₂ = ___ − 0.1 · ___ = ___" in blanks
    assert not any("−0" in text for text in blanks)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu", "step"])
def test_that_no_branch_of_a_kink_is_told(activation: str) -> None:
    sheet = worksheet(trace_of(LayerSpec(5, activation), LayerSpec(1, "linear")), "kinks")
    for title in ("Activation of layer 1", "Local gradient of layer 1"):
        part = next(part for part in sheet.parts if part.title.startswith(title))
        forms = {blanked(row.with_blanks()).partition("=")[2] for row in part.rows}
        assert len(forms) == 1, forms


def test_that_several_samples_are_told_apart() -> None:
    sheet = worksheet(trace_of(LayerSpec(2, "tanh"), LayerSpec(1, "linear"), rows=3), "three")
    labels = [join_text(row.label) for row in sheet.parts[0].rows]
    assert labels == [f"sample {number}" for number in (1, 1, 2, 2, 3, 3)]
    loss = next(part for part in sheet.parts if part.title == "Loss")
    assert [join_text(row.label) for row in loss.rows] == ["sample 1", "sample 2", "sample 3", ""]
    assert join_text(loss.rows[-1].numbers).startswith("L = 1/3 · (")


def test_that_drawn_masks_are_printed() -> None:
    trace = trace_of(LayerSpec(4, "tanh", dropout=0.5), LayerSpec(1, "linear"))
    part = next(part for part in worksheet(trace, "").parts if part.title.startswith("Dropout"))
    masks = {blanked(row.with_blanks()).split(" = ")[1] for row in part.rows}
    assert masks <= {"___ · 0", "___ · 2"}


def test_that_what_the_optimiser_carries_is_given() -> None:
    trace = trace_of(LayerSpec(2, "maxout"), optimizer=OptimizerSpec("adam", 0.1))
    arrays = {name.text: array for name, array in given(trace)}
    assert [name for name in arrays if "W" in name] == [
        "W₁, piece 1",
        "W₁, piece 2",
        "mean of W₁, piece 1",
        "mean of W₁, piece 2",
    ]
    assert arrays["mean of W₁, piece 1"] == pytest.approx(np.full((2, 2), 0.2))
    assert all(array.ndim == 2 for array in arrays.values())


def test_that_a_step_with_too_many_numbers_is_refused() -> None:
    trace = trace_of(LayerSpec(30, "tanh"), LayerSpec(30, "tanh"), LayerSpec(1, "linear"))
    with pytest.raises(ValueError, match=f"room for {MOST_ROWS}: take a smaller network"):
        worksheet(trace, "large")
