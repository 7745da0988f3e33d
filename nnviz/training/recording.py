"""Which step is recorded when a person asks for a recording."""

from dataclasses import replace

import numpy as np

from nnviz.core.fault_setup import FaultSetup
from nnviz.core.faults import FAULTS, change_for
from nnviz.core.losses import LOSSES
from nnviz.core.targets import checked_targets
from nnviz.core.trace import StepToRecord
from nnviz.training.commands import RecordStep
from nnviz.training.run import TrainingRun


def step_for(run: TrainingRun, wanted: RecordStep) -> StepToRecord:
    """Return the step that comes next, with the rows, numbers and fault that are wanted.

    Raises
    ------
    ValueError
        With a sentence, if there are no such rows or the numbers do not fit.
    """
    step = _step_on(run, wanted)
    if wanted.fault is None:
        return step
    setup = FaultSetup(step.network, step.optimizer, len(step.inputs))
    if not FAULTS[wanted.fault].applies(setup):
        return step
    return replace(step, change=change_for(wanted.fault, setup, run.gradients.copy()))


def _step_on(run: TrainingRun, wanted: RecordStep) -> StepToRecord:
    if wanted.inputs is None:
        count = len(run.data.train_rows)
        if wanted.rows is None:
            return run.next_step()
        if not wanted.rows or not all(0 <= row < count for row in wanted.rows):
            raise ValueError(f"choose from the {count} training rows, 0 to {count - 1}")
        return run.next_step(np.array(wanted.rows))
    spec = run.network.spec
    if any(len(row) != spec.input_size for row in wanted.inputs) or not wanted.inputs:
        raise ValueError(f"each row of inputs must have {spec.input_size} numbers")
    inputs = np.array(wanted.inputs, dtype=run.experiment.dtype)
    targets = checked_targets(
        wanted.targets, LOSSES[spec.loss], len(inputs), spec.output_size, inputs.dtype
    )
    if not (np.isfinite(inputs).all() and np.isfinite(targets).all()):
        raise ValueError("inputs and targets must be finite numbers")
    return replace(run.next_step(), inputs=inputs, targets=targets, rows=None)
