"""A training run: repeatable to the bit, however it is divided."""

import msgspec
import numpy as np
import pytest

from nnviz.core.metrics import accuracy
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec, network_spec
from nnviz.training.run import TrainingRun

SPIRAL = ExperimentSpec(
    data=DataSpec("spiral", samples=120),
    model=ModelSpec((LayerSpec(8), LayerSpec(5))),
    batch_size=32,
)


def start(experiment: ExperimentSpec = SPIRAL) -> TrainingRun:
    return TrainingRun(experiment, prepare(experiment.data))


def train(run: TrainingRun, steps: int, most: int = 1000) -> np.ndarray:
    losses = []
    until = run.step + steps
    while run.step < until:
        losses.append(run.advance(min(most, until - run.step)))
    return np.concatenate(losses)


@pytest.mark.parametrize("name", ["sgd", "adam"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_that_steps_one_by_one_equal_steps_in_one_go(name: str, dtype: str) -> None:
    optimizer = OptimizerSpec(name, 0.05, momentum=0.9 if name == "sgd" else 0.0)
    experiment = msgspec.structs.replace(SPIRAL, optimizer=optimizer, dtype=dtype)
    whole, single = start(experiment), start(experiment)
    np.testing.assert_array_equal(train(whole, 50), train(single, 50, most=1))
    np.testing.assert_array_equal(whole.network.parameters, single.network.parameters)


def test_that_reset_repeats_the_run_to_the_bit() -> None:
    run = start()
    first_losses = train(run, 37)
    first = run.network.parameters.copy()
    run.reset()
    assert (run.step, run.epoch, run.batch) == (0, 0, 0)
    np.testing.assert_array_equal(train(run, 37), first_losses)
    np.testing.assert_array_equal(run.network.parameters, first)


def test_that_another_seed_starts_elsewhere() -> None:
    other = start(msgspec.structs.replace(SPIRAL, seed=1))
    assert not np.array_equal(start().network.parameters, other.network.parameters)


def test_that_an_epoch_has_a_smaller_last_batch_and_then_begins_anew() -> None:
    run = start()
    assert run.batches_per_epoch == 3
    train(run, 2)
    assert (run.epoch, run.batch, len(run.batch_rows)) == (0, 2, 32)
    train(run, 1)
    assert (run.epoch, run.batch, len(run.batch_rows)) == (1, 0, 90 - 64)


def test_that_a_loss_is_the_loss_of_its_batch_before_the_update() -> None:
    run = start()
    before = Network(run.network.spec)
    before.set_parameters(run.network.parameters)
    (loss,) = train(run, 1)
    rows = run.batch_rows
    expected = before.loss(run.data.train_inputs[rows], run.data.train_targets[rows])
    assert loss == pytest.approx(expected, rel=1e-6)


def test_that_the_gradients_are_those_of_the_last_batch() -> None:
    run = start()
    train(run, 4)
    before = Network(run.network.spec)
    before.set_parameters(run.network.parameters)
    train(run, 1)
    rows = run.batch_rows
    backward = before.backward(run.data.train_inputs[rows], run.data.train_targets[rows])
    views = run.network.layout.views(run.gradients)
    for number in range(3):
        np.testing.assert_allclose(
            views.weights[number], backward.weight_grads[number], rtol=1e-9, atol=1e-14
        )


def test_that_an_evaluation_measures_whole_sets() -> None:
    run = start()
    train(run, 30)
    evaluation = run.evaluate()
    data, network = run.data, run.network
    assert evaluation.step == 30
    assert evaluation.train_loss == pytest.approx(
        network.loss(data.train_inputs, data.train_targets), rel=1e-12
    )
    outputs = network.forward(data.validation_inputs).outputs
    right = np.argmax(outputs, axis=1) == data.validation_targets
    assert evaluation.validation_accuracy == np.mean(right)
    classes = data.train_targets.astype(np.int64)
    assert evaluation.train_accuracy == accuracy(
        network.spec, network.forward(data.train_inputs).outputs, classes
    )


def test_that_a_run_without_validation_rows_has_no_validation_loss() -> None:
    experiment = msgspec.structs.replace(SPIRAL, data=DataSpec("sine", validation=0.0))
    evaluation = start(experiment).evaluate()
    assert evaluation.validation_loss is None
    assert evaluation.train_accuracy is None


def test_that_what_is_stopped_leaves_the_run_as_it_was() -> None:
    run, other = start(), start()
    assert len(run.advance(10, is_stopped=lambda: True)) == 0
    assert run.step == 0
    assert run.evaluate_unless(lambda: True) is None
    np.testing.assert_array_equal(run.advance(1, is_stopped=lambda: False), train(other, 1))
    np.testing.assert_array_equal(train(run, 40), train(other, 40))


def test_that_a_learning_rate_of_zero_changes_nothing() -> None:
    run = start()
    run.set_learning_rate(0.0)
    before = run.network.parameters.copy()
    train(run, 5)
    np.testing.assert_array_equal(run.network.parameters, before)


@pytest.mark.parametrize(
    ("loss", "output", "dataset", "outputs"),
    [
        (None, "linear", "spiral", 2),
        ("binary_cross_entropy", "linear", "spiral", 1),
        ("mean_squared_error", "tanh", "spiral", 1),
        ("mean_squared_error", "sigmoid", "spiral", 1),
        ("binary_cross_entropy", "linear", "iris", 3),
        ("mean_squared_error", "sigmoid", "iris", 3),
        ("mean_squared_error", "tanh", "iris", 3),
        (None, "linear", "iris", 3),
        (None, "linear", "sine", 1),
    ],
)
def test_that_every_sensible_loss_learns(
    loss: str | None, output: str, dataset: str, outputs: int
) -> None:
    model = ModelSpec((LayerSpec(12), LayerSpec(12)), output_activation=output, loss=loss)
    experiment = ExperimentSpec(data=DataSpec(dataset), model=model, batch_size=None)
    run = start(experiment)
    assert run.network.spec.output_size == outputs
    before = run.evaluate()
    train(run, 600)
    after = run.evaluate()
    assert after.train_loss < 0.3 * before.train_loss
    if after.train_accuracy is not None:
        assert after.train_accuracy > 0.9


def test_that_a_class_loss_for_numbers_is_refused_with_a_sentence() -> None:
    model = ModelSpec(loss="softmax_cross_entropy")
    with pytest.raises(ValueError, match="the target 'y' is a number: choose mean squared error"):
        network_spec(model, prepare(DataSpec("sine")))


def test_that_training_through_a_step_is_refused_with_a_sentence() -> None:
    model = ModelSpec((LayerSpec(3, "step"),))
    run = start(msgspec.structs.replace(SPIRAL, model=model))
    with pytest.raises(ValueError, match="layer 1 uses the step activation"):
        run.advance(1)


def test_that_the_reference_spiral_is_learned_without_a_mistake() -> None:
    experiment = ExperimentSpec(
        data=DataSpec("spiral"),
        model=ModelSpec((LayerSpec(16), LayerSpec(16))),
        optimizer=OptimizerSpec("adam", 0.02),
        batch_size=None,
    )
    run = start(experiment)
    train(run, 1000)
    assert run.network.parameter_count == 354
    assert run.evaluate().train_accuracy == 1.0
