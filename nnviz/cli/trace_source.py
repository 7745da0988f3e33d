"""Which step ``nnviz trace`` records: of a data set, a table, or a case in a file."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from nnviz.cli.errors import CommandError
from nnviz.cli.experiment import experiment_of
from nnviz.cli.train import load_run
from nnviz.core.calls import FloatArray
from nnviz.core.compiler import TRAINING, compile_program
from nnviz.core.layout import ParameterViews
from nnviz.core.network import Network
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.program import LineKind, Phase
from nnviz.core.spec import OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.run import TrainingRun
from nnviz.verification.layout import Batch, Case, CaseError, read_cases
from nnviz.verification.problem import problem_of


@dataclass(frozen=True, slots=True)
class TracedStep:
    """A recorded step, and what is known about it.

    Attributes
    ----------
    trace
        The step.
    data
        What it was trained on, in words.
    feature_names, class_names
        Of the inputs and of the outputs' classes; empty where there are none.
    loss_after
        Loss of the same batch after the update; ``None`` without an update, or
        where dropout makes no two losses alike.
    """

    trace: Trace
    data: str
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    loss_after: float | None


def traced_step(arguments: argparse.Namespace) -> TracedStep:
    """Return the step that the arguments describe.

    Raises
    ------
    CommandError
        If something cannot be read, does not fit, or training diverges before the step.
    """
    if _is_case_file(arguments):
        return _step_of_case(arguments)
    if arguments.case is not None or arguments.batch is not None:
        raise CommandError(
            "--case and --batch choose from a FILE.json, but none is given", is_wrong_use=True
        )
    return _step_of_run(load_run(experiment_of(arguments)), arguments.at, arguments.sample)


def _is_case_file(arguments: argparse.Namespace) -> bool:
    return arguments.file is not None and Path(arguments.file).suffix.lower() == ".json"


def _step_of_run(run: TrainingRun, at: int, sample: int | None) -> TracedStep:
    if at and run.untrainable_reason is not None:
        raise CommandError(run.untrainable_reason, is_wrong_use=True)
    count = len(run.data.train_rows)
    if sample is not None and sample >= count:
        raise CommandError(
            f"--sample is {sample}, but the {count:,} training rows are numbered from 0 to "
            f"{count - 1}",
            is_wrong_use=True,
        )
    while run.step < at and run.divergence.step is None:
        run.advance(at - run.step)
        if run.early_stopping.has_stopped:
            raise CommandError(f"{run.early_stopping.sentence(run.step)}, before step {at}")
    if run.divergence.step is not None:
        raise _diverged(run.divergence.step, run.experiment.optimizer)
    recipe = run.next_step(None if sample is None else np.array([sample]))
    raw = run.data.raw
    return _traced(recipe, raw.name, raw.feature_names, raw.class_names)


def _step_of_case(arguments: argparse.Namespace) -> TracedStep:
    _refuse_network_arguments(arguments)
    # The optimiser and the penalties are the command's; network and data are the file's.
    experiment = experiment_of(
        argparse.Namespace(**{**vars(arguments), "file": None, "target": None})
    )
    path = Path(arguments.file).expanduser()
    try:
        case, name, batch = _chosen(path, arguments.case, arguments.batch)
        where = f"case {case.id}, batch {name}"
        problem = problem_of(case, batch)
    except CaseError as error:
        raise CommandError(str(error), is_wrong_use=True) from error
    if not problem.is_plain:
        raise CommandError(
            f"{path}: {case.loss.path}: only nnviz verify knows {case.loss.given} as it is used "
            f"in {where}",
            is_wrong_use=True,
        )
    inputs, targets = problem.inputs, problem.targets
    recipe = _recipe_of_case(problem.network, inputs, targets, experiment, arguments.at)
    if arguments.sample is not None:
        if arguments.sample >= len(inputs):
            raise CommandError(
                f"--sample is {arguments.sample}, but the {len(inputs):,} rows of {where} are "
                f"numbered from 0 to {len(inputs) - 1}",
                is_wrong_use=True,
            )
        one = np.array([arguments.sample])
        recipe = replace(recipe, inputs=inputs[one], targets=targets[one], rows=one)
    return _traced(recipe, f"{path.name}, {where}", (), ())


def _refuse_network_arguments(arguments: argparse.Namespace) -> None:
    for option in ("dataset", "example", "target", "layers", "loss"):
        if getattr(arguments, option) is not None:
            raise CommandError(
                f"--{option} does not go with {arguments.file}: the network and its data are those "
                "of the file",
                is_wrong_use=True,
            )


def _chosen(path: Path, case_id: str | None, batch_name: str | None) -> tuple[Case, str, Batch]:
    cases = {case.id: case for case in read_cases(path).cases}
    case = cases[_choose("case", case_id, tuple(cases), str(path))]
    name = _choose("batch", batch_name, tuple(case.batches), f"case {case.id} of {path}")
    return case, name, case.batches[name]


def _choose(kind: str, wanted: str | None, there: Sequence[str], where: str) -> str:
    if not there:
        raise CaseError(f"{where} has no {kind}")
    if wanted is not None and wanted not in there:
        raise CaseError(f"{where} has no {kind} {wanted!r}; there is {', '.join(there)}")
    return there[0] if wanted is None else wanted


def _recipe_of_case(
    network: Network,
    inputs: FloatArray,
    targets: FloatArray,
    experiment: ExperimentSpec,
    at: int,
) -> StepToRecord:
    """Return the step after ``at`` steps on the case's own batch."""
    rule = experiment.optimizer
    spec = msgspec.structs.replace(network.spec, l1=experiment.model.l1, l2=experiment.model.l2)
    if spec.untrainable_reason is not None:
        if at:
            raise CommandError(spec.untrainable_reason, is_wrong_use=True)
        return StepToRecord(spec, network.parameters, inputs, targets)
    parameters = network.parameters.astype(experiment.dtype)
    gradients = np.zeros_like(parameters)
    optimizer = bind_optimizer(rule, parameters, gradients)
    program = compile_program(spec, parameters, len(inputs), TRAINING, gradients, optimizer)
    program.load(inputs, targets)
    with np.errstate(all="ignore"):
        for step in range(1, at + 1):
            program.run()
            if not np.isfinite(program.losses(0, 1)).all():
                raise _diverged(step, rule)
    return StepToRecord(
        spec,
        parameters,
        inputs,
        targets,
        rule,
        optimizer_state=optimizer.state,
        step=at + 1,
    )


def _diverged(step: int, rule: OptimizerSpec) -> CommandError:
    return CommandError(
        f"diverged at step {step} with learning rate {rule.learning_rate:g}: choose a smaller "
        "--learning-rate"
    )


def _traced(
    recipe: StepToRecord, data: str, features: tuple[str, ...], classes: tuple[str, ...]
) -> TracedStep:
    trace = record(recipe)
    return TracedStep(trace, data, features, classes, _loss_after(trace, recipe))


def _loss_after(trace: Trace, recipe: StepToRecord) -> float | None:
    kinds = {line.line.kind for line in trace.lines}
    if not trace.lines_of(Phase.UPDATE) or LineKind.DROPOUT in kinds:
        return None
    vector = np.empty_like(recipe.parameters)
    views = ParameterViews(trace.layout, vector)
    for number, (weights, biases) in enumerate(zip(views.weights, views.biases, strict=True), 1):
        weights[...], biases[...] = trace.value(f"W{number}"), trace.value(f"b{number}")
    return record(replace(recipe, parameters=vector, optimizer=None)).loss
