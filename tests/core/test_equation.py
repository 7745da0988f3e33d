"""The equations: every number in them is the buffer's, and they hold as they are written."""

import math
import re
from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.equation import SUBSTEPS, explain, within
from nnviz.core.layout import ParameterLayout
from nnviz.core.looking_glass import Focus
from nnviz.core.losses import LOSSES
from nnviz.core.notation import Equation, Piece, six_digits
from nnviz.core.number_patterns import (
    ACTIVATION_PATTERNS,
    DERIVATIVE_PATTERNS,
    LOSS_GRADIENT_PATTERNS,
    LOSS_PATTERNS,
)
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.program import LineKind, Phase
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record
from tests.core.test_trace import SGD, TRAINABLE, network, recipe_for

FOCI = (Focus(), Focus(sample=2, unit=1, source=1, piece=1), Focus(4, 3, 3, 0), Focus(0, 1, 99))


def normal_density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


WORDS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "max": max,
    "min": min,
    "sqrt": math.sqrt,
    "abs": abs,
    "sign": np.sign,
    "sigma": lambda z: 1 / (1 + math.exp(-z)),
    "Phi": lambda z: (1 + math.erf(z / math.sqrt(2))) / 2,
    "phi": normal_density,
}


def right_hand_side(equation: Equation) -> str:
    """Return the numeric side between the equals signs as a Python expression."""
    written = "".join(
        f"({piece.value!r})" if piece.value is not None else piece.text
        for piece in equation.numbers
    )
    middle = written.split(" = ")[1].split(", since")[0]
    middle = re.sub(r"√(\([^()]*\))", r"sqrt\1", middle)
    middle = re.sub(r"\|(.*?)\|", r"abs(\1)", middle)
    for sign, python in (
        ("·", "*"), ("−", "-"), ("²", "**2"), ("^", "**"), ("½", "0.5"),
        ("σ", "sigma"), ("Φ", "Phi"), ("φ", "phi"),
    ):  # fmt: skip
        middle = middle.replace(sign, python)
    return middle


def assert_holds(equation: Equation) -> None:
    written = right_hand_side(equation)
    if "more" in written or "against" in written or "clip" in written:
        return
    assert eval(written, {"__builtins__": {}}, WORDS) == pytest.approx(
        equation.value, rel=1e-9, abs=1e-12
    ), equation.text()


def assert_numbers_are_the_buffers(trace: Trace, number: int, equation: Equation) -> None:
    for piece in equation.numbers:
        if piece.value is None:
            continue
        assert piece.text == six_digits(piece.value)
        source = piece.source
        if source is not None and source.buffer[0] not in "Wb":
            assert source.position <= number
            assert trace.value(source.buffer, source.position)[source.index] == piece.value


def assert_all_explained(trace: Trace) -> None:
    for line in trace.lines:
        for focus in FOCI:
            explanation = explain(trace, line.number, focus)
            assert explanation.scalar
            assert explanation.matrix.symbols
            assert explanation.shapes
            for equation in explanation.scalar:
                assert_holds(equation)
                assert_numbers_are_the_buffers(trace, line.number, equation)
            assert (explanation.factors is not None) == (line.phase is Phase.BACKWARD)


@pytest.mark.parametrize("activation", TRAINABLE)
@pytest.mark.parametrize("loss", LOSSES)
def test_that_every_equation_holds_as_it_is_written(activation: str, loss: str) -> None:
    for rows in (1, 5, 40):
        assert_all_explained(record(recipe_for(network(activation, loss), rows)))


def test_that_the_step_is_explained_too() -> None:
    assert_all_explained(record(replace(recipe_for(network("step")), optimizer=None)))


@pytest.mark.parametrize(
    "options",
    [
        {"name": "sgd", "momentum": 0.9},
        {"name": "sgd", "momentum": 0.9, "dampening": 0.2, "weight_decay": 0.1},
        {"name": "sgd", "momentum": 0.9, "nesterov": True},
        {"name": "rmsprop"},
        {"name": "rmsprop", "centred": True, "momentum": 0.5},
        {"name": "adam", "weight_decay": 0.1},
        {"name": "adamw"},
        {"name": "adagrad"},
        {"name": "adam", "clip_norm": 0.01},
        {"name": "sgd", "clip_value": 0.01, "weight_decay": 0.1},
    ],
    ids=str,
)
def test_that_every_update_is_explained_row_by_row(options: dict[str, object]) -> None:
    rule = msgspec.convert({"learning_rate": 0.05, **options}, OptimizerSpec)
    recipe = replace(recipe_for(network()), optimizer=rule)
    for _ in range(3):
        trace = record(recipe)
        assert_all_explained(trace)
        for line in trace.lines_of(Phase.UPDATE):
            value = explain(trace, line.number, Focus(unit=1, source=2)).scalar[-1].value
            assert value == trace.value(line.line.writes[0])[2, 1]
        recipe = replace(recipe, optimizer_state=trace.state_after, step=recipe.step + 1)


def test_that_penalties_and_dropout_are_explained() -> None:
    layers = (LayerSpec(4, dropout=0.5), LayerSpec(2))
    spec = NetworkSpec(3, layers, "mean_squared_error", l1=0.01, l2=0.02)
    assert_all_explained(record(replace(recipe_for(spec), generator=np.random.default_rng(0))))


