"""The gradient check of a recorded step: its own gradients against the slope of the loss."""

from collections.abc import Iterator

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.difference_quotients import measure_quotients
from nnviz.core.gradcheck import GradientCheck, RunningCheck
from nnviz.core.program import Program
from nnviz.core.replay import gradient_of, replay
from nnviz.core.trace import Trace
from nnviz.core.verdicts import LIMIT, Comparison, Verdict

# Rounding and the error of the formula are both small here, for losses near 1.
USUAL_STEP = 1e-5
# float32 carries about seven digits; the sums of a backward phase lose some of them.
_ALLOWED_IN_FLOAT32 = 1e-4
_NOISE = 4.0
# Parts of the slow way are about as long as those of the fast one.
_PARAMETERS_OF_A_PART = 8
# The denominators of cross-entropy of probabilities are no less, as in PyTorch.
_LEAST_DENOMINATOR = 1e-12
# Two outputs, each a few units of its last place off.
_ROUNDING_UNITS = 4.0
_OF_PROBABILITIES = "binary_cross_entropy_of_probabilities"
# Above every relative error.
_FAILED = 10.0


def start_check(trace: Trace, step: float = USUAL_STEP) -> RunningCheck:
    """Begin to compare all recorded gradients with central differences.

    The loss is that of the right Program in float64, on the recorded batch and with the
    recorded masks of dropout; whatever is wrong in the recorded Ops shows.
    """
    again = replay(trace)
    has_dropout = any(layer.dropout for layer in trace.spec.layers)
    gradient = gradient_of(trace).astype(np.float64)
    measure = _measure_plainly if has_dropout else measure_quotients
    return RunningCheck(again.program, again.parameters, gradient, step, measure=measure)


def check_step(trace: Trace, step: float = USUAL_STEP) -> GradientCheck:
    """Compare all recorded gradients with central differences."""
    running = start_check(trace, step)
    running.advance()
    return running.result


def _measure_plainly(
    program: Program, parameters: FloatArray, step: float, is_central: bool, quotients: FloatArray
) -> Iterator[int]:
    """Run the whole Program for each move, which works for any Program."""
    unmoved, last = float(program.losses(0, 1)[0]), parameters.size - 1
    for index in range(parameters.size):
        value = parameters[index]
        parameters[index] = value + step
        program.run()
        above = float(program.losses(0, 1)[0])
        parameters[index] = value - step
        if is_central:
            program.run()
        below, width = (float(program.losses(0, 1)[0]), 2) if is_central else (unmoved, 1)
        parameters[index] = value
        quotients[index] = (above - below) / (width * step)
        if index % _PARAMETERS_OF_A_PART == 0 or index == last:
            yield index + 1


def allowed_difference(trace: Trace, gradient: FloatArray, name: str | None = None) -> float:
    """Return by how much rounding may make a recorded gradient wrong.

    In float32 it is what rounding makes of the right Program's gradient, and some more.

    Parameters
    ----------
    trace
        The recorded step.
    gradient
        What was recorded: one buffer, or the flat vector.
    name
        Of the buffer; ``None`` is the flat vector.
    """
    if trace.value("x").dtype != np.float32:
        return 0.0
    narrow, wide = (
        again.gradients if name is None else again.program.read(name)
        for again in (replay(trace, "float32"), replay(trace))
    )
    with np.errstate(invalid="ignore"):
        noise = float(np.nanmax(np.abs(narrow - wide), initial=0.0))
        largest = float(np.nanmax(np.abs(gradient), initial=0.0))
    return _NOISE * noise + _ALLOWED_IN_FLOAT32 * largest


def is_limited(trace: Trace) -> bool:
    """Whether outputs are so near 0 or 1 that the loss limits its gradient, on purpose.

    Cross-entropy of probabilities divides by y (1 - y), which PyTorch and the engine keep
    away from 0; the slope of the loss itself knows no limit.
    """
    if trace.spec.loss != _OF_PROBABILITIES:
        return False
    y = trace.value(f"a{len(trace.spec.layers)}")
    return bool(np.any(y * (1 - y) < _LEAST_DENOMINATOR))


