"""What the view of per-sample gradients shows, worked out without Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.sample_gradients import SampleGradients, sample_gradients
from nnviz.gui.display import Display
from nnviz.gui.widgets.text import count_text, number_text
from nnviz.training.targets import encode_targets

# Bars beyond this number are no longer told apart.
MOST_BARS = 256
# Of whole sets so many rows are taken, spread evenly.
MOST_ROWS = 2048
BATCH = "the batch"


@dataclass(frozen=True, slots=True, eq=False)
class SampleRows:
    """The samples whose gradients are looked at.

    Attributes
    ----------
    key
        ``"batch"``, ``"train"`` or ``"validation"``.
    inputs, targets
        n x d and n x k, as the network takes them.
    rows
        Their row numbers in their set; none of numbers that were typed in.
    total
        How many there are to take from.
    """

    key: str
    inputs: FloatArray
    targets: FloatArray
    rows: tuple[int, ...]
    total: int

    @property
    def crowd(self) -> str:
        """What the mean of their gradients is called."""
        return {"batch": BATCH, "train": "the training set"}.get(self.key, "the validation set")

    @property
    def kind(self) -> str:
        """What their row numbers count."""
        return "validation row" if self.key == "validation" else "training row"


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the gradients is looked at.

    Attributes
    ----------
    layer
        From 1: lengths and angles are of this layer alone; ``None`` is all layers.
    piece
        Of a maxout unit, from 0.
    """

    layer: int | None = None
    piece: int = 0


EVERYTHING = Scope()


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
    crowd, kind
        See :class:`SampleRows`.
    """

    name: str
    is_signed: bool
    values: NDArray[np.float64]
    mean: float
    cosines: NDArray[np.float64]
    order: NDArray[np.int64]
    crowd: str = BATCH
    kind: str = "training row"

    @property
    def left_out(self) -> int:
        """How many samples have no bar."""
        return len(self.values) - len(self.order)

    def sentence(self, position: int, row: int | None) -> str:
        """Return what the bar of a sample says."""
        where = self._where(position, row)
        what = self.name if self.is_signed else f"length of {self.name}"
        cosine = float(self.cosines[position])
        angle = "" if np.isnan(cosine) else f"; cosine to {self.crowd} {number_text(cosine, 3)}"
        return f"{where}: {what} = {number_text(float(self.values[position]), 6)}{angle}"

    def _where(self, position: int, row: int | None) -> str:
        """Return what to call a sample: of a batch by its position, of a set by its row."""
        if row is None:
            return f"Sample {position + 1}"
        named = f"{self.kind} {count_text(row + 1)}"
        if self.crowd == BATCH:
            return f"Sample {position + 1}, {named}"
        return named.capitalize()

    def facts(self, rows: tuple[int, ...]) -> str:
        """Return the strongest and how many pull against the others.

        Parameters
        ----------
        rows
            The samples' rows, if they have any.
        """
        if not np.isfinite(self.values).all():
            return "not a number"
        strongest = int(np.argmax(np.abs(self.values)))
        is_batch = self.crowd == BATCH
        name = f"sample {strongest + 1}" if is_batch else f"row {count_text(rows[strongest] + 1)}"
        against = int(np.sum(self.cosines < 0))
        pulls = f"{count_text(against)} of {count_text(len(self.values))} pull against {self.crowd}"
        if not self.values.any():
            return f"no sample moves it · {pulls}"
        return f"{name} moves it most · {pulls}"


def sample_rows(display: Display, key: str) -> SampleRows:
    """Return the samples of the current batch, or of a whole set (evenly thinned)."""
    if key == "batch":
        rows = tuple(int(row) for row in display.batch_rows)
        inputs = display.batch_inputs
        return SampleRows(key, inputs, display.batch_targets, rows, len(inputs))
    data = display.data
    is_train = key == "train"
    inputs = data.train_inputs if is_train else data.validation_inputs
    targets = data.train_targets if is_train else data.validation_targets
    places = np.linspace(0, len(inputs) - 1, min(len(inputs), MOST_ROWS)).round().astype(np.int64)
    encoded = encode_targets(targets[places], data, display.spec)
    rows = tuple(int(place) for place in places)
    return SampleRows(key, inputs[places], encoded, rows, len(inputs))


def gradients_of_rows(display: Display, samples: SampleRows) -> SampleGradients:
    """Return the gradients of these samples, no unit dropped."""
    with np.errstate(all="ignore"):
        forward = display.network.forward(samples.inputs)
        backward = display.network.backward(samples.inputs, samples.targets)
    return sample_gradients(samples.inputs, forward.activations, backward.deltas)


def sample_bars(
    display: Display,
    samples: SampleRows,
    found: SampleGradients,
    by_size: bool,
    scope: Scope = EVERYTHING,
) -> SampleBars:
    """Return what to draw for the selected weight, the selected unit's bias, or for all."""
    edge, unit = display.selection.edge, display.selection.unit
    with np.errstate(all="ignore"):
        cosines = found.cosines(scope.layer)
        if edge is not None:
            values = found.of_weight(edge.layer, edge.source, edge.target, scope.piece)
            piece = _piece_text(display, edge.layer, scope)
            name = f"∂L/∂W{edge.layer}{piece}[{edge.source + 1},{edge.target + 1}]"
        elif unit is not None and unit.layer > 0:
            values = found.of_bias(unit.layer, unit.index, scope.piece)
            piece = _piece_text(display, unit.layer, scope)
            name = f"∂L/∂b{unit.layer}{piece}[{unit.index + 1}]"
        else:
            values = found.norms(scope.layer)
            name = "the whole gradient" if scope.layer is None else f"∂L/∂W{scope.layer}, b"
        is_signed = edge is not None or (unit is not None and unit.layer > 0)
        mean = float(values.mean()) if is_signed else found.mean_norm(scope.layer)
    order = _order(values, by_size)
    return SampleBars(name, is_signed, values, mean, cosines, order, samples.crowd, samples.kind)


def picked_layer(display: Display) -> int | None:
    """Return the layer of the weight or bias whose gradients have signs."""
    picked = display.selection.edge or display.selection.unit
    return picked.layer if picked is not None and picked.layer > 0 else None


def _piece_text(display: Display, layer: int, scope: Scope) -> str:
    has_pieces = display.network.layout.blocks[layer - 1].has_pieces
    return f"[{scope.piece + 1}]" if has_pieces else ""


def _order(values: NDArray[np.float64], by_size: bool) -> NDArray[np.int64]:
    falling = np.argsort(-np.abs(np.nan_to_num(values)), kind="stable")
    if by_size:
        return falling[:MOST_BARS].astype(np.int64)
    return np.arange(len(values), dtype=np.int64)[:MOST_BARS]
