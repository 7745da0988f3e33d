"""Mistakes that multiply: a wrong sign, a sum for a mean, a missing 2, here or there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from nnviz.core.losses import LOSSES
from nnviz.verification.passes import Quantities
from nnviz.verification.problem import Problem

_KINDS = {"": ("dL_dW", "dL_db"), "bias ": ("dL_db",), "weight ": ("dL_dW",)}

Holds = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A usual mistake and the numbers that it leads to.

    Attributes
    ----------
    kind
        Of what sort it is; one sort may be made in several places.
    sentence
        The mistake, after "it looks as if".
    values
        Computes the numbers.
    """

    kind: str
    sentence: str
    values: Callable[[], Quantities]


@dataclass(frozen=True, slots=True)
class _Place:
    """Which quantities are multiplied, and how to say so."""

    subject: str
    holds: Holds
    where: str = ""
    is_one: bool = False


def scaled_mistakes(problem: Problem, right: Quantities) -> Iterator[Mistake]:
    """Yield the mistakes that multiply, those in most places first."""
    for place in _places(problem.depth):
        verb, has = ("is", "has") if place.is_one else ("are", "have")
        for factor, template in _factors(problem).items():
            words = template.format(s=place.subject, be=verb, have=has)
            sentence = f"{words} {place.where}".rstrip()
            yield Mistake(template, sentence, partial(_multiplied, right, place.holds, factor))


def _factors(problem: Problem) -> dict[float, str]:
    """Return the factors, each with what it is called first."""
    n, k = float(problem.samples), float(problem.outputs)
    loss = LOSSES[problem.network.spec.loss]
    if problem.setting.is_sum:
        candidates = [
            (1 / n, "{s} {be} averaged over the batch, not summed"),
            (1 / (n * k), "{s} {be} averaged, not summed"),
        ]
    else:
        candidates = [(n, "{s} {be} summed over the batch, not averaged")]
        if loss.per_element:
            candidates += [
                (k, "{s} {be} not averaged over the outputs"),
                (n * k, "{s} {be} summed, not averaged"),
            ]
        else:
            candidates.append((1 / k, "{s} {be} averaged over the outputs too"))
        candidates.append((1 / n, "{s} {be} divided by the size of the batch twice"))
    candidates += [
        (-1.0, "{s} {have} the wrong sign"),
        (0.5, "a factor of 2 is missing in {s}"),
        (2.0, "{s} {have} a factor of 2 too many"),
    ]
    found: dict[float, str] = {}
    for factor, template in candidates:
        if factor != 1:
            found[factor] = f"{found[factor]}, or {template}" if factor in found else template
    return found


def _places(depth: int) -> Iterator[_Place]:
    yield _Place("the loss and the gradients", lambda name: "dL_d" in name or "loss" in name)
    yield _Place("the loss and the gradients", lambda name: "dL_d" in name or name == "loss")
    yield _Place("the gradients", lambda name: "dL_d" in name)
    yield _Place("the gradients", _is_parameter, "(in those of weights and biases alone)")
    yield _Place("the deltas", _is_delta, "(the gradients of weights and biases are right)")
    yield _Place("the bias gradients", lambda name: name.endswith("dL_db"))
    yield _Place("the weight gradients", lambda name: name.endswith("dL_dW"))
    yield _Place("the loss", lambda name: "loss" in name, "(the gradients are right)", is_one=True)
    yield _Place("the loss", lambda name: name == "loss", "(the gradients are right)", is_one=True)
    for i in range(depth, 0, -1):
        below = f"the gradients from layer {i} down" if i > 1 else "the gradients of layer 1"
        yield _Place(below, partial(_is_from, i))
        for kind, ends in _KINDS.items():
            yield _Place(f"the {kind}gradients of layer {i} alone", partial(_is_of, i, ends))


def _is_parameter(name: str) -> bool:
    return name.endswith(("dL_dW", "dL_db"))


def _is_delta(name: str) -> bool:
    return name.endswith(("dL_dz", "dL_da", "dL_dX"))


def _is_of(layer: int, ends: tuple[str, ...], name: str) -> bool:
    return name.startswith(f"layer {layer} ") and name.endswith(ends)


def _is_from(layer: int, name: str) -> bool:
    """Return whether it follows from dL/dz of this layer."""
    if name == "dL_dX" or _is_of(layer, ("dL_dz", "dL_dW", "dL_db"), name):
        return True
    words = name.split()
    return "dL_d" in name and words[0] == "layer" and int(words[1]) < layer


def _multiplied(right: Quantities, holds: Holds, factor: float) -> Quantities:
    return {name: v * factor if holds(name) else v for name, v in right.items()}
