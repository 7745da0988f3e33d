"""ROC: how two classes part at every threshold of a score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.metrics import decision_threshold
from nnviz.core.spec import NetworkSpec


@dataclass(frozen=True, slots=True, eq=False)
class RocCurve:
    """The receiver operating characteristic of scores of two classes.

    One point for each distinct score and one before all of them, from (0, 0) to (1, 1):
    rows with equal scores fall on the same side of any threshold, so they make one slanted
    piece (Fawcett 2006, "An introduction to ROC analysis").

    Attributes
    ----------
    thresholds
        Falling; a row is taken for class 1 if its score is at least this. The first is
        infinite: no row is.
    false_positive_rates
        Share of the rows of class 0 that are taken for class 1, rising from 0 to 1.
    true_positive_rates
        Share of the rows of class 1 that are, rising from 0 to 1.
    """

    thresholds: NDArray[np.float64]
    false_positive_rates: NDArray[np.float64]
    true_positive_rates: NDArray[np.float64]

    @property
    def area(self) -> float:
        """The area below the curve, 0 to 1.

        It is the chance that a row of class 1 scores higher than one of class 0, ties
        counted half: the Mann-Whitney statistic (Hanley and McNeil 1982).
        """
        widths = np.diff(self.false_positive_rates)
        heights = (self.true_positive_rates[1:] + self.true_positive_rates[:-1]) / 2
        return float(np.sum(widths * heights))

    def rates_at(self, threshold: float) -> tuple[float, float]:
        """Return the false and the true positive rate of ``score >= threshold``."""
        place = int(np.searchsorted(-self.thresholds, -threshold, side="right")) - 1
        return float(self.false_positive_rates[place]), float(self.true_positive_rates[place])


def roc_curve(scores: ArrayLike, is_positive: ArrayLike) -> RocCurve:
    """Return the curve of n scores, larger where class 1 is likelier.

    Raises
    ------
    ValueError
        If one of the classes has no row, if the two differ in length, or if a score
        is not a number.
    """
    score = np.asarray(scores, dtype=np.float64).reshape(-1)
    positive = np.asarray(is_positive, dtype=bool).reshape(-1)
    if len(score) != len(positive):
        raise ValueError(f"{len(score)} scores cannot be compared with {len(positive)} classes")
    if positive.all() or not positive.any():
        raise ValueError("a ROC curve needs rows of both classes")
    if np.isnan(score).any():
        raise ValueError("some scores are not numbers, so they have no order")
    order = np.argsort(-score, kind="stable")
    falling, hits = score[order], positive[order]
    # The last row of each group of equal scores.
    ends = np.append(np.flatnonzero(falling[1:] != falling[:-1]), len(falling) - 1)
    true_positives = np.cumsum(hits)[ends]
    false_positives = ends + 1 - true_positives
    return RocCurve(
        np.concatenate(([np.inf], falling[ends])),
        np.concatenate(([0.0], false_positives / false_positives[-1])),
        np.concatenate(([0.0], true_positives / true_positives[-1])),
    )


def two_class_scores(spec: NetworkSpec, outputs: FloatArray) -> NDArray[np.float64]:
    """Return n scores of outputs n x 1 or n x 2: above 0, a row is taken for class 1.

    With one output that is what it exceeds the threshold by; with two it is what the
    second exceeds the first by, which orders the rows as softmax's probabilities do.
    """
    values = outputs.astype(np.float64)
    if spec.output_size == 1:
        return values[:, 0] - decision_threshold(spec)
    score: NDArray[np.float64] = values[:, 1] - values[:, 0]
    return score
