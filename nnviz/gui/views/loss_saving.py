"""Saving what the loss view shows: its numbers as a table, the plot as a picture."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from nnviz.data.whole_files import write_whole
from nnviz.gui.pictures import PATTERNS, check_ending, write_picture
from nnviz.gui.run_records import RunRecord
from nnviz.gui.wishes import SaveWish
from nnviz.training.history_table import RunHistory, history_csv


def table_wish(runs: Sequence[RunRecord]) -> SaveWish:
    """Return the wish for a table of the losses and figures of these runs."""

    def write(path: Path) -> None:
        rows = (RunHistory(r.name, r.losses, r.evaluations, r.epochs) for r in runs)
        write_whole(path, history_csv(rows), "the table")

    name = "losses.csv" if len(runs) == 1 else "losses_of_all_runs.csv"
    return SaveWish("Save the losses", name, "Tables (*.csv)", write)


def picture_wish(
    view: QWidget, hide_controls: Callable[[], None], show_controls: Callable[[], None]
) -> SaveWish:
    """Return the wish for a picture of the plot, without the controls upon it."""

    def write(path: Path) -> None:
        check_ending(path)
        hide_controls()
        try:
            write_picture(view, path)
        finally:
            show_controls()

    return SaveWish("Save the loss plot", "loss.png", PATTERNS, write)
