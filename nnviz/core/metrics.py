"""How good predictions are: classes and their confusion, or the spread of the errors."""

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


def confusion_matrix(
    predicted: NDArray[np.int64], classes: NDArray[np.int64], class_count: int
) -> NDArray[np.int64]:
    """Count the rows of each class (row) that were taken for each class (column).

    Parameters
    ----------
    predicted, classes
        n class numbers each, from 0 to ``class_count - 1``.
    class_count
        Number of classes; one without any row has a row of zeros.

    Raises
    ------
    ValueError
        If the two differ in length, or a class number is out of range.
    """
    if predicted.shape != classes.shape or predicted.ndim != 1:
        raise ValueError(
            f"{predicted.size} predictions cannot be compared with {classes.size} classes: "
            "there must be one for each row"
        )
    for name, numbers in (("predicted", predicted), ("true", classes)):
        if numbers.size and not 0 <= int(numbers.min()) <= int(numbers.max()) < class_count:
            raise ValueError(f"{name} classes must be numbers from 0 to {class_count - 1}")
    pairs = np.bincount(classes * class_count + predicted, minlength=class_count**2)
    return pairs.astype(np.int64).reshape(class_count, class_count)


def precision(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for each class the share of right ones among the rows taken for it.

    NaN for a class that no row was taken for: there is nothing to share.
    """
    return _shares(np.diagonal(confusion), confusion.sum(axis=0))


def recall(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for each class the share of its rows that were taken for it.

    NaN for a class without rows.
    """
    return _shares(np.diagonal(confusion), confusion.sum(axis=1))


def r_squared(outputs: FloatArray, targets: FloatArray) -> NDArray[np.float64]:
    """Return R2 of each of k outputs: 1 - sum (y - t)^2 / sum (t - mean t)^2.

    1 is perfect, 0 is as good as always answering the mean, and below 0 is worse
    than that. A target that never changes has no variance to explain: NaN. The
    same numbers come out however targets were scaled.

    Parameters
    ----------
    outputs, targets
        n x k.
    """
    y, t = outputs.astype(np.float64), targets.astype(np.float64)
    rest = np.square(y - t).sum(axis=0)
    spread = np.square(t - t.mean(axis=0)).sum(axis=0)
    # Rounding of the mean may leave a constant target a tiny variance.
    is_constant = t.min(axis=0) == t.max(axis=0)
    result: NDArray[np.float64] = 1.0 - rest / np.where(is_constant, np.nan, spread)
    return result


def overall_r_squared(outputs: FloatArray, targets: FloatArray) -> float:
    """Return the mean R2 of those outputs whose target changes; NaN where none does.

    That is the ``uniform_average`` of scikit-learn's ``r2_score``.
    """
    each = r_squared(outputs, targets)
    known = each[~np.isnan(each)]
    return float(known.mean()) if known.size else float("nan")


def root_mean_squared_error(outputs: FloatArray, targets: FloatArray) -> NDArray[np.float64]:
    """Return the root of the mean of (y - t)^2 for each of k outputs, in the targets' units.

    Parameters
    ----------
    outputs, targets
        n x k.
    """
    error = outputs.astype(np.float64) - targets.astype(np.float64)
    # The largest error is taken out first, so that no square overflows.
    size = np.abs(error).max(axis=0, initial=0.0)
    unit = np.where(size > 0, size, 1.0)
    roots: NDArray[np.float64] = unit * np.sqrt(np.square(error / unit).mean(axis=0))
    return roots


def overall_root_mean_squared_error(outputs: FloatArray, targets: FloatArray) -> float:
    """Return the root of the mean of (y - t)^2 over all n k entries."""
    return float(
        root_mean_squared_error(outputs.reshape(-1, 1), targets.reshape(-1, 1)).reshape(())
    )


def _shares(right: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.where(of > 0, right / np.maximum(of, 1), np.nan)
    return shares
