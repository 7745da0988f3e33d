"""nnviz, through ``TrainingRun.advance``, as the program itself trains."""

import time

import numpy as np

from benchmarks.contenders.kind import Contender
from benchmarks.workloads import Workload
from nnviz.core.program import Program
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepared import PreparedData, RawData
from nnviz.data.request import DataSpec
from nnviz.data.scaling import fit_scaling
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun


def started(workload: Workload) -> TrainingRun:
    """Return the workload as a run at its first step."""
    return TrainingRun(_experiment(workload), prepared(workload))


def ready_program(run: TrainingRun) -> Program:
    """Return the run's Program with batches in all slots."""
    run.advance(1)
    (program,) = run._programs.values()
    return program


def start(workload: Workload) -> Contender:
    """Return what trains."""
    training = started(workload)
    per_epoch = training.batches_per_epoch

    def run(epochs: int) -> float:
        until = training.step + epochs * per_epoch
        begun = time.perf_counter()
        while training.step < until:
            training.advance(until - training.step)
        return time.perf_counter() - begun

    return run


def tape(workload: Workload) -> Contender:
    """Return the Program's calls alone: no shuffles, no batches fetched, no losses judged."""
    training = started(workload)
    program, steps = ready_program(training), training.batches_per_epoch

    def run(epochs: int) -> float:
        whole, rest = divmod(epochs * steps, program.slots)
        training._threads.use()
        with np.errstate(all="ignore"):
            begun = time.perf_counter()
            for _ in range(whole):
                program.run_slots(0, program.slots)
            program.run_slots(0, rest)
            return time.perf_counter() - begun

    return run


def _experiment(workload: Workload) -> ExperimentSpec:
    return ExperimentSpec(
        data=DataSpec(),
        model=ModelSpec(
            tuple(LayerSpec(size, workload.activation) for size in workload.sizes[1:-1]),
            output_activation="linear" if workload.is_classifier else "tanh",
            l2=workload.l2,
        ),
        optimizer=OptimizerSpec(
            workload.optimizer, workload.learning_rate, momentum=workload.momentum
        ),
        batch_size=workload.batch_size,
        dtype=workload.dtype,
    )


def prepared(workload: Workload) -> PreparedData:
    """Return the data of a workload as if they had been read and split."""
    inputs, targets = workload.data()
    classes = tuple(str(index) for index in range(workload.sizes[-1]))
    raw = RawData(
        name="random numbers",
        inputs=inputs.astype(np.float64),
        targets=targets,
        feature_names=tuple(f"x{index}" for index in range(workload.sizes[0])),
        class_names=classes if workload.is_classifier else (),
        target_name="t",
    )
    nothing = np.zeros(0, dtype=np.int64)
    return PreparedData(
        raw=raw,
        scaling=fit_scaling("none", raw.inputs),
        target_scaling=fit_scaling("none", np.zeros((1, workload.sizes[-1]))),
        train_rows=np.arange(workload.rows),
        validation_rows=nothing,
        train_inputs=raw.inputs,
        validation_inputs=raw.inputs[:0],
        train_targets=targets,
        validation_targets=targets[:0],
    )
