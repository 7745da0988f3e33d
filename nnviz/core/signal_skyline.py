"""The skyline: one histogram of activations, and one of gradients, for each layer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.signal_flow import FlowMeter, SignalFlow

BINS = 48
# A scale reaches so many root mean squares, or standard deviations, to both sides.
_REACH = 4.0


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often values fell into each of ``BINS`` equal parts of a range.

    Attributes
    ----------
    low, high
        The range.
    counts
        Entries in each part, but for those that are exactly 0.
    zeros
        Share of all entries that are exactly 0, as half of those of a ReLU are.
    below, above
        Shares of all entries that lie outside.
    total
        Number of all entries.
    only
        The value that all entries have, or ``None`` if there are several.
    is_finite
        Whether all entries are numbers.
    """

    low: float
    high: float
    counts: NDArray[np.int64]
    zeros: float
    below: float
    above: float
    total: int
    only: float | None
    is_finite: bool


@dataclass(frozen=True, slots=True)
class Skyline:
    """The histograms of all layers, the inputs first.

    Attributes
    ----------
    shared
        On one scale for all layers: what shrinks or grows on the way does so here too.
    own
        Each on a scale of its own, where the shape of the smallest is seen.
    """

    shared: tuple[Histogram, ...]
    own: tuple[Histogram, ...]


def histogram(values: FloatArray, low: float, high: float) -> Histogram:
    """Count the values in ``BINS`` parts of a range; both ends belong to it.

    With 0 between two parts, each part has values of one sign.
    """
    flat = values.reshape(-1)
    is_finite = bool(np.isfinite(flat).all())
    counts, _ = np.histogram(flat[np.isfinite(flat) & (flat != 0)], BINS, (low, high))
    least, most = float(flat.min()), float(flat.max())
    return Histogram(
        low,
        high,
        counts.astype(np.int64),
        float(np.mean(flat == 0)),
        float(np.mean(flat < low)),
        float(np.mean(flat > high)),
        flat.size,
        least if least == most else None,
        is_finite,
    )


def activation_skyline(meter: FlowMeter, flow: SignalFlow) -> Skyline:
    """Return the histograms of the activations of the first start that was measured last.

    The shared scale is the range of the activation where it has one, else four times the
    root mean square of the first layer.
    """
    layers = range(len(flow.rms))
    values = [meter.activations(layer) for layer in layers]
    ranges = {ACTIVATIONS[layer.activation].output_range for layer in meter.setup.spec.layers}
    reach = _REACH * _fair(float(flow.rms[1]))
    low, high = (-reach, reach)
    if len(ranges) == 1:
        least, most = next(iter(ranges))
        if np.isfinite(most - least):
            low, high = least, most
        elif least == 0:
            # Only the inputs lie below 0.
            low = -high / 3
    return _skyline(values, low, high)


def gradient_skyline(meter: FlowMeter, flow: SignalFlow) -> Skyline:
    """Return the histograms of dL/da; the shared scale is that of what was sent in on top."""
    values = [meter.gradients(layer) for layer in range(len(flow.rms))]
    reach = _REACH * _fair(float(flow.gradient_rms[-1]))
    return _skyline(values, -reach, reach)


def _skyline(layers: list[FloatArray], low: float, high: float) -> Skyline:
    return Skyline(
        tuple(histogram(values, low, high) for values in layers),
        tuple(histogram(values, *_own_range(values)) for values in layers),
    )


def _own_range(values: FloatArray) -> tuple[float, float]:
    with np.errstate(all="ignore"):
        middle = float(np.mean(values, dtype=np.float64))
        peak = float(np.abs(values - middle).max())
        if not (np.isfinite(peak) and peak > 0):
            centre = middle if np.isfinite(middle) else 0.0
            return centre - 1.0, centre + 1.0
        # Divided out first: squares of tiny numbers would be 0.
        std = float(np.std(values / peak, dtype=np.float64)) * peak
    reach = min(_REACH * std, peak)
    # One part more than they need, so that 0 lies between two parts.
    step = 2 * reach / (BINS - 1)
    low = float(np.floor((middle - reach) / step)) * step
    return (low, low + BINS * step) if low + step > low else (middle - 1.0, middle + 1.0)


def _fair(value: float) -> float:
    """Return the value, or 1 where no scale can be made of it."""
    return value if np.isfinite(value) and value > 0 else 1.0
