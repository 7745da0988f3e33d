"""FINDINGS: what can be wrong with a training, what it means, and who found it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nnviz.core.sources import GLOROT_2010, KROGH_1992, MAAS_2013, RUMELHART_1986

BENGIO_1994 = (
    "Bengio, Simard and Frasconi 1994, Learning Long-Term Dependencies with Gradient Descent Is "
    "Difficult"
)
KARPATHY_2015 = "Karpathy, CS231n, Neural Networks Part 3, Ratio of weights:updates"
PRECHELT_1998 = "Prechelt 1998, Early Stopping - But When?"
LECUN_1991 = "LeCun, Kanter and Solla 1991, Eigenvalues of Covariance Matrices"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One row of the table.

    Attributes
    ----------
    key, title
        The saved name, and the one that people read.
    meaning
        One or two sentences: what happens, and why it hurts.
    source
        Who described it.
    """

    key: str
    title: str
    meaning: str
    source: str


_ROWS = (
    FindingKind(
        "diverged",
        "Diverged",
        "The loss has become infinite or a million times the first one: every step overshoots "
        "further than the last. The parameters on show are the last whose loss was fair.",
        LECUN_1991,
    ),
    FindingKind(
        "no_gradient",
        "No gradient",
        "Every gradient is exactly 0, so no step of any size changes anything, for ever.",
        RUMELHART_1986,
    ),
    FindingKind(
        "symmetry",
        "Identical units",
        "Units with the same weights compute the same and get the same gradient, so they stay "
        "the same: together they are worth one. Random starting weights tell them apart.",
        RUMELHART_1986,
    ),
    FindingKind(
        "dead",
        "Dead units",
        "No row sends a gradient through these units, so nothing can change their weights. A "
        "step that was too large has often pushed them out of reach of all rows.",
        MAAS_2013,
    ),
    FindingKind(
        "saturated",
        "Saturated units",
        "Where the activation is flat, its local gradient is near 0 and so is every product with "
        "it: what lies before learns slowly.",
        GLOROT_2010,
    ),
    FindingKind(
        "vanishing",
        "Vanishing gradient",
        "On its way back every layer multiplies the gradient by a factor below 1: the first "
        "layers hardly learn.",
        BENGIO_1994,
    ),
    FindingKind(
        "exploding",
        "Exploding gradient",
        "On its way back every layer multiplies the gradient by a factor above 1: the first "
        "layers jump while the last ones crawl.",
        BENGIO_1994,
    ),
    FindingKind(
        "large_updates",
        "Large updates",
        "A step changes the weights by a large part of themselves; about a thousandth is usual. "
        "What was learnt is overwritten.",
        KARPATHY_2015,
    ),
    FindingKind(
        "small_updates",
        "Small updates",
        "A step changes the weights by less than a millionth of themselves; about a thousandth "
        "is usual. Learning takes for ever.",
        KARPATHY_2015,
    ),
    FindingKind(
        "over_fitting",
        "Over-fitting",
        "The loss on rows that are not trained on rises again while the training loss falls: the "
        "network learns the noise of its rows by heart.",
        f"{KROGH_1992}; {PRECHELT_1998}",
    ),
)

FINDINGS: Mapping[str, FindingKind] = MappingProxyType({row.key: row for row in _ROWS})
