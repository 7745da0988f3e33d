"""Training and validation rows: seeded, and stratified for classes."""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def split_rows(
    rows: int, share: float, seed: int, classes: Rows | None = None
) -> tuple[Rows, Rows]:
    """Return (training rows, validation rows), each in rising order.

    Parameters
    ----------
    rows
        How many rows there are.
    share
        Share held back for validation, 0 to below 1.
    seed
        Decides which rows are held back.
    classes
        The class of each row; every class gives the same share, as far as whole
        rows allow, and keeps at least one row for training.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    if rows == 0:
        raise ValueError("there are no rows to train on")
    generator = np.random.default_rng([seed, 2])
    groups = [np.arange(rows)]
    if classes is not None:
        groups = [np.flatnonzero(classes == number) for number in np.unique(classes)]
    sizes = _held_back([len(group) for group in groups], share)
    held = [generator.permutation(group)[:size] for group, size in zip(groups, sizes, strict=True)]
    validation: Rows = np.sort(np.concatenate(held)).astype(np.int64)
    training: Rows = np.setdiff1d(np.arange(rows), validation)
    return training, validation


def _held_back(group_sizes: list[int], share: float) -> list[int]:
    """Return how many rows of each group are held back, the total as near as can be."""
    wanted = [size * share for size in group_sizes]
    counts = [min(int(want), size - 1) for want, size in zip(wanted, group_sizes, strict=True)]
    missing = round(sum(wanted)) - sum(counts)
    by_remainder = sorted(range(len(counts)), key=lambda group: counts[group] - wanted[group])
    for group in by_remainder:
        if missing > 0 and counts[group] < group_sizes[group] - 1:
            counts[group] += 1
            missing -= 1
    return counts
