"""Which weights the diagram draws, how strongly, and how many it leaves out.

A maxout unit has one weight per piece. Its edge stands for the piece that wins
for the selected sample, which is the one that acts in this sample's arithmetic.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.network import ForwardPass
from nnviz.gui.views.network_layout import CROWDED_EDGES

BINS = 8
CURVED_EDGES = 500
ALL_WHILE_RUNNING = 1000
KEPT_WHILE_RUNNING = 800
KEPT_BETWEEN_BLOCKS = 90
FEWEST_KEPT = 12
NARROW_GAP = 40.0
PILLS = 3


@dataclass(frozen=True, slots=True)
class ShownWeights:
    """The weights between two neighbouring layers, and the drawn ones among them.

    Attributes
    ----------
    layer
        The layer that the edges lead to.
    weights
        fan_in x fan_out; of a maxout layer, those of the winning pieces.
    pieces
        The winning piece of each unit, or ``None`` without pieces.
    largest
        The size of the largest finite weight; what full width and full colour stand for.
    sources, targets
        Unit numbers of the drawn edges, the weakest first.
    bins
        0 to 7 for each drawn edge, by its share of the largest.
    not_finite
        How many of the weights are not finite; they cannot be drawn.
    """

    layer: int
    weights: NDArray[np.floating]
    pieces: NDArray[np.int64] | None
    largest: float
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    bins: NDArray[np.int64]
    not_finite: int

    @property
    def total(self) -> int:
        """Number of weights between the two layers (one piece of each unit)."""
        return self.weights.size

    @property
    def drawn_values(self) -> NDArray[np.floating]:
        """The weights of the drawn edges."""
        return self.weights[self.sources, self.targets]

    def bins_of(self, values: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the bins of any of the weights."""
        return magnitude_bins(np.abs(values), self.largest)

    def incident(self, index: int, incoming: bool) -> NDArray[np.int64]:
        """Return the positions of the drawn edges that end (or begin) at a unit."""
        ends = self.targets if incoming else self.sources
        return np.flatnonzero(ends == index).astype(np.int64)

    def strongest_incoming(self, index: int, count: int = PILLS) -> list[int]:
        """Return the units whose weights into one unit are the largest, largest first."""
        sizes = np.nan_to_num(np.abs(self.weights[:, index]), nan=0.0, posinf=0.0)
        picked = strongest(sizes, count)
        ordered: list[int] = picked[np.argsort(-sizes[picked], kind="stable")].tolist()
        return [source for source in ordered if sizes[source] > 0]


def magnitude_bins(sizes: NDArray[np.floating], largest: float) -> NDArray[np.int64]:
    """Return min(int(8 |w| / largest), 7), which is 0 where the largest is 0."""
    if largest <= 0:
        return np.zeros(np.shape(sizes), dtype=np.int64)
    shares = np.nan_to_num(np.asarray(sizes, dtype=np.float64) / largest * BINS, posinf=BINS)
    bins: NDArray[np.int64] = np.minimum(shares, BINS - 1).astype(np.int64)
    return bins


def bin_middle(number: int) -> float:
    """Return the share of the largest weight that a bin is drawn as, 0 to 1."""
    return (number + 0.5) / BINS


def strongest(scores: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    """Return the positions of the largest scores (all, if there are no more), unordered."""
    if scores.size <= count:
        return np.arange(scores.size)
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    return np.argpartition(scores, scores.size - count)[-count:].astype(np.int64)


def effective_weights(
    weights: NDArray[np.floating], batch: ForwardPass, layer: int, sample: int
) -> tuple[NDArray[np.floating], NDArray[np.int64] | None]:
    """Return what belongs to the weights of a layer (1 is the first) as fan_in x fan_out.

    For maxout also the winning piece of each unit for the sample; of pieces that
    tie, the first.
    """
    if weights.ndim == 2:
        return weights.copy(), None
    winners = np.argmax(batch.pre_activations[layer - 1][:, sample, :], axis=0)
    return weights[winners, :, np.arange(weights.shape[2])].T.copy(), winners.astype(np.int64)


def edge_budget(
    edges: int, all_edges: int, is_running: bool, has_block: bool, gap: float
) -> int | None:
    """Return how many edges between two layers may be drawn at most, ``None`` for all.

    Parameters
    ----------
    edges
        Edges between the two layers.
    all_edges
        Edges between all neighbours that are both drawn as separate nodes.
    is_running
        Whether the picture moves.
    has_block
        Whether one of the two layers is a block.
    gap
        Space between the two layers in px; in a narrow one fewer can be told apart.
    """
    if has_block or all_edges > CROWDED_EDGES or gap < NARROW_GAP:
        return min(KEPT_BETWEEN_BLOCKS, max(FEWEST_KEPT, round(gap)))
    if is_running and all_edges > ALL_WHILE_RUNNING:
        return max(1, KEPT_WHILE_RUNNING * edges // all_edges)
    return None


def choose_weights(
    layer: int,
    weights: NDArray[np.floating],
    pieces: NDArray[np.int64] | None,
    source_activations: NDArray[np.floating],
    budget: int | None,
    extra: tuple[int | None, int | None] = (None, None),
) -> ShownWeights:
    """Pick the edges to draw between two layers.

    Parameters
    ----------
    layer, weights, pieces
        As in :class:`ShownWeights`.
    source_activations
        The sample's activations a of the layer that the edges come from. Those
        with the largest size of w a are kept.
    budget
        How many are kept, ``None`` for all.
    extra
        A source unit and a target unit whose own strongest edges are drawn as well.
    """
    sizes = np.abs(weights).astype(np.float64)
    finite = np.isfinite(sizes)
    sizes = np.where(finite, sizes, 0.0)
    kept = np.arange(sizes.size)
    if budget is not None and budget < sizes.size:
        activity = np.abs(source_activations).astype(np.float64)
        activity = np.nan_to_num(activity, nan=0.0, posinf=1e300)
        with np.errstate(over="ignore"):
            scores = (sizes * activity[:, np.newaxis]).ravel()
        kept = np.union1d(strongest(scores, budget), _own_edges(sizes, scores, budget, extra))
    kept = kept[finite.ravel()[kept]]
    kept = kept[np.argsort(sizes.ravel()[kept], kind="stable")]
    sources, targets = np.divmod(kept, weights.shape[1])
    largest = float(sizes.max(initial=0.0))
    bins = magnitude_bins(sizes.ravel()[kept], largest)
    missing = int(finite.size - np.count_nonzero(finite))
    return ShownWeights(layer, weights, pieces, largest, sources, targets, bins, missing)


def _own_edges(
    sizes: NDArray[np.float64],
    scores: NDArray[np.float64],
    budget: int,
    extra: tuple[int | None, int | None],
) -> NDArray[np.int64]:
    fan_in, fan_out = sizes.shape
    source, target = extra
    own = [np.zeros(0, dtype=np.int64)]
    if source is not None:
        line = np.arange(fan_out) + source * fan_out
        own.append(line[strongest(scores[line], budget // 2)])
    if target is not None:
        line = np.arange(fan_in) * fan_out + target
        own += [
            line[strongest(scores[line], budget // 2)],
            line[strongest(sizes[:, target], PILLS)],
        ]
    return np.concatenate(own)
