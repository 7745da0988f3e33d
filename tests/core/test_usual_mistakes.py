"""The usual mistakes: each is told from what comes out, with the trace's own numbers."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from nnviz.core.calls import FloatArray
from nnviz.core.equation import explain
from nnviz.core.layout import ParameterLayout
from nnviz.core.looking_glass import Focus
from nnviz.core.losses import LOSSES
from nnviz.core.program import LineKind
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.usual_mistakes import Diagnosis, diagnose, mistakes
from tests.core.test_trace import SGD, TRAINABLE, network, recipe_for

EVERY_KEY = {
    "added", "added_loss", "added_pieces", "averaged", "averaged_twice", "bias_sign",
    "binary_logarithm", "decimal_logarithm", "decimal_point", "derivative_at_a",
    "derivative_for_value", "derivative_of_identity", "doubled", "forgot_activation",
    "forgot_bias", "forgot_derivative", "forgot_downstream", "forgot_dropout",
    "forgot_gradient", "forgot_half", "forgot_input", "forgot_log", "forgot_penalty",
    "forgot_rate", "forgot_scale", "forgot_strength", "forgot_target", "forgot_two",
    "forgot_weights", "gradient_alone", "halved", "input_at_bias", "least_piece",
    "left_out_term", "log_likelihood_sign", "no_update", "other_activation", "other_sample",
    "penalty_sign", "plain_descent", "product_of_sums", "sign", "single_sample", "single_term",
    "step_alone", "step_size_alone", "summed", "swapped", "too_early", "transposed",
    "update_sign", "used_a_for_delta", "used_z_for_a", "used_z_for_derivative", "used_z_for_p",
    "value_for_derivative", "weight_for_input", "wrong_mean",
}  # fmt: skip


def square(loss: str = "mean_squared_error", rows: int = 5) -> Trace:
    """Record a step of a network of three layers with three units each."""
    output = LOSSES[loss].required_output or "sigmoid"
    spec = NetworkSpec(
        3, (LayerSpec(3, "tanh"), LayerSpec(3, "sigmoid"), LayerSpec(3, output)), loss,
        initial_bias=0.3,
    )  # fmt: skip
    generator = np.random.default_rng(4)
    targets = np.eye(3)[generator.integers(0, 3, rows)]
    parameters = ParameterLayout(spec).initial_vector(spec, 1, "float64")
    return record(StepToRecord(spec, parameters, generator.normal(size=(rows, 3)), targets, SGD))


def number_of(trace: Trace, kind: LineKind, layer: int = 1) -> int:
    """Return the number of a line."""
    return next(
        line.number
        for line in trace.lines
        if line.line.kind is kind and (line.line.layer == layer or kind is LineKind.LOSS)
    )


def found(trace: Trace, kind: LineKind, focus: Focus, guess: object, layer: int = 1) -> Diagnosis:
    """Return what is told of an answer."""
    assert isinstance(guess, float | np.floating)
    diagnosis = diagnose(trace, number_of(trace, kind, layer), focus, float(guess))
    assert diagnosis is not None
    return diagnosis


def buffers(trace: Trace, *names: str) -> Iterator[FloatArray]:
    """Return what buffers held at the end."""
    return (trace.value(name) for name in names)


AT = Focus(sample=2, unit=1, source=0)


def test_that_a_forgotten_slope_is_found() -> None:
    trace = square()
    (da,) = buffers(trace, "da1")
    told = found(trace, LineKind.THROUGH_ACTIVATION, AT, da[2, 1])
    assert told.key == "forgot_derivative"
    assert "f'(z)" in told.words
    w2, da2 = (trace.value("W2", 1), trace.value("da2"))
    told = found(trace, LineKind.TO_LAYER_BELOW, AT, da2[2] @ w2[1], layer=2)
    assert told.key == "forgot_derivative"
    inputs = trace.value("x")
    told = found(trace, LineKind.WEIGHT_GRADIENT, AT, inputs[:, 0] @ da[:, 1])
    assert told.key == "forgot_derivative"


def test_that_z_in_place_of_a_is_found() -> None:
    trace = square()
    z1, w2, b2 = trace.value("z1"), trace.value("W2", 1), trace.value("b2", 1)
    told = found(trace, LineKind.AFFINE, AT, z1[2] @ w2[:, 1] + b2[1], layer=2)
    assert told.key == "used_z_for_a"
    sample, unit = np.unravel_index(np.argmax(np.abs(z1)), z1.shape)
    there = Focus(int(sample), int(unit))
    told = found(trace, LineKind.LOCAL_GRADIENT, there, 1 - z1[sample, unit] ** 2)
    assert told.key == "used_z_for_a"
    told = found(trace, LineKind.WEIGHT_GRADIENT, AT, z1[:, 0] @ trace.value("dz2")[:, 1], layer=2)
    assert told.key == "used_z_for_a"


def test_that_a_transposed_matrix_is_found() -> None:
    trace = square()
    w1, b1, x = trace.value("W1", 1), trace.value("b1", 1), trace.value("x")
    told = found(trace, LineKind.AFFINE, AT, x[2] @ w1[1] + b1[1])
    assert told.key == "transposed"
    told = found(trace, LineKind.TO_LAYER_BELOW, AT, trace.value("dz1")[2] @ w1[:, 1])
    assert told.key == "transposed"
    told = found(trace, LineKind.WEIGHT_GRADIENT, AT, trace.value("dW1")[1, 0])
    assert told.key == "transposed"


def test_that_a_sum_in_place_of_the_mean_is_found() -> None:
    trace = square()
    told = found(trace, LineKind.LOSS, AT, float(trace.value("L")) * 15)
    assert told.key == "summed"
    told = found(trace, LineKind.WEIGHT_GRADIENT, AT, trace.value("dW1")[0, 1] * 5)
    assert told.key == "summed"
    assert "5 samples" in told.words
    w, dw = trace.value("W1", 1)[0, 1], trace.value("dW1")[0, 1]
    told = found(trace, LineKind.UPDATE, AT, w - 0.1 * 5 * dw)
    assert told.key == "summed"


def test_that_the_lecture_s_log_likelihood_sign_is_found() -> None:
    trace = square("softmax_cross_entropy")
    told = found(trace, LineKind.LOSS, AT, -float(trace.value("L")))
    assert told.key == "log_likelihood_sign"
    p, t = trace.value("p"), trace.value("t")
    told = found(trace, LineKind.LOSS_GRADIENT, AT, (t[2, 1] - p[2, 1]) / 5, layer=3)
    assert told.key == "log_likelihood_sign"
    w, dw = trace.value("W1", 1)[0, 1], trace.value("dW1")[0, 1]
    assert found(trace, LineKind.UPDATE, AT, w + 0.1 * dw).key == "update_sign"


def test_that_a_wrong_sign_and_a_slipped_point_are_found_everywhere() -> None:
    trace = square(rows=1)
    dz = trace.value("dz1")[0, 1]
    assert found(trace, LineKind.THROUGH_ACTIVATION, Focus(0, 1), -dz).key == "sign"
    told = found(trace, LineKind.THROUGH_ACTIVATION, Focus(0, 1), dz * 100)
    assert told.key == "decimal_point"


def test_that_forgetting_in_the_update_is_found() -> None:
    trace = square()
    w, dw = trace.value("W1", 1)[0, 1], trace.value("dW1")[0, 1]
    assert found(trace, LineKind.UPDATE, AT, w - dw).key == "forgot_rate"
    assert found(trace, LineKind.UPDATE, AT, -0.1 * dw).key == "step_alone"
    assert found(trace, LineKind.UPDATE, AT, dw).key == "gradient_alone"


def test_that_logarithms_of_another_base_are_found() -> None:
    trace = square("softmax_cross_entropy")
    loss = float(trace.value("L"))
    assert found(trace, LineKind.LOSS, AT, loss / math.log(10)).key == "decimal_logarithm"
    assert found(trace, LineKind.LOSS, AT, loss / math.log(2)).key == "binary_logarithm"


def test_that_nothing_is_made_up_for_other_numbers() -> None:
    trace = square()
    assert diagnose(trace, 1, AT, 123.456) is None
    value = explain(trace, 1, AT).scalar[-1].value
    assert value is not None
    assert diagnose(trace, 1, AT, value) is None


def traces() -> Iterator[Trace]:
    """Yield steps in which every mistake can be made."""
    for loss in LOSSES:
        for rows in (1, 5):
            yield record(recipe_for(network("tanh", loss), rows))
            if LOSSES[loss].takes_classes or LOSSES[loss].for_values:
                yield square(loss, rows)
    for activation in TRAINABLE:
        yield record(recipe_for(network(activation, "half_mean_squared_error")))
    layers = (LayerSpec(4, dropout=0.5), LayerSpec(2))
    spec = NetworkSpec(3, layers, "mean_squared_error", l1=0.01, l2=0.02)
    yield record(replace(recipe_for(spec), generator=np.random.default_rng(0)))
    momentum = OptimizerSpec("sgd", 0.1, momentum=0.9)
    recipe = replace(recipe_for(network()), optimizer=momentum)
    trace = record(recipe)
    yield record(replace(recipe, optimizer_state=trace.state_after, step=2))


def test_that_every_mistake_can_be_recognised() -> None:
    recognised: set[str] = set()
    offered: set[str] = set()
    for trace in traces():
        for line in trace.lines:
            for focus in (Focus(), AT, Focus(3, 1, 1, 1), Focus(1, 0, 99)):
                for mistake in mistakes(trace, line.number, focus):
                    offered.add(mistake.key)
                    assert mistake.words.endswith(".")
                    if mistake.key in recognised:
                        continue
                    told = diagnose(trace, line.number, focus, mistake.value)
                    recognised |= {told.key} if told is not None else set()
    assert recognised == offered == EVERY_KEY


@pytest.mark.parametrize("loss", LOSSES)
def test_that_a_right_answer_is_never_called_a_mistake(loss: str) -> None:
    trace = record(recipe_for(network("tanh", loss)))
    for line in trace.lines:
        value = explain(trace, line.number, AT).scalar[-1].value
        if value:
            assert diagnose(trace, line.number, AT, value) is None
