"""The record types that the data room hands on: a raw table and a prepared one."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnviz.data.scaling import Scaling


@dataclass(frozen=True, slots=True)
class RawData:
    """A data set as it was made or read, before scaling and splitting.

    Attributes
    ----------
    name
        What to call it in titles, such as ``"Iris"`` or ``"flowers.csv"``.
    inputs
        n x d, float64, finite, in the units of the source.
    targets
        Classification: n class indices (int64), 0 .. classes-1.
        Regression: n x k, float64.
    feature_names
        d names.
    class_names
        One name per class; empty for regression.
    target_name
        Name of the target column.
    source, licence
        Where it comes from and how it may be used.
    notes
        Sentences worth telling: which target column was guessed, which rows
        were left out because a cell was missing, and so on.
    is_typed
        Whether a person typed the numbers in; the targets are then n x k, as any
        loss compares the outputs with them.
    """

    name: str
    inputs: NDArray[np.float64]
    targets: NDArray[np.int64] | NDArray[np.float64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    target_name: str
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = field(default=())
    is_typed: bool = False

    @property
    def is_classification(self) -> bool:
        """Whether the targets are classes."""
        return bool(self.class_names)


@dataclass(frozen=True, slots=True)
class PreparedData:
    """A data set scaled and split, every array read-only.

    Attributes
    ----------
    raw
        What it was made from.
    scaling
        How the inputs were scaled, fitted on the training rows only.
    target_scaling
        How regression targets were scaled (kind ``"none"`` for classes).
    train_rows, validation_rows
        Row numbers into ``raw``.
    train_inputs, validation_inputs
        Scaled, n x d.
    train_targets, validation_targets
        Class indices (n), or scaled values (n x k).
    """

    raw: RawData
    scaling: Scaling
    target_scaling: Scaling
    train_rows: NDArray[np.int64]
    validation_rows: NDArray[np.int64]
    train_inputs: NDArray[np.float64]
    validation_inputs: NDArray[np.float64]
    train_targets: NDArray[np.int64] | NDArray[np.float64]
    validation_targets: NDArray[np.int64] | NDArray[np.float64]

    @property
    def is_classification(self) -> bool:
        """Whether the targets are classes."""
        return self.raw.is_classification

    @property
    def input_size(self) -> int:
        """Number of input columns d."""
        return int(self.train_inputs.shape[1])

    @property
    def class_count(self) -> int:
        """Number of classes, 0 for regression."""
        return len(self.raw.class_names)

    @property
    def target_size(self) -> int:
        """Number of target columns of a regression, 1 for classes."""
        return 1 if self.is_classification else int(self.train_targets.shape[1])
