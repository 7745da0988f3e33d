"""The table of optimisers, and how one is bound to the flat vectors.

Definitions are PyTorch's (``torch.optim`` 2.13), so that a run can be compared
number for number: the gradient is clipped first, then coupled weight decay is
added to it, and then the rule in the table applies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nnviz.core import optimizer_rules as rules
from nnviz.core import sources
from nnviz.core.calls import Call, FloatArray, inner, one_each, scalar
from nnviz.core.memory import aligned_zeros_like
from nnviz.core.optimizer_rules import Rule, Vectors
from nnviz.core.schedules import bind_schedule

if TYPE_CHECKING:
    from nnviz.core.spec import OptimizerSpec


@dataclass(slots=True)
class BoundOptimizer:
    """An optimiser bound to a parameter and a gradient vector.

    Attributes
    ----------
    calls
        One update of all parameters; biases that are held are put back after it.
    learning_rate
        0-d; write into it to change the rate from the next update on. A schedule
        multiplies it.
    rate_in_use
        0-d; the rate of the last update, schedule included.
    gradients_in_use
        What the rule reads: the gradients, or what clipping and coupled decay
        made of them in the last update.
    state
        What the update carries from step to step; copying these arrays is a
        complete key-frame.
    trains_biases
        Whether an update changes the biases too.
    """

    calls: tuple[Call, ...]
    learning_rate: FloatArray
    rate_in_use: FloatArray
    gradients_in_use: FloatArray
    state: dict[str, FloatArray] = field(default_factory=dict)
    trains_biases: bool = True

    def reset(self) -> None:
        """Forget all earlier updates."""
        for array in self.state.values():
            array[...] = 0


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One row of the table.

    Attributes
    ----------
    name, label
        The saved name, and the one that people read.
    formula
        LaTeX of one update, with parameters theta and gradient g.
    options
        Names of the fields of ``OptimizerSpec`` that it reads, beside learning
        rate, clipping and schedule, which all have.
    bind
        ``(spec, vectors, rate) -> Rule``.
    good_for, source
        When to choose it, and where it comes from.
    default_epsilon
        epsilon where the specification names none; 0 where there is no epsilon.
    default_weight_decay, decays_by_itself
        Weight decay where the specification names none; whether the rule applies
        it to the parameters itself instead of adding it to the gradient.
    """

    name: str
    label: str
    formula: str
    options: tuple[str, ...]
    bind: "Callable[[OptimizerSpec, Vectors, FloatArray], Rule]"
    good_for: str
    source: str
    default_epsilon: float = 0.0
    default_weight_decay: float = 0.0
    decays_by_itself: bool = False


def bind_optimizer(
    spec: "OptimizerSpec", parameters: FloatArray, gradients: FloatArray
) -> BoundOptimizer:
    """Bind the optimiser that the specification names to the two flat vectors.

    The gradient vector is only read: clipping and decay go into vectors of their
    own, so that what is shown as the gradient stays the gradient.
    """
    record = OPTIMIZERS[spec.name]
    base = one_each(parameters, spec.learning_rate)
    state: dict[str, FloatArray] = {}
    rate, calls = bind_schedule(spec.schedule, base, state)
    source, more = _clipped(spec, gradients)
    calls += more
    if spec.resolved_weight_decay and not record.decays_by_itself:
        source, more = _decayed(spec.resolved_weight_decay, parameters, source)
        calls += more
    rule = record.bind(spec, Vectors(parameters, source), rate)
    state |= rule.state
    return BoundOptimizer(calls + rule.calls, base, rate, source, state, spec.trains_biases)


def _clipped(spec: "OptimizerSpec", gradients: FloatArray) -> tuple[FloatArray, tuple[Call, ...]]:
    if spec.clip_norm is None and spec.clip_value is None:
        return gradients, ()
    clipped = aligned_zeros_like(gradients)
    if spec.clip_value is not None:
        limit = scalar(spec.clip_value, gradients)
        return clipped, (partial(np.clip, gradients, -limit, limit, clipped),)
    # min(1, max_norm / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_ has it.
    norms = np.empty(gradients.shape[:-1], dtype=gradients.dtype)
    share = norms if norms.ndim == 0 else norms[:, np.newaxis]
    return clipped, (
        *inner(gradients, gradients, norms),
        partial(np.sqrt, share, share),
        partial(np.add, share, scalar(1e-6, gradients), share),
        partial(np.divide, scalar(spec.clip_norm or 0.0, gradients), share, share),
        partial(np.fmin, share, scalar(1.0, gradients), share),
        partial(np.multiply, gradients, share, clipped),
    )


def _decayed(
    decay: float, parameters: FloatArray, gradients: FloatArray
) -> tuple[FloatArray, tuple[Call, ...]]:
    decayed = aligned_zeros_like(parameters)
    return decayed, (
        partial(np.multiply, parameters, scalar(decay, parameters), decayed),
        partial(np.add, decayed, gradients, decayed),
    )


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        record.name: record
        for record in (
            Optimizer(
                "sgd",
                "SGD",
                r"v \leftarrow \mu v + (1 - \tau) g, \quad \theta \leftarrow \theta - \eta v",
                ("momentum", "dampening", "nesterov", "weight_decay"),
                rules.sgd,
                "understanding: every update is the gradient, or a moving sum of gradients",
                f"{sources.ROBBINS_1951}; {sources.POLYAK_1964}; "
                f"{sources.SUTSKEVER_2013} (Nesterov)",
            ),
            Optimizer(
                "rmsprop",
                "RMSProp",
                r"s \leftarrow \rho s + (1 - \rho) g^2, \quad "
                r"\theta \leftarrow \theta - \eta g / (\sqrt{s} + \epsilon)",
                ("smoothing", "momentum", "centred", "epsilon", "weight_decay"),
                rules.rmsprop,
                "gradients whose sizes differ much from parameter to parameter",
                f"{sources.TIELEMAN_2012}; {sources.GRAVES_2013} (centred)",
                default_epsilon=1e-8,
            ),
            Optimizer(
                "adam",
                "Adam",
                r"\theta \leftarrow \theta - \eta \, \hat{m} / (\sqrt{\hat{v}} + \epsilon)",
                ("beta1", "beta2", "epsilon", "weight_decay"),
                rules.adam,
                "a first try on almost anything: steps of a size that hardly needs tuning",
                sources.KINGMA_2015,
                default_epsilon=1e-8,
            ),
            Optimizer(
                "adamw",
                "AdamW",
                r"\theta \leftarrow (1 - \eta \lambda) \theta "
                r"- \eta \, \hat{m} / (\sqrt{\hat{v}} + \epsilon)",
                ("beta1", "beta2", "epsilon", "weight_decay"),
                rules.adamw,
                "weight decay beside Adam: the size of the gradient does not weaken it",
                sources.LOSHCHILOV_2019,
                default_epsilon=1e-8,
                default_weight_decay=0.01,
                decays_by_itself=True,
            ),
            Optimizer(
                "adagrad",
                "Adagrad",
                r"s \leftarrow s + g^2, \quad "
                r"\theta \leftarrow \theta - \eta g / (\sqrt{s} + \epsilon)",
                ("epsilon", "weight_decay"),
                rules.adagrad,
                "sparse inputs: rarely moved parameters keep long steps",
                sources.DUCHI_2011,
                default_epsilon=1e-10,
            ),
        )
    }
)
