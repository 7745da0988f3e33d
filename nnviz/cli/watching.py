"""What ``nnviz train`` does beside training: stop by rules, and keep the losses for a table."""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnviz.cli.errors import CommandError
from nnviz.cli.values import whole
from nnviz.data.whole_files import write_whole
from nnviz.training.history import LossHistory
from nnviz.training.history_table import EpochRule, RunHistory, history_csv
from nnviz.training.run import TrainingRun
from nnviz.training.snapshot import Evaluation, LossChunk, RunState
from nnviz.training.stop_rules import NO_RULES, StopRules
from nnviz.training.stop_watcher import StopWatcher


def add_watching_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the stop rules and the table of losses."""
    parser.add_argument(
        "--stop-below",
        type=float,
        metavar="LOSS",
        help="stop after the first epoch whose steps have a mean loss below this",
    )
    parser.add_argument(
        "--stop-after",
        type=float,
        metavar="SECONDS",
        help="stop when so much time has been spent in training steps",
    )
    parser.add_argument(
        "--stop-without-improvement",
        type=whole(1),
        metavar="EPOCHS",
        help="stop when the loss has not fallen for so many epochs",
    )
    parser.add_argument(
        "--stop-watches",
        choices=("train", "validation"),
        default="train",
        help="the loss that --stop-without-improvement is about (train)",
    )
    parser.add_argument(
        "--history",
        type=Path,
        metavar="FILE.csv",
        help="write every training loss, and the figures after every epoch, as a table",
    )


def stop_rules_of(arguments: argparse.Namespace) -> StopRules:
    """Return the rules that were typed.

    Raises
    ------
    CommandError
        If one of them makes no sense.
    """
    try:
        return StopRules(
            loss_below=arguments.stop_below,
            seconds=arguments.stop_after,
            epochs_without_improvement=arguments.stop_without_improvement,
            watches_validation=arguments.stop_watches == "validation",
        )
    except ValueError as error:
        raise CommandError(str(error), is_wrong_use=True) from error


class Watching:
    """Follows a run step by step.

    Parameters
    ----------
    rules
        When to stop.
    keeps_history
        Whether losses are kept, and whole sets measured after every epoch.

    Attributes
    ----------
    sentence
        Why the run stopped; "" as long as no rule has come true.
    """

    def __init__(self, rules: StopRules = NO_RULES, keeps_history: bool = False) -> None:
        self.sentence = ""
        self._watcher = StopWatcher(rules)
        self._keeps_history = keeps_history
        self._losses = LossHistory()
        self._evaluations: list[Evaluation] = []

    def begin(self, run: TrainingRun) -> None:
        """Look at a run before its first step."""
        self._watcher.go_on(0.0)
        if self._keeps_history:
            self._evaluations.append(run.evaluate())

    def note(self, run: TrainingRun, losses: NDArray[np.float32], seconds: float) -> None:
        """Take down what was done.

        Parameters
        ----------
        run
            The run after its steps.
        losses
            Of those steps.
        seconds
            All the time so far that was spent in steps.
        """
        state, sentence = self._watcher.judge(run, losses, seconds)
        if state is RunState.STOPPED_BY_RULE:
            self.sentence = sentence
        if not self._keeps_history:
            return
        first = self._losses.steps + 1
        self._losses.extend(LossChunk(0, first, 1, losses, losses, losses))
        if run.batch == 0 or self.sentence or run.divergence.step is not None:
            self._evaluations.append(run.evaluate())

    def write(self, path: Path, run: TrainingRun) -> None:
        """Write the table.

        Raises
        ------
        CommandError
            If it cannot be written; what was there before is untouched.
        """
        epochs = (EpochRule(0, 0, run.batches_per_epoch),)
        table = RunHistory(run.data.raw.name, self._losses, self._evaluations, epochs)
        try:
            write_whole(path, history_csv([table]), "the table")
        except OSError as error:
            raise CommandError(str(error)) from error
