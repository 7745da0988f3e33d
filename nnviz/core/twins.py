"""Twins: neighbouring layers of one size, whose weight gradients take one call.

A deep network of narrow layers spends most of its time on the calls themselves.
NumPy's ``matmul`` loops over a stack of products inside a single call.
"""

from functools import partial

import numpy as np

from nnviz.core.buffers import Stack
from nnviz.core.calls import Call, FloatArray
from nnviz.core.layout import ParameterLayout
from nnviz.core.spec import NetworkSpec


def find_twins(spec: NetworkSpec, stacks: tuple[Stack, ...]) -> dict[int, range]:
    """Return, for each layer that has twins, the whole run of them (numbers from 1).

    Twins are neighbours in one stack with as many units as inputs, whose inputs
    lie in the same stack: there the buffers of all of them are three blocks.
    """
    twins: dict[int, range] = {}
    for stack in stacks:
        run: list[int] = []
        for number in stack.numbers[1:]:
            fan_in, fan_out = spec.layer_sizes[number - 1 : number + 1]
            if fan_in == fan_out:
                run.append(number)
                continue
            _add_run(twins, run)
            run = []
        _add_run(twins, run)
    return twins


def _add_run(twins: dict[int, range], run: list[int]) -> None:
    if len(run) > 1:
        twins.update(dict.fromkeys(run, range(run[0], run[-1] + 1)))


def twin_products(
    spec: NetworkSpec,
    stacks: tuple[Stack, ...],
    numbers: range,
    layout: ParameterLayout,
    gradients: FloatArray,
) -> Call:
    """Return the one call that writes the weight gradients of a run of twins."""
    stack = next(stack for stack in stacks if numbers.start in stack.numbers)
    size, count = spec.layers[numbers.start - 1].size, len(numbers)
    # Rows of the stack above the inputs of the first twin, and above its deltas.
    sizes = [spec.layers[i - 1].size for i in range(stack.numbers[0], numbers.start - 1)]
    a_start, delta_start = sum(sizes) + len(sizes), sum(sizes) + size
    below = stack.a[a_start : a_start + count * (size + 1)].reshape(count, size + 1, -1)
    delta = stack.delta[delta_start : delta_start + count * size].reshape(count, size, -1)
    first, last = layout.blocks[numbers.start - 1], layout.blocks[numbers[-1] - 1]
    out = gradients[first.start : last.stop].reshape(count, size + 1, size)
    return partial(np.matmul, below, delta.transpose(0, 2, 1), out)
