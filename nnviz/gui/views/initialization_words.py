"""What the initialisation lab says in words."""

import numpy as np

from nnviz.core.signal_theory import units_start_alike
from nnviz.gui.theme import Theme
from nnviz.gui.views.initialization_work import Floats, LabFindings
from nnviz.gui.views.plot_overlay import quiet, swatch
from nnviz.gui.widgets.text import number_text, percent_text

# A signal that has shrunk or grown by more than this on its way is in danger.
_LITTLE, _MUCH = 1e-2, 1e2
_SATURATED = 0.5


def verdict(findings: LabFindings, is_short: bool = False) -> str:
    """Return in one sentence what this start does to signals and gradients."""
    flow = findings.flows[0]
    last, depth = float(flow.std[-1]), findings.depth
    silent = np.flatnonzero(flow.rms == 0)
    if units_start_alike(findings.setup.spec):
        said = "Every activation is 0" if len(silent) == depth else "All units of a layer are alike"
        return f"{said}: identical units learn the same, and stay identical."
    if len(silent):
        return f"Every activation of layer {silent[0]} is 0: nothing of the inputs is left."
    if not np.isfinite(flow.rms).all():
        layer = int(np.argmax(~np.isfinite(flow.rms)))
        return f"The activations of layer {layer} are too large for any number."
    saturated = float(flow.at_end[-1])
    signal, gradient = (
        _ratio(last, flow.std[0]),
        _ratio(flow.gradient_std[0], flow.gradient_std[-1]),
    )
    back = f"the gradient at the inputs is {number_text(gradient, 3)} times that on top"
    if saturated > _SATURATED:
        share = percent_text(saturated)
        return f"{share} of the activations of layer {depth} are saturated, and {back}."
    if is_short:
        first = f"std {number_text(flow.std[0], 3)} → {number_text(last, 3)}"
        return f"{first}, gradient × {number_text(gradient, 3)}"
    said = f"The signal's std goes from {number_text(flow.std[0], 3)} to {number_text(last, 3)}"
    return f"{said} ({_fate(signal)}); {back} ({_fate(gradient)})."


def _ratio(after: float, before: float) -> float:
    return float(after) / float(before) if before else float("nan")


def _fate(ratio: float) -> str:
    """Return what a ratio means for learning."""
    if not np.isfinite(ratio):
        return "explodes" if ratio == np.inf else "nothing came in"
    if ratio < _LITTLE:
        return "vanishes"
    return "explodes" if ratio > _MUCH else "holds"


def facts(findings: LabFindings | None, theme: Theme) -> str:
    """Return the right side of the title bar: which colour is what, and how many starts."""
    if findings is None:
        return ""
    count = len(findings.flows)
    starts = f"{count} of {findings.wanted} starts" if count < findings.wanted else _starts(count)
    parts = [
        swatch(theme.accent, "activations"),
        swatch(theme.derivative, "gradients"),
        *(["\N{BOX DRAWINGS LIGHT TRIPLE DASH HORIZONTAL} predicted"] if findings.theory else []),
        starts,
    ]
    return quiet(theme, " &nbsp; ".join(parts))


def _starts(count: int) -> str:
    return "1 start" if count == 1 else f"{count} starts"


def layer_lines(findings: LabFindings, layer: int) -> tuple[str, ...]:
    """Return what is known of a layer (0 is the inputs), a line each."""
    flow, theory = findings.flows[0], findings.theory
    name = f"layer {layer}" if layer else "inputs x"
    lines = [
        f"<b>{name}</b>",
        *_band_lines(findings, "std", layer, None if theory is None else theory.std),
        *_band_lines(
            findings, "gradient_std", layer, None if theory is None else theory.gradient_rms
        ),
    ]
    extras = []
    if np.isfinite(flow.at_end[layer]):
        extras.append(f"{percent_text(float(flow.at_end[layer]))} saturated")
    if layer and flow.silent[layer]:
        extras.append(f"{percent_text(float(flow.silent[layer]))} of the units are always 0")
    if flow.alike[layer]:
        extras.append("all units say the same")
    if extras:
        lines.append(", ".join(extras))
    return tuple(lines)


def _band_lines(
    findings: LabFindings, name: str, layer: int, predicted: Floats | None
) -> list[str]:
    least, middle, most = (float(values[layer]) for values in findings.band(name))
    what = "std of a" if name == "std" else "std of dL/da"
    line = f"{what} {number_text(middle)}"
    if predicted is not None:
        line += f", predicted {number_text(float(predicted[layer]))}"
    if least == most:
        return [line]
    return [
        line,
        f"from {number_text(least)} to {number_text(most)} in {len(findings.flows)} starts",
    ]
