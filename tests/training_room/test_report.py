"""The report on a run: metrics of whole sets, the state of its layers, and nothing changed."""

import msgspec
import numpy as np
import pytest

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.report import ClassMetrics, ValueMetrics, report_on
from nnviz.training.run import TrainingRun


def run_of(dataset: str, model: ModelSpec | None = None, validation: float = 0.25) -> TrainingRun:
    data = DataSpec(dataset, validation=validation)
    experiment = ExperimentSpec(data, model or ModelSpec((LayerSpec(4),)), batch_size=16)
    run = TrainingRun(experiment, prepare(data))
    run.advance(3)
    return run


def test_that_the_confusion_adds_up_to_the_rows_and_its_diagonal_to_the_accuracy() -> None:
    run = run_of("iris")
    metrics, evaluation = report_on(run).validation, run.evaluate()
    assert isinstance(metrics, ClassMetrics)
    assert metrics.confusion.sum() == len(run.data.validation_rows)
    share = np.trace(metrics.confusion) / metrics.confusion.sum()
    assert share == evaluation.validation_accuracy
    assert metrics.recall.shape == metrics.precision.shape == (3,)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_that_errors_of_values_are_in_the_units_of_the_target(dtype: str) -> None:
    run = run_of("diabetes")
    experiment = msgspec.structs.replace(run.experiment, dtype=dtype)
    run = TrainingRun(experiment, run.data)
    metrics, evaluation = report_on(run).train, run.evaluate()
    assert isinstance(metrics, ValueMetrics)
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    stretch = float(run.data.target_scaling.scale[0])
    expected = stretch * np.sqrt(evaluation.train_loss)
    assert metrics.root_mean_squared_error == pytest.approx(expected, rel=tolerance)
    # The scaled targets of the training rows have variance 1.
    assert metrics.r_squared == pytest.approx(1 - evaluation.train_loss, abs=tolerance)


def test_that_a_set_without_rows_has_no_metrics() -> None:
    assert report_on(run_of("iris", validation=0.0)).validation is None


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_that_a_report_changes_nothing(dropout: float) -> None:
    model = ModelSpec((LayerSpec(4, dropout=dropout),))
    run, other = run_of("iris", model), run_of("iris", model)
    report_on(run)
    assert np.array_equal(run.gradients, other.gradients)
    run.advance(2)
    other.advance(2)
    assert np.array_equal(run.network.parameters, other.network.parameters)


def test_that_the_layers_tell_of_the_gradient_of_the_last_batch() -> None:
    data = DataSpec("iris")
    model = ModelSpec((LayerSpec(4),))
    experiment = ExperimentSpec(data, model, OptimizerSpec("sgd", 0.1), batch_size=None)
    run = TrainingRun(experiment, prepare(data))
    first, last = report_on(run).layers
    before = run.network.weights[0].copy()
    run.advance(1)
    assert first.gradient_norm == pytest.approx(
        np.linalg.norm(run.network.layout.blocks[0].matrix(run.gradients)), rel=1e-12
    )
    change = np.linalg.norm(run.network.weights[0] - before)
    assert first.update_ratio == pytest.approx(change / np.linalg.norm(before), rel=1e-12)
    assert last.saturated_fraction is None
