"""The Program: its Ops tell the truth about what they read, write and compute."""

import numpy as np
import pytest

from nnviz.core.batches import BatchFeed
from nnviz.core.compiler import EVERYTHING, TRAINING, compile_program
from nnviz.core.network import Network
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.program import Phase, Program
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec

SPEC = NetworkSpec(
    2, (LayerSpec(4), LayerSpec(3), LayerSpec(3, "maxout", pieces=2), LayerSpec(2, "sigmoid"))
)


def program_for(spec: NetworkSpec = SPEC, batch_size: int = 5) -> Program:
    network = Network(spec, seed=1)
    gradients = np.zeros_like(network.parameters)
    optimizer = bind_optimizer(OptimizerSpec("sgd", 0.1), network.parameters, gradients)
    program = compile_program(
        spec, network.parameters, batch_size, EVERYTHING, gradients, optimizer
    )
    generator = np.random.default_rng(2)
    program.load(
        generator.normal(size=(batch_size, spec.input_size)),
        generator.uniform(size=(batch_size, spec.output_size)),
    )
    return program


def test_that_the_phases_come_in_order() -> None:
    order = list(Phase)
    positions = [order.index(op.phase) for op in program_for().ops]
    assert positions == sorted(positions)
    assert set(positions) == {0, 1, 2, 3}


def test_that_an_op_writes_what_it_names_and_nothing_else() -> None:
    program = program_for()
    names = program.buffer_names
    for op in program.ops:
        before = {name: program.read(name).copy() for name in names}
        for call in op.calls_at(0):
            call()
        changed = {name for name in names if not np.array_equal(before[name], program.read(name))}
        aliases = {"p"} if "a4" in op.writes else set()
        assert changed <= set(op.writes) | aliases, op.formula
        if op.calls_at(0):
            assert changed, op.formula


def test_that_every_buffer_is_written_before_it_is_read() -> None:
    program = program_for()
    known = {"x", "t"} | {name for name in program.buffer_names if name[0] in "Wb"}
    for op in program.ops:
        # Predictions are the last activations when the loss has no function of its own.
        missing = set(op.reads) - known - {"p"}
        assert not missing, op.formula
        known.update(op.writes)


def test_that_backward_ops_multiply_local_by_downstream() -> None:
    program = program_for()
    program.run()
    backward = [op for op in program.ops if op.phase is Phase.BACKWARD]
    assert all(line.local and line.downstream for op in backward for line in op.lines)
    np.testing.assert_allclose(
        program.read("dz4"), program.read("da4") * program.read("g4"), rtol=1e-15
    )
    np.testing.assert_allclose(program.read("dW1"), program.read("x").T @ program.read("dz1"))
    np.testing.assert_allclose(program.read("db2"), program.read("dz2").sum(axis=0))


def test_that_twin_layers_get_the_gradients_that_they_would_get_alone() -> None:
    sizes = (5, 4, 4, 4, 4, 3, 3, 3, 2)
    layers = tuple(LayerSpec(size) for size in sizes)
    spec = NetworkSpec(4, (*layers, LayerSpec(2, "sigmoid"), LayerSpec(2, "sigmoid")))
    program = program_for(spec)
    program.run()
    merged = [op.layers for op in program.ops if op.phase is Phase.BACKWARD and len(op.layers) > 1]
    assert merged == [(7, 8), (3, 4, 5)]
    for number in range(1, len(spec.layers) + 1):
        below = program.read(f"a{number - 1}" if number > 1 else "x")
        np.testing.assert_allclose(
            program.read(f"dW{number}"), below.T @ program.read(f"dz{number}"), atol=1e-15
        )
        np.testing.assert_allclose(
            program.read(f"db{number}"), program.read(f"dz{number}").sum(axis=0), atol=1e-15
        )


def test_that_running_op_by_op_equals_running_the_tape() -> None:
    whole, single = program_for(), program_for()
    whole.run()
    for op in single.ops:
        for call in op.calls_at(0):
            call()
    for name in whole.buffer_names:
        np.testing.assert_array_equal(whole.read(name), single.read(name))


def test_that_an_abandoned_step_changes_no_parameter_and_can_be_done_again() -> None:
    program, whole = program_for(), program_for()
    whole.run()
    calls = sum(len(op.calls_at(0)) for op in program.ops if op.phase is not Phase.UPDATE)
    start = program.read("W1").copy()
    for patience in range(calls):
        answers = iter([False] * patience + [True])
        assert not program.run_unless(0, answers.__next__)
        np.testing.assert_array_equal(program.read("W1"), start)
    assert program.run_unless(0, lambda: False)
    for name in whole.buffer_names:
        np.testing.assert_array_equal(whole.read(name), program.read(name))


@pytest.mark.parametrize("rows", [1, 7, 20, 23])
def test_that_an_epoch_hands_out_every_row_once(rows: int) -> None:
    inputs = np.arange(rows, dtype=np.float64)[:, np.newaxis]
    feed = BatchFeed(inputs, inputs, 5, np.random.default_rng(0))
    feed.shuffle()
    seen = np.concatenate([feed.rows_of(batch) for batch in range(feed.batches_per_epoch)])
    assert sorted(seen) == list(range(rows))


def test_that_the_slots_hold_the_batches_of_the_feed() -> None:
    generator = np.random.default_rng(3)
    inputs, targets = generator.normal(size=(20, 2)), generator.normal(size=(20, 3))
    spec = NetworkSpec(2, (LayerSpec(3, "linear"),))
    network = Network(spec)
    program = compile_program(spec, network.parameters, 4, TRAINING, slots=3)
    feed = BatchFeed(inputs, targets, 4, generator)
    feed.shuffle()
    feed.fill(program, first=2, count=3)
    for slot in range(3):
        rows = feed.rows_of(2 + slot)
        np.testing.assert_array_equal(program.read("x", slot), inputs[rows])
        np.testing.assert_array_equal(program.read("t", slot), targets[rows])
    program.run_slots(0, 3)
    for slot, loss in enumerate(program.losses(0, 3)):
        rows = feed.rows_of(2 + slot)
        assert loss == pytest.approx(network.loss(inputs[rows], targets[rows]), rel=1e-13)
