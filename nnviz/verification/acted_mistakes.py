"""Mistakes that the engine acts out: it makes the same one, and all that follows from it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec
import numpy as np

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.calls import FloatArray
from nnviz.core.network import Network
from nnviz.core.program import Op, Program
from nnviz.core.spec import LayerSpec
from nnviz.verification.passes import Quantities, pass_of
from nnviz.verification.problem import Problem
from nnviz.verification.scaled_mistakes import Mistake

Wrong = Callable[[Program, int], None]
_FORGOTTEN = "the derivative of the activation is forgotten (dL/dz = dL/da)"
_SLOPES = (0.01, 0.1, 0.2, 0.3, 0.05)


def acted_mistakes(problem: Problem, right: Quantities) -> Iterator[Mistake]:
    """Yield the mistakes in a line of the calculation, in all layers and in each alone."""
    layers = problem.network.spec.layers[: problem.depth]
    every = range(1, problem.depth + 1)
    curved = [i for i in every if layers[i - 1].activation != "linear"]
    square = [i for i in every if _is_square(problem, i)]
    yield from _acted(
        problem,
        curved,
        "g",
        _FORGOTTEN,
        _no_slope,
    )
    flat = [i for i in every if layers[i - 1].activation != "maxout"]
    plain = [i for i in curved if layers[i - 1].activation != "maxout"]
    yield from _acted(
        problem,
        plain,
        "g",
        "the derivative is taken at a instead of at z",
        partial(_slope_at_a, layers),
    )
    words = "the downstream gradient is forgotten (dL/dz = f'(z))"
    for chosen, where in _choices(flat):
        yield Mistake(words, words + where, partial(_local_alone, problem, right, chosen))
    yield from _acted(problem, every, "z", "the bias is forgotten in z = x W + b", _no_bias)
    yield from _transposed(problem, right, square)
    yield from _weight_gradients(problem, right)
    yield from _swapped(problem, right)
    yield from _links(problem, right)
    yield from _other_activations(problem)


def _acted(
    problem: Problem, layers: Sequence[int], buffer: str, words: str, wrong: Wrong
) -> Iterator[Mistake]:
    for chosen, where in _choices(layers):
        names = {f"{buffer}{i}": i for i in chosen}
        yield Mistake(words, words + where, partial(pass_of, problem, partial(_act, names, wrong)))


def _act(names: dict[str, int], wrong: Wrong, program: Program, op: Op) -> None:
    for name in op.writes:
        if name in names:
            wrong(program, names[name])


def _choices(layers: Sequence[int]) -> Iterator[tuple[Sequence[int], str]]:
    """Yield all of the layers, and each of them, with words for that."""
    if layers:
        yield layers, "" if len(layers) > 1 else f" in layer {layers[0]}"
    if len(layers) > 1:
        for i in reversed(layers):
            yield (i,), f" in layer {i}"


def _no_slope(program: Program, i: int) -> None:
    program.read(f"g{i}")[...] = 1.0


def _slope_at_a(layers: Sequence[LayerSpec], program: Program, i: int) -> None:
    layer = layers[i - 1]
    a = program.read(f"a{i}")
    program.read(f"g{i}")[...] = evaluate(layer.activation, a, layer.resolved_alpha)[1]


def _local_alone(problem: Problem, right: Quantities, layers: Sequence[int]) -> Quantities:
    def wrong(program: Program, i: int) -> None:
        program.read(f"dz{i}")[...] = program.read(f"g{i}")

    values = pass_of(problem, partial(_act, {f"dz{i}": i for i in layers}, wrong))
    # Of a linear layer both deltas are one buffer: the downstream gradient was written over.
    for i in layers:
        if i == problem.depth:
            values[f"layer {i} dL_da"] = right[f"layer {i} dL_da"]
        elif right[f"layer {i + 1} z"].ndim == 2:
            above = values[f"layer {i + 1} dL_dz"]
            values[f"layer {i} dL_da"] = above @ problem.network.weights[i].T
    return values


def _no_bias(program: Program, i: int) -> None:
    z, b = program.read(f"z{i}"), program.read(f"b{i}")
    z -= b[:, np.newaxis, :] if b.ndim == 2 else b


def _is_square(problem: Problem, i: int) -> bool:
    weights = problem.network.weights[i - 1]
    return weights.ndim == 2 and weights.shape[0] == weights.shape[1] > 1


_TRANSPOSE = "W is used where its transpose belongs, or the other way round"


def _transposed(problem: Problem, right: Quantities, square: Sequence[int]) -> Iterator[Mistake]:
    every = range(1, problem.depth + 1)
    for chosen, where in _choices([i for i in every if right[f"layer {i} dL_dW"].ndim == 2]):
        yield Mistake(_TRANSPOSE, _TRANSPOSE + where, partial(_turned, right, chosen))
    for chosen, where in _choices(square):
        other = Network(problem.network.spec)
        other.set_parameters(problem.network.parameters)
        for i in chosen:
            other.weights[i - 1][...] = problem.network.weights[i - 1].T
        forward = partial(pass_of, problem.with_network(other))
        yield Mistake(_TRANSPOSE, _TRANSPOSE + where, forward)
        yield Mistake(_TRANSPOSE, _TRANSPOSE + where, partial(_turned_after, forward, chosen))
        names = {("dx" if i == 1 else f"da{i - 1}"): i for i in chosen}
        words = f"{_TRANSPOSE} on the way back"
        yield Mistake(
            _TRANSPOSE, words + where, partial(pass_of, problem, partial(_act, names, _turned_back))
        )


def _turned(values: Quantities, layers: Sequence[int]) -> Quantities:
    names = {f"layer {i} dL_dW" for i in layers}
    return {name: v.T if name in names else v for name, v in values.items()}


def _turned_after(compute: Callable[[], Quantities], layers: Sequence[int]) -> Quantities:
    return _turned(compute(), layers)


def _turned_back(program: Program, i: int) -> None:
    below = program.read("dx" if i == 1 else f"da{i - 1}")
    below[...] = program.read(f"dz{i}") @ program.read(f"W{i}")


def _weight_gradients(problem: Problem, right: Quantities) -> Iterator[Mistake]:
    """Yield wrong factors of dL/dW: dL/da for dL/dz, z for a of the layer below."""
    flat = [i for i in range(1, problem.depth + 1) if right[f"layer {i} z"].ndim == 2]
    words = "dL/da is used where dL/dz belongs in the gradients of weights and biases"
    for chosen, where in _choices(flat):
        # Without the deltas it may look as if the derivative were forgotten altogether.
        yield Mistake(_FORGOTTEN, words + where, partial(_from_above, problem, right, chosen))
    words = "z is used where a of the layer below belongs in dL/dW"
    for chosen, where in _choices([i for i in flat if i > 1 and i - 1 in flat]):
        yield Mistake(words, words + where, partial(_from_z, right, chosen))


def _from_above(problem: Problem, right: Quantities, layers: Sequence[int]) -> Quantities:
    values = dict(right)
    for i in layers:
        below = problem.inputs if i == 1 else right[f"layer {i - 1} a"]
        values[f"layer {i} dL_dW"] = below.T @ right[f"layer {i} dL_da"]
        values[f"layer {i} dL_db"] = right[f"layer {i} dL_da"].sum(axis=0)
    return values


def _from_z(right: Quantities, layers: Sequence[int]) -> Quantities:
    values = dict(right)
    for i in layers:
        values[f"layer {i} dL_dW"] = right[f"layer {i - 1} z"].T @ right[f"layer {i} dL_dz"]
    return values


def _swapped(problem: Problem, right: Quantities) -> Iterator[Mistake]:
    flat = [i for i in range(1, problem.depth + 1) if right[f"layer {i} z"].ndim == 2]
    for chosen, where in _choices(flat):
        names = {f"layer {i} dL_dz": f"layer {i} dL_da" for i in chosen}
        names |= {second: first for first, second in names.items()}
        words = "dL/dz and dL/da are mixed up"
        yield Mistake(words, words + where, partial(_renamed, right, names))


def _renamed(right: Quantities, names: Mapping[str, str]) -> Quantities:
    return {name: right[names.get(name, name)] for name in right}


def _links(problem: Problem, right: Quantities) -> Iterator[Mistake]:
    """Yield what goes wrong where a loss has a sigmoid or softmax of its own."""
    depth, loss = problem.depth, problem.network.spec.loss
    p = right["probabilities"]
    if loss == "binary_cross_entropy":
        words = "the derivative of the sigmoid is applied, though the loss on logits has it already"
        yield from _acted(problem, (depth,), "dz", words, partial(_times, p * (1 - p)))
    if loss == "softmax_cross_entropy":
        words = "the derivative of softmax is applied, though the loss on logits has it already"
        yield from _acted(problem, (depth,), "dz", words, partial(_through_softmax, p))
        words = "softmax is applied twice: cross-entropy of logits does so itself"
        yield Mistake(words, words, partial(_softmax_twice, problem, p))


def _times(factor: FloatArray, program: Program, i: int) -> None:
    program.read(f"dz{i}")[...] *= factor


def _through_softmax(p: FloatArray, program: Program, i: int) -> None:
    dz = program.read(f"dz{i}")
    dz[...] = p * (dz - (dz * p).sum(axis=1, keepdims=True))


def _softmax_twice(problem: Problem, p: FloatArray) -> Quantities:
    powers = np.exp(p)
    sums = powers.sum(axis=1, keepdims=True)
    again, t = powers / sums, problem.targets
    losses = (t * (np.log(sums) - p)).sum(axis=1)

    def wrong(program: Program, i: int) -> None:
        program.read(f"dz{i}")[...] = (again - t) / problem.samples
        _through_softmax(p, program, i)

    names = {f"dz{problem.depth}": problem.depth}
    values = pass_of(problem, partial(_act, names, wrong))
    by = problem.setting.factor_for(1, problem.outputs)
    values["per_sample_loss"] = losses * by
    values["loss"] = np.asarray(losses.mean() * problem.factor)
    return values


def _other_activations(problem: Problem) -> Iterator[Mistake]:
    """Yield other slopes, and other functions, in the whole pass or on the way back alone."""
    layers = problem.network.spec.layers[: problem.depth]
    for name in dict.fromkeys(layer.activation for layer in layers):
        if name == "maxout":
            continue
        places = [i for i, layer in enumerate(layers, start=1) if layer.activation == name]
        for chosen, where in _choices(places):
            for spec, words in _others(layers[chosen[0] - 1]):
                suffix = where if len(places) > 1 else f" in layer {chosen[0]}"
                other = _with_activation(problem, chosen, spec)
                if other is not None:
                    yield Mistake("activation", words + suffix, partial(pass_of, other))
                if spec.activation == "linear":
                    # Named already: the derivative is forgotten.
                    continue
                wrong = partial(_other_slope, spec)
                names = {f"g{i}": i for i in chosen}
                yield Mistake(
                    "activation",
                    f"{words}{suffix} on the way back",
                    partial(pass_of, problem, partial(_act, names, wrong)),
                )


def _others(layer: LayerSpec) -> Iterator[tuple[LayerSpec, str]]:
    label = ACTIVATIONS[layer.activation].label
    if layer.activation == "leaky_relu":
        for slope in _SLOPES:
            if slope != layer.resolved_alpha:
                yield (
                    msgspec.structs.replace(layer, alpha=slope),
                    f"the leaky ReLU has a slope of {slope:g} instead of {layer.resolved_alpha:g}",
                )
    for name, record in ACTIVATIONS.items():
        if name not in ("maxout", layer.activation):
            yield (
                LayerSpec(layer.size, name),
                f"{record.label} is taken instead of {label}",
            )
    if layer.activation == "elu" and layer.resolved_alpha != 1:
        yield (
            msgspec.structs.replace(layer, alpha=1.0),
            f"the ELU has an alpha of 1 instead of {layer.resolved_alpha:g}",
        )


def _with_activation(problem: Problem, chosen: Sequence[int], spec: LayerSpec) -> Problem | None:
    layers = list(problem.network.spec.layers)
    for i in chosen:
        layers[i - 1] = msgspec.structs.replace(spec, size=layers[i - 1].size)
    try:
        other = Network(msgspec.structs.replace(problem.network.spec, layers=tuple(layers)))
    except ValueError:
        # The loss does not go with that output.
        return None
    other.set_parameters(problem.network.parameters)
    return problem.with_network(other)


def _other_slope(spec: LayerSpec, program: Program, i: int) -> None:
    z = program.read(f"z{i}")
    program.read(f"g{i}")[...] = evaluate(spec.activation, z, spec.resolved_alpha)[1]
