"""Gradient check: every analytic gradient against the slope of the loss itself."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.compiler import EVERYTHING, compile_program
from nnviz.core.difference_quotients import difference_quotients
from nnviz.core.kinks import crosses_kink
from nnviz.core.network import Network

Method = Literal["central", "forward"]

DEFAULT_STEP = 1e-6
# Where rounding of the loss and the error of the formula balance, for losses near 1.
_BALANCED_STEPS: dict[str, float] = {"central": 6e-6, "forward": 1.5e-8}
# Relative errors up to here need no explanation.
_SUSPICIOUS = 1e-7
# Rounding moves a quotient by so many units of the loss's last place over the step.
_ROUNDING_UNITS = 4.0


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """What a gradient check found; all vectors in the layout of the parameters.

    Attributes
    ----------
    analytic, numeric
        The gradient by backpropagation, and by difference quotients.
    relative_errors
        ``|analytic - numeric| / max(|analytic|, |numeric|, resolution)``.
    resolution
        The gradient that a quotient can measure to seven digits: below it the
        rounding of the loss decides, so smaller gradients are compared with it.
    crosses_kink
        Where the two disagree because the step takes a unit, the loss or a penalty
        across a kink: there the quotient is no derivative, and the error says nothing.
    step
        How far each parameter was moved.
    layer_errors
        The worst relative error of each layer, kinks left out.
    """

    analytic: FloatArray
    numeric: FloatArray
    relative_errors: FloatArray
    resolution: float
    crosses_kink: NDArray[np.bool_]
    step: float
    layer_errors: tuple[float, ...]

    @property
    def worst(self) -> float:
        """The worst relative error of all, kinks left out."""
        return float(np.max(self.layer_errors))


def check_gradients(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    step: float | None = DEFAULT_STEP,
    method: Method = "central",
) -> GradientCheck:
    """Compare every parameter's gradient with a difference quotient of the loss.

    Both are computed in float64 on a copy of the parameters, whatever the network's
    own precision: a quotient of float32 losses would be mere rounding.

    Parameters
    ----------
    network
        It is left alone.
    inputs, targets
        The batch, as for ``Network.backward``.
    step
        How far to move each parameter; ``None`` takes the step at which rounding and
        the error of the formula balance.
    method
        ``"central"``: error of order step**2; ``"forward"``: of order step, with
        half of the work.

    Raises
    ------
    ValueError
        If a shape does not fit, the step is not above 0 or the method is unknown.
    """
    if method not in _BALANCED_STEPS:
        raise ValueError(f"the method is {method!r}; it must be 'central' or 'forward'")
    h = _BALANCED_STEPS[method] if step is None else float(step)
    if not 0 < h < np.inf:
        raise ValueError(f"the step is {h}; it must be a number above 0")
    parameters = network.parameters.astype(np.float64)
    analytic = np.zeros_like(parameters)
    x, t = network.checked(inputs, targets)
    program = compile_program(network.spec, parameters, len(x), EVERYTHING, analytic)
    program.load(x, t)
    with np.errstate(all="ignore"):
        program.run()
        loss = float(program.losses(0, 1)[0])
        numeric = difference_quotients(program, parameters, h, method == "central")
        gradient = analytic.copy()
        resolution = _resolution(loss, h)
        sizes = np.maximum(np.abs(gradient), np.abs(numeric))
        errors = np.abs(gradient - numeric) / np.maximum(sizes, resolution)
        kinks = np.zeros(errors.size, dtype=np.bool_)
        start = -h if method == "central" else 0.0
        for index in np.flatnonzero(errors > _SUSPICIOUS):
            kinks[index] = crosses_kink(program, parameters, int(index), start, h)
    fair = np.where(kinks, 0.0, errors)
    layer_errors = tuple(float(fair[b.start : b.stop].max()) for b in network.layout.blocks)
    return GradientCheck(gradient, numeric, errors, resolution, kinks, h, layer_errors)


def _resolution(loss: float, step: float) -> float:
    scale = max(1.0, abs(loss)) if np.isfinite(loss) else 1.0
    return _ROUNDING_UNITS * float(np.finfo(np.float64).eps) * scale / (step * _SUSPICIOUS)