def test_that_patterns_are_there_for_every_row_of_the_tables() -> None:
    assert ACTIVATION_PATTERNS.keys() == DERIVATIVE_PATTERNS.keys() == ACTIVATIONS.keys()
    assert LOSS_PATTERNS.keys() == LOSS_GRADIENT_PATTERNS.keys() == LOSSES.keys()
    for name in OPTIMIZERS:
        for trains_biases in (True, False):
            rule = OptimizerSpec(name, 0.1, trains_biases=trains_biases)
            assert_all_explained(record(replace(recipe_for(network()), optimizer=rule)))


def test_that_a_gradient_is_local_times_downstream() -> None:
    trace = record(recipe_for(network("sigmoid"), rows=1))
    for line in trace.lines_of(Phase.BACKWARD):
        factors = explain(trace, line.number, Focus(unit=1, source=1)).factors
        assert factors is not None
        if line.line.kind is LineKind.LOSS_GRADIENT:
            assert factors.downstream.value == 1
            continue
        product = factors.local.value * factors.downstream.value
        assert factors.product.value == pytest.approx(product)
        for factor in (factors.local, factors.downstream):
            assert factor.source is not None
            assert factor.source.position < line.number


def test_that_the_chain_of_one_weight_can_be_followed() -> None:
    trace = record(recipe_for(network(), rows=1))
    made = trace.made_at("dW1")
    factors = explain(trace, made, Focus(unit=2, source=1)).factors
    assert factors is not None
    assert factors.local.value == trace.value("x")[0, 1]
    delta = factors.downstream
    assert delta.source is not None
    before = explain(trace, delta.source.position, Focus(unit=2)).factors
    assert before is not None
    assert before.product.value == delta.value
    assert before.local.value == trace.value("g1")[0, 2]


def test_that_the_equations_have_the_worked_example_s_numbers() -> None:
    spec = NetworkSpec(2, (LayerSpec(2, "tanh"), LayerSpec(1, "linear")), "binary_cross_entropy")
    parameters = np.array([0.5, -0.3, 0.2, 0.8, 0.1, -0.1, 0.7, -0.4, 0.2])
    trace = record(StepToRecord(spec, parameters, np.array([[1.0, 2.0]]), np.array([[1.0]]), SGD))
    texts = [explain(trace, i + 1, Focus()).scalar[-1].text() for i in range(len(trace.lines))]
    assert texts[0] == "z₁,₁ = Σᵢ xᵢ w₁,ᵢ,₁ + b₁,₁\nz₁,₁ = 1 · 0.5 + 2 · 0.2 + 0.1 = 1"
    assert any("−log(0.598605) = 0.513154" in text for text in texts)
    assert any("(0.598605 − 1) = −0.401395" in text for text in texts)
    assert any("0.761594 · (−0.401395) = −0.3057" in text for text in texts)
    assert any("0.7 − 0.1 · (−0.3057) = 0.73057" in text for text in texts)


def test_that_long_sums_leave_terms_out_and_say_how_many() -> None:
    spec = NetworkSpec(784, (LayerSpec(3, "relu"), LayerSpec(2, "linear")), "mean_squared_error")
    generator = np.random.default_rng(0)
    trace = record(
        StepToRecord(
            spec,
            ParameterLayout(spec).initial_vector(spec, 0, "float64"),
            generator.normal(size=(300, 784)),
            generator.normal(size=(300, 2)),
            SGD,
        )
    )
    equation = explain(trace, 1, Focus(source=400)).scalar[0]
    assert "… 387 more …" in equation.text()
    assert "… 381 more …" in equation.text()
    assert any(p.source is not None and p.source.index == (0, 400) for p in equation.numbers)


def test_that_tex_is_written_for_every_equation() -> None:
    trace = record(recipe_for(network("elu", "huber")))
    for line in trace.lines:
        for equation in explain(trace, line.number, Focus()).scalar:
            tex = equation.tex()
            assert tex.count("{") == tex.count("}")
            assert "«" not in tex
            assert "−" not in tex


def test_that_each_substep_of_the_lecture_is_taken() -> None:
    trace = record(recipe_for(network()))
    taken = {step for line in trace.lines for step in explain(trace, line.number, Focus()).substeps}
    assert taken == set(SUBSTEPS)


def test_that_a_focus_outside_moves_inside() -> None:
    trace = record(recipe_for(network()))
    assert within(trace, 1, Focus(99, 99, 99, 99)) == Focus(4, 3, 3, 0)
    with pytest.raises(IndexError, match="numbered from 1"):
        explain(trace, 0, Focus())


@pytest.mark.parametrize("loss", LOSSES)
def test_that_numbers_that_are_none_are_explained_too(loss: str) -> None:
    recipe = recipe_for(network("relu", loss))
    for bad in (np.inf, np.nan):
        inputs = recipe.inputs.copy()
        inputs[1] = bad
        trace = record(replace(recipe, inputs=inputs))
        for line in trace.lines:
            for focus in FOCI:
                assert explain(trace, line.number, replace(focus, sample=1)).title


def test_that_numbers_have_six_significant_digits() -> None:
    assert six_digits(-0.123456789) == "−0.123457"
    assert six_digits(1.5e-7) == "1.5e−7"
    assert six_digits(math.nan) == "not a number"
    assert six_digits(-math.inf) == "−∞"
    assert Piece("a", "a").value is None
