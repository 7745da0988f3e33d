"""The calls of an update, which may leave the biases as they are."""

from functools import partial

import numpy as np

from nnviz.core.calls import Call, FloatArray
from nnviz.core.layout import ParameterLayout
from nnviz.core.optimizers import BoundOptimizer


def update_calls(
    optimizer: BoundOptimizer, layout: ParameterLayout, parameters: FloatArray
) -> tuple[Call, ...]:
    """Return one update of what is trained of a flat vector (or of N of them).

    Biases that are held are put back after it, whatever the rule did to them.
    """
    if optimizer.trains_biases:
        return optimizer.calls
    before = np.empty_like(parameters)
    is_bias = layout.weight_mask() == 0
    return (
        partial(np.copyto, before, parameters),
        *optimizer.calls,
        partial(np.copyto, parameters, before, where=is_bias),
    )
