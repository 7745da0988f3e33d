"""InputPlane: the plane through input space that the decision view looks along."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data.prepared import PreparedData

_MARGIN = 0.12


@dataclass(frozen=True, slots=True)
class InputPlane:
    """Two input columns, the square that is drawn of them, and where the others stay.

    Attributes
    ----------
    columns
        The input column drawn to the right, and the one drawn upwards (the same
        column twice when there is only one input).
    low, high
        Corner values of the drawn square for those two columns, scaled units.
    held
        d values; the columns that are not drawn stay at these, the training mean.
    """

    columns: tuple[int, int]
    low: tuple[float, float]
    high: tuple[float, float]
    held: tuple[float, ...]

    def grid(self, cells: int) -> NDArray[np.float64]:
        """Return the inputs at the centres of cells x cells, cells**2 x d.

        Row-major from the lower left corner: reshape to (cells, cells) gives
        ``[row upwards, column to the right]``.
        """
        centres = (np.arange(cells) + 0.5) / cells
        inputs = np.tile(np.array(self.held, dtype=np.float64), (cells * cells, 1))
        across = self.low[0] + centres * (self.high[0] - self.low[0])
        up = self.low[1] + centres * (self.high[1] - self.low[1])
        inputs[:, self.columns[1]] = np.repeat(up, cells)
        inputs[:, self.columns[0]] = np.tile(across, cells)
        return inputs

    def line(self, points: int) -> NDArray[np.float64]:
        """Return inputs along the first column at its corners and between, points x d."""
        inputs = np.tile(np.array(self.held, dtype=np.float64), (points, 1))
        inputs[:, self.columns[0]] = np.linspace(self.low[0], self.high[0], points)
        return inputs


def plane_through(data: PreparedData, columns: tuple[int, int]) -> InputPlane:
    """Return the plane of two columns, wide enough for every row of the data."""
    rows = np.vstack((data.train_inputs, data.validation_inputs))
    lows, highs = [], []
    for column in columns:
        low, high = float(rows[:, column].min()), float(rows[:, column].max())
        margin = _MARGIN * (high - low) or 1.0
        lows.append(low - margin)
        highs.append(high + margin)
    held = tuple(float(value) for value in data.train_inputs.mean(axis=0))
    return InputPlane(columns, (lows[0], lows[1]), (highs[0], highs[1]), held)


def telling_columns(data: PreparedData) -> tuple[int, int]:
    """Return the two columns that by themselves tell most about the target.

    For classes by the ratio of the variance between class means to the variance
    within classes, for values by the squared correlation.
    """
    if data.input_size == 1:
        return 0, 0
    if data.input_size == 2:
        return 0, 1
    inputs = data.train_inputs
    if data.is_classification:
        score = _variance_ratio(inputs, data.train_targets.astype(np.int64))
    else:
        values = np.asarray(data.train_targets, dtype=np.float64)[:, :1]
        products = ((inputs - inputs.mean(axis=0)) * (values - values.mean())).mean(axis=0)
        spread = inputs.std(axis=0)
        score = np.divide(products, spread, out=np.zeros_like(products), where=spread > 0) ** 2
    first, second = np.argsort(-score, kind="stable")[:2]
    return int(min(first, second)), int(max(first, second))


def _variance_ratio(inputs: NDArray[np.float64], classes: NDArray[np.int64]) -> NDArray[np.float64]:
    total = inputs.var(axis=0)
    within = np.zeros_like(total)
    for number in np.unique(classes):
        rows = inputs[classes == number]
        within += rows.var(axis=0) * (len(rows) / len(inputs))
    between = total - within
    ratio: NDArray[np.float64] = np.divide(
        between, within, out=np.zeros_like(total), where=within > 1e-12
    )
    return ratio
