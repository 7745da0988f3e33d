"""What a sweep may be, and what is said when it is not."""

from pathlib import Path
from typing import Any

import pytest

from nnviz.core.spec import LayerSpec
from nnviz.data.request import TypedData
from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.plan import check_plan, make_plan
from nnviz.sweeps.spec import (
    SweepSpec,
    parse_values,
    setting_names,
    short_name,
    value_text,
    with_settings,
)
from nnviz.sweeps.toml_file import read_sweep, sweep_of, sweep_text
from nnviz.training.experiment import ExperimentSpec
from tests.sweeps_room.small import EXPERIMENT, plan_of, setting

RATES = setting("optimizer.learning_rate", 0.01, 0.1, 1)


def test_that_every_combination_is_a_cell_and_every_seed_a_run() -> None:
    plan = plan_of(seeds=[3, 5], settings=[RATES, setting("model.initializer", "zeros", "normal")])
    assert plan.spec.shape == (3, 2)
    assert plan.cells[:3] == ((0.01, "zeros"), (0.01, "normal"), (0.1, "zeros"))
    assert [run.number for run in plan.runs] == list(range(12))
    run = plan.runs[3]
    assert (run.cell, run.experiment.seed) == (1, 5)
    assert run.experiment.optimizer.learning_rate == 0.01
    assert run.experiment.model.initializer == "normal"
    assert run.experiment.data == plan.runs[0].experiment.data
    assert plan.runs_of(1) == plan.runs[2:4]
    assert plan.cell_text(1) == "learning rate 0.01, initializer normal"
    # Every cell has its first seed before any has its second.
    assert [run.experiment.seed for run in plan.turns] == [3] * 6 + [5] * 6


def test_that_a_count_of_seeds_begins_with_that_of_the_experiment() -> None:
    plan = plan_of({**EXPERIMENT, "seed": 7}, seeds=3)
    assert plan.spec.seed_list == (7, 8, 9)
    assert plan.cell_text(0) == ""


def test_that_hidden_layers_may_be_sizes_and_take_after_the_first_layer() -> None:
    base = ExperimentSpec()
    changed = with_settings(base, {"model.hidden_layers": [8, {"size": 2, "dropout": 0.5}]}, 0)
    assert changed.model.hidden_layers == (LayerSpec(8), LayerSpec(2, dropout=0.5))
    assert with_settings(base, {"model.hidden_layers": []}, 0).model.hidden_layers == ()
    assert with_settings(base, {"model.hidden_layers": 5}, 0).model.hidden_layers == (LayerSpec(5),)


def test_that_a_name_through_the_hidden_layers_means_each_of_them() -> None:
    changed = with_settings(ExperimentSpec(), {"model.hidden_layers.activation": "relu"}, 1)
    assert {layer.activation for layer in changed.model.hidden_layers} == {"relu"}
    assert changed.seed == 1
    assert with_settings(changed, {"batch_size": "full"}, 1).batch_size is None


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "either steps or epochs"),
        ({"steps": 1, "epochs": 1}, "either steps or epochs"),
        ({"steps": 0}, "steps: expected a whole number >= 1"),
        ({"steps": 1, "stepz": 1}, "there is no field 'stepz'"),
        ({"steps": 1, "seeds": 65}, "seeds asks for 65 starts: choose from 1 to 64"),
        ({"steps": 1, "seeds": []}, "seeds asks for 0 starts"),
        ({"steps": 1, "seeds": [1, 1]}, "names a seed twice"),
        ({"steps": 1, "settings": [RATES] * 3}, "3 settings vary: choose 2"),
        ({"steps": 1, "settings": [RATES] * 2}, "varies twice"),
        ({"steps": 1, "settings": [setting("a")]}, "settings[0]: a has no values"),
        ({"steps": 1, "settings": [setting("a", 1, 1)]}, "a has a value twice"),
        (
            {"steps": 1, "seeds": 64, "settings": [setting("a", *range(65))]},
            "this makes 4,160 runs, and 4,096 is the most",
        ),
        (
            {"steps": 1, "experiment": {"optimizer": {"learning_rate": "fast"}}},
            "experiment.optimizer.learning_rate: expected a number, got a text",
        ),
    ],
)
def test_that_a_senseless_sweep_is_refused_in_a_sentence(
    document: dict[str, Any], words: str
) -> None:
    with pytest.raises(SweepError) as caught:
        sweep_of(document)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("varied", "words"),
    [
        (setting("optimizer.learning_rat", 1), "did you mean 'optimizer.learning_rate'"),
        (setting("learning_rate", 1), "did you mean 'optimizer.learning_rate'"),
        (setting("model.depth.size", 1), "'model.depth.size' is no setting"),
        (setting("seed", 1), "list the seeds under `seeds`"),
        (setting("model.initializer", "glorot"), "did you mean 'glorot_normal'"),
        (setting("optimizer.learning_rate", -1), "expected a number >= 0.0"),
    ],
)
def test_that_a_senseless_cell_is_refused_before_anything_runs(
    varied: dict[str, Any], words: str
) -> None:
    with pytest.raises(SweepError) as caught:
        plan_of(settings=[varied])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("varied", "words"),
    [
        (setting("data.file", "none.csv"), "name either a data set or a file"),
        (setting("model.hidden_layers.activation", "tanh", "step"), "activation step: layer 1"),
        (setting("data.dataset", "xor", "sine"), "dataset sine: "),
    ],
)
def test_that_data_and_networks_are_tried_before_anything_runs(
    varied: dict[str, Any], words: str
) -> None:
    experiment = {**EXPERIMENT, "data": {"dataset": "xor"}}
    experiment["model"] = {"hidden_layers": [{"size": 2}], "loss": "softmax_cross_entropy"}
    with pytest.raises(SweepError) as caught:
        check_plan(plan_of(experiment, settings=[varied]))
    assert words in str(caught.value)


