"""The Ops of the loss: its value, and the gradient that the backward phase starts from."""

import numpy as np

from nnviz.core.buffers import LayerBuffers
from nnviz.core.calls import FloatArray
from nnviz.core.loss_functions import BoundLoss, LossBuffers
from nnviz.core.losses import Loss
from nnviz.core.program import Batches, Line, LineKind, Op, Phase


def loss_ops(
    loss: Loss, layers: tuple[LayerBuffers, ...], batches: Batches, predictions: FloatArray
) -> tuple[Op, ...]:
    """Return the Op of the value and, in a Program with gradients, that of the gradient."""
    last = len(layers)
    bound = [_bind(loss, layers[-1], batches, predictions, i) for i in range(len(batches.totals))]
    output = f"a{last}"
    grad = f"dz{last}" if loss.wants_logits else f"da{last}"
    value = Op(
        Phase.LOSS,
        (
            Line(
                LineKind.LOSS,
                last,
                f"L = {loss.label}({output}, t)",
                (output, "t"),
                ("p", "L"),
            ),
        ),
        tuple(calls.link + calls.value for calls in bound),
    )
    if not layers[-1].grad.size:
        return (value,)
    gradient = Op(
        Phase.BACKWARD,
        (
            Line(
                LineKind.LOSS_GRADIENT,
                last,
                f"{grad} = dL/d{'z' if loss.wants_logits else 'a'}{last}",
                ("p", "t"),
                (grad,),
                local=grad,
                downstream="1",
            ),
        ),
        tuple(calls.gradient for calls in bound),
    )
    return value, gradient


def _bind(
    loss: Loss, last: LayerBuffers, batches: Batches, predictions: FloatArray, slot: int
) -> BoundLoss:
    return loss.bind(
        LossBuffers(
            outputs=last.a,
            targets=batches.targets[slot],
            predictions=predictions,
            output_grads=last.grad if last.grad.size else np.empty_like(last.a),
            total=batches.totals[slot, ...],
        )
    )
