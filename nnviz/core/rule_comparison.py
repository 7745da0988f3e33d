"""What other optimisers would have done with the very same gradients of one parameter.

Each rule starts with nothing in its memory, and is given the gradients of the path that
was really taken, at the learning rates that were really in use. Under another rule the
path would have been another one: only where the comparison begins at step 0 is a rule's
memory that of a run along this path.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnviz.core.optimizers import OPTIMIZERS, bind_optimizer
from nnviz.core.spec import OptimizerSpec, ScheduleSpec

_MOMENTUM = 0.9


@dataclass(frozen=True, slots=True)
class RuleSteps:
    """What a rule does with n gradients.

    Attributes
    ----------
    rule, label
        The rule, and what people call it.
    steps
        n: by how much it moves the parameter each time.
    memory
        What it carries after each of them, by the symbols of the lecture (n each).
    is_own
        Whether it is the rule of the run itself, with all its settings.
    """

    rule: OptimizerSpec
    label: str
    steps: NDArray[np.float64]
    memory: Mapping[str, NDArray[np.float64]]
    is_own: bool = False


def rules_beside(own: OptimizerSpec) -> tuple[tuple[str, OptimizerSpec], ...]:
    """Return SGD, momentum, RMSProp and Adam by label, with the run's own settings of them."""
    momentum = own.momentum if own.name == "sgd" and own.momentum else _MOMENTUM
    bare = msgspec.structs.replace(
        own,
        momentum=0.0,
        dampening=0.0,
        nesterov=False,
        centred=False,
        weight_decay=0.0,
        clip_norm=None,
        clip_value=None,
        schedule=ScheduleSpec(),
        trains_biases=True,
    )

    def rule(name: str, momentum: float = 0.0) -> OptimizerSpec:
        # Another rule's epsilon means something else.
        epsilon = own.epsilon if name == own.name else None
        return msgspec.structs.replace(bare, name=name, momentum=momentum, epsilon=epsilon)

    return (
        ("SGD", rule("sgd")),
        (f"Momentum {momentum:g}", rule("sgd", momentum)),
        ("RMSProp", rule("rmsprop")),
        ("Adam", rule("adam")),
    )


def compare_rules(
    own: OptimizerSpec, gradients: NDArray[np.float64], rates: NDArray[np.float64]
) -> tuple[RuleSteps, ...]:
    """Return what each rule does with n gradients of one parameter.

    Parameters
    ----------
    own
        The rule of the run.
    gradients
        n: what the run's rule has read, clipped and with coupled decay.
    rates
        n: the learning rates in use.
    """
    found = []
    for label, rule in rules_beside(own):
        steps, memory = _follow(rule, gradients, rates)
        found.append(RuleSteps(rule, label, steps, memory, _is_same(rule, own)))
    return tuple(found)


def _is_same(rule: OptimizerSpec, own: OptimizerSpec) -> bool:
    """Whether two rules do the same with the same gradients and rates."""
    if rule.name != own.name:
        return False
    # Coupled decay is in the gradients already.
    options = set(OPTIMIZERS[own.name].options) - {"weight_decay", "epsilon"}
    return rule.resolved_epsilon == own.resolved_epsilon and all(
        getattr(rule, option) == getattr(own, option) for option in options
    )


def _follow(
    rule: OptimizerSpec, gradients: NDArray[np.float64], rates: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Mapping[str, NDArray[np.float64]]]:
    """Run the calls that train on one parameter, gradient by gradient."""
    parameter, gradient = np.zeros(1), np.zeros(1)
    bound = bind_optimizer(rule, parameter, gradient)
    steps = np.zeros(len(gradients))
    carried = {name: np.zeros(len(gradients)) for name in bound.state}
    with np.errstate(all="ignore"):
        for index, (g, rate) in enumerate(zip(gradients, rates, strict=True)):
            # From 0, so that the step is not rounded to the digits of the parameter.
            parameter[...], gradient[...] = 0.0, g
            bound.learning_rate[...] = rate
            for call in bound.calls:
                call()
            steps[index] = parameter[0]
            for name, array in bound.state.items():
                carried[name][index] = array.reshape(-1)[0]
    return steps, memory_of(rule, carried)


def memory_of(
    rule: OptimizerSpec, carried: Mapping[str, NDArray[np.float64]]
) -> Mapping[str, NDArray[np.float64]]:
    """Return what a rule carries after n updates, in the symbols of the lecture.

    Parameters
    ----------
    rule
        The rule.
    carried
        The same as the engine keeps it, by its names; n numbers each.
    """
    if rule.name in ("adam", "adamw"):
        # The engine leaves the factors 1 - beta out of its moments.
        t = carried["count"]
        mean = (1 - rule.beta1) * carried["mean"]
        square = (1 - rule.beta2) * carried["square"]
        return {
            "m̂": mean / (1 - rule.beta1**t),
            "v̂": square / (1 - rule.beta2**t),
        }
    symbols = {"square": "s", "mean": "m", "total": "s", "velocity": "v"}
    return {sign: carried[name] for name, sign in symbols.items() if name in carried}
