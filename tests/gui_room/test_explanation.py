"""The strip's numbers are those of the engine, rounded and not otherwise changed."""

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.core.activations import ACTIVATIONS
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.views.explanation import HINT, edge_products, explain
from nnviz.gui.views.network_values import exact, short, signed, significant
from tests.gui_room.network_displays import display_of


def read(text: str) -> Decimal:
    return Decimal(text.replace("−", "-"))


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30))
def test_that_a_number_is_correctly_rounded_to_four_digits(value: float) -> None:
    text = significant(value)
    assert "-" not in text
    if 1e4 <= abs(value) < 1e7:
        expected = Decimal(value).quantize(Decimal(1), ROUND_HALF_EVEN)
    else:
        expected = Context(prec=4, rounding=ROUND_HALF_EVEN).create_decimal(Decimal(value))
    assert read(text) == expected


def test_that_numbers_are_written_plainly() -> None:
    written = [significant(v) for v in (0.0, -0.5, 1234.0, 0.00001, -2e9, math.inf, math.nan)]
    assert written == ["0", "−0.5000", "1234", "1.000e−5", "−2.000e9", "∞", "not a number"]
    assert [signed(v) for v in (0.4321, -1.25, 0.00314)] == ["+0.43", "−1.25", "+0.0031"]
    assert [short(v) for v in (-0.001, 0.935, -12.34, 150.0, 12345.0)] == [
        *("0.00", "0.94" if f"{0.935:.2f}" == "0.94" else "0.93", "−12.3", "150", "1e4")
    ]
    assert float(exact(0.1 + 0.2)) == 0.1 + 0.2


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "step"])
def test_that_the_terms_recombine_to_z_and_a(activation: str) -> None:
    display = display_of("iris", (5, 4), activation)
    for sample in (0, 3):
        display.selection.select_sample(sample)
        for layer, size in enumerate(display.spec.layer_sizes[1:], start=1):
            for index in range(size):
                display.selection.select_unit(UnitRef(layer, index))
                said = explain(display)
                z = math.fsum((said.weights * said.values).tolist()) + said.bias
                assert z == pytest.approx(said.total, abs=1e-12, rel=1e-12)
                batch = display.batch_pass
                assert said.result == batch.activations[layer - 1][sample, index]
                assert said.total in batch.pre_activations[layer - 1][..., sample, index]


def test_that_the_line_shows_the_rounded_numbers_of_the_sum() -> None:
    display = display_of(hidden=(3,))
    display.selection.select_unit(UnitRef(1, 1))
    said = explain(display)
    text = said.text()
    assert text.startswith("Hidden 1, unit 2: a₁,₂ = tanh( ")
    assert f"tanh( {significant(said.total)} ) = {significant(said.result)}" in text
    for weight, value in zip(said.weights.tolist(), said.values.tolist(), strict=True):
        factor = significant(value)
        assert significant(abs(weight)) in text
        assert f"·({factor})" in text if value < 0 else f"·{factor}" in text
    tones = [term[0].tone for term in said.terms]
    assert tones == ["positive" if weight > 0 else "negative" for weight in said.weights]
    assert "-" not in text


def test_that_terms_left_out_in_the_middle_are_counted() -> None:
    display = display_of("digits", (12,), "relu")
    display.selection.select_unit(UnitRef(1, 0))
    said = explain(display)
    line = "".join(span.text for span in said.spans(5))
    assert "… 59 more terms …" in line
    assert len(said.terms) == 64
    assert significant(said.total) in line
    assert "more term" not in "".join(span.text for span in said.spans())


def test_that_maxout_shows_its_pieces_and_the_winner() -> None:
    display = display_of(hidden=(4,), activation="maxout")
    display.selection.select_unit(UnitRef(1, 2))
    z = display.batch_pass.pre_activations[0][:, 0, 2]
    text = explain(display).text()
    first, second, largest = (significant(float(value)) for value in (z[0], z[1], z.max()))
    assert f"max( {first}, {second} ) = {largest}" in text
    assert f"piece {int(np.argmax(z)) + 1}: " in text


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "binary_cross_entropy"])
def test_that_an_output_shows_its_logit_and_its_probability(loss: str) -> None:
    display = display_of(hidden=(3,), loss=loss)
    display.selection.select_unit(UnitRef(2, 0))
    text = explain(display).text()
    probability = float(display.network.predict(display.batch_inputs[:1])[0, 0])
    assert ": z₂,₁ = " in text
    assert f"= {significant(probability)}" in text


def test_that_an_input_shows_how_it_was_scaled() -> None:
    display = display_of("iris", (3,))
    display.selection.select_unit(UnitRef(0, 2))
    said = explain(display)
    assert said.result == display.batch_inputs[0, 2]
    undone = display.data.scaling.undo(display.batch_inputs[:1].astype(np.float64))[0, 2]
    assert said.total == pytest.approx(undone, rel=1e-12)
    assert f"= {significant(said.result)}" in said.text()


def test_that_a_regression_shows_the_prediction_in_its_own_units() -> None:
    display = display_of("sine", (3,))
    display.selection.select_unit(UnitRef(2, 0))
    text = explain(display).text()
    value = display.data.target_scaling.undo(display.batch_pass.outputs[:1].astype(np.float64))
    assert significant(float(value[0, 0])) in text


@pytest.mark.parametrize("activation", ["tanh", "maxout"])
def test_that_the_gradient_of_an_edge_is_the_sum_of_its_products(activation: str) -> None:
    display = display_of("iris", (4, 3), activation)
    edge = EdgeRef(2, 1, 2)
    display.selection.select_edge(edge)
    said = explain(display)
    targets = display.batch_targets
    grads = display.network.backward(display.batch_inputs, targets).weight_grads[1]
    z = display.batch_pass.pre_activations[1]
    piece = int(np.argmax(z[:, 0, 2])) if activation == "maxout" else None
    expected = grads[1, 2] if piece is None else grads[piece, 1, 2]
    assert said.total == pytest.approx(float(expected), rel=1e-12, abs=1e-15)
    activations, deltas = edge_products(display, edge, piece)
    assert math.fsum((activations * deltas).tolist()) == pytest.approx(said.total, abs=1e-12)
    last = display.gradients.weights[1]
    assert said.result == (last[1, 2] if piece is None else last[piece, 1, 2])
    assert f"Σ a·δ = {significant(said.total)}" in said.text()


def test_that_nothing_selected_gives_a_hint() -> None:
    assert explain(display_of(steps=0)).text() == HINT
