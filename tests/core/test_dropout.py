"""Dropout: the right share, the right scale, and gradients through the very mask drawn."""

import msgspec
import numpy as np
import pytest

from nnviz.core.compiler import EVERYTHING, compile_program
from nnviz.core.network import Network
from nnviz.core.program import Program
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun

SPEC = NetworkSpec(3, (LayerSpec(6, dropout=0.5), LayerSpec(5, "relu"), LayerSpec(2, "linear")))


def program_of(network: Network, rows: int = 8) -> Program:
    program = compile_program(
        network.spec,
        network.parameters,
        rows,
        EVERYTHING,
        generator=np.random.default_rng(4),
    )
    generator = np.random.default_rng(5)
    program.load(generator.normal(size=(rows, 3)), generator.normal(size=(rows, 2)))
    return program


def test_that_a_unit_is_dropped_with_the_stated_probability_and_the_rest_scaled() -> None:
    spec = NetworkSpec(3, (LayerSpec(50, dropout=0.3), LayerSpec(2, "linear")))
    program = program_of(Network(spec), 400)
    program.run()
    mask = program.read("m1")
    assert set(np.unique(mask)) == {0.0, 1 / 0.7}
    # 20,000 draws: the standard error of the share is 0.3 %.
    assert np.mean(mask == 0) == pytest.approx(0.3, abs=0.015)
    np.testing.assert_array_equal(program.read("d1"), program.read("a1") * mask)


def test_that_gradients_are_those_of_the_network_with_that_mask() -> None:
    network = Network(SPEC, seed=2)
    program = program_of(network)
    program.run()
    mask = program.read("m1").copy()
    analytic = network.layout.views(np.zeros(network.parameter_count))
    for number in range(3):
        analytic.weights[number][...] = program.read(f"dW{number + 1}")
        analytic.biases[number][...] = program.read(f"db{number + 1}")

    def loss() -> float:
        x, t = program.read("x"), program.read("t")
        dropped = np.tanh(x @ network.weights[0] + network.biases[0]) * mask
        hidden = np.maximum(dropped @ network.weights[1] + network.biases[1], 0)
        return float(np.mean((hidden @ network.weights[2] + network.biases[2] - t) ** 2))

    for index, value in enumerate(network.parameters.copy()):
        network.parameters[index] = value + 1e-6
        above = loss()
        network.parameters[index] = value - 1e-6
        below = loss()
        network.parameters[index] = value
        assert analytic.vector[index] == pytest.approx((above - below) / 2e-6, rel=1e-5, abs=1e-8)


def test_that_prediction_drops_nothing() -> None:
    x = np.random.default_rng(0).normal(size=(9, 3))
    whole = tuple(msgspec.structs.replace(layer, dropout=0.0) for layer in SPEC.layers)
    plain = Network(msgspec.structs.replace(SPEC, layers=whole), seed=2)
    np.testing.assert_array_equal(Network(SPEC, seed=2).predict(x), plain.predict(x))


def test_that_dropout_is_seeded_and_independent_of_how_steps_are_divided() -> None:
    experiment = ExperimentSpec(
        data=DataSpec("moons", samples=80), model=ModelSpec((LayerSpec(8, dropout=0.4),))
    )
    whole, single = (TrainingRun(experiment, prepare(experiment.data)) for _ in range(2))
    while whole.step < 30:
        whole.advance(30 - whole.step)
    while single.step < 30:
        single.advance(1, is_stopped=lambda: True)
        single.advance(1, is_stopped=lambda: False)
    np.testing.assert_array_equal(whole.network.parameters, single.network.parameters)
    first = whole.network.parameters.copy()
    whole.reset()
    while whole.step < 30:
        whole.advance(7)
    assert whole.step >= 30
    whole.reset()
    while whole.step < 30:
        whole.advance(30 - whole.step)
    np.testing.assert_array_equal(whole.network.parameters, first)


def test_that_an_output_layer_with_dropout_is_refused() -> None:
    with pytest.raises(ValueError, match="its units are the answer"):
        NetworkSpec(2, (LayerSpec(2, dropout=0.5),))
