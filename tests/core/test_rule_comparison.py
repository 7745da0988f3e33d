"""Rules side by side: each does what its definition says with the gradients that it is given."""

import msgspec
import numpy as np
import pytest

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.rule_comparison import RuleSteps, compare_rules, rules_beside
from nnviz.core.spec import OptimizerSpec, ScheduleSpec
from nnviz.core.update_rules import defined_update

GRADIENTS = np.random.default_rng(5).normal(0.1, 1.0, 30)
RATES = np.linspace(0.1, 0.02, 30)
ADAM = OptimizerSpec("adam", 0.02)


def side_by_side(
    own: OptimizerSpec = ADAM, gradients: np.ndarray = GRADIENTS, rates: np.ndarray = RATES
) -> dict[str, RuleSteps]:
    return {found.label: found for found in compare_rules(own, gradients, rates)}


def test_that_the_four_rules_follow_their_recurrences() -> None:
    found = side_by_side()
    assert list(found) == ["SGD", "Momentum 0.9", "RMSProp", "Adam"]
    v = s = m = w = 0.0
    for t, (g, rate) in enumerate(zip(GRADIENTS, RATES, strict=True), start=1):
        v = 0.9 * v + g
        s = 0.99 * s + 0.01 * g**2
        m, w = 0.9 * m + 0.1 * g, 0.999 * w + 0.001 * g**2
        m_hat, v_hat = m / (1 - 0.9**t), w / (1 - 0.999**t)
        expected = {
            "SGD": (-rate * g, {}),
            "Momentum 0.9": (-rate * v, {"v": v}),
            "RMSProp": (-rate * g / (np.sqrt(s) + 1e-8), {"s": s}),
            "Adam": (-rate * m_hat / (np.sqrt(v_hat) + 1e-8), {"m̂": m_hat, "v̂": v_hat}),
        }
        for label, (step, memory) in expected.items():
            assert found[label].steps[t - 1] == pytest.approx(step, rel=1e-10)
            assert found[label].memory.keys() == memory.keys()
            for name, value in memory.items():
                assert found[label].memory[name][t - 1] == pytest.approx(value, rel=1e-10)


def test_that_the_first_step_of_adam_has_the_size_of_the_rate() -> None:
    for g in (1e-3, -0.25, 40.0):
        adam = side_by_side(gradients=np.array([g]), rates=np.array([0.02]))["Adam"]
        assert adam.memory["m̂"][0] == pytest.approx(g, rel=1e-12)
        assert adam.memory["v̂"][0] == pytest.approx(g**2, rel=1e-12)
        assert adam.steps[0] == pytest.approx(-0.02 * g / (abs(g) + 1e-8), rel=1e-12)


def test_that_an_even_gradient_gives_the_closed_forms() -> None:
    found = side_by_side(gradients=np.full(30, 0.5), rates=np.full(30, 0.1))
    t = np.arange(1, 31)
    np.testing.assert_allclose(found["SGD"].steps, -0.05)
    np.testing.assert_allclose(found["Momentum 0.9"].steps, -0.05 * (1 - 0.9**t) / 0.1)
    np.testing.assert_allclose(found["RMSProp"].steps, -0.1 / np.sqrt(1 - 0.99**t), rtol=1e-6)
    np.testing.assert_allclose(found["Adam"].steps, -0.1, rtol=1e-6)


@pytest.mark.parametrize("label", ["SGD", "Momentum 0.9"])
def test_that_the_second_writing_of_the_rules_agrees(label: str) -> None:
    found = side_by_side()[label]
    velocity = found.memory.get("v", np.zeros(30))
    for index in range(1, 30):
        defined = defined_update(
            found.rule,
            np.zeros(1),
            GRADIENTS[index : index + 1],
            {"velocity": velocity[index - 1 : index]},
            float(RATES[index]),
        )
        assert found.steps[index] == pytest.approx(float(defined[0]), rel=1e-12)


@pytest.mark.parametrize(
    ("own", "label"),
    [
        (OptimizerSpec("sgd", 0.1), "SGD"),
        (OptimizerSpec("sgd", 0.1, momentum=0.5), "Momentum 0.5"),
        (OptimizerSpec("rmsprop", 0.1, smoothing=0.9), "RMSProp"),
        (OptimizerSpec("adam", 0.1, weight_decay=0.1, clip_norm=1.0), "Adam"),
        (OptimizerSpec("adam", 0.1, epsilon=1e-3, schedule=ScheduleSpec("cosine")), "Adam"),
        (OptimizerSpec("sgd", 0.1, momentum=0.5, nesterov=True), None),
        (OptimizerSpec("rmsprop", 0.1, centred=True), None),
        (OptimizerSpec("adamw", 0.1), None),
        (OptimizerSpec("adagrad", 0.1), None),
    ],
    ids=str,
)
def test_that_the_rule_of_the_run_is_known_again(own: OptimizerSpec, label: str | None) -> None:
    assert [each.label for each in compare_rules(own, GRADIENTS, RATES) if each.is_own] == (
        [label] if label else []
    )


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_that_each_rule_is_bare(name: str) -> None:
    own = OptimizerSpec(name, 0.1, clip_norm=1.0, epsilon=0.5, schedule=ScheduleSpec("step"))
    for _, rule in rules_beside(msgspec.structs.replace(own, trains_biases=False)):
        assert rule.clip_norm is None
        assert rule.resolved_weight_decay == 0
        assert rule.schedule == ScheduleSpec()
        assert rule.trains_biases
        assert rule.epsilon == (0.5 if rule.name == name else None)


def test_that_what_is_no_number_stays_none() -> None:
    found = side_by_side(gradients=np.array([0.1, np.inf, np.nan]), rates=np.full(3, 0.1))
    assert found["SGD"].steps[1] == -np.inf
    assert np.isnan(found["Adam"].steps[2])
