"""Report: how good a network is on whole sets of rows, and the state of its layers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core import metrics
from nnviz.core.compiler import TRAINING, compile_program
from nnviz.core.findings import findings_of
from nnviz.core.health import LayerHealth
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.vitals import Finding, Vitals, vitals_of
from nnviz.training.row_set import RowSet, row_sets
from nnviz.training.run import TrainingRun

# Rows that say whether a unit is dead or saturated: enough to tell, few enough to hold.
_ROWS_OF_UNITS = 4096


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """How rows of k classes were classified.

    Attributes
    ----------
    confusion
        k x k counts; rows are true classes, columns predicted ones.
    precision, recall
        Of each class; NaN where there is nothing to share.
    """

    confusion: NDArray[np.int64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ValueMetrics:
    """How near k values came to their targets.

    Attributes
    ----------
    r_squared
        Mean over the outputs whose target changes; NaN where none does.
    root_mean_squared_error
        Over all outputs, in the units of the target column.
    r_squared_of_outputs, root_mean_squared_error_of_outputs
        The same for each output.
    """

    r_squared: float
    root_mean_squared_error: float
    r_squared_of_outputs: NDArray[np.float64]
    root_mean_squared_error_of_outputs: NDArray[np.float64]


SetMetrics = ClassMetrics | ValueMetrics


@dataclass(frozen=True, slots=True)
class Report:
    """What can be said of a run beside its losses.

    Attributes
    ----------
    train, validation
        Metrics of each set; ``None`` where it has no rows.
    layers
        The state of each layer: gradient and update of the last step's batch done
        once more, dead and saturated units over (the first 4,096) training rows.
    findings
        What is wrong with them, the worst first.
    """

    train: SetMetrics | None
    validation: SetMetrics | None
    layers: tuple[LayerHealth, ...]
    findings: tuple[Finding, ...]


def report_on(run: TrainingRun) -> Report:
    """Measure a run; nothing of it changes."""
    train, validation = row_sets(run.data, run.network.spec, run.experiment.dtype)
    vitals = _vitals(run, train)
    return Report(
        _metrics(run, train), _metrics(run, validation), vitals.layers, findings_of(vitals)
    )


def _metrics(run: TrainingRun, rows: RowSet) -> SetMetrics | None:
    if not len(rows.inputs):
        return None
    _, outputs = run.network.loss_and_outputs(rows.inputs, rows.coded)
    if rows.classes is None:
        return _value_metrics(run, outputs, rows.coded)
    predicted = metrics.predicted_classes(run.network.spec, outputs)
    confusion = metrics.confusion_matrix(predicted, rows.classes, run.data.class_count)
    return ClassMetrics(confusion, metrics.precision(confusion), metrics.recall(confusion))


def _value_metrics(
    run: TrainingRun, outputs: NDArray[np.floating], coded: NDArray[np.floating]
) -> ValueMetrics:
    undo = run.data.target_scaling.undo
    y, t = undo(outputs.astype(np.float64)), undo(coded.astype(np.float64))
    return ValueMetrics(
        metrics.overall_r_squared(y, t),
        metrics.overall_root_mean_squared_error(y, t),
        metrics.r_squared(y, t),
        metrics.root_mean_squared_error(y, t),
    )


def _vitals(run: TrainingRun, rows: RowSet) -> Vitals:
    """Do one more update on a copy, with the last batch and no unit dropped."""
    spec, before = run.network.spec, run.network.parameters
    parameters, gradients = before.copy(), np.zeros_like(before)
    optimizer = bind_optimizer(run.experiment.optimizer, parameters, gradients)
    for key, array in optimizer.state.items():
        array[...] = run.optimizer.state[key]
    batch = run.batch_rows
    program = compile_program(spec, parameters, len(batch), TRAINING, gradients, optimizer)
    program.load(rows.inputs[batch], rows.coded[batch])
    # Whatever has become of the numbers is what is reported.
    with np.errstate(all="ignore"):
        program.run()
        forward = run.network.forward(rows.inputs[:_ROWS_OF_UNITS])
        change = parameters - before
        return vitals_of(spec, parameters, gradients, change, forward, has_stepped=True)
