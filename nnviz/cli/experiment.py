"""The arguments that describe an experiment, and the experiment that they describe."""

import argparse
from pathlib import Path

import msgspec

from nnviz.cli.errors import CommandError
from nnviz.cli.values import batch_size, layer_sizes, number, whole
from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import LayerSpec, OptimizerSpec, ScheduleSpec
from nnviz.data.datasets import DATASETS
from nnviz.data.request import DataSpec
from nnviz.data.scaling import SCALINGS
from nnviz.training.experiment import ExperimentSpec, ModelSpec

_LOSS_NAMES = {
    spelling: record.name
    for record in LOSSES.values()
    for spelling in (record.name, record.name.replace("_", "-"), *record.aliases)
}


def add_experiment_arguments(parser: argparse.ArgumentParser) -> None:
    """Add everything that makes an experiment."""
    _add_data_arguments(parser.add_argument_group("data"))
    _add_network_arguments(parser.add_argument_group("network"))
    _add_regularisation_arguments(parser.add_argument_group("regularisation"))
    _add_training_arguments(parser.add_argument_group("training"))


def _add_data_arguments(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("file", nargs="?", metavar="FILE.csv", help="a table to learn from")
    group.add_argument(
        "--dataset", choices=sorted(DATASETS), metavar="NAME", help="see `nnviz datasets`"
    )
    group.add_argument("--target", metavar="COLUMN", help="the column of FILE.csv to predict")
    group.add_argument(
        "--drop-incomplete-rows",
        action="store_true",
        help="leave out rows of FILE.csv with missing or unreadable cells, and say how many",
    )
    group.add_argument("--samples", type=whole(4), help="rows, for data sets made on the spot")
    group.add_argument("--noise", type=number(0), help="noise, for data sets made on the spot")
    group.add_argument("--classes", type=whole(2, 5), help="number of spirals or Gaussians")
    group.add_argument("--dimensions", type=whole(1, 1000), help="inputs of `linear`")
    group.add_argument(
        "--validation", type=number(0, 1), default=0.25, help="share of rows held back (0.25)"
    )
    group.add_argument("--scaling", choices=sorted(SCALINGS), default="standardise")


def _add_network_arguments(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--layers",
        type=layer_sizes,
        metavar="16,16",
        help="units of each hidden layer; `none` for no hidden layer",
    )
    group.add_argument(
        "--activation",
        choices=ACTIVATIONS,
        default="tanh",
        metavar="NAME",
        help=f"of the hidden layers: {', '.join(ACTIVATIONS)}",
    )
    group.add_argument(
        "--output-activation",
        choices=ACTIVATIONS,
        default="linear",
        metavar="NAME",
        help="of the output layer",
    )
    group.add_argument("--alpha", type=number(0), help="slope of leaky_relu, or the bound of elu")
    group.add_argument("--pieces", type=whole(2), default=2, help="pieces of each maxout unit")
    group.add_argument(
        "--loss",
        choices=sorted(_LOSS_NAMES),
        metavar="NAME",
        help=f"{', '.join(LOSSES)} (or mse, bce, ce)",
    )
    group.add_argument(
        "--initializer",
        choices=INITIALIZERS,
        default="glorot_uniform",
        metavar="NAME",
        help=", ".join(INITIALIZERS),
    )
    group.add_argument(
        "--initializer-std", type=number(0), default=0.1, help="standard deviation of `normal`"
    )


def _add_regularisation_arguments(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--dropout", type=number(0, 1), default=0.0, help="share of hidden units left out"
    )
    group.add_argument("--l1", type=number(0), default=0.0, help="strength of the L1 penalty")
    group.add_argument("--l2", type=number(0), default=0.0, help="strength of the L2 penalty")


def _add_training_arguments(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--optimizer", choices=OPTIMIZERS, default="adam")
    group.add_argument("--learning-rate", type=number(0), default=0.02)
    group.add_argument("--momentum", type=number(0, 1), default=0.0, help="of sgd and rmsprop")
    group.add_argument("--nesterov", action="store_true", help="look ahead along the momentum")
    group.add_argument("--weight-decay", type=number(0), help="pull towards zero in the update")
    group.add_argument("--clip-norm", type=number(0), help="greatest norm of the gradient")
    group.add_argument(
        "--schedule",
        choices=SCHEDULES,
        default="constant",
        metavar="NAME",
        help=f"of the learning rate: {', '.join(SCHEDULES)}",
    )
    group.add_argument(
        "--schedule-steps",
        type=whole(1),
        default=1000,
        help="steps between drops, or of the cosine, warm-up or cycle (1000)",
    )
    group.add_argument(
        "--schedule-factor",
        type=number(0, 1),
        default=0.1,
        help="what is left after a drop or at the end of the cosine (0.1)",
    )
    group.add_argument("--batch-size", type=batch_size, default=32, metavar="32|full")
    group.add_argument(
        "--patience",
        type=whole(1),
        help="stop after so many epochs without a lower validation loss, with the best weights",
    )
    group.add_argument("--seed", type=whole(0), default=0)
    group.add_argument("--dtype", choices=("float64", "float32"), default="float64")


def experiment_of(arguments: argparse.Namespace) -> ExperimentSpec:
    """Return the experiment that the arguments describe.

    Raises
    ------
    CommandError
        If they contradict one another.
    """
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


def _model_of(arguments: argparse.Namespace) -> ModelSpec:
    sizes = (16, 16) if arguments.layers is None else arguments.layers
    return ModelSpec(
        tuple(
            LayerSpec(
                size,
                arguments.activation,
                arguments.alpha,
                arguments.pieces,
                arguments.dropout,
            )
            for size in sizes
        ),
        output_activation=arguments.output_activation,
        loss=_LOSS_NAMES[arguments.loss] if arguments.loss else None,
        initializer=arguments.initializer,
        initializer_std=arguments.initializer_std,
        l1=arguments.l1,
        l2=arguments.l2,
    )


def _optimizer_of(arguments: argparse.Namespace) -> OptimizerSpec:
    return OptimizerSpec(
        arguments.optimizer,
        arguments.learning_rate,
        arguments.momentum,
        nesterov=arguments.nesterov,
        weight_decay=arguments.weight_decay,
        clip_norm=arguments.clip_norm,
        schedule=ScheduleSpec(
            arguments.schedule, arguments.schedule_steps, arguments.schedule_factor
        ),
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
        seed=arguments.seed,
        validation=arguments.validation,
        scaling=arguments.scaling,
        drop_incomplete_rows=arguments.drop_incomplete_rows,
    )
