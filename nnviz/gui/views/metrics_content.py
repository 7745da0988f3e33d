"""What the metrics view shows, worked out without Qt: classes, thresholds, residuals, times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core import metrics
from nnviz.core.calls import FloatArray
from nnviz.core.roc import RocCurve, roc_curve, two_class_scores
from nnviz.gui.display import Display
from nnviz.gui.widgets.text import count_text

# Rows that one refresh looks at, at most: spread evenly over the set.
MOST_ROWS = 4096
# In large networks fewer, so that rows times parameters take some 25 ms, but never fewer than:
_LEAST_ROWS = 512
_MOST_WORK = 400_000_000
# Rows that a sentence names.
_LISTED = 40


@dataclass(frozen=True, slots=True, eq=False)
class SetContent:
    """The answers to the rows of one set.

    Attributes
    ----------
    is_validation
        Which set.
    rows
        How many rows the set has.
    places
        Their places in the set that were looked at, rising; at most ``MOST_ROWS``.
    classes, predicted
        n true and n predicted classes; ``None`` for values.
    scores
        n scores of two classes, above 0 for class 1; ``None`` otherwise.
    targets, predictions
        n x k in the units of the target column; ``None`` for classes.
    """

    is_validation: bool
    rows: int
    places: NDArray[np.int64]
    classes: NDArray[np.int64] | None = None
    predicted: NDArray[np.int64] | None = None
    scores: NDArray[np.float64] | None = None
    targets: NDArray[np.float64] | None = None
    predictions: NDArray[np.float64] | None = None

    @property
    def is_part(self) -> bool:
        """Whether only some of the rows were looked at."""
        return len(self.places) < self.rows

    def taken_at(self, threshold: float) -> NDArray[np.int64] | None:
        """Return the classes that scores above a threshold make, ``None`` without scores."""
        return None if self.scores is None else (self.scores > threshold).astype(np.int64)

    def roc(self) -> RocCurve | None:
        """Return the ROC curve, ``None`` where there is none."""
        if self.scores is None or self.classes is None or np.isnan(self.scores).any():
            return None
        positive = self.classes == 1
        return roc_curve(self.scores, positive) if 0 < positive.sum() < len(positive) else None


def set_content(display: Display, is_validation: bool) -> SetContent:
    """Return the answers of the network on show to one of its sets."""
    data = display.data
    inputs = data.validation_inputs if is_validation else data.train_inputs
    targets = data.validation_targets if is_validation else data.train_targets
    most = max(_LEAST_ROWS, min(MOST_ROWS, _MOST_WORK // display.network.parameter_count))
    places = np.unique(np.linspace(0, len(inputs) - 1, min(len(inputs), most)).astype(int))
    if not len(inputs):
        return SetContent(is_validation, 0, places[:0])
    # Whatever has become of a network that diverged is what is shown.
    with np.errstate(all="ignore"):
        outputs = display.network.forward(inputs[places]).activations[-1]
    if not data.is_classification:
        undo = data.target_scaling.undo
        t, y = undo(targets[places]), undo(outputs.astype(np.float64))
        return SetContent(is_validation, len(inputs), places, targets=t, predictions=y)
    return SetContent(
        is_validation,
        len(inputs),
        places,
        classes=targets[places].astype(np.int64),
        predicted=metrics.predicted_classes(display.spec, outputs),
        scores=_scores(display, outputs),
    )


def _scores(display: Display, outputs: FloatArray) -> NDArray[np.float64] | None:
    return two_class_scores(display.spec, outputs) if display.data.class_count == 2 else None


@dataclass(frozen=True, slots=True)
class Threshold:
    """How a threshold of the score reads for a person.

    Attributes
    ----------
    name
        What is compared with it.
    value
        The threshold in those terms.
    """

    name: str
    value: float


def threshold_words(display: Display, score: float) -> Threshold:
    """Return a threshold of :func:`two_class_scores` in the terms of the network's answers."""
    spec, names = display.spec, display.data.raw.class_names
    if spec.loss in ("binary_cross_entropy", "softmax_cross_entropy"):
        # Both make a probability of the score by the logistic function.
        probability = 0.5 * (1.0 + np.tanh(0.5 * score))
        return Threshold(f"P({names[1]})", float(probability))
    if spec.output_size == 1:
        return Threshold("output", score + metrics.decision_threshold(spec))
    return Threshold(f"y({names[1]}) \N{MINUS SIGN} y({names[0]})", score)


def accuracy_of(classes: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Return the share of rows whose class is right."""
    return float(np.mean(classes == predicted))


def rows_text(display: Display, content: SetContent, is_meant: NDArray[np.bool_]) -> str:
    """Return which rows of the data are meant, counted from 1; the first ones of many.

    Parameters
    ----------
    display
        Whose data.
    content
        The rows that were looked at.
    is_meant
        One truth for each of them.
    """
    data = display.data
    numbers = data.validation_rows if content.is_validation else data.train_rows
    meant = np.sort(numbers[content.places[is_meant]] + 1)
    if not len(meant):
        return ""
    shown = ", ".join(count_text(int(number)) for number in meant[:_LISTED])
    rest = f" and {count_text(len(meant) - _LISTED)} more" if len(meant) > _LISTED else ""
    return f"{'row' if len(meant) == 1 else 'rows'} {shown}{rest} of the data"


def place_in_batch(
    display: Display, content: SetContent, is_meant: NDArray[np.bool_]
) -> int | None:
    """Return the place in the batch of the first sample that is meant, if one is in it."""
    if content.is_validation:
        return None
    found = np.flatnonzero(np.isin(display.batch_rows, content.places[is_meant]))
    return int(found[0]) if len(found) else None


def histogram_of(values: NDArray[np.float64], bins: int) -> tuple[NDArray[np.float64], ...]:
    """Return (edges, counts) of finite values; symmetric about 0, so that a bias shows."""
    finite = values[np.isfinite(values)]
    reach = float(np.abs(finite).max(initial=0.0)) or 1.0
    counts, edges = np.histogram(finite, bins=bins, range=(-reach, reach))
    return edges, counts.astype(np.float64)
