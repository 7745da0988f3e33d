"""Gradient check: every analytic gradient against the slope of the loss itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.compiler import EVERYTHING, compile_program
from nnviz.core.difference_quotients import measure_quotients
from nnviz.core.kinks import crosses_kink
from nnviz.core.network import Network
from nnviz.core.program import Program

Method = Literal["central", "forward"]
Measure: TypeAlias = Callable[[Program, FloatArray, float, bool, FloatArray], Iterator[int]]

DEFAULT_STEP = 1e-6
# Where rounding of the loss and the error of the formula balance, for losses near 1.
_BALANCED_STEPS: dict[str, float] = {"central": 6e-6, "forward": 1.5e-8}
# Relative errors up to here need no explanation.
SEVEN_DIGITS = 1e-7
# A layer with so many real errors is not searched for kinks any further.
_ENOUGH = 64
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
    running = RunningCheck(program, parameters, analytic.copy(), h, method)
    running.advance()
    return running.result


class RunningCheck:
    """A gradient check that is done a part at a time.

    Attributes
    ----------
    total, done
        Parameters to measure, and how many of them are measured.

    Parameters
    ----------
    program
        In float64, with everything; it has run on the batch. Nobody else may run it
        before the check is done.
    parameters
        Its flat vector.
    gradient
        The gradient to check, in the same layout.
    step, method
        As for :func:`check_gradients`.
    measure
        Writes the difference quotients a part at a time.
    """

    def __init__(
        self,
        program: Program,
        parameters: FloatArray,
        gradient: FloatArray,
        step: float,
        method: Method = "central",
        measure: Measure = measure_quotients,
    ) -> None:
        self.total, self.done = gradient.size, 0
        self._program, self._parameters = program, parameters
        self._gradient, self._step, self._method = gradient, step, method
        self._result: GradientCheck | None = None
        self._parts = self._work(measure)

    @property
    def is_done(self) -> bool:
        """Whether there is a result."""
        return self._result is not None

    @property
    def result(self) -> GradientCheck:
        """What the check found; raises LookupError before it is done."""
        if self._result is None:
            raise LookupError("the gradient check is not done yet")
        return self._result

    def advance(self, is_time_up: Callable[[], bool] = lambda: False) -> bool:
        """Go on until it is done or the time is up; return whether it is done."""
        with np.errstate(all="ignore"):
            for done in self._parts:
                self.done = done
                if is_time_up():
                    break
        return self.is_done

    def _work(self, measure: Measure) -> Iterator[int]:
        program, parameters, h = self._program, self._parameters, self._step
        gradient, numeric = self._gradient, np.zeros_like(self._gradient)
        resolution = resolution_of(float(program.losses(0, 1)[0]), h)
        yield from measure(program, parameters, h, self._method == "central", numeric)
        sizes = np.maximum(np.abs(gradient), np.abs(numeric))
        errors = np.abs(gradient - numeric) / np.maximum(sizes, resolution)
        kinks = np.zeros(errors.size, dtype=np.bool_)
        for block in program.layout.blocks:
            layer = slice(block.start, block.stop)
            yield from self._find_kinks(errors[layer], kinks[layer], block.start)
        fair = np.where(kinks, 0.0, errors)
        blocks = program.layout.blocks
        layer_errors = tuple(float(fair[b.start : b.stop].max()) for b in blocks)
        self._result = GradientCheck(gradient, numeric, errors, resolution, kinks, h, layer_errors)

    def _find_kinks(
        self, errors: FloatArray, kinks: NDArray[np.bool_], first: int
    ) -> Iterator[int]:
        """Mark the kinks among the suspicious errors of a layer, the worst first.

        A layer with many errors that are no kinks is wrong: the others need no look.
        """
        h, real = self._step, 0
        start = -h if self._method == "central" else 0.0
        for index in np.argsort(-errors):
            if not errors[index] > SEVEN_DIGITS or real == _ENOUGH:
                return
            is_kink = crosses_kink(self._program, self._parameters, first + int(index), start, h)
            kinks[index], real = is_kink, real + (not is_kink)
            yield self.total


def resolution_of(loss: float, step: float) -> float:
    """Return the gradient that a quotient of this step can measure to seven digits."""
    scale = max(1.0, abs(loss)) if np.isfinite(loss) else 1.0
    return _ROUNDING_UNITS * float(np.finfo(np.float64).eps) * scale / (step * SEVEN_DIGITS)
