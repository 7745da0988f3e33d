"""Branches: a run goes on from a past step with other settings, and the old one stays."""

import itertools

import msgspec
import numpy as np
import pytest

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ModelSpec
from nnviz.training.past import Past
from nnviz.training.run import TrainingRun
from tests.training_room.host_table import EXPERIMENT, Table, assert_same


def test_that_a_branch_goes_on_from_its_step_and_the_old_run_can_be_had_again() -> None:
    table = Table()
    table.steps(20)
    old = dict(table.snapshots)
    optimizer = OptimizerSpec("sgd", 0.5)
    other = msgspec.structs.replace(EXPERIMENT, optimizer=optimizer)
    branch = table.snapshot(commands.Branch(10, other, generation=2))
    assert (branch.generation, branch.step, branch.first_step) == (2, 10, 10)
    assert (branch.experiment, branch.is_past) == (other, False)
    assert np.array_equal(branch.parameters, old[10].parameters)
    new = table.steps(5)
    assert not np.array_equal(new.parameters, old[15].parameters)
    back = table.snapshot(commands.Recall(1, generation=3))
    assert back.generation == 3
    assert_same(back, old[20])
    assert_same(table.seek(13), old[13])
    again = table.snapshot(commands.Recall(2, generation=4))
    assert_same(again, new)
    table.tell(commands.Forget(3))
    with pytest.raises(ValueError, match="run 3 is not kept any more"):
        table.host.obey(commands.Recall(3, 5))


def test_that_a_branch_may_change_activations_and_single_weights() -> None:
    table = Table()
    start = table.steps(6)
    hidden = (LayerSpec(5, "relu"),)
    model = msgspec.structs.replace(EXPERIMENT.model, hidden_layers=hidden)
    other = msgspec.structs.replace(EXPERIMENT, model=model)
    branch = table.snapshot(commands.Branch(6, other, 2, {3: 0.25}))
    assert branch.network.layers[0].activation == "relu"
    assert branch.parameters[3] == 0.25
    assert np.array_equal(np.delete(branch.parameters, 3), np.delete(start.parameters, 3))


@pytest.mark.parametrize(
    ("changes", "edits", "sentence"),
    [
        ({"seed": 5}, {}, "keeps its seed"),
        ({"dtype": "float32"}, {}, "keeps its dtype"),
        ({"data": DataSpec("moons")}, {}, "keeps its data"),
        ({"model": ModelSpec((LayerSpec(2),))}, {}, "the same sizes"),
        ({}, {1000: 1.0}, "parameter 1000 does not exist"),
        ({}, {0: float("nan")}, "give it a finite number"),
    ],
)
def test_that_a_branch_that_does_not_fit_is_refused_and_changes_nothing(
    changes: dict[str, object], edits: dict[int, float], sentence: str
) -> None:
    table = Table()
    before = table.steps(3)
    other = msgspec.structs.replace(EXPERIMENT, **changes)
    with pytest.raises(ValueError, match=sentence):
        table.host.obey(commands.Branch(2, other, 2, edits))
    assert_same(table.seek(3), before)
    with pytest.raises(ValueError, match="run 1 is not kept"):
        table.host.obey(commands.Recall(1, 3))


def test_that_another_load_forgets_the_runs_that_were_kept() -> None:
    table = Table()
    table.steps(3)
    table.tell(commands.Branch(2, EXPERIMENT, 2))
    table.tell(commands.Load(EXPERIMENT, 3))
    with pytest.raises(ValueError, match="run 1 is not kept"):
        table.host.obey(commands.Recall(1, 4))


def test_that_all_timelines_share_one_budget() -> None:
    run = TrainingRun(EXPERIMENT, prepare(EXPERIMENT.data))
    frame = run.key_frame().nbytes
    past = Past(12 * frame, itertools.count().__next__)
    past.begin(run, 1)
    for generation in range(1, 6):
        for _ in range(40):
            run.advance(1)
            past.record()
        assert 0.5 * 12 * frame <= past.nbytes <= 12 * frame
        run = past.branch(commands.Branch(run.step - 5, EXPERIMENT, generation + 1))
    past.forget(1)
    with pytest.raises(ValueError, match="run 1 is not kept"):
        past.forget(1)
