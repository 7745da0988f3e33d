"""The table of losses: value and gradient in one record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nnviz.core import loss_functions as functions
from nnviz.core import sources, squared_losses
from nnviz.core.loss_functions import BoundLoss, LossBuffers


@dataclass(frozen=True, slots=True)
class Loss:
    """One row of the table.

    Attributes
    ----------
    name, label, aliases
        The saved name, the one that people read, and short names that the
        command line accepts.
    formula, gradient_formula
        LaTeX, with outputs y (or logits z) and targets t.
    bind
        ``LossBuffers -> BoundLoss``.
    per_element
        Whether the mean is over all n k entries (else over the n samples).
    good_for, source
        When to choose it, and where it comes from.
    wants_logits
        Whether the loss applies its own function to the outputs to make
        predictions of them, so that the outputs must come from a linear layer.
    link_label
        Name of that function, or "".
    for_values
        Whether it compares numbers, and so suits a regression too.
    takes_classes, takes_probabilities
        Whether the targets are classes, one output for each of them; whether they
        may be soft: a probability of each class in place of a single 1.
    needs_probabilities
        Whether the outputs must lie between 0 and 1, as a sigmoid's do.
    factor
        What the mean is multiplied by.
    """

    name: str
    label: str
    aliases: tuple[str, ...]
    formula: str
    gradient_formula: str
    bind: Callable[[LossBuffers], BoundLoss]
    per_element: bool
    good_for: str
    source: str
    wants_logits: bool = False
    link_label: str = ""
    for_values: bool = False
    takes_classes: bool = False
    takes_probabilities: bool = False
    needs_probabilities: bool = False
    factor: float = 1.0

    @property
    def required_output(self) -> str | None:
        """The activation that the output layer must have, or ``None``."""
        if self.wants_logits:
            return "linear"
        return "sigmoid" if self.needs_probabilities else None

    def scale(self, outputs: int, samples: int) -> float:
        """Return what turns the raw sum into the mean."""
        return self.factor / (outputs * samples if self.per_element else samples)


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        record.name: record
        for record in (
            Loss(
                "mean_squared_error",
                "mean squared error",
                ("mse",),
                r"\frac{1}{n k} \sum (y - t)^2",
                r"\frac{2}{n k} (y - t)",
                squared_losses.mean_squared_error,
                per_element=True,
                good_for="values with errors of a normal spread: large errors count most",
                source=sources.LEGENDRE_1805,
                for_values=True,
            ),
            Loss(
                "half_mean_squared_error",
                "half mean squared error",
                ("half_mse",),
                r"\frac{1}{2 n k} \sum (y - t)^2",
                r"\frac{1}{n k} (y - t)",
                squared_losses.half_mean_squared_error,
                per_element=True,
                good_for="working by hand: the 2 of the derivative cancels",
                source=sources.RUMELHART_1986,
                for_values=True,
                factor=0.5,
            ),
            Loss(
                "half_sum_of_squares",
                "half sum of squares",
                ("half_sse",),
                r"\frac{1}{2 n} \sum (y - t)^2",
                r"\frac{1}{n} (y - t)",
                squared_losses.half_sum_of_squares,
                per_element=False,
                good_for="following a textbook: its total error adds the outputs up",
                source=sources.RUMELHART_1986,
                for_values=True,
                factor=0.5,
            ),
            Loss(
                "mean_absolute_error",
                "mean absolute error",
                ("mae", "l1"),
                r"\frac{1}{n k} \sum |y - t|",
                r"\frac{1}{n k} \mathrm{sign}(y - t)",
                functions.mean_absolute_error,
                per_element=True,
                good_for="values with a few wild outliers: every unit of error counts alike",
                source=sources.BLOOMFIELD_1983,
                for_values=True,
            ),
            Loss(
                "huber",
                "Huber",
                (),
                r"\frac{1}{n k} \sum "
                r"\begin{cases} e^2 / 2 & |e| \leq 1 \\ |e| - 1/2 & |e| > 1 \end{cases}",
                r"\frac{1}{n k} \max(-1, \min(1, y - t))",
                functions.huber,
                per_element=True,
                good_for="values with some outliers: smooth near 0, and no error pulls too hard",
                source=sources.HUBER_1964,
                for_values=True,
            ),
            Loss(
                "binary_cross_entropy",
                "binary cross-entropy",
                ("bce",),
                r"\frac{1}{n k} \sum \left( t \log(1 + e^{-z}) + (1 - t) \log(1 + e^z) \right)",
                r"\frac{1}{n k} (\sigma(z) - t)",
                functions.binary_cross_entropy,
                per_element=True,
                good_for="two classes, or labels that may occur together: exact for any logit",
                source=sources.COX_1958,
                wants_logits=True,
                link_label="sigmoid",
            ),
            Loss(
                "softmax_cross_entropy",
                "softmax cross-entropy",
                ("cross_entropy", "ce"),
                r"-\frac{1}{n} \sum t \log \mathrm{softmax}(z)",
                r"\frac{1}{n} (\mathrm{softmax}(z) - t)",
                functions.softmax_cross_entropy,
                per_element=False,
                good_for="several classes of which one is right: exact for any logits",
                source=sources.BRIDLE_1990,
                wants_logits=True,
                link_label="softmax",
                takes_classes=True,
                takes_probabilities=True,
            ),
            Loss(
                "binary_cross_entropy_of_probabilities",
                "binary cross-entropy of probabilities",
                ("bce_of_probabilities",),
                r"-\frac{1}{n k} \sum \left( t \log y + (1 - t) \log(1 - y) \right)",
                r"\frac{1}{n k} \frac{y - t}{y (1 - y)}",
                functions.binary_cross_entropy_of_probabilities,
                per_element=True,
                good_for="seeing how a sigmoid and its loss meet; on logits it is more exact",
                source=sources.SOLLA_1988,
                needs_probabilities=True,
            ),
            Loss(
                "hinge",
                "hinge",
                (),
                r"\frac{1}{n k} \sum \max(0, 1 - t y)",
                r"-\frac{1}{n k} t \; [t y \leq 1]",
                functions.hinge,
                per_element=True,
                good_for="two classes with a margin between them, as in a support vector machine",
                source=sources.CORTES_1995,
            ),
            Loss(
                "multi_class_hinge",
                "multi-class hinge",
                ("multi_margin",),
                r"\frac{1}{n k} \sum \sum_{j \neq t} \max(0, 1 - y_t + y_j)",
                r"\frac{1}{n k} \left( [\ldots > 0]_j - t \sum_j [\ldots > 0]_j \right)",
                functions.multi_class_hinge,
                per_element=True,
                good_for="several classes with a margin between them",
                source=sources.WESTON_1999,
                takes_classes=True,
            ),
        )
    }
)
