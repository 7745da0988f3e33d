"""Every fault is found by its check wherever it can be made, and nothing without one."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.core.bug_lab import is_same_step, shows
from nnviz.core.compiler import TRAINING, compile_program
from nnviz.core.equation import explain, within
from nnviz.core.faults import FAULTS, change_for, faults_for, inject, setup_of
from nnviz.core.gradient_chain import gradient_chain
from nnviz.core.layout import ParameterLayout
from nnviz.core.looking_glass import Focus
from nnviz.core.program import Phase
from nnviz.core.replay import step_of
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.step_check import Findings, check_step
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.update_check import check_update
from tests.core.fault_cases import OPTIMIZERS, networks, spec_of, step_with

CASES = [
    pytest.param(spec, OPTIMIZERS[number % len(OPTIMIZERS)], id=f"{number}")
    for number, spec in enumerate(networks())
]


def verdicts(trace: Trace) -> tuple[bool, bool]:
    """Return whether the gradients, and whether the update is right."""
    update = check_update(trace)
    return Findings(trace, check_step(trace)).is_right, update is None or not update.failures.size


def with_fault(trace: Trace, key: str) -> Trace:
    """Return the step with a fault."""
    return record(step_of(trace, change_for(key, setup_of(trace))))


@pytest.mark.parametrize(("spec", "rule"), CASES)
def test_that_nothing_is_reported_without_a_fault(spec: NetworkSpec, rule: OptimizerSpec) -> None:
    assert verdicts(step_with(spec, rule)) == (True, True)


@pytest.mark.parametrize(("spec", "rule"), CASES)
def test_that_every_fault_is_found_by_its_check_alone(
    spec: NetworkSpec, rule: OptimizerSpec
) -> None:
    trace = step_with(spec, rule)
    missed = []
    for fault in faults_for(setup_of(trace)):
        wrong = with_fault(trace, fault.key)
        is_gradient = fault.phase is Phase.BACKWARD
        expected = (not is_gradient, is_gradient)
        if verdicts(wrong) != expected:
            missed.append(fault.key)
    assert missed == []


def test_that_every_fault_of_the_table_is_made_somewhere() -> None:
    made = {
        fault.key
        for number, spec in enumerate(networks())
        for fault in faults_for(setup_of(step_with(spec, OPTIMIZERS[number % len(OPTIMIZERS)])))
    }
    assert made == set(FAULTS)
    assert len(FAULTS) >= 12


@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.name)
def test_that_faults_show_in_float32_too(rule: OptimizerSpec) -> None:
    spec = spec_of("tanh", "mean_squared_error", (3, 4, 4, 2))
    trace = step_with(spec, rule, "float32")
    assert verdicts(trace) == (True, True)
    for key in ("hidden_slope", "missing_mean", "loss_sign", "uphill", "fixed_rate"):
        is_gradient = FAULTS[key].phase is Phase.BACKWARD
        assert verdicts(with_fault(trace, key)) == (not is_gradient, is_gradient), key


def test_that_a_step_recorded_again_is_the_same_bit_for_bit() -> None:
    for number, spec in enumerate(networks()):
        trace = step_with(spec, OPTIMIZERS[number % len(OPTIMIZERS)])
        again = record(step_of(trace))
        for line, same in zip(trace.lines, again.lines, strict=True):
            for name, array in line.arrays.items():
                np.testing.assert_array_equal(array, same.arrays[name])


def test_that_the_forward_pass_has_no_fault() -> None:
    trace = step_with(spec_of("tanh", "mean_squared_error", (2, 3, 3, 2)))
    for fault in faults_for(setup_of(trace)):
        wrong = with_fault(trace, fault.key)
        for name in ("z1", "a1", "a3", "p", "L"):
            np.testing.assert_array_equal(wrong.value(name), trace.value(name))


def test_that_gradients_left_over_are_those_of_the_step_before() -> None:
    trace = step_with(spec_of("tanh", "mean_squared_error", (2, 3, 1)))
    left = np.arange(1.0, trace.layout.size + 1)
    wrong = record(step_of(trace, change_for("not_zeroed", setup_of(trace), left)))
    views = trace.layout.views(left)
    np.testing.assert_allclose(wrong.value("dW1"), trace.value("dW1") + views.weights[0])
    np.testing.assert_allclose(wrong.value("db2"), trace.value("db2") + views.biases[1])


def test_that_a_program_that_trains_gets_no_fault() -> None:
    spec = NetworkSpec(2, (LayerSpec(1, "linear"),))
    parameters = np.zeros(ParameterLayout(spec).size)
    program = compile_program(spec, parameters, 4, TRAINING, slots=3)
    setup = setup_of(step_with(spec))
    with pytest.raises(ValueError, match="a Program that trains has none"):
        inject(program, "loss_sign", setup)


def test_that_a_fault_that_cannot_be_made_is_refused_in_a_sentence() -> None:
    trace = step_with(spec_of("tanh", "mean_squared_error", (2, 3, 1)))
    with pytest.raises(ValueError, match="cannot be made in this network"):
        with_fault(trace, "leaky_slope")
    with pytest.raises(ValueError, match="did you mean 'leaky_slope'"):
        with_fault(trace, "leaky_slopes")


def test_that_every_fault_is_described() -> None:
    for key, fault in FAULTS.items():
        assert key == fault.key
        assert fault.words.endswith(".")
        assert fault.hint.endswith((".", "?"))
    assert len({fault.label for fault in FAULTS.values()}) == len(FAULTS)
    # Some were seen in programs that people learn from.
    assert sum(bool(fault.source) for fault in FAULTS.values()) >= 6


def test_that_two_steps_are_told_apart() -> None:
    trace = step_with(spec_of("tanh", "mean_squared_error", (2, 3, 1)))
    assert is_same_step(trace, record(step_of(trace)))
    assert not is_same_step(trace, with_fault(trace, "missing_two"))


@pytest.mark.parametrize("z", [0.5, 29.0])
def test_that_a_fault_shows_where_a_check_can_find_it(z: float) -> None:
    # At 29 the loss limits its gradient, and no difference tells anything.
    spec = NetworkSpec(1, (LayerSpec(1, "sigmoid"),), "binary_cross_entropy_of_probabilities")
    parameters, one = np.array([z, 0.0]), np.ones((1, 1))
    trace = record(StepToRecord(spec, parameters, one, 0 * one, OptimizerSpec("sgd", 0.1)))
    assert not shows(trace)
    assert shows(with_fault(trace, "loss_sign")) is (z < 1)
    assert shows(with_fault(trace, "uphill"))


@pytest.mark.parametrize("key", sorted(FAULTS))
def test_that_every_line_with_a_fault_can_be_explained(key: str) -> None:
    cases = (
        (step_with(spec, OPTIMIZERS[i % len(OPTIMIZERS)])) for i, spec in enumerate(networks())
    )
    trace = next(trace for trace in cases if FAULTS[key].applies(setup_of(trace)))
    wrong = with_fault(trace, key)
    for line in wrong.lines:
        explanation = explain(wrong, line.number, Focus(1, 1, 1))
        assert explanation.scalar
        gradient_chain(wrong, line.number, within(wrong, line.number, Focus(1, 1, 1)))


def test_that_the_user_guide_names_every_fault() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "user_guide" / "walk_check.md"
    text = guide.read_text(encoding="utf-8")
    assert [fault.label for fault in FAULTS.values() if f"| {fault.label} |" not in text] == []
    assert [fault.source for fault in FAULTS.values() if fault.source not in text] == []
    assert f"Of the {len(FAULTS)} faults" in text
