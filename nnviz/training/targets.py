"""Targets as the network's outputs must match them."""

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.losses import LOSSES
from nnviz.core.metrics import binary_codes
from nnviz.core.spec import NetworkSpec
from nnviz.data.prepared import PreparedData


def encode_targets(
    targets: NDArray[np.int64] | NDArray[np.float64],
    data: PreparedData,
    spec: NetworkSpec,
) -> FloatArray:
    """Return targets n x k.

    Classes become one column per class, or a single column of two codes where
    the network has one output (see :func:`~nnviz.core.metrics.binary_codes`).
    """
    if not data.is_classification:
        return np.asarray(targets, dtype=np.float64)
    low, high = binary_codes(spec)
    if spec.output_size == 1:
        return np.where(targets == 1, high, low)[:, np.newaxis]
    coded = np.full((len(targets), spec.output_size), low if spec_is_symmetric(spec) else 0.0)
    coded[np.arange(len(targets)), targets.astype(np.int64)] = 1.0
    return coded


def spec_is_symmetric(spec: NetworkSpec) -> bool:
    """Return whether a class that is not the right one is coded as -1."""
    return not LOSSES[spec.loss].takes_classes and binary_codes(spec)[0] < 0
