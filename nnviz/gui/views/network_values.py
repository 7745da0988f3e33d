"""What the tiles of the units stand for: values of the selected sample, and their scale."""

import math

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.losses import LOSSES
from nnviz.core.spec import NetworkSpec
from nnviz.gui.display import Display


def is_probability(spec: NetworkSpec) -> bool:
    """Whether the loss turns the outputs into probabilities."""
    return LOSSES[spec.loss].wants_logits


def sample_values(display: Display) -> tuple[NDArray[np.float64], ...]:
    """Return every unit's value for the selected sample, the inputs first.

    Activations; of the outputs, the probabilities where the loss makes some.
    """
    row = display.sample_index
    inputs = display.batch_inputs[row : row + 1]
    layers = [inputs, *(a[row : row + 1] for a in display.batch_pass.activations)]
    layers[-1] = display.network.predict(inputs)
    return tuple(layer[0].astype(np.float64) for layer in layers)


def is_bounded(spec: NetworkSpec, layer: int) -> bool:
    """Whether the activations of a layer stay within -1 and 1."""
    if layer == 0:
        return False
    low, high = ACTIVATIONS[spec.layers[layer - 1].activation].output_range
    return low >= -1 and high <= 1


def layer_scale(spec: NetworkSpec, layer: int, values: NDArray[np.floating]) -> float:
    """Return the value of full colour: 1 if bounded, else the largest finite size."""
    if is_bounded(spec, layer):
        return 1.0
    sizes = np.abs(values)
    largest = float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))
    return largest or 1.0


def significant(value: float, digits: int = 4) -> str:
    """Write a number correctly rounded to so many significant digits, with a true minus.

    >>> significant(-0.061249)
    '−0.06125'
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    is_plain = -4 <= power < 7
    text = f"{value:.{max(0, digits - 1 - power)}f}" if is_plain else f"{mantissa}e{power}"
    return text.replace("-", "−")


def exact(value: float | np.floating) -> str:
    """Write a number with all its digits: the shortest text that reads back the same."""
    return str(value).replace("-", "−").replace("nan", "not a number")


def short(value: float) -> str:
    """Write a number for a small tile: two decimals, fewer where it is large."""
    if not math.isfinite(value):
        return "?"
    size = abs(value)
    if size >= 999.5:
        text = f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    else:
        text = f"{value:.{2 if size < 9.995 else 1 if size < 99.95 else 0}f}"
    is_zero = float(text) == 0
    return text.lstrip("-") if is_zero else text.replace("-", "−")


def brief(value: float) -> str:
    """Write a number for a tile with at least two of its digits, however small it is.

    >>> brief(-0.00794), brief(0.5)
    ('−.0079', '0.50')
    """
    if not math.isfinite(value) or abs(value) >= 0.0995 or value == 0:
        return short(value)
    return significant(value, 2).replace("0.", ".", 1)


def signed(value: float) -> str:
    """Write a weight for a pill: its sign always, and at least two digits of it.

    >>> signed(0.4321), signed(-1.25), signed(0.00314)
    ('+0.43', '−1.25', '+0.0031')
    """
    size = abs(value)
    text = f"{size:.2f}" if size >= 0.0995 or size == 0 else significant(size, 2)
    return ("−" if value < 0 else "+") + text
