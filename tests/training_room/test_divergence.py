"""Divergence is caught at the very step, and the last fair parameters are kept."""

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun

UNBOUNDED = sorted(
    name
    for name, record in ACTIVATIONS.items()
    if record.trainable and not np.isfinite(record.output_range[1])
)


def diverging(seed: int) -> ExperimentSpec:
    """Return a set-up whose learning rate is absurd."""
    generator = np.random.default_rng(seed)
    activation = UNBOUNDED[seed % len(UNBOUNDED)]
    hidden = tuple(LayerSpec(int(n), activation) for n in generator.integers(2, 9, seed % 3))
    momentum = float(generator.choice([0.0, 0.9]))
    return ExperimentSpec(
        data=DataSpec(("linear", "sine", "bumps")[seed % 3], samples=60, seed=seed),
        model=ModelSpec(hidden, loss=("mean_squared_error", "half_mean_squared_error")[seed % 2]),
        optimizer=OptimizerSpec("sgd", float(10.0 ** generator.uniform(3, 30)), momentum),
        batch_size=int(generator.integers(3, 20)),
        seed=seed,
        dtype=("float64", "float32")[seed % 2],
    )


def test_that_100_of_100_diverging_set_ups_are_caught_with_finite_parameters() -> None:
    for seed in range(100):
        experiment = diverging(seed)
        run = TrainingRun(experiment, prepare(experiment.data))
        while run.divergence.step is None:
            losses = run.advance(64)
            assert run.step < 5000, f"set-up {seed} does not diverge"
        assert np.isfinite(run.network.parameters).all()
        assert np.isfinite(losses[:-1]).all()
        assert run.step < run.divergence.step


@pytest.mark.parametrize("most", [1, 64])
def test_that_the_parameters_kept_are_the_last_with_a_fair_loss(most: int) -> None:
    experiment = ExperimentSpec(
        data=DataSpec("linear", samples=60),
        model=ModelSpec((), loss="mean_squared_error"),
        optimizer=OptimizerSpec("sgd", 20.0),
        batch_size=None,
    )
    run, witness = (TrainingRun(experiment, prepare(experiment.data)) for _ in range(2))
    while run.divergence.step is None:
        run.advance(most)
    network = Network(witness.network.spec)
    network.set_parameters(witness.network.parameters)
    data, fair = run.data, [network.parameters.copy()]
    losses = [network.loss(data.train_inputs, data.train_targets)]
    while losses[-1] <= 1e6 * losses[0]:
        backward = network.backward(data.train_inputs, data.train_targets)
        network.weights[0][...] -= 20.0 * backward.weight_grads[0]
        network.biases[0][...] -= 20.0 * backward.bias_grads[0]
        losses.append(network.loss(data.train_inputs, data.train_targets))
        fair.append(network.parameters.copy())
    assert run.divergence.step == len(losses)
    assert run.step == len(losses) - 2
    np.testing.assert_allclose(run.network.parameters, fair[-2], rtol=1e-9)


def test_that_reset_makes_a_diverged_run_fair_again() -> None:
    experiment = diverging(0)
    run = TrainingRun(experiment, prepare(experiment.data))
    while run.divergence.step is None:
        run.advance(64)
    run.reset()
    run.set_learning_rate(1e-4)
    for _ in range(20):
        run.advance(8)
    assert run.divergence.step is None
