"""Guessing the usual mistake: the engine makes it too, and the numbers agree or not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import numpy as np

from nnviz.core.network import Network
from nnviz.core.program import Op, Phase, Program
from nnviz.verification.compare import compare
from nnviz.verification.layout import Batch
from nnviz.verification.quantities import Quantities, engine_quantities

Change = Callable[[str, np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A usual mistake and the numbers that it leads to."""

    sentence: str
    quantities: Quantities


def guess(network: Network, batch: Batch, given: Quantities, where: str, dtype: str) -> str | None:
    """Return the one mistake that explains every wrong number, or ``None``."""
    explaining = [
        mistake.sentence
        for mistake in _mistakes(network, batch, where)
        if not any(finding.is_wrong for finding in compare(given, mistake.quantities, dtype))
    ]
    return explaining[0] if len(explaining) == 1 else None


def _mistakes(network: Network, batch: Batch, where: str) -> Iterator[Mistake]:
    right = engine_quantities(network, batch, where)
    samples, outputs = right["output"].shape
    yield from _factor("the gradients have the wrong sign", -1.0, right)
    if samples > 1:
        yield from _factor("the gradients are summed over the batch, not averaged", samples, right)
    if outputs > 1:
        yield from _factor("the gradients are not averaged over the outputs", outputs, right)
        if samples > 1:
            factor = samples * outputs
            yield from _factor("the gradients are summed, not averaged", factor, right)
    yield from _factor("a factor of 2 is missing in the gradients", 0.5, right)
    yield from _factor("the gradients have a factor of 2 too many", 2.0, right)
    if samples > 1:
        yield Mistake(
            "the bias gradients are summed over the batch, not averaged",
            _changed(right, lambda name, v: v * samples if name.endswith("dL_db") else v),
        )
    yield Mistake(
        "the derivative of the activation is forgotten (dL/dz = dL/da)",
        engine_quantities(network, batch, where, _forget_derivative),
    )
    yield Mistake(
        "W is used where its transpose belongs, or the other way round",
        _changed(right, lambda name, v: v.T if name.endswith("dL_dW") and v.ndim == 2 else v),
    )
    yield from _slopes(network, batch, where)


def _factor(sentence: str, factor: float, right: Quantities) -> Iterator[Mistake]:
    # Everybody, or only those who keep the deltas right and err in the last line.
    yield Mistake(sentence, _changed(right, lambda name, v: v * factor if "dL_d" in name else v))
    yield Mistake(
        f"{sentence} (in those of weights and biases alone)",
        _changed(right, lambda name, v: v * factor if name.endswith(("dL_dW", "dL_db")) else v),
    )


def _changed(right: Quantities, change: Change) -> Quantities:
    return {name: change(name, values) for name, values in right.items()}


def _forget_derivative(program: Program, op: Op) -> None:
    if op.phase is Phase.FORWARD:
        for name in op.writes:
            if name.startswith("g"):
                program.read(name)[...] = 1.0


def _slopes(network: Network, batch: Batch, where: str) -> Iterator[Mistake]:
    leaky = [layer for layer in network.spec.layers if layer.activation == "leaky_relu"]
    for slope in (0.01, 0.1, 0.2, 0.3):
        if not leaky or any(layer.resolved_alpha == slope for layer in leaky):
            continue
        layers = tuple(
            msgspec.structs.replace(layer, alpha=slope) if layer in leaky else layer
            for layer in network.spec.layers
        )
        other = Network(msgspec.structs.replace(network.spec, layers=layers))
        other.set_parameters(network.parameters)
        yield Mistake(
            f"the leaky ReLU has a slope of {slope:g} instead of {leaky[0].resolved_alpha:g}",
            engine_quantities(other, batch, where),
        )
