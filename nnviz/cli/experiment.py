"""The arguments that describe an experiment, and the experiment that they describe."""

import argparse
from pathlib import Path
from typing import TypeVar

import msgspec

from nnviz.cli.errors import CommandError
from nnviz.cli.experiment_arguments import (
    LOSS_NAMES,
    add_data_arguments,
    add_network_arguments,
    add_optimizer_arguments,
    add_regularisation_arguments,
    add_training_arguments,
)
from nnviz.core.examples import EXAMPLES
from nnviz.core.spec import LayerSpec, OptimizerSpec, ScheduleSpec
from nnviz.data.request import DataSpec
from nnviz.training.by_hand import experiment_by_hand
from nnviz.training.experiment import ExperimentSpec, ModelSpec

Value = TypeVar("Value")


def add_experiment_arguments(parser: argparse.ArgumentParser) -> None:
    """Add everything that makes an experiment."""
    add_data_arguments(parser.add_argument_group("data"))
    add_network_arguments(parser.add_argument_group("network"))
    add_regularisation_arguments(parser.add_argument_group("regularisation"))
    add_optimizer_arguments(parser.add_argument_group("optimiser"))
    add_training_arguments(parser.add_argument_group("training"))


def has_subject(arguments: argparse.Namespace) -> bool:
    """Return whether the arguments name anything to learn from."""
    return any(
        subject is not None for subject in (arguments.file, arguments.dataset, arguments.example)
    )


def experiment_of(arguments: argparse.Namespace) -> ExperimentSpec:
    """Return the experiment that the arguments describe.

    Raises
    ------
    CommandError
        If they contradict one another.
    """
    if arguments.example is not None:
        return _example_of(arguments)
    if arguments.file is not None and arguments.dataset is not None:
        raise CommandError(
            f"both the file {arguments.file} and --dataset {arguments.dataset} are given; "
            "name one of the two",
            is_wrong_use=True,
        )
    if arguments.target is not None and arguments.file is None:
        raise CommandError(
            "--target names a column of a file, but no file is given; "
            "write `nnviz FILE.csv --target COLUMN`",
            is_wrong_use=True,
        )
    try:
        experiment = ExperimentSpec(
            data=_data_of(arguments),
            model=_model_of(arguments),
            optimizer=_optimizer_of(arguments),
            batch_size=arguments.batch_size,
            patience=arguments.patience,
            seed=arguments.seed,
            dtype=arguments.dtype,
        )
        # Struct constructors trust their arguments; a round trip checks every bound.
        return msgspec.convert(msgspec.to_builtins(experiment), ExperimentSpec)
    except (ValueError, msgspec.ValidationError) as error:
        raise CommandError(str(error), is_wrong_use=True) from error


def _example_of(arguments: argparse.Namespace) -> ExperimentSpec:
    """Return the example; what else is said about an experiment contradicts it."""
    parser = argparse.ArgumentParser()
    add_experiment_arguments(parser)
    usual = vars(parser.parse_args(["--example", arguments.example]))
    given = vars(arguments)
    others = [name for name, value in usual.items() if given[name] != value]
    if others:
        name = others[0]
        word = given[name] if name == "file" else f"--{name.replace('_', '-')}"
        raise CommandError(
            f"--example {arguments.example} has a network, data and an optimiser of its own: "
            f"leave {word} out",
            is_wrong_use=True,
        )
    return experiment_by_hand(EXAMPLES[arguments.example])


def _model_of(arguments: argparse.Namespace) -> ModelSpec:
    sizes = (16, 16) if arguments.layers is None else arguments.layers
    count = len(sizes)
    hidden = zip(
        sizes,
        _one_each(arguments.activation, count, "--activation"),
        _one_each(arguments.alpha, count, "--alpha"),
        _one_each(arguments.pieces, count, "--pieces"),
        _one_each(arguments.dropout, count, "--dropout"),
        strict=True,
    )
    return ModelSpec(
        tuple(LayerSpec(*choices) for choices in hidden),
        output_activation=arguments.output_activation,
        loss=LOSS_NAMES[arguments.loss] if arguments.loss else None,
        initializer=arguments.initializer,
        initializer_std=arguments.initializer_std,
        initial_bias=arguments.initial_bias,
        l1=arguments.l1,
        l2=arguments.l2,
    )


def _one_each(values: tuple[Value, ...], count: int, option: str) -> tuple[Value, ...]:
    """Return one value for each hidden layer; a single one is for all of them."""
    if len(values) == 1:
        return values * count
    if len(values) != count:
        raise CommandError(
            f"{option} has {len(values)} values for {count} hidden layer"
            f"{'' if count == 1 else 's'}: give one for all of them, or one for each",
            is_wrong_use=True,
        )
    return values


def _optimizer_of(arguments: argparse.Namespace) -> OptimizerSpec:
    return OptimizerSpec(
        arguments.optimizer,
        arguments.learning_rate,
        arguments.momentum,
        arguments.beta1,
        arguments.beta2,
        arguments.epsilon,
        dampening=arguments.dampening,
        nesterov=arguments.nesterov,
        smoothing=arguments.smoothing,
        centred=arguments.centred,
        weight_decay=arguments.weight_decay,
        clip_norm=arguments.clip_norm,
        clip_value=arguments.clip_value,
        schedule=ScheduleSpec(
            arguments.schedule, arguments.schedule_steps, arguments.schedule_factor
        ),
        trains_biases=not arguments.hold_biases,
    )


def _data_of(arguments: argparse.Namespace) -> DataSpec:
    file = None
    if arguments.file is not None:
        file = str(Path(arguments.file).expanduser())
    return DataSpec(
        dataset=None if file else (arguments.dataset or DataSpec().dataset),
        file=file,
        target=arguments.target,
        samples=arguments.samples,
        noise=arguments.noise,
        classes=arguments.classes,
        dimensions=arguments.dimensions,
        seed=arguments.seed if arguments.data_seed is None else arguments.data_seed,
        validation=arguments.validation,
        scaling=arguments.scaling,
        drop_incomplete_rows=arguments.drop_incomplete_rows,
    )