def loss_noise(trace: Trace, step: float) -> float:
    """Return what rounding of the outputs makes of a central difference of the loss.

    Of y near 1, rounding has left few digits of 1 - y, whose logarithm is the loss of
    probabilities; other losses know the logits.
    """
    if trace.spec.loss != _OF_PROBABILITIES:
        return 0.0
    y = trace.value(f"a{len(trace.spec.layers)}").astype(np.float64)
    rounding = _ROUNDING_UNITS * float(np.finfo(np.float64).eps)
    # Where the loss is limited it is not the rounding that tells.
    is_told = y * (1 - y) >= _LEAST_DENOMINATOR
    shares = np.divide(1.0, 1 - y, out=np.zeros_like(y), where=is_told)
    return rounding * float(shares.mean()) / (2 * step)


class Findings:
    """What a gradient check means: which parameters are wrong, layer by layer.

    Attributes
    ----------
    check
        The numbers.
    allowed
        By how much rounding may make a gradient wrong.
    uncertainty
        How far rounding of the loss may move the differences that were measured.
    is_limited
        Whether the loss limits its gradient on this batch, which explains differences.
    """

    def __init__(self, trace: Trace, check: GradientCheck) -> None:
        self.is_limited = is_limited(trace)
        self.check, self.layout = check, trace.layout
        self.allowed = allowed_difference(trace, check.analytic)
        self.uncertainty = loss_noise(trace, check.step)
        self._ranks = self._rank()

    def _rank(self) -> FloatArray:
        """Return how bad each parameter is: kinks below 0, failures above all others.

        A small number that rounding explains may well have the largest relative error
        of a layer; it must not hide a larger one that is wrong.
        """
        check = self.check
        with np.errstate(invalid="ignore"):
            difference = np.abs(check.analytic - check.numeric)
            is_explained = difference <= max(self.allowed, self.uncertainty)
        is_right = is_explained | (check.relative_errors <= LIMIT)
        is_right |= np.isnan(check.analytic) & np.isnan(check.numeric)
        # What else is no number is no right number either.
        errors = np.nan_to_num(check.relative_errors, nan=np.inf)
        ranks: FloatArray = np.where(is_right, errors, _FAILED + errors)
        return np.where(check.crosses_kink, -1.0, ranks)

    def at(self, index: int) -> Comparison:
        """Return the comparison of one parameter."""
        check = self.check
        return Comparison(
            float(check.analytic[index]),
            float(check.numeric[index]),
            float(check.relative_errors[index]),
            self.allowed,
            self.uncertainty,
            has_kink=bool(check.crosses_kink[index]),
            is_limited=self.is_limited,
        )

    def worst(self, most: int = 10) -> tuple[int, ...]:
        """Return the places of the worst parameters, failures first, kinks left out."""
        ranks, most = self._ranks, min(most, self._ranks.size)
        chosen = np.argpartition(-ranks, most - 1)[:most]
        ordered = chosen[np.argsort(-ranks[chosen], kind="stable")]
        return tuple(int(index) for index in ordered if ranks[index] >= 0)

    def worst_of_layer(self, number: int) -> int:
        """Return the place of the worst parameter of a layer, kinks left out."""
        block = self.layout.blocks[number - 1]
        return block.start + int(np.argmax(self._ranks[block.start : block.stop]))

    def kinks_of_layer(self, number: int) -> int:
        """Return how many parameters of a layer were measured across a kink."""
        block = self.layout.blocks[number - 1]
        return int(np.count_nonzero(self.check.crosses_kink[block.start : block.stop]))

    @property
    def is_right(self) -> bool:
        """Whether no layer fails."""
        numbers = range(1, len(self.layout.blocks) + 1)
        return all(
            self.at(self.worst_of_layer(number)).verdict is not Verdict.FAIL for number in numbers
        )
