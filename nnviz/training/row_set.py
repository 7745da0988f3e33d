"""RowSet: whole sets of rows, measured in pieces."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.metrics import accuracy
from nnviz.core.network import Network
from nnviz.core.spec import NetworkSpec
from nnviz.data.prepared import PreparedData
from nnviz.training.snapshot import Evaluation
from nnviz.training.targets import encode_targets

_MEASURED_ROWS = 1024


@dataclass(frozen=True, slots=True)
class RowSet:
    """Rows in the engine's dtype.

    Attributes
    ----------
    inputs, coded
        n x d, and the targets as the outputs must match them, n x k.
    classes
        The n class numbers; ``None`` where targets are values.
    """

    inputs: FloatArray
    coded: FloatArray
    classes: NDArray[np.int64] | None

    def measure(
        self, network: Network, is_stopped: Callable[[], bool] = lambda: False
    ) -> tuple[float, float | None] | None:
        """Return mean loss and accuracy; ``None`` as soon as ``is_stopped`` says so."""
        total, right, count = 0.0, 0.0, len(self.inputs)
        for start in range(0, count, _MEASURED_ROWS):
            if is_stopped():
                return None
            part = slice(start, min(start + _MEASURED_ROWS, count))
            size = part.stop - start
            loss, outputs = network.loss_and_outputs(self.inputs[part], self.coded[part])
            total += loss * size
            if self.classes is not None:
                right += accuracy(network.spec, outputs, self.classes[part]) * size
        # Sums of whole numbers of right rows, whatever rounding the shares had.
        share = None if self.classes is None else round(right) / count
        return total / count, share


def evaluate(
    train: RowSet,
    validation: RowSet,
    network: Network,
    step: int,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Evaluation | None:
    """Measure both sets after so many steps; ``None`` as soon as ``is_stopped`` says so."""
    on_train = train.measure(network, is_stopped)
    has_validation = len(validation.inputs) > 0
    on_validation = validation.measure(network, is_stopped) if has_validation else None
    if on_train is None or (has_validation and on_validation is None):
        return None
    validation_loss, validation_accuracy = on_validation or (None, None)
    return Evaluation(step, on_train[0], validation_loss, on_train[1], validation_accuracy)


def row_sets(data: PreparedData, spec: NetworkSpec, dtype: str) -> tuple[RowSet, RowSet]:
    """Return the training and the validation rows of these data for this network."""
    return (
        _row_set(data.train_inputs, data.train_targets, data, spec, dtype),
        _row_set(data.validation_inputs, data.validation_targets, data, spec, dtype),
    )


def _row_set(
    inputs: NDArray[np.float64],
    targets: NDArray[np.int64] | NDArray[np.float64],
    data: PreparedData,
    spec: NetworkSpec,
    dtype: str,
) -> RowSet:
    coded = encode_targets(targets, data, spec).astype(dtype)
    classes = targets.astype(np.int64) if data.is_classification else None
    return RowSet(np.ascontiguousarray(inputs, dtype), coded, classes)
