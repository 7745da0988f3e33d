"""Gradient check: every analytic gradient against the slope of the loss itself.

A parameter of layer l changes nothing below l. So the layers below are run once,
and each perturbation runs only the rest of the network: a Program of its own
over the tail of the flat parameter vector, made of the same Ops as every other.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.compiler import LOSS_ONLY, compile_program
from nnviz.core.layout import LayerBlock
from nnviz.core.network import Network
from nnviz.core.program import Program

DEFAULT_STEP = 1e-6
# Smaller gradients are compared with this share of the largest one: below it the
# rounding of the loss, not the gradient, decides the difference quotient.
_FLOOR = 0.05
# Rounding leaves about 1e-16 in a loss near 1, so a quotient is uncertain by 1e-16
# over the step; gradients below twenty million times that are compared with it.
_ROUNDING = 2e-9
_SUSPICIOUS = 1e-7


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """What a gradient check found; all vectors in the layout of the parameters.

    Attributes
    ----------
    analytic, numeric
        The gradient by backpropagation, and by difference quotients.
    relative_errors
        abs(analytic - numeric) over the larger of the two (or over a twentieth of
        the largest gradient, or what rounding allows, where both are smaller).
    crosses_kink
        Where the step takes a unit across a kink of its activation: there the
        quotient is no derivative, and the error says nothing.
    step
        How far each parameter was moved.
    layer_errors
        The worst relative error of each layer, kinks left out.
    """

    analytic: FloatArray
    numeric: FloatArray
    relative_errors: FloatArray
    crosses_kink: NDArray[np.bool_]
    step: float
    layer_errors: tuple[float, ...]

    @property
    def worst(self) -> float:
        """The worst relative error of all, kinks left out."""
        return max(self.layer_errors)


def check_gradients(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    step: float = DEFAULT_STEP,
    method: Literal["central", "forward"] = "central",
) -> GradientCheck:
    """Compare every parameter's gradient with a difference quotient of the loss.

    Parameters
    ----------
    network
        Its parameters are moved and put back; float64 is advisable.
    inputs, targets
        The batch, as for ``Network.backward``.
    step
        How far to move each parameter.
    method
        ``"central"``: error of order step**2; ``"forward"``: of order step, with
        half of the work.

    Raises
    ------
    ValueError
        If a shape does not fit.
    """
    x, t = network.checked(inputs, targets)
    backward = network.backward(x, t)
    analytic = np.zeros_like(network.parameters)
    views = network.layout.views(analytic)
    for number, (weights, biases) in enumerate(
        zip(backward.weight_grads, backward.bias_grads, strict=True)
    ):
        views.weights[number][...] = weights
        views.biases[number][...] = biases
    below = [x, *network.forward(x).activations[:-1]]
    numeric = np.zeros_like(analytic)
    with np.errstate(all="ignore"):
        for number, block in enumerate(network.layout.blocks):
            tail = _tail(network, number, below[number], t)
            _slopes(tail, network.parameters, block, step, method, numeric)
    errors = _relative_errors(analytic, numeric, step)
    kinks = np.zeros(len(errors), dtype=np.bool_)
    for index in np.flatnonzero(errors > _SUSPICIOUS):
        kinks[index] = _crosses_kink(network, x, int(index), step)
    fair = np.where(kinks, 0.0, errors)
    layer_errors = tuple(float(fair[b.start : b.stop].max()) for b in network.layout.blocks)
    return GradientCheck(analytic, numeric, errors, kinks, step, layer_errors)


def _tail(network: Network, number: int, below: FloatArray, targets: FloatArray) -> Program:
    """Return the Program of the layers from this one on, its batch loaded."""
    spec = network.spec
    tail_spec = msgspec.structs.replace(
        spec, input_size=below.shape[1], layers=spec.layers[number:]
    )
    start = network.layout.blocks[number].start
    program = compile_program(tail_spec, network.parameters[start:], len(below), LOSS_ONLY)
    program.load(below, targets)
    return program


def _slopes(
    tail: Program,
    parameters: FloatArray,
    block: LayerBlock,
    step: float,
    method: str,
    numeric: FloatArray,
) -> None:
    """Write the difference quotients of one layer's parameters."""
    is_central = method == "central"
    tail.run()
    here = float(tail.losses(0, 1)[0])
    total, penalty, scale = tail.batches.totals, tail.batches.penalties, tail.loss_scale
    for index in range(block.start, block.stop):
        value = parameters[index]
        parameters[index] = value + step
        tail.run()
        above = float(total[0]) * scale + float(penalty[0])
        if is_central:
            parameters[index] = value - step
            tail.run()
            below = float(total[0]) * scale + float(penalty[0])
            numeric[index] = (above - below) / (2 * step)
        else:
            numeric[index] = (above - here) / step
        parameters[index] = value


def _relative_errors(analytic: FloatArray, numeric: FloatArray, step: float) -> FloatArray:
    sizes = np.maximum(np.abs(analytic), np.abs(numeric))
    floor = max(_FLOOR * float(sizes.max(initial=0.0)), _ROUNDING / step)
    errors: FloatArray = np.abs(analytic - numeric) / np.maximum(sizes, floor)
    return errors


def _crosses_kink(network: Network, x: FloatArray, index: int, step: float) -> bool:
    """Return whether any unit is on another piece after the step than before it."""
    parameters = network.parameters
    value = parameters[index]
    pieces = []
    for moved in (value + step, value - step):
        parameters[index] = moved
        pieces.append(_pieces(network, x))
    parameters[index] = value
    return any(not np.array_equal(a, b) for a, b in zip(*pieces, strict=True))


def _pieces(network: Network, x: FloatArray) -> list[NDArray[np.generic]]:
    """Return on which piece of its activation every unit is, where there are pieces."""
    pieces: list[NDArray[np.generic]] = []
    for layer, z in zip(network.spec.layers, network.forward(x).pre_activations, strict=True):
        record = ACTIVATIONS[layer.activation]
        if record.has_pieces:
            pieces.append(np.argmax(z, axis=0))
        elif record.kink:
            pieces.append(z > 0)
    return pieces
