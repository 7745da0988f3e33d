"""The faults of the backward phase: what is wrong, where it was seen, and where to look."""

from nnviz.core import gradient_faults as gradients
from nnviz.core.fault_setup import Fault, FaultSetup
from nnviz.core.program import Phase

_ADAPTIVE = ("rmsprop", "adam", "adamw", "adagrad")


def _has_slope_of_a(setup: FaultSetup) -> bool:
    *hidden, output = (layer.activation in gradients.SLOPES for layer in setup.network.layers)
    return any(hidden) or (output and setup.bends_output)


def _has_way_down(setup: FaultSetup) -> bool:
    return setup.trains and any(setup.layer(i).piece_count == 1 for i in setup.upper_layers)


GRADIENT_FAULTS = (
    Fault(
        "leaky_slope",
        "Slope 0 below zero in the leaky ReLU",
        "The leaky ReLU's slope below zero is taken to be 0, as if it were a ReLU: units with "
        "z ≤ 0 send no gradient back. The slope there is α.",
        "Look at the layers that pass: everything above the wrong one is right.",
        "phiresky's neural-network-demo: f is 0.1 z below zero, its derivative 0",
        Phase.BACKWARD,
        lambda setup: setup.has_layer("leaky_relu"),
        gradients.leaky_slope,
    ),
    Fault(
        "slope_of_z",
        "Slope computed from z in place of a",
        "tanh' is written as 1 − z² and sigmoid' as z (1 − z). Both formulas are for a = f(z): "
        "1 − a² and a (1 − a).",
        "Compare a unit's local gradient with the slope of its activation.",
        "",
        Phase.BACKWARD,
        _has_slope_of_a,
        gradients.slope_of_z,
    ),
    Fault(
        "hidden_slope",
        "f′ forgotten in the hidden layers",
        "The gradient goes through the hidden layers as if they were linear: dz = da. It is "
        "da · f′(z).",
        "The output layer passes. What happens between da and dz below it?",
        "",
        Phase.BACKWARD,
        lambda setup: setup.bends_hidden,
        gradients.hidden_slope,
    ),
    Fault(
        "output_slope",
        "f′ forgotten in the output layer",
        "The error itself is taken for delta in the output layer, whatever its activation: "
        "dz = da. It is da · f′(z); only cross-entropy with its own link makes f′ cancel.",
        "No layer passes. Begin at the loss, and go back line by line.",
        "RayAKaan's neural network playground: ŷ − y for every loss but the squared error",
        Phase.BACKWARD,
        lambda setup: setup.bends_output,
        gradients.output_slope,
    ),
    Fault(
        "every_piece",
        "Maxout sends gradients to every piece",
        "The gradient of a maxout unit goes to all of its pieces. It belongs to the largest "
        "piece alone: the others do not touch the result.",
        "How many pieces of a maxout unit decide its value?",
        "",
        Phase.BACKWARD,
        lambda setup: setup.has_layer("maxout"),
        gradients.every_piece,
    ),
    Fault(
        "missing_mean",
        "1/n missing: summed, not averaged",
        "The loss is a mean, but its gradient is that of the sum: all gradients are too large "
        "by the number of terms.",
        "Divide a wrong gradient by the right one, for several weights.",
        "RayAKaan's neural network playground: the loss on show is a mean, its gradient a sum's",
        Phase.BACKWARD,
        lambda setup: setup.terms > 1,
        gradients.missing_mean,
    ),
    Fault(
        "missing_two",
        "The 2 of the square is missing",
        "The slope of (y − t)² is taken to be y − t. It is 2 (y − t), unless the loss has a ½.",
        "Divide a wrong gradient by the right one, for several weights.",
        "",
        Phase.BACKWARD,
        lambda setup: setup.network.loss == "mean_squared_error",
        gradients.missing_two,
    ),
    Fault(
        "loss_sign",
        "Sign of the loss gradient",
        "The way back begins with t − y, the gradient of a log-likelihood, which is to grow. A "
        "loss is to shrink: y − t.",
        "Compare signs.",
        "",
        Phase.BACKWARD,
        lambda setup: True,
        gradients.loss_sign,
    ),
    Fault(
        "untransposed",
        "W in place of its transpose",
        "Gradients go down through W. On the way back it is the transpose: da = dz Wᵀ. Where W "
        "is square, the shapes do not complain.",
        "Which layers are square? Look below them.",
        "",
        Phase.BACKWARD,
        lambda setup: any(setup.is_square(number) for number in setup.upper_layers),
        gradients.untransposed,
    ),
    Fault(
        "weights_too_early",
        "Weights changed before the gradient went down",
        "Each layer's weights are updated before its gradient is sent to the layer below, which "
        "so comes through the new weights. It belongs to the old ones.",
        "The last layer passes; the errors below are small. Does the learning rate matter?",
        "",
        Phase.BACKWARD,
        _has_way_down,
        gradients.weights_too_early,
    ),
    Fault(
        "z_for_a",
        "z in place of a as a weight's input",
        "The gradient of a weight is its input times delta, and the input taken is z of the unit "
        "below. What the weight was multiplied with is a = f(z).",
        "Biases pass. What do weights have that biases have not?",
        "",
        Phase.BACKWARD,
        lambda setup: setup.bends_hidden,
        gradients.z_for_a,
    ),
    Fault(
        "rows_out_of_step",
        "Inputs of another sample",
        "Each sample's delta is multiplied with the inputs of the sample before it, as when rows "
        "are shuffled after the inputs were saved.",
        "Only one layer's weights fail, and its biases pass.",
        "",
        Phase.BACKWARD,
        lambda setup: setup.batch_size > 1,
        gradients.rows_out_of_step,
    ),
    Fault(
        "bias_sum",
        "Bias gradients not averaged",
        "The gradients of the biases are summed over the samples without the 1/n, those of the "
        "weights have it.",
        "Compare weights and biases.",
        "",
        Phase.BACKWARD,
        lambda setup: setup.batch_size > 1,
        gradients.bias_sum,
    ),
    Fault(
        "not_zeroed",
        "Gradients not set to zero",
        "The gradients of an earlier pass are still in the buffers, and the new ones are added "
        "to them. They have to be cleared before each step.",
        "What does a buffer hold before the backward phase begins?",
        "LLM101n's micrograd on the web, where a point's gradient is added to the batch's; "
        "TensorFlow Playground, where the rest of an epoch leaks into the next one",
        Phase.BACKWARD,
        lambda setup: True,
        gradients.not_zeroed,
    ),
    Fault(
        "no_penalty",
        "Penalty in the loss, not in the gradient",
        "The loss has the penalty on the weights in it, the gradients have not.",
        "Biases pass.",
        "",
        Phase.BACKWARD,
        lambda setup: bool(setup.network.l1 or setup.network.l2),
        gradients.no_penalty,
    ),
    Fault(
        "no_mask",
        "Dropout forgotten on the way back",
        "Gradients go to units that dropout had left out, and without the factor of those that "
        "were kept. The mask of the forward pass holds on the way back too.",
        "Look at a unit that was left out: does its gradient go on?",
        "",
        Phase.BACKWARD,
        lambda setup: any(layer.dropout for layer in setup.network.layers),
        gradients.no_mask,
    ),
    Fault(
        "change_for_gradient",
        "The change of a weight taken for its gradient",
        "What is called a gradient is how far the weight moves over the learning rate. With this "
        "optimiser that is something else: at first about 1, however small the gradient is.",
        "How large are the gradients, compared with one another?",
        "NeuroViz: its gradient magnitudes are (W after − W before) / rate, also with Adam",
        Phase.BACKWARD,
        lambda setup: setup.uses(*_ADAPTIVE),
        gradients.change_for_gradient,
    ),
)
