"""The code of a step computes, when it is run, the very numbers of the trace."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.code_names import variable_name
from nnviz.core.code_script import array_literal, data_of, script_of
from nnviz.core.code_tables import ACTIVATION_CODE, LOSS_CODE, PENALTY_CODE
from nnviz.core.code_update import OPTIMIZER_CODE, SCHEDULE_CODE
from nnviz.core.code_variables import variables_at
from nnviz.core.layout import ParameterLayout
from nnviz.core.losses import LOSSES
from nnviz.core.numpy_code import code_for, code_of, head_of
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.program import LineKind
from nnviz.core.regularizers import REGULARIZERS
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec, ScheduleSpec
from nnviz.core.trace import StepToRecord, Trace, record
from tests.core.test_trace import targets_for

SGD = OptimizerSpec("sgd", 0.1)
OPTIMIZER_OPTIONS = (
    {"name": "sgd", "momentum": 0.9},
    {"name": "sgd", "momentum": 0.9, "nesterov": True},
    {"name": "sgd", "momentum": 0.9, "dampening": 0.5},
    {"name": "sgd", "clip_value": 0.01, "weight_decay": 0.1},
    {"name": "rmsprop", "centred": True, "momentum": 0.5},
    {"name": "adam", "weight_decay": 0.1, "clip_norm": 0.05},
    {"name": "sgd", "momentum": 0.9, "clip_norm": 0.05, "trains_biases": False},
    {"name": "adamw", "trains_biases": False},
    {"name": "adam", "beta1": 0.0, "epsilon": 1e-4},
    {"name": "sgd", "trains_biases": False},
    {"name": "sgd", "momentum": 0.9, "trains_biases": False},
    {"name": "adamw", "clip_norm": 0.05, "trains_biases": False},
    *({"name": name} for name in OPTIMIZERS),
)


def network(
    activation: str = "tanh", loss: str = "mean_squared_error", **options: Any
) -> NetworkSpec:
    output = LOSSES[loss].required_output or "linear"
    layers = (
        LayerSpec(4, activation, pieces=3),
        LayerSpec(4, activation, pieces=3),
        LayerSpec(2, output),
    )
    return NetworkSpec(3, layers, loss, **options)


def recipe(
    spec: NetworkSpec, rule: OptimizerSpec | None = SGD, rows: int = 5, dtype: str = "float64"
) -> StepToRecord:
    generator = np.random.default_rng(3)
    parameters = ParameterLayout(spec).initial_vector(spec, 1, dtype)
    parameters += generator.normal(0, 0.1, parameters.size).astype(dtype)
    inputs = 2 * generator.normal(size=(rows, 3))
    return StepToRecord(spec, parameters, inputs, targets_for(spec.loss, rows), rule)


def next_recipe(step: StepToRecord, trace: Trace) -> StepToRecord:
    vector = np.concatenate(
        [
            np.vstack([trace.value(f"W{i}"), trace.value(f"b{i}")]).ravel()
            for i in range(1, len(trace.spec.layers) + 1)
        ]
    )
    return replace(step, parameters=vector, optimizer_state=trace.state_after, step=trace.step + 1)


def assert_code_makes_the_trace(trace: Trace, tolerance: float = 1e-12) -> dict[str, Any]:
    """Run the code row by row; compare each variable with its buffer when it is written."""
    names: dict[str, Any] = {}
    exec("\n".join(row.text for row in head_of(trace)), names)
    for name, array in data_of(trace).items():
        exec(f"{name} = {array_literal(array)}", names)
    with np.errstate(all="ignore"):
        for line in trace.lines:
            exec("\n".join(code_of(trace, line.number)), names)
            for variable in variables_at(trace, line.number):
                # Where it is near 0 for cancelling terms, the size of the others counts.
                size = float(np.abs(variable.value).max())
                np.testing.assert_allclose(
                    names[variable.name],
                    variable.value,
                    rtol=tolerance,
                    atol=tolerance * min(size, 1.0),
                    err_msg=f"line {line.number}: {variable.name}",
                )
                assert np.shape(names[variable.name]) == variable.value.shape
    return names


def test_that_every_row_of_the_tables_has_its_code() -> None:
    assert ACTIVATION_CODE.keys() == ACTIVATIONS.keys()
    assert LOSS_CODE.keys() == LOSSES.keys()
    assert PENALTY_CODE.keys() == REGULARIZERS.keys()
    assert OPTIMIZER_CODE.keys() == OPTIMIZERS.keys()
    assert SCHEDULE_CODE.keys() == SCHEDULES.keys()


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_that_the_code_of_every_activation_is_right(activation: str, rows: int) -> None:
    rule = SGD if ACTIVATIONS[activation].trainable else None
    assert_code_makes_the_trace(record(recipe(network(activation), rule, rows)))


@pytest.mark.parametrize("activation", ["leaky_relu", "elu"])
def test_that_the_code_takes_the_layer_s_own_alpha(activation: str) -> None:
    spec = NetworkSpec(3, (LayerSpec(6, activation, 0.3), LayerSpec(2, activation, 1.7)))
    assert_code_makes_the_trace(record(recipe(spec)))


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("loss", LOSSES)
def test_that_the_code_of_every_loss_is_right(loss: str, rows: int) -> None:
    assert_code_makes_the_trace(record(recipe(network("tanh", loss), rows=rows)))


@pytest.mark.parametrize("loss", LOSSES)
def test_that_the_code_is_right_for_confident_outputs(loss: str) -> None:
    step = recipe(network("tanh", loss))
    if not LOSSES[loss].needs_probabilities:
        step = replace(step, parameters=step.parameters * 12)
    assert_code_makes_the_trace(record(step))


@pytest.mark.parametrize("options", OPTIMIZER_OPTIONS, ids=str)
def test_that_the_code_of_every_optimiser_is_right_step_after_step(
    options: dict[str, Any],
) -> None:
    step = recipe(network(), OptimizerSpec(**{"learning_rate": 0.05, **options}))
    for _ in range(3):
        trace = record(step)
        assert_code_makes_the_trace(trace)
        step = next_recipe(step, trace)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_that_the_code_makes_the_schedule_s_rate(schedule: str) -> None:
    rule = OptimizerSpec("sgd", 0.2, schedule=ScheduleSpec(schedule, 10, 0.5))
    step = recipe(network(), rule)
    for count in range(14):
        trace = record(step)
        names = assert_code_makes_the_trace(trace)
        assert names["learning_rate"] == pytest.approx(trace.learning_rate, rel=1e-14)
        step = next_recipe(step, trace)
        assert count == trace.step - 1


def test_that_the_code_has_a_learning_rate_that_was_changed_on_the_way() -> None:
    step = replace(recipe(network()), learning_rate=0.037)
    assert assert_code_makes_the_trace(record(step))["learning_rate"] == 0.037


@pytest.mark.parametrize("options", [{"l1": 0.1}, {"l2": 0.1}, {"l1": 0.1, "l2": 0.3}], ids=str)
def test_that_the_code_of_the_penalties_is_right(options: dict[str, Any]) -> None:
    trace = record(recipe(network("maxout", **options)))
    names = assert_code_makes_the_trace(trace)
    assert names["total_loss"] == pytest.approx(trace.loss, rel=1e-13)


def test_that_the_code_is_given_the_mask_of_dropout() -> None:
    spec = NetworkSpec(3, (LayerSpec(9, dropout=0.4), LayerSpec(6, dropout=0.2), LayerSpec(2)))
    trace = record(replace(recipe(spec), generator=np.random.default_rng(0)))
    names = assert_code_makes_the_trace(trace)
    assert 0 in names["mask1"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_that_the_code_of_single_precision_keeps_it(activation: str) -> None:
    rule = SGD if ACTIVATIONS[activation].trainable else None
    trace = record(recipe(network(activation), rule, dtype="float32"))
    names = assert_code_makes_the_trace(trace, 3e-5)
    for name in set(trace.names) - {"L"}:
        assert names[variable_name(name)].dtype == trace.value(name).dtype


def test_that_every_row_belongs_to_its_line_in_order() -> None:
    trace = record(recipe(network()))
    numbers = [row.line_number for row in code_for(trace) if row.line_number]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, len(trace.lines) + 1))
    for line in trace.lines:
        written = {
            name
            for row in code_for(trace)
            if row.line_number == line.number
            for name in row.variables
        }
        assert {variable_name(name) for name in line.line.writes} <= written
        known = {variable.name for variable in variables_at(trace, line.number)}
        assert {variable_name(name) for name in line.line.reads} <= known


def test_that_the_code_has_the_lecture_s_words() -> None:
    spec = NetworkSpec(2, (LayerSpec(2, "tanh"), LayerSpec(1, "tanh")))
    step = StepToRecord(spec, np.ones(9), np.ones((4, 2)), np.ones((4, 1)), SGD)
    rows = [row.text for row in code_for(record(step))]
    for row in (
        "# --- forward pass ---",
        "# evaluate the model on the data",
        "sum1 = x @ W1 + b1",
        "out1 = np.tanh(sum1)",
        "# calculate local gradients, save ins and outs",
        "local1 = 1 - out1**2",
        "# calculate the final loss",
        "# --- backward pass ---",
        "# calculate the final loss gradient",
        "# propagate gradients backward, multiply downstream by local",
        "dloss_sum2 = dloss_out2 * local2",
        "dloss_W2 = out1.T @ dloss_sum2",
        "dloss_b2 = dloss_sum2.sum(axis=0)",
        "dloss_out1 = dloss_sum2 @ W2.T",
        "dloss_x = dloss_sum1 @ W1.T",
        "# --- optimise ---",
        "W2 = W2 - learning_rate * dloss_W2",
    ):
        assert row in rows
    assert [row.text for row in head_of(record(step))] == [
        "import numpy as np",
        "",
        "learning_rate = 0.1",
    ]


def test_that_the_script_of_a_step_runs_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    spec = network("gelu", l2=0.01)
    rule = OptimizerSpec("adam", 0.05, schedule=ScheduleSpec("one_cycle", 10))
    trace = record(recipe(spec, rule))
    names: dict[str, Any] = {}
    exec(compile(script_of(trace), "step.py", "exec"), names)
    assert float(capsys.readouterr().out.split()[-1]) == pytest.approx(trace.loss, rel=1e-13)
    for number in (1, 2, 3):
        np.testing.assert_allclose(names[f"W{number}"], trace.value(f"W{number}"), rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", [(), (1,), (3,), (9,), (2, 1), (3, 7), (2, 3, 5)])
def test_that_an_array_is_written_bit_for_bit(shape: tuple[int, ...], dtype: str) -> None:
    array = np.array(np.random.default_rng(0).normal(size=shape), dtype=dtype)
    if array.size > 2:
        array.ravel()[:2] = np.nan, -np.inf
    written = eval(array_literal(array), {"np": np})
    assert written.dtype == array.dtype
    assert np.array_equal(written, array, equal_nan=True)


def test_that_a_variable_changes_when_its_line_is_done() -> None:
    trace = record(recipe(network(), OptimizerSpec("sgd", 0.1, 0.9)))
    update = next(line for line in trace.lines if line.line.kind is LineKind.UPDATE)

    def values(position: int) -> dict[str, tuple[float, int]]:
        return {v.name: (float(v.value.sum()), v.made_at) for v in variables_at(trace, position)}

    before, after = values(update.number - 1), values(update.number)
    assert before["W1"] == (float(trace.value("W1", 0).sum()), 0)
    assert after["W1"][1] == after["velocity_W1"][1] == update.number
    assert before["velocity_W1"] == (0.0, 0)
    assert after["velocity_W1"][0] == pytest.approx(float(trace.value("dW1").sum()))
    assert "sum1" not in values(0)


def test_that_a_line_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError, match="from 1"):
        code_of(record(recipe(network())), 0)
