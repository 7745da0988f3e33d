"""A run of an optimiser in the file: PyTorch's class and arguments, and ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import OptimizerSpec
from nnviz.verification.document import CaseError, Node
from nnviz.verification.torch_names import NOT_KNOWN, OPTIMIZER_NAMES, read_name

_MOST_STEPS = 100_000
_CLASS = ("cls", "class", "optimizer", "optimiser", "name", "type")
_OPTIONS = {
    "lr": "learning_rate",
    "learning_rate": "learning_rate",
    "momentum": "momentum",
    "dampening": "dampening",
    "nesterov": "nesterov",
    "weight_decay": "weight_decay",
    "alpha": "smoothing",
    "centered": "centred",
    "centred": "centred",
    "eps": "epsilon",
    "epsilon": "epsilon",
    "beta1": "beta1",
    "beta2": "beta2",
    "clip_norm": "clip_norm",
    "max_norm": "clip_norm",
    "clip_value": "clip_value",
}
# What is no matter of the rule.
_ANY = ("learning_rate", "clip_norm", "clip_value")
_FLAGS = ("nesterov", "centred")
# How PyTorch computes, not what.
_WITHOUT_EFFECT = ("foreach", "fused", "capturable", "differentiable")
_DEFAULT_RATES = {"sgd": 0.001, "rmsprop": 0.01, "adam": 0.001, "adamw": 0.001, "adagrad": 0.01}


@dataclass(frozen=True, slots=True)
class OptimizerRun:
    """Some steps of an optimiser on one batch.

    Attributes
    ----------
    spec
        The rule.
    count
        How many steps.
    losses, loss_after
        The loss before each step and after the last one.
    parameters
        By the number of steps that were done.
    rate_decay, start_of_sums
        Adagrad's ``lr_decay`` and ``initial_accumulator_value``.
    """

    spec: OptimizerSpec
    count: int
    losses: Node | None
    loss_after: Node | None
    parameters: Mapping[int, Node]
    rate_decay: float
    start_of_sums: float

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step, counted from 1."""
        return self.spec.learning_rate / (1 + (step - 1) * self.rate_decay)


def optimizer_run(name: str, node: Node, named: Node | None) -> OptimizerRun:
    """Read a run.

    Parameters
    ----------
    name, node
        What the file calls it, and where it is.
    named
        What the file says about all runs of this name.

    Raises
    ------
    CaseError
        If the class, an argument or a number of steps is not known.
    """
    key = _class_of(name, node, named)
    options, others = _arguments(key, node, named)
    parameters: dict[int, Node] = {}
    found = node.get("parameters_after_step")
    for step, entry in [] if found is None else found.items():
        parameters[_step_number(step, entry)] = entry
    losses = node.get("loss_before_each_step", "losses")
    count = max([*parameters, 0 if losses is None else len(losses.elements())], default=0)
    if count > _MOST_STEPS:
        raise CaseError(f"{node.path}: {count} steps are too many: up to {_MOST_STEPS} are done")
    try:
        spec = msgspec.convert(options, OptimizerSpec)
    except (ValueError, msgspec.ValidationError) as error:
        raise CaseError(f"{(node.get('config') or node).path}: {error}") from error
    return OptimizerRun(
        spec,
        count,
        losses,
        node.get("loss_after_last_step") if count else None,
        parameters,
        others.get("lr_decay", 0.0),
        others.get("initial_accumulator_value", 0.0),
    )


def _class_of(name: str, node: Node, named: Node | None) -> str:
    for place in (node, node.get("config"), named):
        where = None if place is None else place.get(*_CLASS)
        if where is not None:
            known = read_name(where, OPTIMIZER_NAMES)
            if known.name == NOT_KNOWN:
                raise CaseError(
                    f"{where.path}: the optimiser {where.value!r} is not known to this version; "
                    f"known are {', '.join(sorted(set(OPTIMIZER_NAMES.values())))}"
                )
            return known.name
    words = name.lower().replace("-", "_").split("_")
    for word in words:
        if word in OPTIMIZER_NAMES:
            return OPTIMIZER_NAMES[word]
    raise CaseError(
        f"{node.path}: the optimiser {name!r} is not known to this version: give it a cls, one of "
        f"{', '.join(sorted(set(OPTIMIZER_NAMES.values())))}"
    )


def _arguments(key: str, node: Node, named: Node | None) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the fields of ``OptimizerSpec``, and what has no field there."""
    config = node.get("config")
    # The run's own arguments come last, and win.
    places = [place for place in (named if config is None else None, config) if place is not None]
    options: dict[str, Any] = {"name": key, "learning_rate": _DEFAULT_RATES[key]}
    others: dict[str, float] = {}
    found = [entry for place in places for entry in place.items()]
    fields = {*_ANY, *OPTIMIZERS[key].options}
    # Some write the arguments beside the results.
    found += [(name, at) for name in (*_OPTIONS, "betas") if (at := node.get(name)) is not None]
    for option, at in found:
        if option in _CLASS or option in _WITHOUT_EFFECT:
            continue
        if option == "betas" and "beta1" in fields:
            options["beta1"], options["beta2"] = _betas(at)
        elif _OPTIONS.get(option) in fields:
            options[_OPTIONS[option]] = _value(_OPTIONS[option], at)
        elif option in ("lr_decay", "initial_accumulator_value") and key == "adagrad":
            others[option] = at.number()
        elif option == "decoupled_weight_decay" and key == "adam":
            options["name"] = "adamw" if at.flag() else "adam"
            options.setdefault("weight_decay", 0.0)
        elif at.value:
            raise CaseError(
                f"{at.path}: the option {option!r} of {key} is not known to this version"
            )
    return options, others


def _value(field: str, at: Node) -> float | bool:
    return at.flag() if field in _FLAGS else at.number()


def _betas(at: Node) -> tuple[float, float]:
    values = [entry.number() for entry in at.elements()]
    if len(values) != 2:
        raise at.problem("two numbers")
    return values[0], values[1]


def _step_number(step: str, entry: Node) -> int:
    if not (step.isascii() and step.isdigit()) or len(step) > 9:
        raise CaseError(f"{entry.path}: expected a number of steps as the key, found {step!r}")
    return int(step)
