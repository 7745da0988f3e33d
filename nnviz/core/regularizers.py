"""The table of penalties that are added to the loss: on weights, never on biases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from nnviz.core import sources
from nnviz.core.calls import Call, FloatArray, inner, scalar
from nnviz.core.memory import aligned_zeros_like


@dataclass(frozen=True, slots=True)
class BoundPenalty:
    """The calls of a penalty on given vectors.

    Attributes
    ----------
    value
        Write the penalty into the 0-d total (N totals for N networks).
    gradient
        Add its gradient to the gradient vector; run after the value.
    """

    value: tuple[Call, ...]
    gradient: tuple[Call, ...]


Bind: TypeAlias = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], BoundPenalty]


@dataclass(frozen=True, slots=True)
class Regularizer:
    """One row of the table.

    Attributes
    ----------
    name, label
        The saved name (a field of ``NetworkSpec``), and the one that people read.
    formula, gradient_formula
        LaTeX, with the strength lambda.
    bind
        ``(strengths, parameters, gradients, total) -> BoundPenalty``; strengths
        is a flat vector, 0 where a bias is.
    good_for, source
        When to choose it, and where it comes from.
    """

    name: str
    label: str
    formula: str
    gradient_formula: str
    bind: Bind
    good_for: str
    source: str


def _l1(
    strengths: FloatArray, parameters: FloatArray, gradients: FloatArray, total: FloatArray
) -> BoundPenalty:
    sizes = aligned_zeros_like(parameters)
    return BoundPenalty(
        value=(
            partial(np.absolute, parameters, sizes),
            *inner(sizes, strengths, total),
        ),
        # The sign of 0 is 0: the derivative at the kink, as PyTorch has it.
        gradient=(
            partial(np.sign, parameters, sizes),
            partial(np.multiply, sizes, strengths, sizes),
            partial(np.add, gradients, sizes, gradients),
        ),
    )


def _l2(
    strengths: FloatArray, parameters: FloatArray, gradients: FloatArray, total: FloatArray
) -> BoundPenalty:
    pull = aligned_zeros_like(parameters)
    return BoundPenalty(
        value=(
            partial(np.multiply, parameters, strengths, pull),
            *inner(pull, parameters, total),
            partial(np.multiply, total, scalar(0.5, parameters), total),
        ),
        gradient=(partial(np.add, gradients, pull, gradients),),
    )


REGULARIZERS: Mapping[str, Regularizer] = MappingProxyType(
    {
        record.name: record
        for record in (
            Regularizer(
                "l1",
                "L1",
                r"\lambda \sum |W|",
                r"\lambda \, \mathrm{sign}(W)",
                _l1,
                "weights that should be exactly zero where they are not needed",
                sources.TIBSHIRANI_1996,
            ),
            Regularizer(
                "l2",
                "L2",
                r"\frac{\lambda}{2} \sum W^2",
                r"\lambda W",
                _l2,
                "weights that should stay small: less overfitting",
                sources.KROGH_1992,
            ),
        )
    }
)
