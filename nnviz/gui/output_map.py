"""OutputMap: what the network answers all over an input plane."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.metrics import binary_codes
from nnviz.core.network import Network
from nnviz.data.prepared import PreparedData
from nnviz.gui.input_plane import InputPlane


@dataclass(frozen=True, slots=True)
class OutputMap:
    """The predictions at the centres of cells x cells, ``[row upwards, column]``.

    Attributes
    ----------
    kind
        ``"signed"``: one number per cell; ``"classes"``: more than two classes.
    value
        Signed only: -1 to 1; 0 is the decision boundary, or the middle value of
        a regression.
    low, high
        Signed only: what -1 and +1 stand for, in words.
    class_index, confidence
        Classes only: the predicted class, and its probability (or, without
        probabilities, how far its output leads, clipped to 0..1).
    """

    kind: str
    value: NDArray[np.float64]
    low: str
    high: str
    class_index: NDArray[np.int64]
    confidence: NDArray[np.float64]


def map_outputs(network: Network, data: PreparedData, plane: InputPlane, cells: int) -> OutputMap:
    """Work out the network's answers over the plane."""
    predictions = network.predict(plane.grid(cells)).astype(np.float64)
    if data.class_count > 2:
        return _class_map(predictions, cells)
    nothing = np.zeros((0, 0))
    if data.is_classification:
        value, (low, high) = _two_class_value(network, predictions), data.raw.class_names
    else:
        value, low, high = _regression_value(predictions, data)
    square = np.clip(value, -1.0, 1.0).reshape(cells, cells)
    return OutputMap("signed", square, low, high, nothing.astype(np.int64), nothing)


def _class_map(predictions: NDArray[np.float64], cells: int) -> OutputMap:
    winners = np.argmax(predictions, axis=1)
    ordered = np.sort(predictions, axis=1)
    sums_to_one = np.allclose(predictions.sum(axis=1), 1.0) and predictions.min() >= 0
    confidence = ordered[:, -1] if sums_to_one else ordered[:, -1] - ordered[:, -2]
    return OutputMap(
        "classes",
        np.zeros((0, 0)),
        "",
        "",
        winners.reshape(cells, cells).astype(np.int64),
        np.clip(confidence, 0.0, 1.0).reshape(cells, cells),
    )


def _two_class_value(network: Network, predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    if predictions.shape[1] == 2:
        return predictions[:, 1] - predictions[:, 0]
    low, high = binary_codes(network.spec)
    return (2.0 * predictions[:, 0] - low - high) / (high - low)


def _regression_value(
    predictions: NDArray[np.float64], data: PreparedData
) -> tuple[NDArray[np.float64], str, str]:
    targets = np.asarray(data.train_targets, dtype=np.float64)[:, 0]
    middle, half = float(targets.mean()), float(np.abs(targets - targets.mean()).max()) or 1.0
    ends = data.target_scaling.undo(np.array([[middle - half], [middle + half]]))
    low, high = (f"{float(end):.4g}".replace("-", "\u2212") for end in ends[:, 0])
    return (predictions[:, 0] - middle) / half, low, high
