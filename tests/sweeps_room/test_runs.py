"""One run of a sweep: the very run that the window and `nnviz train` make."""

import json

import numpy as np
import pytest

from nnviz.cli import run_command_line
from nnviz.data.prepare import prepare
from nnviz.sweeps.runs import MOST_POINTS, RunResult, thinned, train_one
from nnviz.sweeps.scheduling import InProcess, sweep_results
from nnviz.sweeps.summary import summarise
from nnviz.training.run import TrainingRun
from tests.sweeps_room.small import EXPERIMENT, plan_of, setting


def only_result(**sweep: object) -> RunResult:
    """Return the result of a sweep of one run."""
    (result,) = sweep_results(plan_of(seeds=1, **sweep), InProcess())
    return result


def test_that_a_run_equals_nnviz_train_to_the_last_bit(capsys: pytest.CaptureFixture[str]) -> None:
    # Dropout, batches that do not divide the rows, momentum: all that a seed decides.
    experiment = {
        "data": {"dataset": "moons", "samples": 90, "seed": 4},
        "model": {"hidden_layers": [{"size": 7, "activation": "relu", "dropout": 0.2}]},
        "optimizer": {"name": "sgd", "momentum": 0.9, "learning_rate": 0.05},
        "batch_size": 16,
        "seed": 4,
    }
    command = [
        *("train", "--dataset", "moons", "--samples", "90", "--layers", "7"),
        *("--activation", "relu", "--dropout", "0.2", "--optimizer", "sgd", "--momentum", "0.9"),
        *("--learning-rate", "0.05", "--batch-size", "16", "--epochs", "7", "--json"),
        *("--data-seed", "4"),
    ]
    for result in sweep_results(plan_of(experiment, epochs=7, seeds=3), InProcess()):
        assert run_command_line([*command, "--seed", str(result.seed)]) == 0
        trained = json.loads(capsys.readouterr().out)
        for name in ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy"):
            assert getattr(result, name) == trained[name]
        assert (result.steps, result.epochs) == (trained["steps"], trained["epochs"])


def test_that_a_curve_holds_the_losses_of_the_run_exactly() -> None:
    plan = plan_of(steps=450, seeds=1)
    (result,) = sweep_results(plan, InProcess())
    training = TrainingRun(plan.runs[0].experiment, prepare(plan.runs[0].experiment.data))
    losses: list[float] = []
    while training.step < 450:
        losses.extend(training.advance(450 - training.step).astype(float))
    curve = result.curve
    assert len(curve.steps) == 150
    assert curve.steps[:2] == (3, 6)
    groups = np.array(losses).reshape(150, 3)
    np.testing.assert_array_equal(curve.minimum, groups.min(axis=1))
    np.testing.assert_array_equal(curve.maximum, groups.max(axis=1))
    np.testing.assert_allclose(curve.mean, groups.mean(axis=1), rtol=1e-15)
    assert result.steps == 450


@pytest.mark.parametrize("count", [1, 199, 200, 201, 1000])
def test_that_a_curve_never_has_too_many_points_and_ends_with_the_run(count: int) -> None:
    losses = np.arange(count, dtype=np.float32)
    curve = thinned(losses, count)
    assert len(curve.steps) <= MOST_POINTS
    assert curve.steps[-1] == count
    assert (min(curve.minimum), max(curve.maximum)) == (0, count - 1)
    # A run that ended early keeps the groups of the others.
    assert (
        thinned(losses[: count // 2], count).steps[:-1]
        == curve.steps[: (count // 2 - 1) // max(1, -(-count // 200))]
    )


def test_that_divergence_ends_a_run_and_says_when() -> None:
    result = only_result(
        experiment={**EXPERIMENT, "optimizer": {"name": "sgd", "learning_rate": 1e6}}, steps=50
    )
    assert result.diverged_at is not None
    assert result.steps < result.diverged_at <= 50
    assert result.curve.steps[-1] == result.diverged_at
    assert np.isfinite(result.train_loss)
    plan = plan_of(seeds=1)
    (summary,) = summarise(plan, [result])
    assert (summary.finished, summary.diverged, summary.median) == (1, 1, None)


def test_that_patience_ends_a_run() -> None:
    result = only_result(experiment={**EXPERIMENT, "patience": 1}, epochs=500)
    assert result.epochs < 500


def test_that_a_run_without_validation_rows_or_classes_has_none_of_their_figures() -> None:
    result = only_result(experiment={"data": {"dataset": "sine", "validation": 0.0}})
    assert result.validation_loss is None
    assert result.train_accuracy is None


def test_that_a_cancelled_run_has_no_result() -> None:
    (run,) = plan_of(seeds=1).runs
    assert train_one("a", run, lambda: True) is None


def test_that_the_learning_rates_of_the_lecture_crawl_learn_and_diverge() -> None:
    # X06: 2-16-1 tanh, MSE, 500 full-batch steps, 10 seeds. Its data are not stated; on these
    # circles with targets 0 and 1 the rates that learn stay within its ranges.
    data = prepare(
        plan_of({"data": {"dataset": "circles", "samples": 200, "validation": 0.0}})
        .runs[0]
        .experiment.data
    )
    typed = {
        "title": "circles",
        "inputs": data.train_inputs.tolist(),
        "targets": data.train_targets.astype(float)[:, np.newaxis].tolist(),
    }
    experiment = {
        "data": {"typed": typed, "scaling": "none", "validation": 0.0},
        "model": {"hidden_layers": [{"size": 16}], "loss": "mean_squared_error"},
        "optimizer": {"name": "sgd"},
        "batch_size": "full",
    }
    rates = setting("optimizer.learning_rate", 0.001, 0.01, 0.1, 0.5, 1, 2)
    plan = plan_of(experiment, steps=500, seeds=10, settings=[rates])
    crawling, slow, good, large, *too_large = summarise(plan, sweep_results(plan, InProcess()))
    assert crawling.least is not None
    assert slow.least is not None
    assert good.least is not None
    assert large.least is not None
    assert crawling.greatest is not None
    assert good.greatest is not None
    assert large.greatest is not None
    assert 0.012 <= good.least <= good.greatest <= 0.033
    assert 0.08 <= large.least <= large.greatest <= 0.21
    assert crawling.least > 0.15
    assert crawling.median is not None
    assert slow.median is not None
    assert crawling.median > slow.median > good.greatest
    assert [cell.diverged for cell in too_large] == [10, 10]
    assert not any(cell.diverged for cell in (crawling, slow, good, large))
