"""What the view of per-sample gradients shows, worked out without Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.sample_gradients import SampleGradients, sample_gradients
from nnviz.gui.display import Display
from nnviz.gui.widgets.text import count_text, number_text

# Bars beyond this number are no longer told apart.
MOST_BARS = 256


@dataclass(frozen=True, slots=True, eq=False)
class SampleBars:
    """The samples of a batch, and how each pulls.

    Attributes
    ----------
    name
        Of the gradient: of a weight, a bias or of all parameters.
    is_signed
        Whether the values have signs; lengths have none.
    values
        One for each sample: its gradient, or its length.
    mean
        The gradient of the batch, or its length.
    cosines
        Of each sample's whole gradient with that of the batch; NaN where there is none.
    order
        Positions in the batch, from the left; not all where there are very many.
    """

    name: str
    is_signed: bool
    values: NDArray[np.float64]
    mean: float
    cosines: NDArray[np.float64]
    order: NDArray[np.int64]

    @property
    def left_out(self) -> int:
        """How many samples have no bar."""
        return len(self.values) - len(self.order)

    def sentence(self, position: int, row: int | None) -> str:
        """Return what the bar of a sample says."""
        where = f"Sample {position + 1}" + ("" if row is None else f", training row {row + 1}")
        what = self.name if self.is_signed else f"length of {self.name}"
        cosine = float(self.cosines[position])
        angle = "" if np.isnan(cosine) else f"; cosine to the batch {number_text(cosine, 3)}"
        return f"{where}: {what} = {number_text(float(self.values[position]), 6)}{angle}"

    def facts(self) -> str:
        """Return the strongest and how many pull against the batch."""
        if not np.isfinite(self.values).all():
            return "not a number"
        strongest = int(np.argmax(np.abs(self.values))) + 1
        against = int(np.sum(self.cosines < 0))
        pulls = f"{count_text(against)} of {count_text(len(self.values))} pull against the batch"
        return f"sample {strongest} moves it most · {pulls}"


def gradients_of_batch(display: Display) -> SampleGradients:
    """Return the gradients of the samples of the current batch, no unit dropped."""
    with np.errstate(all="ignore"):
        backward = display.network.backward(display.batch_inputs, display.batch_targets)
    return sample_gradients(display.batch_inputs, display.batch_pass.activations, backward.deltas)


def sample_bars(display: Display, found: SampleGradients, by_size: bool) -> SampleBars:
    """Return what to draw for the selected weight, the selected unit's bias, or for all."""
    edge, unit = display.selection.edge, display.selection.unit
    with np.errstate(all="ignore"):
        cosines = found.cosines()
        if edge is not None:
            values = found.of_weight(edge.layer, edge.source, edge.target)
            name = f"∂L/∂W{edge.layer}[{edge.source + 1},{edge.target + 1}]"
        elif unit is not None and unit.layer > 0:
            values = found.of_bias(unit.layer, unit.index)
            name = f"∂L/∂b{unit.layer}[{unit.index + 1}]"
        else:
            return _lengths(found, cosines, by_size)
    return SampleBars(name, True, values, float(values.mean()), cosines, _order(values, by_size))


def _lengths(found: SampleGradients, cosines: NDArray[np.float64], by_size: bool) -> SampleBars:
    lengths = found.norms()
    return SampleBars(
        "the whole gradient",
        False,
        lengths,
        found.mean_norm(),
        cosines,
        _order(lengths, by_size),
    )


def _order(values: NDArray[np.float64], by_size: bool) -> NDArray[np.int64]:
    falling = np.argsort(-np.abs(np.nan_to_num(values)), kind="stable")
    if by_size:
        return falling[:MOST_BARS].astype(np.int64)
    return np.arange(len(values), dtype=np.int64)[:MOST_BARS]
