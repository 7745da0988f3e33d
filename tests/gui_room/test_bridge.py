"""The bridge: commands out, snapshots in, nothing stale and nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.bridge import Bridge
from nnviz.gui.display import Display
from nnviz.gui.selection import Selection
from nnviz.training.commands import Pause, Run, StepOnce
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.snapshot import RunState

EXPERIMENT = ExperimentSpec(
    data=DataSpec("circles", samples=80), model=ModelSpec((LayerSpec(4),)), batch_size=10
)


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    bridge = Bridge(Display(Selection()))
    bridge.start()
    with qtbot.waitSignal(bridge.experiment_loaded):
        bridge.load(EXPERIMENT)
    yield bridge
    assert bridge.close(timeout=20)


def test_that_a_loaded_experiment_is_on_the_display(bridge: Bridge) -> None:
    assert bridge.latest_state is RunState.PAUSED
    assert bridge.display.snapshot.experiment == EXPERIMENT


def test_that_training_reaches_the_display_with_every_loss(bridge: Bridge, qtbot: QtBot) -> None:
    bridge.send(Run())
    qtbot.waitUntil(lambda: bridge.display.snapshot.step > 50)
    bridge.send(Pause())
    qtbot.waitUntil(lambda: bridge.latest_state is RunState.PAUSED)
    assert bridge.display.losses.steps == bridge.display.snapshot.step
    assert bridge.display.evaluations[-1].step == bridge.display.snapshot.step


def test_that_reset_begins_a_new_generation_with_the_same_weights(
    bridge: Bridge, qtbot: QtBot
) -> None:
    start = bridge.display.snapshot
    with qtbot.waitSignal(bridge.snapshot_changed):
        bridge.send(StepOnce())
    with qtbot.waitSignal(bridge.experiment_loaded):
        bridge.reset()
    again = bridge.display.snapshot
    assert again.generation > start.generation
    assert again.parameters.tolist() == start.parameters.tolist()
    assert bridge.display.losses.steps == 0


def test_that_a_new_start_takes_the_next_seed(bridge: Bridge, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bridge.experiment_loaded):
        bridge.new_start()
    assert bridge.display.snapshot.experiment.seed == 1


def test_that_a_refused_load_is_told_and_the_old_one_stays(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    missing = str(tmp_path / "nowhere.csv")
    with qtbot.waitSignal(bridge.failure_reported) as told:
        bridge.load(ExperimentSpec(data=DataSpec(None, missing)))
    assert "nowhere.csv" in told.args[0]
    with qtbot.waitSignal(bridge.snapshot_changed):
        bridge.send(StepOnce())
    assert bridge.display.snapshot.experiment == EXPERIMENT
    assert bridge.display.snapshot.step == 1
