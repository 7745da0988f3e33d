"""The trace: a recorded step is the trained step, and every position can be read again."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from numpy.typing import ArrayLike

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.compiler import TRAINING, compile_program
from nnviz.core.layout import ParameterLayout
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS, bind_optimizer
from nnviz.core.program import LineKind, Phase
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.targets import one_hot
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.walk import Size, Walk

SGD = OptimizerSpec("sgd", 0.1)
TRAINABLE = [name for name, record_ in ACTIVATIONS.items() if record_.trainable]


def network(activation: str = "tanh", loss: str = "mean_squared_error") -> NetworkSpec:
    output = LOSSES[loss].required_output or "tanh"
    return NetworkSpec(3, (LayerSpec(4, activation), LayerSpec(2, output)), loss)


def targets_for(loss: str, rows: int) -> FloatArray:
    generator = np.random.default_rng(5)
    if LOSSES[loss].takes_classes:
        return one_hot(generator.integers(0, 2, rows), 2)
    if loss == "hinge":
        return generator.choice(np.array([-1.0, 1.0]), (rows, 2))
    if LOSSES[loss].for_values:
        return generator.normal(size=(rows, 2))
    return generator.integers(0, 2, (rows, 2)).astype(np.float64)


def recipe_for(spec: NetworkSpec, rows: int = 5) -> StepToRecord:
    generator = np.random.default_rng(3)
    return StepToRecord(
        spec,
        ParameterLayout(spec).initial_vector(spec, 1, "float64"),
        generator.normal(size=(rows, 3)),
        targets_for(spec.loss, rows),
        SGD,
    )


def assert_walk_reads_the_same_both_ways(trace: Trace) -> None:
    forwards = [
        {name: trace.read(name, position) for name in trace.names}
        for position in range(len(trace.lines) + 1)
    ]
    for position in reversed(range(len(trace.lines) + 1)):
        for name in trace.names:
            then, now = forwards[position][name], trace.read(name, position)
            assert then is now
    # What the trace says at each position is what a Program of its own holds there.
    assert all(
        np.array_equal(array, trace.value(name, line.number), equal_nan=True)
        for line in trace.lines
        for name, array in line.arrays.items()
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_that_a_recorded_update_is_the_trained_one_bit_for_bit(optimizer: str, dtype: str) -> None:
    spec = NetworkSpec(
        3, (LayerSpec(4), LayerSpec(4), LayerSpec(4), LayerSpec(2)), "mean_squared_error", l2=0.01
    )
    rule = OptimizerSpec(optimizer, 0.05, clip_norm=0.5)
    generator = np.random.default_rng(0)
    x = generator.normal(size=(6, 3)).astype(dtype)
    t = generator.normal(size=(6, 2)).astype(dtype)
    parameters = ParameterLayout(spec).initial_vector(spec, 1, dtype)
    walked = parameters.copy()
    state: dict[str, FloatArray] = {}
    gradients = np.zeros_like(parameters)
    bound = bind_optimizer(rule, parameters, gradients)
    program = compile_program(spec, parameters, 6, TRAINING, gradients, bound, slots=3)
    program.load(x, t, slot=2)
    for step in range(1, 4):
        program.run(2)
        trace = record(StepToRecord(spec, walked, x, t, rule, optimizer_state=state, step=step))
        walked = np.concatenate(
            [
                np.vstack([trace.value(f"W{i}"), trace.value(f"b{i}")]).ravel()
                for i in range(1, len(spec.layers) + 1)
            ]
        )
        state = dict(trace.state_after)
        assert np.array_equal(walked, parameters)
        assert trace.loss == program.losses(2, 3)[0]


@pytest.mark.parametrize("activation", TRAINABLE)
@pytest.mark.parametrize("loss", LOSSES)
def test_that_a_walk_reads_the_same_forwards_and_backwards(activation: str, loss: str) -> None:
    trace = record(recipe_for(network(activation, loss)))
    assert_walk_reads_the_same_both_ways(trace)
    walk = Walk(trace)
    forwards = [0]
    while walk.forward(Size.OPERATION):
        forwards.append(walk.position)
    assert forwards == list(range(len(trace.lines) + 1))
    while walk.backward(Size.OPERATION):
        forwards.pop()
        assert walk.position == forwards[-1]
    assert forwards == [0]


def test_that_weights_change_only_in_the_update() -> None:
    trace = record(recipe_for(network()))
    for line in trace.lines:
        changed = not np.array_equal(trace.value("W1", line.number), trace.value("W1", 0))
        is_update = line.phase is Phase.UPDATE and line.line.layer >= 1
        assert changed == is_update


def test_that_lines_come_in_the_order_of_the_lecture() -> None:
    trace = record(recipe_for(network()))
    phases = [line.phase for line in trace.lines]
    order = list(Phase)
    assert [order.index(phase) for phase in phases] == sorted(order.index(p) for p in phases)
    assert trace.lines_of(Phase.BACKWARD)[0].line.kind is LineKind.LOSS_GRADIENT
    assert trace.lines[-1].line.kind is LineKind.UPDATE


def test_that_a_buffer_is_not_there_before_its_line() -> None:
    trace = record(recipe_for(network()))
    made = trace.made_at("z1")
    assert trace.read("z1", made - 1) is None
    assert trace.read("z1", made) is not None
    assert trace.made_at("W1", made) == 0
    with pytest.raises(LookupError, match="z1 is not computed before line"):
        trace.made_at("z1", made - 1)


def test_that_the_recorded_arrays_cannot_be_written() -> None:
    trace = record(recipe_for(network()))
    with pytest.raises(ValueError, match="read-only"):
        trace.lines[0].arrays["z1"][...] = 0


def test_that_recording_leaves_the_given_parameters_alone() -> None:
    recipe = recipe_for(network())
    before = recipe.parameters.copy()
    record(recipe)
    assert np.array_equal(recipe.parameters, before)


def test_that_dropout_records_its_mask() -> None:
    layers = (LayerSpec(40, dropout=0.5), LayerSpec(2))
    spec = NetworkSpec(3, layers, "mean_squared_error")
    trace = record(replace(recipe_for(spec), generator=np.random.default_rng(0)))
    mask, dropped, whole = trace.value("m1"), trace.value("d1"), trace.value("a1")
    assert set(np.unique(mask)) == {0.0, 2.0}
    assert np.array_equal(dropped, whole * mask)


def test_that_the_lecture_s_worked_example_comes_out() -> None:
    spec = NetworkSpec(2, (LayerSpec(2, "tanh"), LayerSpec(1, "linear")), "binary_cross_entropy")
    parameters = np.array([0.5, -0.3, 0.2, 0.8, 0.1, -0.1, 0.7, -0.4, 0.2])
    trace = record(
        StepToRecord(
            spec, parameters, np.array([[1.0, 2.0]]), np.array([[1.0]]), OptimizerSpec("sgd", 0.1)
        )
    )
    expected: dict[str, ArrayLike] = {
        "z1": [[1, 1.2]],
        "a1": [[0.76159416, 0.83365461]],
        "z2": [[0.39965407]],
        "p": [[0.59860454]],
        "L": 0.51315409,
        "dz2": [[-0.40139546]],
        "dW2": [[-0.30570043], [-0.33462517]],
        "da1": [[-0.28097682, 0.16055818]],
        "g1": [[0.41997434, 0.30502]],
        "dz1": [[-0.11800305, 0.04897346]],
        "dW1": [[-0.11800305, 0.04897346], [-0.23600611, 0.09794691]],
        "dx": [[-0.07369356, 0.01557815]],
        "W2": [[0.73057004], [-0.36653748]],
        "b2": [0.24013955],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(trace.value(name), np.array(values), atol=1e-8, err_msg=name)


def test_that_the_ladder_has_its_rungs() -> None:
    trace = record(recipe_for(network()))
    counts = {}
    for size in Size:
        walk = Walk(trace)
        counts[size] = 0
        while walk.forward(size):
            counts[size] += 1
        assert walk.is_at_end
        back = 0
        while walk.backward(size):
            back += 1
        assert back == counts[size]
        assert walk.is_at_start
    assert counts[Size.TERM] > counts[Size.UNIT] > counts[Size.OPERATION] == len(trace.lines)
    assert counts[Size.OPERATION] > counts[Size.LAYER] > counts[Size.PHASE] == 4
    assert counts[Size.STEP] == 1


def test_that_places_count_units_and_terms() -> None:
    walk = Walk(record(recipe_for(network())))
    walk.forward(Size.TERM)
    place = walk.place
    assert (place.line, place.unit, place.term, place.is_unit_done) == (1, 1, 1, False)
    assert walk.read("z1") is None
    walk.forward(Size.UNIT)
    place = walk.place
    assert (place.line, place.unit, place.term, place.is_unit_done) == (1, 1, 4, True)
    partly = walk.read("z1")
    assert partly is not None
    assert np.isfinite(partly[:, 0]).all()
    assert np.isnan(partly[:, 1:]).all()
    walk.backward(Size.UNIT)
    assert walk.is_at_start


def test_that_half_an_update_shows_old_weights_beside_new_ones() -> None:
    trace = record(recipe_for(network()))
    walk = Walk(trace)
    walk.go_to(len(trace.lines) - 1)
    walk.forward(Size.UNIT)
    weights, old, new = walk.read("W2"), trace.value("W2", 0), trace.value("W2")
    assert weights is not None
    assert np.array_equal(weights[:, 0], new[:, 0])
    assert np.array_equal(weights[:, 1], old[:, 1])


def test_that_a_phase_is_found_at_its_first_line() -> None:
    trace = record(recipe_for(network()))
    walk = Walk(trace)
    for phase in Phase:
        walk.go_to_phase(phase)
        assert walk.line is trace.lines_of(phase)[0]
    with pytest.raises(ValueError, match="line 99 is not among"):
        walk.go_to(99)


def test_that_a_wide_layer_is_walked_without_listing_its_terms() -> None:
    spec = NetworkSpec(784, (LayerSpec(256, "relu"), LayerSpec(10, "linear")), "mean_squared_error")
    generator = np.random.default_rng(0)
    trace = record(
        StepToRecord(
            spec,
            ParameterLayout(spec).initial_vector(spec, 0, "float64"),
            generator.normal(size=(2, 784)),
            generator.normal(size=(2, 10)),
        )
    )
    walk = Walk(trace)
    walk.forward(Size.UNIT)
    assert walk.place.term == 785
    walk.go_to(len(trace.lines))
    walk.backward(Size.TERM)
    assert not walk.is_at_end


def test_that_the_gradients_of_the_update_are_those_after_clipping() -> None:
    rule = msgspec.structs.replace(SGD, clip_norm=1e-3)
    trace = record(replace(recipe_for(network()), optimizer=rule))
    assert np.linalg.norm(trace.update_gradients) == pytest.approx(1e-3, rel=1e-2)
