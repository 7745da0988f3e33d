"""The check of a recorded step passes right steps, whatever was drawn, at either precision."""

import numpy as np
import pytest

from nnviz.core.calls import FloatArray
from nnviz.core.losses import LOSSES
from nnviz.core.replay import flat
from nnviz.core.step_check import Findings, check_step
from nnviz.core.targets import checked_targets
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.update_check import check_update
from nnviz.core.verdicts import Comparison, Verdict
from tests.core.fault_cases import OPTIMIZERS
from tests.core.test_gradcheck import random_network


def learning(seed: int, dtype: str, steps: int) -> list[Trace]:
    """Return the first and the last of some steps of a network drawn over all tables."""
    network, inputs, targets = random_network(seed)
    spec, rule = network.spec, OPTIMIZERS[seed % len(OPTIMIZERS)]
    rows, kind = len(inputs), np.dtype(dtype)
    coded = checked_targets(targets, LOSSES[spec.loss], rows, spec.output_size, kind)
    parameters: FloatArray = network.parameters.astype(dtype)
    state: dict[str, FloatArray] = {}
    traces = []
    for step in range(1, steps + 1):
        recipe = StepToRecord(
            spec, parameters, inputs.astype(dtype), coded, rule, optimizer_state=state, step=step
        )
        traces.append(record(recipe))
        parameters, state = flat(traces[-1].layout, traces[-1], ""), dict(traces[-1].state_after)
    return [traces[0], traces[-1]]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_that_random_networks_pass_while_they_learn(dtype: str) -> None:
    for seed in range(120):
        for trace in learning(seed, dtype, 12):
            update = check_update(trace)
            assert Findings(trace, check_step(trace)).is_right, (seed, trace.step)
            assert update is not None
            assert update.failures.size == 0, (seed, trace.step)


def test_that_what_is_no_number_on_both_sides_says_nothing() -> None:
    nan = float("nan")
    assert Comparison(nan, nan, nan).verdict is Verdict.UNSURE
    assert Comparison(nan, 1.0, nan).verdict is Verdict.FAIL
    assert Comparison(1.0, nan, nan).verdict is Verdict.FAIL
