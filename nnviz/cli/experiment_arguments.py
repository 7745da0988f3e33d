"""Each argument of an experiment, by what it belongs to."""

import argparse

from nnviz.cli.values import any_number, batch_size, each, key_of, layer_sizes, number, whole
from nnviz.core.activations import ACTIVATIONS
from nnviz.core.examples import EXAMPLES
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.schedules import SCHEDULES
from nnviz.data.datasets import DATASETS
from nnviz.data.scaling import SCALINGS

LOSS_NAMES = {
    spelling: record.name
    for record in LOSSES.values()
    for spelling in (record.name, record.name.replace("_", "-"), *record.aliases)
}


def add_data_arguments(group: "argparse._ArgumentGroup") -> None:
    """Add what to learn from, and how it is split and scaled."""
    group.add_argument("file", nargs="?", metavar="FILE.csv", help="a table to learn from")
    group.add_argument(
        "--dataset", choices=sorted(DATASETS), metavar="NAME", help="see `nnviz datasets`"
    )
    group.add_argument(
        "--example",
        choices=EXAMPLES,
        help="a set-up to compute by hand: network, weights, data and optimiser are its own",
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


def add_network_arguments(group: "argparse._ArgumentGroup") -> None:
    """Add layers, loss and the way of starting."""
    group.add_argument(
        "--layers",
        type=layer_sizes,
        metavar="16,16",
        help="units of each hidden layer; `none` for no hidden layer",
    )
    group.add_argument(
        "--activation",
        type=each(key_of(ACTIVATIONS, "activation")),
        default=("tanh",),
        metavar="NAME",
        help=f"of the hidden layers, one or one each as in tanh,relu: {', '.join(ACTIVATIONS)}",
    )
    group.add_argument(
        "--output-activation",
        choices=ACTIVATIONS,
        default="linear",
        metavar="NAME",
        help="of the output layer",
    )
    group.add_argument(
        "--alpha",
        type=each(number(0)),
        default=(None,),
        metavar="ALPHA",
        help="slope of leaky_relu, or the bound of elu; one or one each",
    )
    group.add_argument(
        "--pieces",
        type=each(whole(2)),
        default=(2,),
        metavar="PIECES",
        help="pieces of each maxout unit; one or one each",
    )
    _add_loss_and_start_arguments(group)


def _add_loss_and_start_arguments(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--loss",
        choices=sorted(LOSS_NAMES),
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
        "--initializer-std",
        type=number(0),
        default=0.1,
        help="standard deviation of `normal` and `uniform`, value of `constant` (0.1)",
    )
    group.add_argument(
        "--initial-bias", type=any_number, default=0.0, help="what every bias starts at (0)"
    )


def add_regularisation_arguments(group: "argparse._ArgumentGroup") -> None:
    """Add dropout and penalties."""
    group.add_argument(
        "--dropout",
        type=each(number(0, 1)),
        default=(0.0,),
        metavar="SHARE",
        help="share of hidden units left out; one or one each",
    )
    group.add_argument("--l1", type=number(0), default=0.0, help="strength of the L1 penalty")
    group.add_argument("--l2", type=number(0), default=0.0, help="strength of the L2 penalty")


def add_optimizer_arguments(group: "argparse._ArgumentGroup") -> None:
    """Add the rule of the update, its options and its schedule."""
    group.add_argument("--optimizer", choices=OPTIMIZERS, default="adam")
    group.add_argument("--learning-rate", type=number(0), default=0.02)
    group.add_argument("--momentum", type=number(0, 1), default=0.0, help="of sgd and rmsprop")
    group.add_argument(
        "--dampening", type=number(0), default=0.0, help="taken from the gradient's share, of sgd"
    )
    group.add_argument("--nesterov", action="store_true", help="sgd: look ahead along the momentum")
    group.add_argument("--beta1", type=number(0, 1), default=0.9, help="of adam and adamw")
    group.add_argument("--beta2", type=number(0, 1), default=0.999, help="of adam and adamw")
    group.add_argument(
        "--smoothing", type=number(0, 1), default=0.99, help="of the squared gradients, of rmsprop"
    )
    group.add_argument(
        "--centred", action="store_true", help="rmsprop: take the square of the mean off"
    )
    group.add_argument("--epsilon", type=number(0), help="added to the root that divides")
    group.add_argument("--weight-decay", type=number(0), help="pull towards zero in the update")
    group.add_argument("--clip-norm", type=number(0), help="greatest norm of the gradient")
    group.add_argument(
        "--clip-value", type=number(0), help="greatest size of each entry of the gradient"
    )
    group.add_argument(
        "--hold-biases", action="store_true", help="leave the biases as they are at the start"
    )
    _add_schedule_arguments(group)


def _add_schedule_arguments(group: "argparse._ArgumentGroup") -> None:
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
        type=number(0),
        default=0.1,
        help="what is left after a drop or at the end of the cosine, or there at first (0.1)",
    )


def add_training_arguments(group: "argparse._ArgumentGroup") -> None:
    """Add batches, early stopping, seeds and number format."""
    group.add_argument("--batch-size", type=batch_size, default=32, metavar="32|full")
    group.add_argument(
        "--patience",
        type=whole(1),
        help="stop after so many epochs without a lower validation loss, with the best weights",
    )
    group.add_argument(
        "--seed", type=whole(0), default=0, help="of data, split, starting weights and shuffles"
    )
    group.add_argument(
        "--data-seed", type=whole(0), help="of data and split, where it is another one"
    )
    group.add_argument("--dtype", choices=("float64", "float32"), default="float64")
