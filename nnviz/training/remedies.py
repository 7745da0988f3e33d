"""Remedies: what might help against a finding, as experiments that can be tried at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import msgspec
import numpy as np

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.layout import ParameterLayout
from nnviz.core.spec import NetworkSpec
from nnviz.core.vitals import Finding
from nnviz.training.experiment import ExperimentSpec

_RECTIFIERS = frozenset({"relu", "leaky_relu", "elu", "silu", "gelu", "softplus"})
_REVIVING_SLOPE = 0.1
_L2 = 1e-3
_PATIENCE = 10
_CLIPPED_NORM = 1.0
# Small beside usual weights, but far above rounding.
_TOLD_APART = 0.05


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change that may help.

    Attributes
    ----------
    label
        What it does, in a few words.
    experiment
        The settings with it.
    step
        Where it branches from the run, which is kept; ``None`` starts a new run.
    edits
        Parameters to change at the branch, by their places in the flat vector.
    """

    label: str
    experiment: ExperimentSpec
    step: int | None = None
    edits: Mapping[int, float] = field(default_factory=dict)

    @property
    def is_branch(self) -> bool:
        """Whether the run is kept, and goes on from a step of it."""
        return self.step is not None


@dataclass(frozen=True, slots=True, eq=False)
class Patient:
    """A run that something was found of.

    Attributes
    ----------
    experiment, spec
        Its settings, and the network that they make.
    parameters
        Flat vector at the step on show.
    step
        That step.
    has_validation
        Whether there are rows that it is not trained on.
    """

    experiment: ExperimentSpec
    spec: NetworkSpec
    parameters: FloatArray
    step: int
    has_validation: bool


def remedies_for(finding: Finding, patient: Patient) -> tuple[Remedy, ...]:
    """Return what may help against a finding, the most promising first; perhaps nothing."""
    return tuple(_ROWS[finding.kind](finding, patient))


def _slower(finding: Finding, patient: Patient) -> Iterator[Remedy]:
    factor = 10.0 if finding.kind == "large_updates" else 3.0
    yield _with_rate(patient, patient.experiment.optimizer.learning_rate / factor)


def _faster(_: Finding, patient: Patient) -> Iterator[Remedy]:
    yield _with_rate(patient, patient.experiment.optimizer.learning_rate * 10)


def _with_rate(patient: Patient, rate: float) -> Remedy:
    rounded = float(f"{rate:.2g}")
    optimizer = msgspec.structs.replace(patient.experiment.optimizer, learning_rate=rounded)
    experiment = msgspec.structs.replace(patient.experiment, optimizer=optimizer)
    return Remedy(f"learning rate {rounded:g}", experiment, patient.step)


def _revive(finding: Finding, patient: Patient) -> Iterator[Remedy]:
    yield from _leaking(finding, patient)
    yield from _slower(finding, patient)


def _desaturate(finding: Finding, patient: Patient) -> Iterator[Remedy]:
    yield from _leaking(finding, patient)
    yield _suited_start(patient)


def _leaking(finding: Finding, patient: Patient) -> Iterator[Remedy]:
    """Let the gradient through the layer; its weights stay, so the run can go on."""
    assert finding.layer is not None
    layers = list(patient.experiment.model.hidden_layers)
    if finding.layer > len(layers):
        return
    layers[finding.layer - 1] = msgspec.structs.replace(
        layers[finding.layer - 1], activation="leaky_relu", alpha=_REVIVING_SLOPE
    )
    model = msgspec.structs.replace(patient.experiment.model, hidden_layers=tuple(layers))
    experiment = msgspec.structs.replace(patient.experiment, model=model)
    label = f"{ACTIVATIONS['leaky_relu'].label} in hidden layer {finding.layer}"
    yield Remedy(label, experiment, patient.step)


def _suited_start(patient: Patient, activation: str | None = None) -> Remedy:
    """Start anew with the initialiser that was made for the hidden activations."""
    model = patient.experiment.model
    layers = model.hidden_layers
    if activation is not None:
        layers = tuple(
            msgspec.structs.replace(layer, activation=activation, alpha=None) for layer in layers
        )
    rectifies = any(layer.activation in _RECTIFIERS for layer in layers)
    name = "he_normal" if rectifies else "glorot_uniform"
    if name == model.initializer and activation is None:
        name = "orthogonal"
    model = msgspec.structs.replace(
        model, hidden_layers=layers, initializer=name, initial_bias=0.0, start=None
    )
    also = "" if activation is None else f" and {ACTIVATIONS[activation].label}"
    label = f"a new start with {INITIALIZERS[name].label}{also}"
    return Remedy(label, msgspec.structs.replace(patient.experiment, model=model))


def _lift_vanishing(_: Finding, patient: Patient) -> Iterator[Remedy]:
    names = {layer.activation for layer in patient.experiment.model.hidden_layers}
    yield _suited_start(patient, "tanh" if "sigmoid" in names else None)
    if "relu" not in names:
        yield _suited_start(patient, "relu")


def _tame_exploding(_: Finding, patient: Patient) -> Iterator[Remedy]:
    optimizer = msgspec.structs.replace(
        patient.experiment.optimizer, clip_norm=_CLIPPED_NORM, clip_value=None
    )
    experiment = msgspec.structs.replace(patient.experiment, optimizer=optimizer)
    yield Remedy(f"the gradient clipped to norm {_CLIPPED_NORM:g}", experiment, patient.step)
    yield _suited_start(patient)


def _tell_apart(finding: Finding, patient: Patient) -> Iterator[Remedy]:
    assert finding.layer is not None
    block = ParameterLayout(patient.spec).blocks[finding.layer - 1]
    places = np.arange(block.start, block.stop)
    if finding.units:
        columns = (places - block.start) % (block.pieces * block.fan_out) % block.fan_out
        places = places[np.isin(columns, finding.units)]
    generator = np.random.default_rng(patient.experiment.seed)
    moved = patient.parameters[places] + _TOLD_APART * generator.normal(size=len(places))
    edits = dict(zip(places.tolist(), moved.tolist(), strict=True))
    yield Remedy(
        "small random numbers added to their weights", patient.experiment, patient.step, edits
    )
    yield _suited_start(patient)


def _start_anew(_: Finding, patient: Patient) -> Iterator[Remedy]:
    yield _suited_start(patient)


def _regularise(finding: Finding, patient: Patient) -> Iterator[Remedy]:
    experiment = patient.experiment
    l2 = max(_L2, 10 * experiment.model.l2)
    model = msgspec.structs.replace(experiment.model, l2=l2)
    step = patient.step if finding.step is None else finding.step
    where = "" if step == patient.step else f" from step {step:,}"
    yield Remedy(f"L2 {l2:g}{where}", msgspec.structs.replace(experiment, model=model), step)
    if patient.has_validation and experiment.patience is None:
        patiently = msgspec.structs.replace(experiment, patience=_PATIENCE)
        yield Remedy(f"early stopping after {_PATIENCE} epochs{where}", patiently, step)


_Prescription: TypeAlias = Callable[[Finding, Patient], Iterator[Remedy]]
_ROWS: Mapping[str, _Prescription] = MappingProxyType(
    {
        "diverged": _slower,
        "no_gradient": _start_anew,
        "symmetry": _tell_apart,
        "dead": _revive,
        "saturated": _desaturate,
        "vanishing": _lift_vanishing,
        "exploding": _tame_exploding,
        "large_updates": _slower,
        "small_updates": _faster,
        "over_fitting": _regularise,
    }
)
