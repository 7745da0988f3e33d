"""The measuring behind the initialisation lab: one start after the other."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.layout import ParameterLayout
from nnviz.core.signal_flow import FlowMeter, FlowSetup, SignalFlow, together
from nnviz.core.signal_skyline import Skyline, activation_skyline, gradient_skyline
from nnviz.core.signal_theory import Prediction, predict
from nnviz.gui.background import Progress

# So many starts at a time at most: the band should be seen to grow.
_MOST_TOGETHER = 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabFindings:
    """What was measured so far.

    Attributes
    ----------
    setup
        What was sent through which network.
    wanted
        How many starts there will be.
    flows
        Those that are measured, the first start first.
    theory
        What should come out, or ``None`` where theory says nothing.
    activations, gradients
        The skylines of the first start.
    weights
        The weight matrices of the first start (of maxout the first piece).
    """

    setup: FlowSetup
    wanted: int
    flows: tuple[SignalFlow, ...]
    theory: Prediction | None
    activations: Skyline
    gradients: Skyline
    weights: tuple[FloatArray, ...]

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.setup.spec.layers)

    def band(self, name: str) -> tuple[Floats, Floats, Floats]:
        """Return least, median and greatest value of a figure over the starts."""
        values = np.array([getattr(flow, name) for flow in self.flows])
        with np.errstate(all="ignore"):
            return values.min(axis=0), np.median(values, axis=0), values.max(axis=0)


def measure(setup: FlowSetup, starts: int, seed: int, progress: Progress) -> LabFindings:
    """Measure the starts of these seeds; tell the findings after the first and further ones.

    Raises
    ------
    CancelledError
        If the work is no longer wanted.
    """
    findings = _first(setup, starts, seed)
    count = min(together(setup), _MOST_TOGETHER)
    meter: FlowMeter | None = None
    done = 1
    while done < starts:
        progress.check()
        progress.tell(findings)
        if meter is None:
            meter = FlowMeter(setup, count)
        seeds = range(seed + done, seed + min(done + count, starts))
        findings = replace(findings, flows=(*findings.flows, *meter.measure(seeds)))
        done += len(seeds)
    return findings


def _first(setup: FlowSetup, starts: int, seed: int) -> LabFindings:
    meter = FlowMeter(setup)
    flow = meter.measure([seed])[0]
    layout = ParameterLayout(setup.spec)
    weights = layout.views(layout.initial_vector(setup.spec, seed, "float64")).weights
    theory = predict(
        setup.spec, float(flow.std[0]), float(flow.rms[0]), float(flow.gradient_rms[-1])
    )
    return LabFindings(
        setup,
        starts,
        (flow,),
        theory,
        activation_skyline(meter, flow),
        gradient_skyline(meter, flow),
        tuple(matrix[0] if matrix.ndim == 3 else matrix for matrix in weights),
    )
