"""Run records: whose run it is, which survive, and how much they remember."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from nnviz.core.spec import LayerSpec
from nnviz.gui.run_comparison import differing_settings
from nnviz.gui.run_records import MOST_RUNS, RunRecord, RunRecords, run_colours
from nnviz.gui.theme import DARK, LIGHT, Theme
from nnviz.training.commands import Branch, Recall
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.history import LossHistory
from nnviz.training.snapshot import LossChunk, Snapshot
from tests.gui_room.plot_displays import display_of


def snapshot_of(generation: int, kept: tuple[int, ...] = ()) -> Snapshot:
    return replace(display_of(epochs=1).snapshot, generation=generation, kept=kept)


def test_that_a_branch_that_failed_leaves_no_record() -> None:
    runs = RunRecords()
    runs.show(snapshot_of(1))
    runs.plan(Branch(1, ExperimentSpec(), 2))
    runs.plan(Branch(1, ExperimentSpec(), 3))
    runs.show(snapshot_of(3, kept=(1,)))
    assert [(run.number, run.generation) for run in runs.all] == [(1, 1), (2, 3)]


def test_that_runs_are_known_again_although_no_snapshot_showed_them() -> None:
    runs = RunRecords()
    runs.show(snapshot_of(1))
    runs.current.name = "First"
    runs.plan(Branch(1, ExperimentSpec(), 2))
    runs.plan(Recall(1, 3))
    runs.show(snapshot_of(3, kept=(2,)))
    assert [(run.name, run.generation) for run in runs.all] == [("First", 3), ("Run 2", 2)]
    assert runs.current.name == "First"


def test_that_all_histories_together_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.gui.run_records.CAPACITY", 1024)
    runs = RunRecords()
    runs.show(snapshot_of(1))
    losses = np.linspace(2, 1, 900, dtype=np.float32)
    runs.add_losses(LossChunk(1, 1, 1, losses, losses, losses))
    for generation in range(2, MOST_RUNS + 1):
        runs.plan(Branch(900, ExperimentSpec(), generation))
        runs.show(snapshot_of(generation, kept=tuple(range(1, generation))))
    assert sum(run.losses.steps // run.losses.stride for run in runs.others) <= 1024
    assert all(run.losses.steps == 900 for run in runs.all)
    assert runs.others[0].losses.query(1, 900, 10).maximum.max() == 2


@pytest.mark.parametrize("step", [1, 63, 64, 500, 777, 1000])
def test_that_a_branch_begins_with_the_losses_up_to_its_step(step: int) -> None:
    history = LossHistory(5)
    losses = np.random.default_rng(0).random(1000).astype(np.float32)
    history.extend(LossChunk(1, 1, 1, losses, losses, losses))
    begun = history.up_to(step)
    found = begun.query(1, step, 1000)
    assert begun.steps == step
    assert found.mean.tolist() == losses[:step].tolist()
    expected = history.query(1, step, 1000).smoothed
    np.testing.assert_allclose(found.smoothed, expected, rtol=1e-6)


@pytest.mark.parametrize("step", [1, 63, 500, 777, 1000])
def test_that_folded_losses_keep_their_extremes_in_a_branch(step: int) -> None:
    history = LossHistory(5)
    losses = np.random.default_rng(0).random(1000).astype(np.float32)
    history.extend(LossChunk(1, 1, 1, losses, losses, losses))
    history.limit(300)
    assert history.stride > 1
    begun = history.up_to(step)
    found = begun.query(1, step, 10)
    assert begun.steps == step
    assert found.minimum.min() <= losses[:step].min()
    assert found.maximum.max() >= losses[:step].max()


def test_that_only_settings_that_differ_are_compared() -> None:
    first = ExperimentSpec(model=ModelSpec((LayerSpec(4),)))
    second = msgspec.structs.replace(
        first,
        batch_size=None,
        model=ModelSpec((LayerSpec(4, "relu"),), l2=0.001),
        optimizer=msgspec.structs.replace(first.optimizer, name="sgd", nesterov=False),
    )
    runs = [RunRecord(1, "a", 1, first), RunRecord(2, "b", 2, second, edits=2)]
    assert differing_settings(runs) == {
        "Optimiser": ("Adam", "SGD"),
        "Hidden layers": ("4 tanh", "4 ReLU"),
        "L2": ("0.0", "0.001"),
        "Batch size": ("10", "all rows"),
        "Changed weights": ("0", "2"),
    }
    assert differing_settings(runs[:1]) == {}


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_every_run_has_a_colour_of_its_own(theme: Theme) -> None:
    colours = {RunRecord(n + 1, "", 1, ExperimentSpec()).colour(theme) for n in range(MOST_RUNS)}
    assert len(colours) == MOST_RUNS
    assert run_colours(theme)[0] not in (theme.train, theme.validation)
