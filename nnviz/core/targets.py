"""Targets as a loss compares the outputs with them: n x k, whatever a person gives."""

import numpy as np
from numpy.typing import ArrayLike

from nnviz.core.calls import FloatArray, FloatType
from nnviz.core.losses import Loss


def one_hot(classes: ArrayLike, class_count: int) -> FloatArray:
    """Return n class numbers as n x class_count, with a 1 in each row.

    Raises
    ------
    ValueError
        If a class is not a whole number from 0 to class_count - 1.
    """
    numbers = np.asarray(classes)
    indices = numbers.astype(np.int64)
    if np.any(indices != numbers) or np.any(indices < 0) or np.any(indices >= class_count):
        raise ValueError(
            f"class numbers must be whole numbers from 0 to {class_count - 1} "
            f"for a network with {class_count} outputs"
        )
    return np.eye(class_count)[indices]


def checked_targets(
    targets: ArrayLike, loss: Loss, samples: int, outputs: int, dtype: FloatType
) -> FloatArray:
    """Return targets n x k.

    Parameters
    ----------
    targets
        n x k; n class numbers where the loss takes classes; n numbers where
        there is one output.
    loss
        What compares the outputs with them.
    samples, outputs
        n and k.
    dtype
        Of the result.

    Raises
    ------
    ValueError
        With a sentence, if the shape does not fit, or if rows that should be
        classes (or probabilities of classes) are none.
    """
    given = np.asarray(targets)
    if loss.takes_classes and given.ndim == 1:
        given = one_hot(given, outputs)
    t = np.asarray(given, dtype=dtype)
    if t.ndim == 1 and outputs == 1:
        t = t[:, np.newaxis]
    if t.shape != (samples, outputs):
        shape = " x ".join(str(length) for length in t.shape)
        raise ValueError(
            f"the targets are {shape} but must be {samples} x {outputs}: "
            f"a row for each sample of X, a column for each output"
        )
    if loss.takes_classes:
        _check_classes(t, loss)
    return t


def _check_classes(targets: FloatArray, loss: Loss) -> None:
    # Sums of rounded probabilities miss 1 by rounding, and by no more.
    slack = float(np.sqrt(np.finfo(targets.dtype).eps))
    sums = targets.sum(axis=1)
    is_fair = (np.abs(sums - 1) <= slack) & (targets >= 0).all(axis=1)
    if not loss.takes_probabilities:
        is_fair &= (targets == targets.astype(bool)).all(axis=1)
    if is_fair.all():
        return
    row = int(np.argmin(is_fair))
    wanted = "probabilities, from 0 up and together 1" if loss.takes_probabilities else "one 1"
    numbers = ", ".join(f"{value:g}" for value in targets[row])
    raise ValueError(
        f"row {row + 1} of the targets is {numbers}; {loss.label} wants {wanted} in each row, "
        "or the number of the class"
    )
