"""A stack of networks does what each of its networks does alone."""

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.core import stack_programs
from nnviz.core.activations import ACTIVATIONS
from nnviz.core.compiler import EVERYTHING, TRAINING, compile_program
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.network_stack import NetworkStack
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec, ScheduleSpec
from tests.core.single_runs import (
    BATCH,
    COUNT,
    ROWS,
    close,
    data_for,
    orders,
    spec_of,
    train_alone,
)

RATES = (0.003, 0.01, 0.03, 0.0, 0.02)

OPTIMIZERS = {
    "plain": OptimizerSpec("sgd"),
    "momentum": OptimizerSpec("sgd", momentum=0.9),
    "dampening": OptimizerSpec("sgd", momentum=0.9, dampening=0.3, weight_decay=0.01),
    "nesterov": OptimizerSpec("sgd", momentum=0.9, nesterov=True),
    "rmsprop": OptimizerSpec("rmsprop", momentum=0.5, centred=True, epsilon=1e-3),
    "adam": OptimizerSpec("adam", weight_decay=0.02),
    "adamw": OptimizerSpec("adamw"),
    "adagrad": OptimizerSpec("adagrad"),
    "held biases": OptimizerSpec("adamw", trains_biases=False),
    "clipped by norm": OptimizerSpec("sgd", clip_norm=0.05),
    "clipped by value": OptimizerSpec("adam", clip_value=0.02),
}


def check_against_single_runs(
    spec: NetworkSpec,
    optimizer: OptimizerSpec = OPTIMIZERS["plain"],
    rows: NDArray[np.int64] | None = None,
    initializers: Sequence[str] | None = None,
    dtype: str = "float64",
    tolerance: float = 1e-12,
) -> None:
    """Train a stack of starts, rates and batches of their own, and each network alone."""
    order = orders() if rows is None else rows
    seeds = range(20, 20 + COUNT)
    stack = NetworkStack.from_seeds(spec, seeds, optimizer, RATES, dtype, initializers)
    data = data_for(spec)
    losses = stack.train(*data, order)
    for number, (seed, rate) in enumerate(zip(seeds, RATES, strict=True)):
        name = spec.initializer if initializers is None else initializers[number]
        own = msgspec.structs.replace(spec, initializer=name)
        network = Network(own, seed, dtype)
        batches = order if order.ndim == 2 else order[:, number]
        rule = msgspec.structs.replace(optimizer, learning_rate=rate)
        close(losses[:, number], train_alone(network, rule, data, batches), tolerance)
        close(stack.parameters[number], network.parameters, tolerance)


@pytest.mark.parametrize(
    "activation", [name for name, record in ACTIVATIONS.items() if record.trainable]
)
def test_that_a_stack_trains_like_its_networks_with_activation(activation: str) -> None:
    check_against_single_runs(spec_of(activation))


@pytest.mark.parametrize("loss", LOSSES)
def test_that_a_stack_trains_like_its_networks_with_loss(loss: str) -> None:
    check_against_single_runs(spec_of("tanh", loss))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_that_a_stack_trains_like_its_networks_with_optimizer(name: str) -> None:
    check_against_single_runs(spec_of(), OPTIMIZERS[name])


@pytest.mark.parametrize("name", SCHEDULES)
def test_that_a_stack_trains_like_its_networks_with_schedule(name: str) -> None:
    schedule = ScheduleSpec(name, steps=10, factor=0.3)
    check_against_single_runs(spec_of(), OptimizerSpec("adamw", schedule=schedule))


@pytest.mark.parametrize("activation", ["tanh", "maxout"])
def test_that_penalties_are_those_of_each_network(activation: str) -> None:
    check_against_single_runs(spec_of(activation, l1=0.02, l2=0.1), OPTIMIZERS["clipped by norm"])


def test_that_each_network_may_start_in_its_own_way() -> None:
    names = [name for name in INITIALIZERS if name != "zeros"]
    for first in range(len(names) - COUNT + 1):
        check_against_single_runs(spec_of(), initializers=names[first : first + COUNT])


@pytest.mark.parametrize("loss", LOSSES)
def test_that_networks_may_share_their_batches(loss: str) -> None:
    check_against_single_runs(spec_of("maxout", loss), rows=orders()[:, 0])


def test_that_networks_with_many_inputs_may_share_their_batches() -> None:
    layers = (LayerSpec(9, "maxout"), LayerSpec(1, "linear"))
    check_against_single_runs(NetworkSpec(12, layers), rows=orders()[:, 0])


def test_that_single_precision_is_that_of_single_runs() -> None:
    check_against_single_runs(spec_of(), OPTIMIZERS["adam"], dtype="float32", tolerance=1e-5)


