"""Faults in the backward phase: each takes an Op and returns it, changed where it belongs."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from nnviz.core.calls import Call, FloatArray
from nnviz.core.fault_bench import Bench, after, instead, lines_of, scaled
from nnviz.core.fault_setup import is_bent
from nnviz.core.program import LineKind, Op

SLOPES = ("sigmoid", "tanh")


def leaky_slope(bench: Bench, op: Op) -> Op:
    """Take 0 for the slope of a leaky ReLU below zero."""
    calls = []
    for line in lines_of(op, LineKind.LOCAL_GRADIENT):
        if bench.setup.layer(line.layer).activation == "leaky_relu":
            g, z = bench.read(f"g{line.layer}"), bench.read(f"z{line.layer}")
            calls.append(partial(_clear_below_zero, g, z))
    return after(op, *calls)


def _clear_below_zero(g: FloatArray, z: FloatArray) -> None:
    g[z <= 0] = 0


def slope_of_z(bench: Bench, op: Op) -> Op:
    """Write 1 - z^2 for tanh' and z (1 - z) for sigmoid', as if z were a."""
    calls = []
    for line in lines_of(op, LineKind.LOCAL_GRADIENT):
        name = bench.setup.layer(line.layer).activation
        if name in SLOPES:
            g, z = bench.read(f"g{line.layer}"), bench.read(f"z{line.layer}")
            calls.append(partial(_write_slope_of, name, g, z))
    return after(op, *calls)


def _write_slope_of(name: str, g: FloatArray, a: FloatArray) -> None:
    g[...] = 1 - a * a if name == "tanh" else a * (1 - a)


def every_piece(bench: Bench, op: Op) -> Op:
    """Send the gradient of a maxout unit to all pieces, not to the largest alone."""
    lines = lines_of(op, LineKind.LOCAL_GRADIENT)
    wrong = [line for line in lines if bench.setup.layer(line.layer).activation == "maxout"]
    return after(op, *(partial(bench.read(f"g{line.layer}").fill, 1) for line in wrong))


def hidden_slope(bench: Bench, op: Op) -> Op:
    """Leave the slopes of the hidden layers out."""
    return _without_slope(bench, op, is_output=False)


def output_slope(bench: Bench, op: Op) -> Op:
    """Leave the slope of the output layer out: delta is output minus target."""
    return _without_slope(bench, op, is_output=True)


def _without_slope(bench: Bench, op: Op, is_output: bool) -> Op:
    last = len(bench.setup.network.layers)
    calls: list[Call] = [
        partial(np.copyto, bench.read(f"dz{line.layer}"), bench.read(f"da{line.layer}"))
        for line in lines_of(op, LineKind.THROUGH_ACTIVATION)
        if (line.layer == last) is is_output and is_bent(bench.setup.layer(line.layer).activation)
    ]
    return instead(op, *calls) if calls else op


def loss_factor(bench: Bench, op: Op, factor: float) -> Op:
    """Multiply the gradient of the loss by the outputs by a number."""
    lines = lines_of(op, LineKind.LOSS_GRADIENT)
    return after(op, *(scaled(bench.read(line.writes[0]), factor) for line in lines))


def missing_mean(bench: Bench, op: Op) -> Op:
    """Add up the gradients of the samples in place of averaging them."""
    return loss_factor(bench, op, bench.setup.terms)


def loss_sign(bench: Bench, op: Op) -> Op:
    """Take target minus prediction, the slope of the log-likelihood."""
    return loss_factor(bench, op, -1.0)


def missing_two(bench: Bench, op: Op) -> Op:
    """Leave the 2 of the square out."""
    return loss_factor(bench, op, 0.5)


def untransposed(bench: Bench, op: Op) -> Op:
    """Send gradients down with W in place of its transpose, where the shapes allow it."""
    lines = lines_of(op, LineKind.TO_LAYER_BELOW)
    calls = [
        partial(
            _write_product,
            bench.read(f"dz{line.layer}"),
            bench.read(f"W{line.layer}"),
            bench.read(line.writes[0]),
        )
        for line in lines
        if bench.setup.is_square(line.layer)
    ]
    return instead(op, *calls) if calls else op


def _write_product(left: FloatArray, right: FloatArray, out: FloatArray) -> None:
    out[...] = left @ right


def weights_too_early(bench: Bench, op: Op) -> Op:
    """Change a layer's weights before its gradient has gone down through them."""
    calls = [
        partial(_send_through_changed, bench, line.layer, bench.read(line.writes[0]))
        for line in lines_of(op, LineKind.TO_LAYER_BELOW)
        if bench.setup.layer(line.layer).piece_count == 1
    ]
    return instead(op, *calls) if calls else op


