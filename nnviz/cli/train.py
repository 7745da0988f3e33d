"""``nnviz train``: train without a window and print the result."""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

import msgspec

from nnviz import __version__
from nnviz.cli.errors import CommandError
from nnviz.cli.experiment import add_experiment_arguments, experiment_of, has_subject
from nnviz.cli.report import finite, line_end, report_document, report_lines
from nnviz.cli.watching import Watching, add_watching_arguments, stop_rules_of
from nnviz.data.prepare import prepare
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.report import Report, SetMetrics, report_on
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import Evaluation


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a training run.

    Attributes
    ----------
    run
        The run after its last step.
    evaluation
        Loss and accuracy at the end.
    report
        What else can be said then.
    seconds
        Time in training steps alone.
    diverged_at
        The step at which training diverged, or ``None``.
    stopped
        Why training stopped before the last epoch, in a sentence; "" if it did not.
    """

    run: TrainingRun
    evaluation: Evaluation
    report: Report
    seconds: float
    diverged_at: int | None
    stopped: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz train``."""
    add_experiment_arguments(parser)
    add_watching_arguments(parser)
    parser.add_argument("--epochs", type=int, default=200, help="passes over the data (200)")
    parser.add_argument(
        "--report",
        action="store_true",
        help="print confusion matrices, precision, recall and the state of the layers too",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, the report in it, and no more"
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, print, and return the exit code."""
    if arguments.epochs < 1:
        raise CommandError(
            f"--epochs is {arguments.epochs}; it must be 1 or more", is_wrong_use=True
        )
    if not has_subject(arguments):
        raise CommandError(
            "say what to train on: --dataset NAME (see `nnviz datasets`) or FILE.csv",
            is_wrong_use=True,
        )
    watching = Watching(stop_rules_of(arguments), arguments.history is not None)
    training = start_run(experiment_of(arguments))
    if not arguments.json:
        for note in training.data.raw.notes:
            print(note, file=sys.stderr)
    result = train(training, arguments.epochs, watching)
    if arguments.history is not None:
        watching.write(arguments.history, training)
    if arguments.json:
        print(json.dumps(as_document(result), indent=2))
    else:
        print(as_text(result))
        if arguments.report:
            names = training.data.raw.class_names
            print("\n".join(report_lines(result.report, training.network.spec, names)))
    if result.stopped and not arguments.json:
        print(result.stopped, file=sys.stderr)
    if result.diverged_at is not None:
        raise CommandError(
            f"diverged at step {result.diverged_at} with learning rate "
            f"{training.experiment.optimizer.learning_rate:g}: choose a smaller --learning-rate"
        )
    return 0


def start_run(experiment: ExperimentSpec) -> TrainingRun:
    """Prepare data and a network that can be trained.

    Raises
    ------
    CommandError
        If the data cannot be read, or the parts make no sense together.
    """
    training = load_run(experiment)
    if training.untrainable_reason is not None:
        raise CommandError(training.untrainable_reason, is_wrong_use=True)
    return training


def load_run(experiment: ExperimentSpec) -> TrainingRun:
    """Prepare data and network, whether it can be trained or only looked at.

    Raises
    ------
    CommandError
        If the data cannot be read, or the parts make no sense together.
    """
    try:
        data = prepare(experiment.data)
    except (ValueError, OSError) as error:
        raise CommandError(str(error)) from error
    try:
        return TrainingRun(experiment, data)
    except ValueError as error:
        raise CommandError(str(error), is_wrong_use=True) from error


def train(training: TrainingRun, epochs: int, watching: Watching | None = None) -> Result:
    """Train for so many epochs, with a progress bar if standard error is a terminal."""
    from tqdm import tqdm

    # The bar is updated in this thread; the thread that watches for idle bars is not needed.
    tqdm.monitor_interval = 0
    seconds, stopping = 0.0, training.early_stopping
    watching = watching or Watching()
    watching.begin(training)
    with tqdm(total=epochs, unit="epoch", disable=None, leave=False, file=sys.stderr) as bar:
        while training.epoch < epochs and not _has_ended(training, watching):
            epoch = training.epoch
            started = time.perf_counter()
            losses = training.advance(training.batches_per_epoch)
            seconds += time.perf_counter() - started
            watching.note(training, losses, seconds)
            bar.update(training.epoch - epoch)
    diverged_at = training.divergence.step
    stopped = stopping.sentence(training.step) if stopping.has_stopped else watching.sentence
    report = report_on(training)
    return Result(training, training.evaluate(), report, seconds, diverged_at, stopped)


def _has_ended(training: TrainingRun, watching: Watching) -> bool:
    is_over = training.divergence.step is not None or training.early_stopping.has_stopped
    return is_over or bool(watching.sentence)


def as_document(result: Result) -> dict[str, Any]:
    """Return the result as JSON types; a number that is not finite becomes null."""
    run, evaluation = result.run, result.evaluation
    raw, stopping = run.data.raw, run.early_stopping
    return {
        "train_loss": finite(evaluation.train_loss),
        "validation_loss": finite(evaluation.validation_loss),
        "train_accuracy": evaluation.train_accuracy,
        "validation_accuracy": evaluation.validation_accuracy,
        **report_document(result.report),
        "steps": run.step,
        "epochs": run.epoch,
        "seconds": result.seconds,
        "steps_per_second": run.step / result.seconds,
        "parameters": run.network.parameter_count,
        "diverged_at_step": result.diverged_at,
        "stopped": result.stopped or None,
        "weights_of_step": stopping.best_step if stopping.has_stopped else run.step,
        "specification": msgspec.to_builtins(run.experiment),
        "network": msgspec.to_builtins(run.network.spec),
        "data": {
            "name": raw.name,
            "target": raw.target_name,
            "features": list(raw.feature_names),
            "classes": list(raw.class_names),
            "train_rows": len(run.data.train_rows),
            "validation_rows": len(run.data.validation_rows),
            "scaling": list(run.data.scaling.describe(raw.feature_names)),
            "notes": list(raw.notes),
        },
        "version": __version__,
    }


def as_text(result: Result) -> str:
    """Return the result as lines for a person."""
    run, evaluation, report = result.run, result.evaluation, result.report
    sizes = "-".join(str(size) for size in run.network.spec.layer_sizes)
    rate = run.step / result.seconds
    lines = [
        f"{run.data.raw.name}: {sizes}, {run.network.parameter_count:,} parameters",
        _set_line("train", evaluation.train_loss, evaluation.train_accuracy, report.train),
    ]
    if evaluation.validation_loss is not None:
        loss, share = evaluation.validation_loss, evaluation.validation_accuracy
        lines.append(_set_line("validation", loss, share, report.validation))
    lines.append(f"{run.step:,} steps in {result.seconds:.3g} s, {rate:,.0f} steps/s")
    return "\n".join(lines)


def _set_line(name: str, loss: float, accuracy: float | None, metrics: SetMetrics | None) -> str:
    share = "" if accuracy is None else f"  accuracy {accuracy:.2%}"
    return f"{name:<10}  loss {loss:.6g}{share}{line_end(metrics)}"