@pytest.mark.parametrize(("rows", "batch"), [(1, 1), (1, ROWS), (80, 1), (80, 4)])
def test_that_any_number_of_steps_and_samples_will_do(rows: int, batch: int) -> None:
    check_against_single_runs(spec_of(), rows=orders(COUNT, rows, batch))


def test_that_groups_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_programs, "_GROUP_BYTES", 20_000)
    parts = stack_programs.group_parts(COUNT, spec_of(), BATCH, 8)
    assert [part.stop - part.start for part in parts] == [1, 2, 2]
    check_against_single_runs(spec_of("maxout"), OPTIMIZERS["adam"])


def test_that_a_network_alone_makes_a_stack() -> None:
    spec, order = spec_of(), orders(1)
    stack, network = NetworkStack.from_seeds(spec, [4], OPTIMIZERS["adam"]), Network(spec, 4)
    losses = stack.train(*data_for(spec), order)
    close(losses[:, 0], train_alone(network, OPTIMIZERS["adam"], data_for(spec), order[:, 0]))
    close(stack.parameters[0], network.parameters)


def test_that_dropout_draws_for_each_network() -> None:
    spec = NetworkSpec(3, (LayerSpec(6, "tanh", dropout=0.4), LayerSpec(2, "linear")))
    order, rule = orders(), OptimizerSpec("sgd", 0.05)
    networks = [Network(spec, seed) for seed in range(COUNT)]
    starts = [network.parameters for network in networks]
    masks = [np.random.default_rng(50 + number) for number in range(COUNT)]
    stack = NetworkStack(spec, starts, rule, generators=masks)
    losses = stack.train(*data_for(spec), order)
    for number, network in enumerate(networks):
        generator = np.random.default_rng(50 + number)
        alone = train_alone(network, rule, data_for(spec), order[:, number], generator)
        close(losses[:, number], alone)
        close(stack.parameters[number], network.parameters)


@pytest.mark.parametrize("activation", ["relu", "maxout"])
@pytest.mark.parametrize("is_shared", [False, True])
def test_that_every_buffer_has_the_numbers_of_the_single_program(
    activation: str, is_shared: bool
) -> None:
    spec = spec_of(activation, "softmax_cross_entropy", l2=0.1)
    networks = [Network(spec, seed) for seed in range(COUNT)]
    parameters = np.stack([network.parameters for network in networks])
    program = compile_program(spec, parameters, BATCH, EVERYTHING, is_shared=is_shared)
    x, t = networks[0].checked(*data_for(spec))
    rows = orders()[0, :1] if is_shared else orders()[0]
    program.load(x[rows], t[rows])
    program.run()
    for number, network in enumerate(networks):
        batch = rows[0 if is_shared else number]
        alone = compile_program(spec, network.parameters, BATCH, EVERYTHING)
        alone.load(x[batch], t[batch])
        alone.run()
        assert alone.buffer_names == program.buffer_names
        for name in alone.buffer_names:
            found = program.read(name)
            close(found[0 if len(found) == 1 else number], alone.read(name))


def test_that_the_formulas_are_those_of_the_single_program() -> None:
    spec = spec_of("maxout")
    alone = compile_program(spec, Network(spec).parameters, BATCH, TRAINING)
    stacked = compile_program(spec, np.stack([Network(spec).parameters] * 3), BATCH, TRAINING)
    assert [op.formula for op in stacked.ops] == [op.formula for op in alone.ops]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("pass_bytes", "pass_rows"), [(2 << 20, 1024), (4000, 1024), (1, 11)])
def test_that_a_stack_is_measured_like_its_networks(
    loss: str, pass_bytes: int, pass_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_programs, "_PASS_BYTES", pass_bytes)
    monkeypatch.setattr(stack_programs, "_PASS_ROWS", pass_rows)
    spec = spec_of("maxout", loss, l1=0.1)
    stack = NetworkStack.from_seeds(spec, range(COUNT))
    inputs, targets = data_for(spec)
    losses, outputs = stack.losses(inputs, targets), stack.forward(inputs)
    predictions = stack.predict(inputs)
    for number in range(COUNT):
        network = Network(spec, number)
        close(losses[number], network.loss(inputs, targets))
        close(outputs[number], network.forward(inputs).outputs)
        close(predictions[number], network.predict(inputs))