def test_that_names_and_values_read_as_people_write_them() -> None:
    assert "model.hidden_layers.dropout" in setting_names()
    assert "optimizer.schedule.name" in setting_names()
    assert (short_name("optimizer.name"), short_name("batch_size")) == ("optimizer", "batch size")
    for name, text in (
        ("optimizer.learning_rate", "0.001, 0.1, 1"),
        ("model.hidden_layers", "8, 16-16, none"),
        ("batch_size", "1, 32, full"),
        ("optimizer.nesterov", "true, false"),
    ):
        assert ", ".join(map(value_text, parse_values(name, text))) == text
    assert parse_values("model.hidden_layers", "8, none") == ((8,), ())
    assert parse_values("optimizer.learning_rate", "\N{MINUS SIGN}1e-3") == (-0.001,)
    for bad in ("", "1,,2"):
        with pytest.raises(SweepError, match="with commas between them"):
            parse_values("batch_size", bad)
    with pytest.raises(SweepError, match="write their sizes, such as 16-16"):
        parse_values("model.hidden_layers", "16x16")


def test_that_a_sweep_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    typed = TypedData('A "title" \\ with é', ((0.1, 2.0), (1e-7, 3.0)), ((1.0,), (0.0,)))
    data = {"typed": {"title": typed.title, "inputs": typed.inputs, "targets": typed.targets}}
    experiments: tuple[dict[str, Any], ...] = (
        EXPERIMENT,
        {**EXPERIMENT, "batch_size": "full", "patience": 3},
        {"data": data, "optimizer": {"name": "sgd", "momentum": 0.5, "nesterov": True}},
        {"data": {"file": "a b.csv"}, "model": {"hidden_layers": []}},
    )
    varied = [RATES, setting("model.hidden_layers", [4], [8, {"size": 2, "activation": "relu"}])]
    for experiment in experiments:
        spec = sweep_of({"experiment": experiment, "steps": 9, "seeds": [1, 4], "settings": varied})
        path = tmp_path / "spec.toml"
        path.write_text(sweep_text(spec), encoding="utf-8")
        again = read_sweep(path)
        assert again == spec
        assert make_plan(again).runs == make_plan(spec).runs


def test_that_a_file_that_is_no_sweep_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    with pytest.raises(SweepError, match=r"spec\.toml cannot be read: No such file"):
        read_sweep(path)
    path.write_bytes(b"\xff")
    with pytest.raises(SweepError, match="no UTF-8 text"):
        read_sweep(path)
    path.write_text("steps = 1 2", encoding="utf-8")
    with pytest.raises(SweepError, match=r"is no TOML: .* line 1"):
        read_sweep(path)
    path.write_text("steps = 1\n[experiment]\nbatch_size = 0", encoding="utf-8")
    with pytest.raises(SweepError, match=r"spec\.toml: experiment\.batch_size: expected"):
        read_sweep(path)


def test_that_the_least_sweep_is_the_usual_experiment() -> None:
    spec = sweep_of({"epochs": 2})
    assert spec == SweepSpec(epochs=2)
    assert spec.run_count == 10
