"""What the gradients view shows of each layer, worked out without Qt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.gui.display import Display
from nnviz.gui.views.activation_curves import histogram
from nnviz.gui.widgets.text import number_text

BINS = 60
FEW = 24


@dataclass(frozen=True, slots=True)
class GradientRow:
    """The gradient of one layer's weights and biases.

    Attributes
    ----------
    name
        What to call the layer.
    norm
        Euclidean length now; NaN where an entry is not finite.
    entries
        How many numbers it has.
    history
        n x 2: step and log10 of the norm; NaN where the norm was 0 or not finite.
    reach
        The histogram goes from -reach to +reach.
    counts
        ``BINS`` counts of entries other than 0, or empty where there are fewer
        than ``FEW`` entries.
    zeros
        How many entries are exactly 0, and so have no sign.
    marks
        The entries themselves where they are few, else empty.
    """

    name: str
    norm: float
    entries: int
    history: NDArray[np.float64]
    reach: float
    counts: NDArray[np.int64]
    zeros: int
    marks: NDArray[np.float64]

    @property
    def words(self) -> str:
        """Return what to say in place of a number, or "" if the norm is a fair one."""
        if not math.isfinite(self.norm):
            return "not a number"
        return "no gradient" if self.norm == 0 else ""

    @property
    def sentence(self) -> str:
        """Return what the row shows, in words."""
        plural = "y" if self.entries == 1 else "ies"
        if self.words:
            return f"{self.name}: {self.words} in {self.entries} entr{plural}"
        return (
            f"{self.name}: norm {number_text(self.norm, 6)}, {self.entries} entr{plural} "
            f"within \N{PLUS-MINUS SIGN}{number_text(self.reach)}, {self.zeros} of them 0"
        )


def gradient_rows(display: Display, points: int) -> tuple[GradientRow, ...]:
    """Return one row per layer, the first layer first, with at most so many points each."""
    vector = display.snapshot.gradients.astype(np.float64)
    blocks = display.network.layout.blocks
    history = thinned(_norms_so_far(display), points)
    rows = []
    for index, block in enumerate(blocks):
        entries = vector[block.start : block.stop]
        finite = entries[np.isfinite(entries)]
        reach = float(np.abs(finite).max(initial=0.0)) or 1.0
        few = len(entries) < FEW
        norms = np.array([norms[index] for _, norms in history])
        steps = np.array([step for step, _ in history], dtype=np.float64)
        rows.append(
            GradientRow(
                name="Output" if index + 1 == len(blocks) else f"Hidden {index + 1}",
                norm=float(np.linalg.norm(entries)),
                entries=len(entries),
                history=np.stack((steps, _logarithm(norms)), axis=1),
                reach=reach,
                counts=histogram(finite[finite != 0], -reach, reach, BINS)[: 0 if few else BINS],
                zeros=int(np.count_nonzero(finite == 0)),
                marks=finite if few else finite[:0],
            )
        )
    return tuple(rows)


def _norms_so_far(display: Display) -> list[tuple[int, tuple[float, ...]]]:
    """Return the norms up to the step on show: a look back does not know what came later."""
    step = display.snapshot.step
    return [point for point in display.gradient_norms if point[0] <= step]


def thinned(
    points: Sequence[tuple[int, tuple[float, ...]]], most: int
) -> Sequence[tuple[int, tuple[float, ...]]]:
    """Return about so many of the points, the newest among them."""
    stride = max(1, -(-len(points) // max(1, most)))
    return points[(len(points) - 1) % stride :: stride] if points else points


def _logarithm(norms: NDArray[np.float64]) -> NDArray[np.float64]:
    positive = np.where(np.isfinite(norms) & (norms > 0), norms, np.nan)
    logarithms: NDArray[np.float64] = np.log10(positive)
    return logarithms
