"""Stop rules in the whole program: from the form to the trainer's thread, and back as words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.data.request import DataSpec
from nnviz.gui.app import Program
from nnviz.gui.settings import WindowSettings
from nnviz.gui.views.loss_view import LossView
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.snapshot import RunState


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    program = Program(
        ExperimentSpec(data=DataSpec("circles")), WindowSettings(tmp_path / "nnviz.ini")
    )
    qtbot.addWidget(program.window)
    yield program
    program.close()
    # The test item holds on to the program; pyqtgraph's menus go with the last reference.
    del program.window


def test_that_a_rule_chosen_on_the_plot_stops_training_and_says_so(
    program: Program, qtbot: QtBot
) -> None:
    window, display = program.window, program.display
    window.show()
    qtbot.waitUntil(lambda: "loss" in window.views and display.is_ready)
    view = window.views["loss"]
    assert isinstance(view, LossView)
    view._open_stop_form()
    box = view.stop_form._boxes["epochs"]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    view.stop_form._fields["epochs"].setValue(7)
    view.stop_form.hide()
    window.actions_by_key["toggle_run"].trigger()
    qtbot.waitUntil(lambda: display.snapshot.state is RunState.STOPPED_BY_RULE)
    step = 7 * display.snapshot.batches_per_epoch
    assert (display.snapshot.step, display.snapshot.epoch) == (step, 7)
    sentence = f"topped at step {step:,}: 7 epochs were asked for"
    qtbot.waitUntil(lambda: any(sentence in text for text in window.centre.banner.messages))
    status = f"Stopped at step {step:,}: 7 epochs were asked for · step {step:,} on show"
    qtbot.waitUntil(lambda: window.status_line.state_label.text() == status)
    view.refresh()
    assert view.events.marks[0].label == "stop"
    window.actions_by_key["step"].trigger()
    qtbot.waitUntil(lambda: display.snapshot.step == step + 1)
    qtbot.waitUntil(lambda: not window.centre.banner.messages)
