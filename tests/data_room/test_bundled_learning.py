"""Bundled data are learned, to the accuracy that the user guide names."""

import pytest

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import Evaluation


def learned(
    dataset: str, seed: int, units: int, activation: str, learning_rate: float, epochs: int
) -> Evaluation:
    experiment = ExperimentSpec(
        data=DataSpec(dataset=dataset, seed=seed),
        model=ModelSpec((LayerSpec(units, activation),)),
        optimizer=OptimizerSpec("adam", learning_rate),
        batch_size=32,
        seed=seed,
    )
    run = TrainingRun(experiment, prepare(experiment.data))
    while run.epoch < epochs:
        run.advance(run.batches_per_epoch)
    return run.evaluate()


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_that_iris_is_told_apart(seed: int) -> None:
    result = learned("iris", seed, units=8, activation="tanh", learning_rate=0.02, epochs=100)
    assert result.validation_accuracy is not None
    assert result.validation_accuracy >= 0.95


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_digits_are_told_apart(seed: int) -> None:
    result = learned("digits", seed, units=64, activation="relu", learning_rate=0.005, epochs=30)
    assert result.validation_accuracy is not None
    assert result.validation_accuracy >= 0.95


def test_that_penguins_are_told_apart() -> None:
    result = learned("penguins", 0, units=8, activation="tanh", learning_rate=0.02, epochs=100)
    assert result.train_accuracy == 1.0
    assert result.validation_accuracy is not None
    assert result.validation_accuracy >= 0.95


def test_that_the_progression_of_diabetes_is_predicted_better_than_by_its_mean() -> None:
    # The variance of the scaled targets is 1: the loss of always answering their mean.
    result = learned("diabetes", 0, units=4, activation="tanh", learning_rate=0.005, epochs=20)
    assert result.validation_loss is not None
    assert result.validation_loss < 0.7
