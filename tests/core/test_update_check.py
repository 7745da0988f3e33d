"""Updates against the definitions of the optimisers."""

import numpy as np
import pytest

from nnviz.core.fault_bench import after
from nnviz.core.program import Program
from nnviz.core.replay import flat, step_of
from nnviz.core.spec import OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.update_check import check_update
from nnviz.core.verdicts import Verdict
from tests.core.fault_cases import OPTIMIZERS, spec_of, step_with

SPEC = spec_of("tanh", "mean_squared_error", (2, 3, 1))


def after_steps(rule: OptimizerSpec, steps: int, dtype: str = "float64") -> Trace:
    """Return the last one of several steps with the same batch."""
    trace = step_with(SPEC, rule, dtype)
    for number in range(2, steps + 1):
        trace = record(
            StepToRecord(
                SPEC,
                flat(trace.layout, trace, ""),
                trace.value("x"),
                trace.value("t"),
                rule,
                optimizer_state=trace.state_after,
                step=number,
            )
        )
    return trace


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_that_updates_are_right_at_every_step(rule: OptimizerSpec, dtype: str) -> None:
    for steps in (1, 2, 7):
        found = check_update(after_steps(rule, steps, dtype))
        assert found is not None
        assert found.failures.size == 0
        assert found.at(0).verdict is Verdict.PASS


def test_that_a_wrong_update_is_found_where_it_is() -> None:
    def change(program: Program) -> Program:
        def move_a_weight() -> None:
            program.read("W2")[1, 0] += 1e-6

        *ops, update = program.ops
        return program.with_ops((*ops, after(update, move_a_weight)))

    trace = step_with(SPEC)
    found = check_update(record(step_of(trace, change)))
    assert found is not None
    place = trace.layout.blocks[1].start + 1
    np.testing.assert_array_equal(found.failures, [place])
    assert found.at(place).verdict is Verdict.FAIL
    assert found.at(place - 1).verdict is Verdict.PASS


def test_that_a_step_without_an_update_has_nothing_to_check() -> None:
    assert check_update(step_with(SPEC, None)) is None
