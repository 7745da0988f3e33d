"""ByHand: what the Walk menu does with numbers on paper."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.core.examples import ByHandSpec
from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.by_hand_dialog import ON_SHOW, ByHandDialog
from nnviz.gui.by_hand_form import MOST_PIECES, MOST_UNITS
from nnviz.gui.display import Display
from nnviz.gui.transport import Transport
from nnviz.gui.workspaces import Workspaces
from nnviz.training.commands import RecordStep
from nnviz.training.experiment import ExperimentSpec

# More than anybody types, and than a dialog can hold.
_MOST_NUMBERS = 300


class ByHand(QObject):
    """Loads networks that were typed in, and saves worksheets of the step on show.

    Parameters
    ----------
    window
        What dialogs belong to.
    display, transport, workspaces
        What is on show, and who loads and shows something else.
    """

    def __init__(
        self, window: QWidget, display: Display, transport: Transport, workspaces: Workspaces
    ) -> None:
        super().__init__(window)
        self._window, self._display = window, display
        self._transport, self._workspaces = transport, workspaces
        self._dialog: ByHandDialog | None = None

    def open(self) -> None:
        """Open the dialog, as it was left."""
        if self._dialog is None:
            self._dialog = ByHandDialog(self._window)
            self._dialog.experiment_chosen.connect(self._walk_through)
            self._dialog.network_on_show_wanted.connect(self._show_network)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _walk_through(self, experiment: ExperimentSpec) -> None:
        # Rows or numbers of another network would not fit this one.
        self._display.playback.subject = RecordStep()
        self._display.selection.select_sample(0)
        self._transport.experiment_requested.emit(experiment)
        self._workspaces.show_step()
        # The keys that walk are the window's.
        self._window.activateWindow()

    def _show_network(self) -> None:
        assert self._dialog is not None
        try:
            example = example_on_show(self._display)
        except ValueError as error:
            self._dialog.refuse(str(error))
        else:
            self._dialog.show_example(example, ON_SHOW)

    def save_worksheet(self) -> None:
        """Save the step on show with blanks to fill in."""
        self._save("worksheet.pdf", has_answers=False)

    def save_answers(self) -> None:
        """Save the step on show with every number in its place."""
        self._save("answers.pdf", has_answers=True)

    def _save(self, name: str, has_answers: bool) -> None:
        trace = self._display.playback.trace
        if trace is None:
            return
        if BugLabControl.of(self._display.playback).banner:
            words = "A fault of the bug lab is on: switch it off before saving a worksheet."
            QMessageBox.warning(self._window, "nnviz", words)
            return
        from nnviz.core.worksheet import worksheet
        from nnviz.gui.worksheet import write_worksheet

        path, _ = QFileDialog.getSaveFileName(self._window, "Save a worksheet", name, "PDF (*.pdf)")
        if not path:
            return
        try:
            title = self._display.data.raw.name if self._display.is_ready else ""
            write_worksheet(_with_suffix(path), worksheet(trace, title), has_answers)
        except (OSError, ValueError) as error:
            QMessageBox.warning(self._window, "nnviz", str(error))


def _with_suffix(path: str) -> Path:
    return Path(path if path.lower().endswith(".pdf") else f"{path}.pdf")


def example_on_show(display: Display) -> ByHandSpec:
    """Return the network on show and the selected sample, to be changed by hand.

    Raises
    ------
    ValueError
        With a sentence, if it has more numbers than one types.
    """
    if not display.is_ready:
        raise ValueError("nothing is loaded yet")
    spec, snapshot = display.spec, display.snapshot
    count = snapshot.parameters.size + spec.input_size
    if count > _MOST_NUMBERS:
        raise ValueError(
            f"the network on show has {count:,} numbers, more than the {_MOST_NUMBERS} that fit "
            "here: make it smaller first"
        )
    if max(spec.layer_sizes) > MOST_UNITS or any(
        layer.piece_count > MOST_PIECES for layer in spec.layers
    ):
        raise ValueError(
            f"layers that are typed have {MOST_UNITS} units of {MOST_PIECES} pieces at most: make "
            "the network smaller first"
        )
    sample = display.sample_index
    vector = snapshot.parameters.astype(np.float64)
    matrices = [block.matrix(vector).tolist() for block in display.network.layout.blocks]
    return ByHandSpec(
        title=f"{display.data.raw.name}, the network on show",
        source="the window",
        layers=spec.layers,
        loss=spec.loss,
        weights=tuple(tuple(map(tuple, rows[:-1])) for rows in matrices),
        biases=tuple(tuple(rows[-1]) for rows in matrices),
        inputs=(tuple(display.batch_inputs[sample].tolist()),),
        targets=(tuple(display.batch_targets[sample].tolist()),),
        optimizer=snapshot.experiment.optimizer,
    )
