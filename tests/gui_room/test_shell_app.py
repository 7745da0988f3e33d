"""The whole program: first the frame, then the views, training, and a quick end."""

import gc
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.app import Program
from nnviz.gui.bridge import Bridge
from nnviz.gui.garbage import GarbageCollector
from nnviz.gui.main_window import MainWindow
from nnviz.gui.settings import WindowSettings
from nnviz.gui.workspaces import WORKSPACES
from nnviz.training.commands import Run
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.snapshot import RunState

EXPERIMENT = ExperimentSpec(data=DataSpec(dataset="circles"))

TRAIN_VIEWS = WORKSPACES["train"].docks() - {"setup"} | {"network", "explanation"}


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    program = Program(EXPERIMENT, WindowSettings(tmp_path / "nnviz.ini"))
    qtbot.addWidget(program.window)
    yield program
    program.close()
    # The test item holds on to the program; pyqtgraph's menus go with the last reference.
    del program.window


def open_fully(program: Program, qtbot: QtBot) -> MainWindow:
    program.window.show()
    qtbot.waitUntil(lambda: set(program.window.views) == TRAIN_VIEWS and program.display.is_ready)
    return program.window


def test_that_the_frame_is_painted_before_any_view_is_made(program: Program, qtbot: QtBot) -> None:
    with qtbot.waitSignal(program.window.first_painted):
        program.window.show()
    assert len(program.window.views) <= 1
    open_fully(program, qtbot)


def test_that_the_window_shows_the_experiment_paused_at_step_0(
    program: Program, qtbot: QtBot
) -> None:
    window = open_fully(program, qtbot)
    assert program.display.snapshot.state is RunState.PAUSED
    qtbot.waitUntil(lambda: "Paused" in window.status_line.state_label.text())
    assert window.setup_panel.data.picker.all_sets.currentData() == "circles"


def test_that_training_reaches_the_figures_and_can_be_paused(
    program: Program, qtbot: QtBot
) -> None:
    window = open_fully(program, qtbot)
    window.actions_by_key["toggle_run"].trigger()
    qtbot.waitUntil(lambda: program.display.snapshot.step > 10)
    assert program.bridge.latest_state is RunState.RUNNING
    window.actions_by_key["toggle_run"].trigger()
    qtbot.waitUntil(lambda: program.display.snapshot.state is RunState.PAUSED)
    step = f"{program.display.snapshot.step:,}"
    qtbot.waitUntil(lambda: f"step {step}" in window.status_line.state_label.text())


def test_that_reset_goes_back_to_step_0(program: Program, qtbot: QtBot) -> None:
    window = open_fully(program, qtbot)
    window.actions_by_key["step"].trigger()
    qtbot.waitUntil(lambda: program.display.snapshot.step == 1)
    window.actions_by_key["reset"].trigger()
    qtbot.waitUntil(lambda: program.display.snapshot.step == 0)


def test_that_a_change_in_the_panel_is_trained(program: Program, qtbot: QtBot) -> None:
    window = open_fully(program, qtbot)
    window.setup_panel.model.layers.rows[0].size_field.setValue(9)
    qtbot.waitUntil(lambda: program.display.spec.layer_sizes[1] == 9)
    assert window.setup_panel.model.layers.rows[0].size_field.value() == 9


def test_that_a_file_that_cannot_be_read_is_told_and_the_old_data_stay(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_fully(program, qtbot)
    window.setup_panel.request_file(str(tmp_path / "missing.csv"))
    banner = window.centre.banner
    qtbot.waitUntil(lambda: bool(banner.messages))
    assert "missing.csv" in banner.messages[0]
    assert banner.isVisible()
    assert window.setup_panel.data.picker.all_sets.currentData() == "circles"
    window.actions_by_key["step"].trigger()
    qtbot.waitUntil(lambda: program.display.snapshot.step == 1)


def test_that_closing_ends_the_thread_within_a_second(program: Program, qtbot: QtBot) -> None:
    window = open_fully(program, qtbot)
    program.bridge.send(Run())
    qtbot.waitUntil(lambda: program.display.snapshot.step > 0)
    window.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "nnviz-trainer"]


def test_that_the_smoke_test_trains_and_succeeds() -> None:
    # In a process of its own: a QApplication that has quit is of no use to other tests.
    command = "import sys; from nnviz.gui.app import run; sys.exit(run(smoke_test=True))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_that_an_error_of_ours_is_logged_and_told(
    program: Program, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    open_fully(program, qtbot)
    error = RuntimeError("the view fell over")
    sys.excepthook(RuntimeError, error, None)
    banner = program.window.centre.banner
    qtbot.waitUntil(lambda: bool(banner.messages))
    assert "the view fell over" in banner.messages[0]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    caplog.clear()


def test_that_an_error_in_another_thread_is_told_too(
    program: Program, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    open_fully(program, qtbot)

    def fail() -> None:
        raise RuntimeError("the thread fell over")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    banner = program.window.centre.banner
    qtbot.waitUntil(lambda: bool(banner.messages))
    assert "the thread fell over" in banner.messages[0]
    caplog.clear()


def test_that_closing_gives_the_hooks_and_the_collector_back(qtbot: QtBot, tmp_path: Path) -> None:
    hooks = (sys.excepthook, threading.excepthook)
    program = Program(EXPERIMENT, WindowSettings(tmp_path / "nnviz.ini"))
    qtbot.addWidget(program.window)
    assert not gc.isenabled()
    program.close()
    program.close()
    assert (sys.excepthook, threading.excepthook) == hooks
    assert gc.isenabled()


def test_that_garbage_cycles_are_collected_on_the_gui_thread(qapp: QApplication) -> None:
    collector = GarbageCollector()
    threads: list[threading.Thread] = []

    def note(phase: str, info: object) -> None:
        threads.append(threading.current_thread())

    gc.callbacks.append(note)
    cycles = [[] for _ in range(5000)]  # type: list[list[object]]
    for cycle in cycles:
        cycle.append(cycle)
    assert threads == []
    collector.collect()
    gc.callbacks.remove(note)
    collector.close()
    assert set(threads) == {threading.main_thread()}


def test_that_a_bridge_that_was_never_started_can_be_closed(program: Program) -> None:
    assert isinstance(program.bridge, Bridge)
    begin = time.perf_counter()
    program.close()
    assert time.perf_counter() - begin < 5


def test_that_the_word_about_divergence_goes_with_the_reset(program: Program, qtbot: QtBot) -> None:
    window = open_fully(program, qtbot)
    experiment = ExperimentSpec(
        data=DataSpec(dataset="sine"),
        model=ModelSpec(hidden_layers=(LayerSpec(4, "relu"),)),
        optimizer=OptimizerSpec(name="sgd", learning_rate=1e6),
    )
    program.bridge.load(experiment)
    qtbot.waitUntil(lambda: program.display.snapshot.experiment == experiment)
    window.actions_by_key["toggle_run"].trigger()
    qtbot.waitUntil(lambda: program.display.snapshot.state is RunState.DIVERGED)
    qtbot.waitUntil(lambda: bool(window.centre.banner.messages))
    window.actions_by_key["reset"].trigger()
    qtbot.waitUntil(lambda: not window.centre.banner.messages)
