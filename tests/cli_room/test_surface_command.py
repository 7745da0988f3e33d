"""``nnviz surface``: every cell is the loss of that very network, and mistakes are sentences."""

import csv
from pathlib import Path

import numpy as np
import pytest

from nnviz.cli.main import run_command_line
from nnviz.core.parameter_names import ParameterNames
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun
from nnviz.training.surface_planes import MODES, rows_of

TRAINED = ("--dataset", "moons", "--layers", "3", "--epochs", "3")


def surface(tmp_path: Path, *more: str) -> tuple[int, list[tuple[float, ...]]]:
    out = tmp_path / "grid.csv"
    code = run_command_line(["surface", *TRAINED, "--points", "5", "--out", str(out), *more])
    if code:
        return code, []
    with out.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["a", "b", "loss"]
    return code, [tuple(map(float, row)) for row in rows]


@pytest.mark.parametrize("mode", sorted(MODES))
def test_that_every_plane_is_written_cell_by_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str
) -> None:
    code, rows = surface(tmp_path, "--directions", mode)
    assert code == 0
    assert len(rows) == 25
    assert np.isfinite(rows).all()
    said = capsys.readouterr().out
    least = min(loss for _, _, loss in rows)
    assert f"the least of the grid is {least:.6g}" in said
    assert "mean loss and penalties over 200 of 240 training rows" in said


def test_that_two_named_weights_are_varied_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, rows = surface(tmp_path, "--directions", "weights", "--weights", "W1[2,3]", "b2[1]")
    assert "a: W1[2,3]; b: b2[1]" in capsys.readouterr().out
    experiment = ExperimentSpec(
        DataSpec("moons", samples=320),
        ModelSpec((LayerSpec(3),)),
        OptimizerSpec("adam", 0.02),
        batch_size=32,
    )
    training = TrainingRun(experiment, prepare(experiment.data))
    names, chosen = (
        ParameterNames(training.network.layout),
        rows_of(training.data, training.network.spec),
    )
    while training.epoch < 3:
        training.advance(1)
    own = training.network.parameters.copy()
    losses = {}
    for a, b, _ in rows:
        training.network.parameters[...] = own
        training.network.parameters[names.place("W1[2,3]")] += a
        training.network.parameters[names.place("b2[1]")] += b
        losses[a, b] = training.network.loss(chosen.inputs, chosen.targets)
    assert [loss for *_, loss in rows] == pytest.approx(
        [losses[a, b] for a, b, _ in rows], rel=1e-10
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--directions", "weights", "--weights", "W9[1,1]", "b1[1]"), "layers are 1 to 2"),
        (("--directions", "weights", "--weights", "b1[1]", "b1[1]"), "two different weights"),
        (("--directions", "path", "--epochs", "0"), "train some more steps"),
        (("--directions", "gradient", "--epochs", "0"), "no direction"),
        (("--zoom", "0"), "--zoom must be above 0"),
    ],
)
def test_that_what_cannot_be_drawn_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str
) -> None:
    code, _ = surface(tmp_path, *more)
    assert code == 2
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error
    assert not (tmp_path / "grid.csv").exists()


def test_that_a_folder_that_is_not_there_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nowhere" / "grid.csv"
    code = run_command_line(["surface", *TRAINED, "--points", "5", "--out", str(out)])
    assert code == 1
    assert "is the folder there" in capsys.readouterr().err
