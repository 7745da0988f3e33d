"""Schedules and clipping against PyTorch's numbers; state and refusals."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from nnviz.core.optimizers import OPTIMIZERS, BoundOptimizer, bind_optimizer
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import OptimizerSpec, ScheduleSpec

DATA = Path(__file__).parents[1] / "data"
RATES = json.loads((DATA / "schedules.json").read_text(encoding="utf-8"))
CLIPPING = json.loads((DATA / "reference_cases.json").read_text(encoding="utf-8"))["cases"]


def bound(spec: OptimizerSpec, size: int = 6) -> tuple[np.ndarray, np.ndarray, BoundOptimizer]:
    generator = np.random.default_rng(1)
    parameters, gradients = generator.normal(size=size), generator.normal(size=size)
    return parameters, gradients, bind_optimizer(spec, parameters, gradients)


def update(optimizer: BoundOptimizer) -> None:
    for call in optimizer.calls:
        call()


@pytest.mark.parametrize("name", ["step", "cosine", "warm_up", "one_cycle"])
def test_that_a_schedule_gives_the_rates_of_pytorch(name: str) -> None:
    expected = RATES[name]
    spec = ScheduleSpec(name, expected["steps"], expected["factor"])
    rates = [SCHEDULES[name].factor(spec, step) for step in range(len(expected["rates"]))]
    np.testing.assert_allclose(rates, expected["rates"], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_that_updates_follow_the_schedule_and_the_rate_that_is_set(name: str) -> None:
    schedule = ScheduleSpec(name, steps=12, factor=0.25)
    parameters, gradients, optimizer = bound(OptimizerSpec("sgd", 0.1, schedule=schedule))
    for step in range(20):
        if step == 9:
            optimizer.learning_rate[...] = 0.03
        before = parameters.copy()
        update(optimizer)
        rate = (0.1 if step < 9 else 0.03) * SCHEDULES[name].factor(schedule, step)
        np.testing.assert_allclose(before - parameters, rate * gradients, rtol=1e-9, atol=1e-15)


def test_that_no_schedule_ever_falls_below_zero_or_rises_above_one() -> None:
    for name, record in SCHEDULES.items():
        spec = ScheduleSpec(name, steps=10, factor=0.0)
        factors = [record.factor(spec, step) for step in range(100)]
        assert min(factors) >= 0
        assert max(factors) <= 1 + 1e-12


@pytest.mark.parametrize("case", CLIPPING, ids=lambda case: case["id"])
def test_that_clipping_by_norm_is_that_of_pytorch(case: dict[str, object]) -> None:
    batches = case["batches"]
    assert isinstance(batches, dict)
    for batch in batches.values():
        clip = batch["clip_grad_norm"]
        true = np.concatenate(
            [np.ravel(layer[key]) for layer in batch["gradients"] for key in ("W", "b")]
        )
        clipped = np.concatenate(
            [np.ravel(layer[key]) for layer in clip["gradients"] for key in ("W", "b")]
        )
        parameters = np.zeros_like(true)
        spec = OptimizerSpec("sgd", 1.0, clip_norm=clip["max_norm"])
        update(bind_optimizer(spec, parameters, true))
        np.testing.assert_allclose(-parameters, clipped, rtol=1e-10, atol=1e-12)


def test_that_clipping_leaves_the_gradient_itself_alone() -> None:
    for spec in (
        OptimizerSpec("sgd", 1.0, clip_norm=0.1),
        OptimizerSpec("sgd", 1.0, clip_value=0.1),
    ):
        parameters, gradients, optimizer = bound(spec)
        kept, start = gradients.copy(), parameters.copy()
        update(optimizer)
        np.testing.assert_array_equal(gradients, kept)
        moved = start - parameters
        if spec.clip_value is not None:
            np.testing.assert_allclose(moved, np.clip(kept, -0.1, 0.1))
        else:
            assert np.linalg.norm(moved) == pytest.approx(0.1, rel=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_that_the_state_is_a_complete_key_frame(name: str) -> None:
    momentum = 0.9 if "momentum" in OPTIMIZERS[name].options else 0.0
    spec = OptimizerSpec(name, 0.05, momentum, schedule=ScheduleSpec("cosine", 30))
    parameters, _, optimizer = bound(spec)
    for _ in range(4):
        update(optimizer)
    frame = {key: array.copy() for key, array in optimizer.state.items()}
    kept = parameters.copy()
    for _ in range(5):
        update(optimizer)
    after = parameters.copy()
    parameters[...] = kept
    for key, array in frame.items():
        optimizer.state[key][...] = array
    for _ in range(5):
        update(optimizer)
    np.testing.assert_array_equal(parameters, after)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"clip_norm": 1.0, "clip_value": 1.0}, "not by both"),
        ({"name": "sgd", "nesterov": True}, "needs a momentum above 0"),
        ({"name": "sgd", "momentum": 0.9, "dampening": 0.1, "nesterov": True}, "no dampening"),
    ],
)
def test_that_options_that_contradict_are_refused(
    options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(msgspec.ValidationError, match=sentence):
        msgspec.convert(options, OptimizerSpec)


def test_that_a_cycle_must_be_long_enough_and_a_schedule_known() -> None:
    with pytest.raises(ValueError, match="too short"):
        ScheduleSpec("one_cycle", 5)
    with pytest.raises(ValueError, match="not a known schedule"):
        ScheduleSpec("cosin")
