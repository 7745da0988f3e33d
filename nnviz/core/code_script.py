"""A standalone script of one recorded training step, with all its numbers in it."""

from collections.abc import Iterator

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.code_update import state_factor
from nnviz.core.numpy_code import code_for, head_of
from nnviz.core.program import LineKind
from nnviz.core.trace import Trace

_NUMBERS_IN_A_ROW = 4


def script_of(trace: Trace) -> str:
    """Return a script that computes the step anew with NumPy alone.

    Every number that the step begins with stands in it in full precision, so
    that it needs no file and no seed.
    """
    sizes = "-".join(map(str, trace.spec.layer_sizes))
    rows = [
        f'"""Training step {trace.step} of a {sizes} network on {_rows(trace.batch_size)}."""',
        "",
        *(row.text for row in head_of(trace)),
        "",
        *_data(trace),
        *(row.text for row in code_for(trace)),
        "",
        f'print("loss before the step:", {"total_loss" if _has_penalty(trace) else "loss"})',
    ]
    return "\n".join(rows) + "\n"


def data_of(trace: Trace) -> dict[str, FloatArray]:
    """Return the arrays that the code begins with, by their variables."""
    names = ["x", "t"]
    for number in range(1, len(trace.spec.layers) + 1):
        names += [f"W{number}", f"b{number}"]
    data = {name: trace.value(name, 0) for name in names}
    for line in trace.lines:
        if line.line.kind is LineKind.DROPOUT:
            data[f"mask{line.line.layer}"] = line.arrays[f"m{line.line.layer}"]
    return data | carried_before(trace)


def carried(trace: Trace, layer: int, is_after: bool) -> dict[str, FloatArray]:
    """Return what the optimiser carried for a layer (from 1), by its variables."""
    if trace.optimizer is None:
        return {}
    arrays: dict[str, FloatArray] = {}
    block = trace.layout.blocks[layer - 1]
    for name, vector in (trace.state_after if is_after else trace.state_before).items():
        if vector.ndim:
            factor = state_factor(trace.optimizer, name)
            arrays[f"{name}_W{layer}"] = block.weights(vector) * factor
            arrays[f"{name}_b{layer}"] = block.biases(vector) * factor
    return arrays


def carried_before(trace: Trace) -> dict[str, FloatArray]:
    """Return what the optimiser carried before the step, by its variables."""
    layers = range(1, len(trace.spec.layers) + 1)
    return {k: v for layer in layers for k, v in carried(trace, layer, is_after=False).items()}


def array_literal(array: FloatArray) -> str:
    """Return code that makes an array, bit for bit."""
    kind = "" if array.dtype == np.float64 else f", dtype=np.{array.dtype}"
    if array.size <= _NUMBERS_IN_A_ROW:
        return f"np.array({_number_words(repr(array.tolist()))}{kind})"
    rows = "\n".join(_nested(array, "    "))
    return f"np.array(\n{rows}\n{kind})" if not kind else f"np.array(\n{rows}\n    {kind[2:]},\n)"


def _nested(array: FloatArray, indent: str) -> Iterator[str]:
    if array.ndim > 1:
        yield f"{indent}["
        for part in array:
            yield from _nested(part, indent + "    ")
        yield f"{indent}],"
        return
    numbers = [_number_words(repr(number)) for number in array.tolist()]
    if len(numbers) <= _NUMBERS_IN_A_ROW:
        yield f"{indent}[{', '.join(numbers)}],"
        return
    yield f"{indent}["
    for start in range(0, len(numbers), _NUMBERS_IN_A_ROW):
        yield f"{indent}    {', '.join(numbers[start : start + _NUMBERS_IN_A_ROW])},"
    yield f"{indent}],"


def _number_words(text: str) -> str:
    return text.replace("nan", "np.nan").replace("inf", "np.inf")


def _data(trace: Trace) -> Iterator[str]:
    yield "# the batch, and the parameters before the step"
    for name, array in data_of(trace).items():
        yield f"{name} = {array_literal(array)}"


def _has_penalty(trace: Trace) -> bool:
    return any(line.line.kind is LineKind.PENALTY for line in trace.lines)


def _rows(count: int) -> str:
    return "one row" if count == 1 else f"a batch of {count} rows"
