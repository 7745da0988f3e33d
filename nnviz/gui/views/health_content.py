"""What the health view says, worked out without Qt."""

import math
from dataclasses import dataclass

import numpy as np

from nnviz.core.finding_table import FINDINGS
from nnviz.core.findings import findings_of, part_of, short
from nnviz.core.health import first_to_last_ratio
from nnviz.core.vitals import Finding, LossPair, Severity, Vitals, vitals_of
from nnviz.gui.display import Display
from nnviz.training.remedies import Patient, Remedy, remedies_for
from nnviz.training.showing import ADVICE
from nnviz.training.snapshot import RunState

# Training rows that dead and saturated units are looked for on.
MOST_ROWS = 256
# Where a finding can be looked at, by the keys of ``VIEWS``.
PLACES = {
    "diverged": "loss",
    "no_gradient": "gradients",
    "symmetry": "weights",
    "dead": "activation",
    "saturated": "activation",
    "vanishing": "flow",
    "exploding": "flow",
    "large_updates": "flow",
    "small_updates": "flow",
    "over_fitting": "loss",
}


@dataclass(frozen=True, slots=True, eq=False)
class Health:
    """The state of the run on show.

    Attributes
    ----------
    vitals
        What it rests on.
    findings
        The worst first, each with what may help against it.
    verdict
        One sentence about the whole.
    """

    vitals: Vitals
    findings: tuple[tuple[Finding, tuple[Remedy, ...]], ...]
    verdict: str


def health_of(display: Display) -> Health:
    """Examine the run on show, on up to ``MOST_ROWS`` of its training rows."""
    snapshot, data = display.snapshot, display.data
    count = len(data.train_inputs)
    places = np.unique(np.linspace(0, count - 1, min(count, MOST_ROWS)).astype(int))
    with np.errstate(all="ignore"):
        forward = display.network.forward(data.train_inputs[places])
    vitals = vitals_of(
        display.spec,
        snapshot.parameters,
        snapshot.gradients,
        snapshot.last_update,
        forward,
        snapshot.step > 0 and bool(np.any(snapshot.last_update) or not np.any(snapshot.gradients)),
    )
    losses = [
        LossPair(
            each.step,
            each.train_loss,
            math.nan if each.validation_loss is None else each.validation_loss,
        )
        for each in display.evaluations
        if each.step <= snapshot.step
    ]
    found = findings_of(vitals, losses)
    if snapshot.state is RunState.DIVERGED and not snapshot.is_past:
        found = (_divergence(display, vitals), *found)
    patient = Patient(
        snapshot.experiment,
        display.spec,
        snapshot.parameters,
        snapshot.step,
        len(data.validation_inputs) > 0,
    )
    with_remedies = tuple((finding, remedies_for(finding, patient)) for finding in found)
    return Health(vitals, with_remedies, _verdict(vitals, found))


def _divergence(display: Display, vitals: Vitals) -> Finding:
    snapshot = display.snapshot
    with np.errstate(all="ignore"):
        batch = display.batch_pass
        sizes = [float(np.abs(z).max(initial=0.0)) for z in batch.pre_activations]
        norm = float(np.linalg.norm(snapshot.gradients.astype(np.float64)))
    place = int(np.argmax(np.nan_to_num(sizes, nan=np.inf))) + 1
    return Finding(
        "diverged",
        Severity.BAD,
        float(snapshot.step),
        f"{snapshot.message.removesuffix(ADVICE).rstrip(' ;:')}. On show is step "
        f"{snapshot.step:,}, the last with a fair loss; its gradient has the norm {short(norm)}",
        place,
    )


def _verdict(vitals: Vitals, found: tuple[Finding, ...]) -> str:
    if found:
        bad = sum(finding.severity is Severity.BAD for finding in found)
        count = "one finding" if len(found) == 1 else f"{len(found)} findings"
        return f"{count}, {bad} of them bad" if bad else count
    units = sum(layer.size for layer in vitals.spec.layers)
    checked = f"no dead or identical unit among {units}"
    if not vitals.has_stepped:
        return f"{checked}; train a step to see gradients and updates"
    if len(vitals.layers) > 1:
        ratio = first_to_last_ratio(tuple(layer.gradient_norm for layer in vitals.layers))
        checked += f", the gradient of the first layer {short(ratio)} times that of the last"
    largest = max((layer.update_ratio for layer in vitals.layers), default=math.nan)
    return f"nothing is wrong: {checked}, updates of up to {part_of(largest)} the weights"


def title_of(finding: Finding) -> str:
    """Return the head of a finding."""
    return FINDINGS[finding.kind].title


def tip_of(finding: Finding) -> str:
    """Return what a finding means, and who described it."""
    kind = FINDINGS[finding.kind]
    return f"{kind.meaning}\n{kind.source}"