def test_that_a_step_is_one_batch_for_all_or_one_for_each() -> None:
    spec, rows = spec_of(), orders()[0]
    inputs, targets = data_for(spec)
    for batch in (rows[0], rows):
        one = NetworkStack.from_seeds(spec, range(COUNT), OPTIMIZERS["adam"], RATES)
        other = NetworkStack.from_seeds(spec, range(COUNT), OPTIMIZERS["adam"], RATES)
        for _ in range(3):
            losses = one.step(inputs[batch], targets[batch])
            np.testing.assert_array_equal(losses, other.train(inputs, targets, batch[None])[0])
        np.testing.assert_array_equal(one.parameters, other.parameters)
        np.testing.assert_array_equal(one.gradients, other.gradients)


def test_that_calls_go_on_where_the_last_one_ended() -> None:
    spec, rows = spec_of(), orders()
    once = NetworkStack.from_seeds(spec, range(COUNT), OPTIMIZERS["adam"])
    often = NetworkStack.from_seeds(spec, range(COUNT), OPTIMIZERS["adam"])
    losses = once.train(*data_for(spec), rows)
    parts = [often.train(*data_for(spec), part) for part in (rows[:1], rows[1:6], rows[6:])]
    np.testing.assert_array_equal(np.concatenate(parts), losses)
    np.testing.assert_array_equal(often.parameters, once.parameters)


def test_that_parameters_and_rates_may_be_written() -> None:
    spec, rows = spec_of(), orders()
    stack = NetworkStack.from_seeds(spec, range(COUNT), OPTIMIZERS["plain"])
    stack.train(*data_for(spec), rows)
    stack.parameters[2] = Network(spec, 77).parameters
    stack.learning_rates[...] = 0
    stack.learning_rates[2] = 0.05
    before = stack.parameters.copy()
    stack.train(*data_for(spec), rows)
    alone = Network(spec, 77)
    train_alone(alone, OptimizerSpec("sgd", 0.05), data_for(spec), rows[:, 2])
    close(stack.parameters[2], alone.parameters)
    is_other = np.arange(COUNT) != 2
    np.testing.assert_array_equal(stack.parameters[is_other], before[is_other])


def test_that_a_network_of_a_stack_stands_by_itself() -> None:
    spec = spec_of()
    stack = NetworkStack.from_seeds(spec, range(COUNT), dtype="float32")
    network = stack.network(3)
    stack.parameters[...] = 0
    assert network.parameters.dtype == np.float32
    np.testing.assert_array_equal(network.parameters, Network(spec, 3, "float32").parameters)


@pytest.mark.parametrize("rule", ["plain", "clipped by norm", "adam"])
def test_that_a_network_that_diverges_leaves_the_others_alone(rule: str) -> None:
    spec, rows = spec_of("relu", l2=0.1), orders()
    starts = np.stack([Network(spec, seed).parameters for seed in range(COUNT)])
    wild = starts.copy()
    wild[1] = np.nan
    wild[3] *= 1e200
    stacks = [NetworkStack(spec, start, OPTIMIZERS[rule], RATES) for start in (starts, wild)]
    losses = [stack.train(*data_for(spec), rows) for stack in stacks]
    assert not np.isfinite(losses[1][-1, [1, 3]]).any()
    for fair in (0, 2, 4):
        np.testing.assert_array_equal(losses[1][:, fair], losses[0][:, fair])
        np.testing.assert_array_equal(stacks[1].parameters[fair], stacks[0].parameters[fair])


def test_that_what_does_not_fit_is_refused_in_a_sentence() -> None:
    spec, rule = spec_of(), OPTIMIZERS["plain"]
    data = data_for(spec)
    stack = NetworkStack.from_seeds(spec, range(3), rule)
    with pytest.raises(ValueError, match="the parameters are 5 but must be N x"):
        NetworkStack(spec, np.zeros(5))
    with pytest.raises(ValueError, match="2 learning rates for 3 networks"):
        NetworkStack.from_seeds(spec, range(3), rule, [0.1, 0.2])
    with pytest.raises(ValueError, match="1 initializers for 3 networks"):
        NetworkStack.from_seeds(spec, range(3), initializers=["zeros"])
    with pytest.raises(ValueError, match="0 generators for 1 networks"):
        NetworkStack(spec, [Network(spec).parameters], generators=[])
    with pytest.raises(ValueError, match="has no optimizer"):
        NetworkStack.from_seeds(spec, range(3)).step(*data)
    with pytest.raises(ValueError, match="must be steps x batch size, or steps x 3 x batch size"):
        stack.train(*data, np.zeros((2, 4, 5)))
    with pytest.raises(ValueError, match="at least one sample"):
        stack.train(*data, np.zeros((2, 0)))
    with pytest.raises(ValueError, match="row numbers must be from 0 to 29"):
        stack.train(*data, [[0, ROWS]])
    with pytest.raises(ValueError, match="must begin with networks x samples"):
        stack.step(np.zeros((3, 4, 3)), np.zeros((4, 2)))
