"""Vitals: what is known of a training at one step, and what a finding about it is."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.health import LayerHealth, dead_units, network_health
from nnviz.core.network import ForwardPass
from nnviz.core.spec import NetworkSpec


class Severity(IntEnum):
    """How bad a finding is."""

    NOTE = 1
    WARNING = 2
    BAD = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes
    ----------
    kind
        Key of ``FINDINGS``.
    severity
        How bad it is.
    number
        The number that it rests on.
    sentence
        What was found, with the number, for a person.
    layer
        Where, from 1; ``None`` where it is about all of them.
    units
        Which units of the layer, from 0; empty for all of them.
    step
        The step that it points to, if that is another one.
    """

    kind: str
    severity: Severity
    number: float
    sentence: str
    layer: int | None = None
    units: tuple[int, ...] = ()
    step: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Vitals:
    """What is known of a training at one step.

    Attributes
    ----------
    spec
        The network.
    layers
        The state of each layer at the last step.
    dead
        For each layer the units that no gradient passes.
    parameters, gradients
        Flat vectors, after the last step and of it.
    rows
        How many rows the units were tried on.
    has_stepped
        Whether there was a step at all.
    """

    spec: NetworkSpec
    layers: tuple[LayerHealth, ...]
    dead: tuple[tuple[int, ...], ...]
    parameters: FloatArray
    gradients: FloatArray
    rows: int
    has_stepped: bool


@dataclass(frozen=True, slots=True)
class LossPair:
    """Mean losses over whole sets at a step; ``validation`` is NaN without such rows."""

    step: int
    train: float
    validation: float


def vitals_of(
    spec: NetworkSpec,
    parameters: FloatArray,
    gradients: FloatArray,
    last_update: FloatArray,
    forward: ForwardPass,
    has_stepped: bool,
) -> Vitals:
    """Return what is known at one step.

    Parameters
    ----------
    parameters, gradients, last_update
        Flat vectors: after the last step, of it, and by how much it changed each.
    forward
        A forward pass of some rows with these parameters.
    """
    before = parameters - last_update
    with np.errstate(all="ignore"):
        layers = network_health(spec, before, parameters, gradients, forward)
        dead = dead_units(spec, forward)
    return Vitals(spec, layers, dead, parameters, gradients, len(forward.outputs), has_stepped)
