"""Accuracy, and the class that an output stands for."""

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.spec import NetworkSpec


def binary_codes(spec: NetworkSpec) -> tuple[float, float]:
    """Return the target values that stand for class 0 and class 1 of a single output.

    0 and 1 where the output is a logit or cannot go below zero; -1 and +1 where
    it is symmetric about zero, as tanh and linear outputs are.
    """
    lowest, _ = ACTIVATIONS[spec.layers[-1].activation].output_range
    if spec.loss == "binary_cross_entropy" or lowest >= 0:
        return 0.0, 1.0
    return -1.0, 1.0


def decision_threshold(spec: NetworkSpec) -> float:
    """Return the value above which a single output (a logit, after BCE) means class 1."""
    if spec.loss == "binary_cross_entropy":
        return 0.0
    low, high = binary_codes(spec)
    return (low + high) / 2


def predicted_classes(spec: NetworkSpec, outputs: FloatArray) -> NDArray[np.int64]:
    """Return the class that each row of the outputs n x k stands for."""
    if spec.output_size == 1:
        return (outputs[:, 0] > decision_threshold(spec)).astype(np.int64)
    winners: NDArray[np.int64] = np.argmax(outputs, axis=1).astype(np.int64)
    return winners


def accuracy(spec: NetworkSpec, outputs: FloatArray, classes: NDArray[np.int64]) -> float:
    """Return the share of rows whose class is right, 0 to 1."""
    return float(np.mean(predicted_classes(spec, outputs) == classes))
