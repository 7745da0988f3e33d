"""Single gradients against central differences, and the curve of their errors."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.core.equation import within
from nnviz.core.faults import change_for, setup_of
from nnviz.core.looking_glass import Focus
from nnviz.core.probe import Entry, Probe, entry_at, parameter_entry
from nnviz.core.program import LineKind, Phase
from nnviz.core.replay import step_of
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.step_check import Findings, check_step, start_check
from nnviz.core.step_size_curve import StepSizeCurve
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.verdicts import Comparison, Verdict, relative_error
from tests.core.fault_cases import networks, spec_of, step_with

FOCI = (Focus(0, 0, 0), Focus(3, 1, 2, 1), Focus(7, 9, 99, 2))
SPEC = spec_of("tanh", "mean_squared_error", (2, 3, 3, 2))


def single_unit(z: float, target: float = 5.0) -> Trace:
    """Return a step of one ReLU unit with this pre-activation."""
    spec = NetworkSpec(1, (LayerSpec(1, "relu"), LayerSpec(1, "linear")))
    parameters = np.array([1.0, 0.0, 2.0, 0.0])
    return record(StepToRecord(spec, parameters, np.array([[z]]), np.array([[target]])))


@pytest.mark.parametrize("spec", tuple(networks()))
def test_that_every_gradient_of_every_line_passes(spec: NetworkSpec) -> None:
    trace = step_with(spec)
    probe = Probe(trace)
    checked = set()
    for line in trace.lines:
        for focus in FOCI:
            entry = entry_at(trace, line.number, within(trace, line.number, focus))
            if entry is not None:
                found = probe.compare(entry)
                assert found.verdict in (Verdict.PASS, Verdict.UNSURE), (entry, found)
                checked.add(line.line.kind)
    assert {line.line.kind for line in trace.lines_of(Phase.BACKWARD)} <= checked
    assert LineKind.LOCAL_GRADIENT in checked


def test_that_a_single_gradient_is_the_one_of_the_whole_check() -> None:
    trace = step_with(spec_of("sigmoid", "binary_cross_entropy", (2, 3, 2), l2=0.1))
    check = check_step(trace)
    views = trace.layout.views(check.numeric)
    probe = Probe(trace)
    entry = parameter_entry(trace, 1, 1, 2)
    assert entry.gradient == "dW1"
    assert probe.compare(entry).measured == pytest.approx(views.weights[0][1, 2], rel=1e-6)
    bias = parameter_entry(trace, 2, 3, 1)
    assert (bias.gradient, bias.index) == ("db2", (1,))
    assert probe.compare(bias).measured == pytest.approx(views.biases[1][1], rel=1e-6)


def test_that_a_gradient_before_its_penalty_is_that_of_the_loss_alone() -> None:
    trace = step_with(spec_of("tanh", "mean_squared_error", (2, 3, 1), l2=0.5))
    first = next(line for line in trace.lines if line.line.kind is LineKind.WEIGHT_GRADIENT)
    probe = Probe(trace)
    early = parameter_entry(trace, 2, 0, 0, position=first.number)
    late = parameter_entry(trace, 2, 0, 0)
    assert probe.quotient(late, 1e-5) - probe.quotient(early, 1e-5) == pytest.approx(
        0.5 * trace.value("W2", 0)[0, 0] + 0.25 * np.sign(trace.value("W2", 0)[0, 0]), rel=1e-5
    )
    assert probe.compare(early).verdict is Verdict.PASS
    assert probe.compare(late).verdict is Verdict.PASS


def test_that_a_wrong_gradient_fails_at_every_step_size() -> None:
    trace = step_with(SPEC)
    wrong = record(step_of(trace, change_for("hidden_slope", setup_of(trace))))
    probe, entry = Probe(wrong), parameter_entry(wrong, 1, 0, 0)
    for step in (1e-3, 1e-5, 1e-7):
        assert probe.compare(entry, step).verdict is Verdict.FAIL


def test_that_a_step_across_a_kink_is_no_failure() -> None:
    entry = parameter_entry(single_unit(1e-7), 1, 1, 0)
    found = Probe(single_unit(1e-7)).compare(entry)
    assert found.verdict is Verdict.KINK
    assert found.has_kink


def test_that_a_step_that_is_too_large_or_too_small_is_told_from_a_wrong_gradient() -> None:
    trace = step_with(SPEC)
    probe, entry = Probe(trace), parameter_entry(trace, 1, 0, 0)
    assert probe.compare(entry, 0.3).verdict is Verdict.UNSURE
    assert probe.compare(entry, 1e-5).verdict is Verdict.PASS


def test_that_lines_without_a_gradient_have_none() -> None:
    trace = step_with(SPEC)
    kinds = {
        line.line.kind for line in trace.lines if entry_at(trace, line.number, Focus()) is None
    }
    assert kinds == {LineKind.AFFINE, LineKind.ACTIVATION, LineKind.LOSS, LineKind.UPDATE}
    assert entry_at(trace, 0, Focus()) is None


def test_that_a_gradient_knows_by_what_it_is_the_derivative() -> None:
    moved = {name: Entry(name, (0, 0), 0).moved for name in ("dW2", "db1", "dx", "dz2", "g3")}
    assert moved == {"dW2": "W2", "db1": "b1", "dx": "x", "dz2": "z2", "g3": "z3"}


def test_that_the_whole_check_can_be_done_in_parts() -> None:
    trace = step_with(spec_of("relu", "mean_squared_error", (30, 40, 20, 2), l2=0.1))
    running = start_check(trace)
    parts = 0
    while not running.advance(lambda: True):
        parts += 1
        assert 0 < running.done <= running.total
    assert parts > 3
    np.testing.assert_array_equal(running.result.numeric, check_step(trace).numeric)


def test_that_a_check_that_is_not_done_has_no_result() -> None:
    running = start_check(step_with(SPEC))
    assert not running.is_done
    with pytest.raises(LookupError, match="not done"):
        _ = running.result


def test_that_the_worst_parameters_come_first() -> None:
    trace = step_with(SPEC)
    wrong = record(step_of(trace, change_for("rows_out_of_step", setup_of(trace))))
    findings = Findings(wrong, check_step(wrong))
    assert not findings.is_right
    errors = [findings.at(index).error for index in findings.worst(8)]
    assert errors == sorted(errors, reverse=True)
    # The weights of the first layer, and neither its biases nor other layers.
    block = trace.layout.blocks[0]
    weights = set(range(block.start, block.stop - block.fan_out))
    assert set(findings.worst(6)) == weights
    assert findings.worst_of_layer(1) == findings.worst(1)[0]
    assert findings.at(findings.worst_of_layer(2)).verdict is Verdict.PASS


def test_that_kinks_are_counted_and_left_out() -> None:
    trace = single_unit(1e-7)
    findings = Findings(trace, check_step(trace))
    assert findings.is_right
    assert findings.kinks_of_layer(1) == 1
    assert findings.kinks_of_layer(2) == 0
    assert all(findings.at(index).verdict is Verdict.PASS for index in findings.worst())


def test_that_a_small_number_that_rounding_explains_hides_no_wrong_one() -> None:
    trace = step_with(SPEC, dtype="float32")
    check = check_step(trace)
    largest, smallest = (int(place(np.abs(check.analytic[:9]))) for place in (np.argmax, np.argmin))
    wrong, errors = check.analytic.copy(), check.relative_errors.copy()
    wrong[largest] *= 1.01
    errors[largest], errors[smallest] = 0.01, 0.5
    findings = Findings(trace, replace(check, analytic=wrong, relative_errors=errors))
    assert findings.at(smallest).verdict is Verdict.PASS
    assert findings.worst_of_layer(1) == largest
    assert findings.at(largest).verdict is Verdict.FAIL
    assert findings.worst(1) == (largest,)
    assert not findings.is_right


@pytest.mark.parametrize(
    ("z", "verdict"), [(3.0, Verdict.PASS), (14.0, Verdict.UNSURE), (29.0, Verdict.LIMITED)]
)
def test_that_a_sure_output_is_no_failure(z: float, verdict: Verdict) -> None:
    spec = NetworkSpec(1, (LayerSpec(1, "sigmoid"),), "binary_cross_entropy_of_probabilities")
    one = np.ones((1, 1))
    trace = record(StepToRecord(spec, np.array([z, 0.0]), one, 0 * one))
    findings = Findings(trace, check_step(trace))
    assert findings.is_right
    assert findings.at(0).verdict is verdict
    assert Probe(trace).compare(parameter_entry(trace, 1, 0, 0)).verdict is verdict


def test_that_the_curve_of_errors_has_two_branches() -> None:
    spec = NetworkSpec(
        4, (LayerSpec(8), LayerSpec(6), LayerSpec(1, "linear")), "binary_cross_entropy"
    )
    trace = step_with(spec, OptimizerSpec("sgd", 0.1))
    curve = StepSizeCurve(trace, parameter_entry(trace, 1, 0, 0))
    assert curve.advance()
    best, coarse = curve.best("float64"), curve.best("float32")
    assert best is not None
    assert coarse is not None
    assert 1e-7 < best < 1e-4 < coarse < 1e-1
    large, small = (curve.error_near("float64", step) for step in (1e-2, 1e-3))
    assert large is not None
    assert small is not None
    assert np.log10(large / small) == pytest.approx(2, abs=0.1)
    assert np.nanmedian(curve.truncation() / curve.steps**2) > 0
    # Rounding explains the other branch within a factor of a few hundred.
    tiny = curve.steps < 1e-9
    ratio = curve.errors["float64"][tiny] / curve.rounding("float64")[tiny]
    assert 0.001 < float(np.nanmedian(ratio)) < 100
    assert "good" in curve.advice(best)
    assert "truncation" in curve.advice(0.5)
    assert "round-off" in curve.advice(1e-12)


def test_that_no_step_size_helps_a_wrong_gradient() -> None:
    trace = step_with(SPEC)
    wrong = record(step_of(trace, change_for("loss_sign", setup_of(trace))))
    curve = StepSizeCurve(wrong, parameter_entry(wrong, 1, 0, 0))
    assert curve.advice(1e-5) == ""
    assert not curve.advance(lambda: True)
    assert curve.advance()
    assert "another one" in curve.advice(1e-12)


def test_that_equal_numbers_have_no_error() -> None:
    assert relative_error(0.0, 0.0) == 0.0
    assert Comparison(1.0, 1.0, 0.0).verdict is Verdict.PASS
    assert Comparison(float("nan"), 1.0, float("nan")).verdict is Verdict.FAIL
