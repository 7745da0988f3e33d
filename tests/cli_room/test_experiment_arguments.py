"""The arguments reach everything that makes an experiment."""

import argparse
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from nnviz.cli.errors import CommandError
from nnviz.cli.experiment import add_experiment_arguments, experiment_of
from nnviz.data.request import TypedData
from nnviz.training.experiment import ExperimentSpec

MAZUR = ((0.05, 0.10),), ((0.01, 0.99),)

# For each choice of an ExperimentSpec: arguments, and what they make of it.
ARGUMENTS: dict[str, tuple[str, Any]] = {
    "data.dataset": ("--dataset iris", "iris"),
    "data.file": ("table.csv", "table.csv"),
    "data.target": ("table.csv --target kind", "kind"),
    "data.samples": ("--samples 40", 40),
    "data.noise": ("--noise 0.5", 0.5),
    "data.classes": ("--dataset spiral --classes 4", 4),
    "data.dimensions": ("--dataset linear --dimensions 3", 3),
    "data.seed": ("--seed 5 --data-seed 6", 6),
    "data.validation": ("--validation 0.5", 0.5),
    "data.scaling": ("--scaling min_max", "min_max"),
    "data.drop_incomplete_rows": ("table.csv --drop-incomplete-rows", True),
    "data.typed": ("--example mazur", TypedData("Mazur's step by step example", *MAZUR)),
    "model.start": ("--example lecture", (0.5, -0.3, 0.2, 0.8, 0.1, -0.1, 0.7, -0.4, 0.2)),
    "model.hidden_layers.size": ("--layers 7,3", (7, 3)),
    "model.hidden_layers.activation": ("--activation relu,leaky_relu", ("relu", "leaky_relu")),
    "model.hidden_layers.alpha": ("--activation elu --alpha 0.5,2", (0.5, 2.0)),
    "model.hidden_layers.pieces": ("--activation maxout --pieces 3", (3, 3)),
    "model.hidden_layers.dropout": ("--dropout 0.25,0", (0.25, 0.0)),
    "model.output_activation": ("--output-activation tanh --loss mse", "tanh"),
    "model.loss": ("--loss multi_margin", "multi_class_hinge"),
    "model.initializer": ("--initializer orthogonal", "orthogonal"),
    "model.initializer_std": ("--initializer normal --initializer-std 0.3", 0.3),
    "model.initial_bias": ("--initial-bias -0.5", -0.5),
    "model.l1": ("--l1 0.01", 0.01),
    "model.l2": ("--l2 0.02", 0.02),
    "optimizer.name": ("--optimizer rmsprop", "rmsprop"),
    "optimizer.learning_rate": ("--learning-rate 0.3", 0.3),
    "optimizer.momentum": ("--momentum 0.9", 0.9),
    "optimizer.beta1": ("--beta1 0.8", 0.8),
    "optimizer.beta2": ("--beta2 0.99", 0.99),
    "optimizer.epsilon": ("--epsilon 1e-6", 1e-6),
    "optimizer.dampening": ("--optimizer sgd --momentum 0.9 --dampening 0.5", 0.5),
    "optimizer.nesterov": ("--optimizer sgd --momentum 0.9 --nesterov", True),
    "optimizer.smoothing": ("--smoothing 0.9", 0.9),
    "optimizer.centred": ("--optimizer rmsprop --centred", True),
    "optimizer.weight_decay": ("--weight-decay 0.1", 0.1),
    "optimizer.clip_norm": ("--clip-norm 2", 2.0),
    "optimizer.clip_value": ("--clip-value 0.5", 0.5),
    "optimizer.trains_biases": ("--hold-biases", False),
    "optimizer.schedule.name": ("--schedule cosine", "cosine"),
    "optimizer.schedule.steps": ("--schedule-steps 70", 70),
    "optimizer.schedule.factor": ("--schedule-factor 1", 1.0),
    "batch_size": ("--batch-size full", None),
    "patience": ("--patience 4", 4),
    "seed": ("--seed 5", 5),
    "dtype": ("--dtype float32", "float32"),
}


def experiment(text: str) -> ExperimentSpec:
    parser = argparse.ArgumentParser()
    add_experiment_arguments(parser)
    return experiment_of(parser.parse_args(text.split()))


def leaves(value: object, path: str = "") -> Iterator[str]:
    """Yield the paths of all choices; those of a list are found in its first entry."""
    if isinstance(value, tuple):
        yield from leaves(value[0], path)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from leaves(getattr(value, name), f"{path}.{name}" if path else name)
    else:
        yield path


def chosen(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = (
            tuple(getattr(one, name) for one in value)
            if isinstance(value, tuple)
            else getattr(value, name)
        )
    return value


def test_that_no_choice_is_without_an_argument() -> None:
    assert set(leaves(ExperimentSpec())) == set(ARGUMENTS)


@pytest.mark.parametrize("path", ARGUMENTS)
def test_that_an_argument_makes_its_choice(path: str) -> None:
    text, expected = ARGUMENTS[path]
    assert chosen(experiment(text), path) == expected
    assert chosen(experiment(""), path) != expected


def test_that_the_seed_of_the_data_is_the_seed_unless_it_is_given() -> None:
    assert experiment("--seed 5").data.seed == 5


def test_that_one_value_is_for_all_hidden_layers() -> None:
    layers = experiment("--layers 4,4,4 --dropout 0.5 --activation relu").model.hidden_layers
    assert {(layer.dropout, layer.activation) for layer in layers} == {(0.5, "relu")}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("--layers 4,4 --activation relu,tanh,relu", "--activation has 3 values for 2 hidden lay"),
        ("--layers 4 --dropout 0.1,0.2", "--dropout has 2 values for 1 hidden layer:"),
        ("--optimizer sgd --nesterov", "needs a momentum above 0"),
        ("--clip-norm 1 --clip-value 1", "not by both"),
        ("--example mazur --learning-rate 0.1", "of its own: leave --learning-rate out"),
        ("--example mazur table.csv", "of its own: leave table.csv out"),
        ("--schedule one_cycle --schedule-steps 3", "too short"),
        ("--schedule-factor 2", "factor"),
    ],
)
def test_that_what_contradicts_itself_is_wrong_use(text: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as raised:
        experiment(text)
    assert raised.value.is_wrong_use


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("--activation rellu", "did you mean 'relu'?"),
        ("--activation relu,", "'' is not a known activation"),
        ("--initial-bias nan", "'nan' is not a number"),
        ("--dropout 0.1,1", "'1' is not a number from 0 to below 1"),
    ],
)
def test_that_what_cannot_be_read_is_told(
    text: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        experiment(text)
    assert sentence in capsys.readouterr().err
