"""A run that diverged says which numbers ran away first."""

import re

import numpy as np
import pytest

from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.snapshot import RunState, Snapshot
from tests.training_room.host_table import Table


def diverged(
    rate: float, hidden: tuple[LayerSpec, ...] = (), dtype: str = "float64", seed: int = 1
) -> tuple[Table, Snapshot]:
    experiment = ExperimentSpec(
        DataSpec("linear", samples=60),
        ModelSpec(hidden, loss="mean_squared_error"),
        OptimizerSpec("sgd", rate),
        batch_size=None,
        seed=seed,
        dtype=dtype,
    )
    table = Table(experiment)
    snapshot = table.snapshot(commands.Run())
    assert snapshot.state is RunState.DIVERGED
    return table, snapshot


def test_that_the_sums_before_and_after_are_those_of_the_two_steps() -> None:
    _, snapshot = diverged(20.0)
    network = Network(snapshot.network)
    inputs, targets = snapshot.data.train_inputs, snapshot.data.train_targets

    def size() -> float:
        return float(np.abs(network.forward(inputs).pre_activations[0]).max())

    network.set_parameters(snapshot.parameters)
    fair = size()
    backward = network.backward(inputs, targets)
    # The first step after it is fair by its loss; the sums of the second are not.
    network.weights[0][...] -= 20.0 * backward.weight_grads[0]
    network.biases[0][...] -= 20.0 * backward.bias_grads[0]
    told = re.search(r"\|z1\| grew from (\S+) to (\S+), the loss is (\S+);", snapshot.message)
    assert told is not None
    assert [float(each) for each in told.groups()] == pytest.approx(
        [fair, size(), network.loss(inputs, targets)], rel=5e-3
    )


@pytest.mark.parametrize("seed", range(4))
def test_that_rates_of_1_and_more_end_in_a_sentence_and_no_number_that_is_not_finite(
    seed: int,
) -> None:
    _, snapshot = diverged(3.0, (LayerSpec(16, "tanh"),), seed=seed)
    assert re.search(
        r"^diverged at step \d+ with learning rate 3: .* the loss is ", snapshot.message
    )
    for vector in (snapshot.parameters, snapshot.gradients, snapshot.last_update):
        assert np.isfinite(vector).all()
    assert snapshot.step < int(snapshot.message.split()[3])


def test_that_the_buffer_that_became_infinite_first_is_named() -> None:
    _, snapshot = diverged(1e30, (LayerSpec(6, "relu"), LayerSpec(4, "relu")), "float32")
    assert "z2 was the first to become infinite, and the loss is infinite" in snapshot.message


def test_that_weights_that_one_step_made_infinite_are_named() -> None:
    with np.errstate(over="ignore"):
        _, snapshot = diverged(1e200, dtype="float32")
    assert "the step before made W1 infinite" in snapshot.message


def test_that_the_sentence_stays_when_the_run_is_left_changed_and_recalled() -> None:
    table, snapshot = diverged(20.0)
    table.tell(commands.SetLearningRate(0.1))
    told = snapshot.message.split(": ")[1]
    table.tell(commands.Branch(1, snapshot.experiment, 2))
    assert told in table.snapshot(commands.Recall(1, 3)).message


def test_that_a_new_start_knows_nothing_of_it() -> None:
    table, _ = diverged(20.0)
    table.tell(commands.SetLearningRate(1e-3))
    assert table.snapshot(commands.Reset(2)).message == ""
