"""A walk stops where a person wants it to."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.core.conditions import (
    AnyOf,
    Breakpoints,
    Comparison,
    Condition,
    PlaceCondition,
    Quantity,
    ValueCondition,
)
from nnviz.core.program import LineKind, Phase
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record


@pytest.fixture
def trace() -> Trace:
    """Return the lecture's worked example."""
    spec = NetworkSpec(2, (LayerSpec(2, "tanh"), LayerSpec(1, "linear")), "binary_cross_entropy")
    parameters = np.array([0.5, -0.3, 0.2, 0.8, 0.1, -0.1, 0.7, -0.4, 0.2])
    return record(
        StepToRecord(
            spec, parameters, np.array([[1.0, 2.0]]), np.array([[1.0]]), OptimizerSpec("sgd", 0.1)
        )
    )


def met(condition: Condition, trace: Trace) -> list[str]:
    """Return the formulas of the lines at which a condition is met."""
    return [line.line.formula for line in trace.lines if condition.is_met(trace, line.number)]


def test_that_a_small_delta_stops_at_the_line_that_made_it(trace: Trace) -> None:
    # |dz2| is 0.401, and the smaller |dz1| 0.049.
    small = ValueCondition(Quantity.DELTA, Comparison.BELOW, 0.05)
    assert met(small, trace) == ["dz1 = da1 * g1"]
    assert met(replace(small, number=0.04), trace) == []
    large = ValueCondition(Quantity.DELTA, Comparison.ABOVE, 0.4)
    assert met(large, trace) == ["dz2 = dL/dz2"]


def test_that_the_loss_is_compared_where_it_is_known(trace: Trace) -> None:
    below = ValueCondition(Quantity.LOSS, Comparison.BELOW, 0.5132)
    assert met(below, trace) == ["L = binary cross-entropy(a2, t)"]
    assert met(replace(below, number=0.513), trace) == []


def test_that_the_loss_includes_the_penalty(trace: Trace) -> None:
    spec = NetworkSpec(1, (LayerSpec(1, "linear"),), l2=2.0)
    step = StepToRecord(spec, np.array([1.0, 0.0]), np.ones((1, 1)), np.ones((1, 1)))
    condition = ValueCondition(Quantity.LOSS, Comparison.AT_LEAST, 1.0)
    stepped = record(step)
    assert met(condition, stepped) == ["R = L2 penalty of W1"]


def test_that_the_norm_of_the_gradient_is_compared_at_the_end_of_the_backward_phase(
    trace: Trace,
) -> None:
    names = ("dW1", "db1", "dW2", "db2")
    norm = float(np.sqrt(sum((trace.value(name) ** 2).sum() for name in names)))
    above = ValueCondition(Quantity.GRADIENT_NORM, Comparison.AT_LEAST, norm * (1 - 1e-12))
    (last,) = met(above, trace)
    assert last == trace.lines_of(Phase.BACKWARD)[-1].line.formula
    assert met(replace(above, number=norm * (1 + 1e-12)), trace) == []


def test_that_any_buffer_may_be_compared_with_its_sign_or_without(trace: Trace) -> None:
    weights = ValueCondition(Quantity.BUFFER, Comparison.BELOW, -0.3, buffer="dW2")
    assert met(weights, trace) == ["dW2 = a1^T dz2; db2 = sum dz2"]
    assert met(replace(weights, comparison=Comparison.ABOVE, number=0.3), trace) == []
    sizes = replace(weights, comparison=Comparison.ABOVE, number=0.3, takes_size=True)
    assert met(sizes, trace) == ["dW2 = a1^T dz2; db2 = sum dz2"]


def test_that_what_is_not_a_number_stops(trace: Trace) -> None:
    condition = ValueCondition(Quantity.BUFFER, Comparison.NOT_FINITE, buffer="z1")
    assert met(condition, trace) == []
    step = StepToRecord(trace.spec, np.full(9, np.nan), np.ones((1, 2)), np.ones((1, 1)))
    assert met(condition, record(step)) == ["z1 = x W1 + b1"]


def test_that_a_place_is_where_it_begins(trace: Trace) -> None:
    (number,) = (
        line.number
        for line in trace.lines
        if PlaceCondition(Phase.BACKWARD, 2).is_met(trace, line.number)
    )
    assert trace.lines[number - 1].line.kind is LineKind.LOSS_GRADIENT
    assert met(PlaceCondition(Phase.BACKWARD, 1), trace) == ["dz1 = da1 * g1"]
    assert met(PlaceCondition(Phase.UPDATE), trace) == ["W1, b1 = update(W1, b1, dW1, db1)"]
    assert met(PlaceCondition(Phase.FORWARD, 3), trace) == []


def test_that_breakpoints_and_conditions_combine(trace: Trace) -> None:
    either = AnyOf((Breakpoints(frozenset({2, 4})), PlaceCondition(Phase.UPDATE)))
    numbers = [line.number for line in trace.lines if either.is_met(trace, line.number)]
    assert numbers[:2] == [2, 4]
    assert len(numbers) == 3


def test_that_conditions_say_what_they_are() -> None:
    delta = ValueCondition(Quantity.DELTA, Comparison.BELOW, 1e-3)
    assert delta.sentence() == "when |delta| < 0.001"
    kept = ValueCondition(Quantity.BUFFER, Comparison.NOT_FINITE, buffer="dz1", takes_size=True)
    assert kept.sentence() == "when |dloss_sum1| is not a number"
    place = PlaceCondition(Phase.BACKWARD, 2)
    assert place.sentence() == "at layer 2 backward"
    assert AnyOf((Breakpoints(frozenset({4, 2})), place)).sentence() == (
        "at line 2, 4 or at layer 2 backward"
    )
    with pytest.raises(ValueError, match="choose the variable"):
        ValueCondition(Quantity.BUFFER)
