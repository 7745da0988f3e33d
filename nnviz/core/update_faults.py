"""Faults in the update: each takes an Op and returns it, changed if it is the update."""

import msgspec
import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.fault_bench import Bench, Update, update_with
from nnviz.core.program import Op
from nnviz.core.spec import OptimizerSpec, ScheduleSpec

FIXED_RATE = 0.01
_WITHOUT_CLIPPING: dict[str, object] = {"clip_norm": None, "clip_value": None}


def biases_stay(bench: Bench, op: Op) -> Op:
    """Update the weights and forget the biases."""
    is_weight = bench.layout.weight_mask() != 0
    return update_with(bench, op, lambda update: np.where(is_weight, update.right, update.before))


def uphill(bench: Bench, op: Op) -> Op:
    """Add the step in place of taking it away."""
    return update_with(bench, op, lambda update: 2 * update.before - update.right)


def rate_twice(bench: Bench, op: Op) -> Op:
    """Multiply the step by the learning rate a second time."""

    def wrong(update: Update) -> FloatArray:
        rate = update.before.dtype.type(bench.rate)
        return update.before + rate * (update.right - update.before)

    return update_with(bench, op, wrong)


def fixed_rate(bench: Bench, op: Op) -> Op:
    """Use a constant in the code in place of the learning rate."""
    return _with_rule(bench, op, {"learning_rate": FIXED_RATE, "schedule": ScheduleSpec()})


def no_clipping(bench: Bench, op: Op) -> Op:
    """Store how to clip the gradient, and do nothing with it."""
    return _with_rule(bench, op, _WITHOUT_CLIPPING)


def coupled_decay(bench: Bench, op: Op) -> Op:
    """Add AdamW's weight decay to the gradient, as plain Adam has it."""
    rule = bench.setup.optimizer
    decay = 0.0 if rule is None else rule.resolved_weight_decay
    return _with_rule(bench, op, {"name": "adam", "weight_decay": decay})


def _with_rule(bench: Bench, op: Op, changes: dict[str, object]) -> Op:
    rule = bench.setup.optimizer
    if rule is None:
        return op
    other: OptimizerSpec = msgspec.structs.replace(rule, **changes)
    return update_with(bench, op, lambda update: bench.updated(other, update.before, update.state))


def no_bias_correction(bench: Bench, op: Op) -> Op:
    """Use Adam's moving means as they are, although they began at zero."""
    rule = bench.setup.optimizer
    if rule is None or bench.program.optimizer is None:
        return op
    state = bench.program.optimizer.state

    def wrong(update: Update) -> FloatArray:
        # The engine carries m / (1 - beta1) and v / (1 - beta2).
        mean = state["mean"] * (1 - rule.beta1)
        root = np.sqrt(state["square"] * (1 - rule.beta2))
        step = bench.rate * mean / (root + rule.resolved_epsilon)
        decay = bench.rate * rule.resolved_weight_decay if rule.name == "adamw" else 0.0
        after: FloatArray = update.before - update.is_trained * (step + decay * update.before)
        return after

    return update_with(bench, op, wrong)