def _send_through_changed(bench: Bench, layer: int, out: FloatArray) -> None:
    delta = bench.read(f"dz{layer}")
    slope = bench.inputs_of(layer).T @ delta
    changed = bench.read(f"W{layer}") - out.dtype.type(bench.setup.learning_rate) * slope
    out[...] = delta @ changed.T


def bias_sum(bench: Bench, op: Op) -> Op:
    """Add up the bias gradients over the samples once more, without the mean."""
    lines = lines_of(op, LineKind.WEIGHT_GRADIENT)
    rows = bench.setup.batch_size
    return after(op, *(scaled(bench.read(f"db{line.layer}"), rows) for line in lines))


def z_for_a(bench: Bench, op: Op) -> Op:
    """Multiply delta with z of the layer below in place of its activation."""
    calls = []
    for line in lines_of(op, LineKind.WEIGHT_GRADIENT):
        below = line.layer - 1
        if below and is_bent(bench.setup.layer(below).activation):
            z, dz = bench.read(f"z{below}"), bench.read(f"dz{line.layer}")
            calls.append(partial(_write_gradient, z, dz, bench.read(f"dW{line.layer}")))
    return after(op, *calls)


def _write_gradient(inputs: FloatArray, delta: FloatArray, out: FloatArray) -> None:
    out[...] = inputs.T @ delta


def rows_out_of_step(bench: Bench, op: Op) -> Op:
    """Multiply each sample's delta with the inputs of the sample before it."""
    lines = [line for line in lines_of(op, LineKind.WEIGHT_GRADIENT) if line.layer == 1]

    def write() -> None:
        inputs = np.roll(bench.read("x"), 1, axis=0)
        _write_gradient(inputs, bench.read("dz1"), bench.read("dW1"))

    return after(op, write) if lines else op


def not_zeroed(bench: Bench, op: Op) -> Op:
    """Add the gradients to what an earlier pass has left in their buffers."""
    old = bench.leftover
    is_known = old is not None and old.size == bench.layout.size and bool(np.any(old))
    calls: list[Call] = []
    for line in lines_of(op, LineKind.WEIGHT_GRADIENT):
        block = bench.layout.blocks[line.layer - 1]
        for name, part in ((f"dW{line.layer}", block.weights), (f"db{line.layer}", block.biases)):
            buffer = bench.read(name)
            # Without an earlier step it is this batch that went through before.
            left = part(old) if is_known and old is not None else buffer
            calls.append(partial(np.add, buffer, left, buffer))
    return after(op, *calls)


def no_penalty(bench: Bench, op: Op) -> Op:
    """Leave the penalty's part out of the gradients."""
    return instead(op) if lines_of(op, LineKind.PENALTY_GRADIENT) else op


def no_mask(bench: Bench, op: Op) -> Op:
    """Send gradients to units that dropout had left out."""
    calls: list[Call] = [
        partial(np.copyto, bench.read(f"da{line.layer}"), bench.read(f"dd{line.layer}"))
        for line in lines_of(op, LineKind.THROUGH_DROPOUT)
    ]
    return instead(op, *calls) if calls else op


def change_for_gradient(bench: Bench, op: Op) -> Op:
    """Take the change of the weights over the learning rate for the gradient."""
    network = bench.setup.network
    has_penalty = bool(network.l1 or network.l2)
    names = [name for line in lines_of(op, LineKind.PENALTY_GRADIENT) for name in line.writes]
    for line in lines_of(op, LineKind.WEIGHT_GRADIENT):
        # A penalty still adds its part to the gradients of weights.
        names += line.writes[1:] if has_penalty else line.writes
    return after(op, partial(_write_changes, bench, names)) if names else op


def _write_changes(bench: Bench, names: Sequence[str]) -> None:
    rule = bench.setup.optimizer
    assert rule is not None
    before = bench.vector()
    changes = before - bench.updated(rule, before, bench.state())
    for name, view in bench.views(changes):
        if f"d{name}" in names:
            bench.read(f"d{name}")[...] = view / view.dtype.type(rule.learning_rate)
