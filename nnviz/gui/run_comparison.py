"""What differs between runs: their settings, in words, side by side."""

from collections.abc import Iterator, Sequence

import msgspec

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import LayerSpec
from nnviz.gui.run_records import RunRecord
from nnviz.gui.widgets.text import MINUS, NO_VALUE, count_text
from nnviz.training.experiment import ExperimentSpec

_NAMES = {
    "optimizer.name": "Optimiser",
    "optimizer.beta1": "β₁",
    "optimizer.beta2": "β₂",
    "optimizer.schedule": "Schedule",
    "model.hidden_layers": "Hidden layers",
    "model.l1": "L1",
    "model.l2": "L2",
    "model.start": "Starting weights",
}
_EDITED = "Changed weights"


def differing_settings(runs: Sequence[RunRecord]) -> dict[str, tuple[str, ...]]:
    """Return the settings that are not the same in all runs, each with its text per run."""
    described = [dict(_settings(run)) for run in runs]
    keys = dict.fromkeys(key for settings in described for key in settings)
    rows = {key: tuple(settings.get(key, NO_VALUE) for settings in described) for key in keys}
    return {key: texts for key, texts in rows.items() if len(set(texts)) > 1}


def _settings(run: RunRecord) -> Iterator[tuple[str, str]]:
    experiment = run.experiment
    parts = {"optimizer": experiment.optimizer, "model": experiment.model}
    for part, spec in parts.items():
        for name in spec.__struct_fields__:
            path = f"{part}.{name}"
            yield _NAMES.get(path, _worded(name)), _text(path, getattr(spec, name))
    for name in experiment.__struct_fields__:
        if name not in (*parts, "data"):
            yield _worded(name), _text(name, getattr(experiment, name))
    yield _EDITED, str(run.edits)


def _worded(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(path: str, value: object) -> str:
    match path:
        case "optimizer.name":
            return OPTIMIZERS[str(value)].label
        case "model.loss" if value is not None:
            return LOSSES[str(value)].label
        case "model.output_activation":
            return ACTIVATIONS[str(value)].label
        case "batch_size" if value is None:
            return "all rows"
        case "model.start":
            return NO_VALUE if value is None else "given"
    match value:
        case None:
            return NO_VALUE
        case bool():
            return "yes" if value else "no"
        case int():
            return count_text(value)
        case float():
            # Every digit: two settings that differ must not look the same.
            return repr(value).replace("-", MINUS)
        case tuple():
            return ", ".join(_layer_text(layer) for layer in value) or "none"
        case msgspec.Struct():
            return ", ".join(
                f"{name} {entry}" for name, entry in msgspec.to_builtins(value).items()
            )
    return str(value)


def _layer_text(layer: LayerSpec) -> str:
    extras = f" dropout {layer.dropout:g}" if layer.dropout else ""
    slope = "" if layer.alpha is None else f" {layer.alpha:g}"
    return f"{layer.size} {ACTIVATIONS[layer.activation].label}{slope}{extras}"


def with_activation(experiment: ExperimentSpec, activation: str) -> ExperimentSpec:
    """Return the experiment with this activation in all hidden layers."""
    layers = tuple(
        layer
        if layer.activation == activation
        else msgspec.structs.replace(layer, activation=activation, alpha=None)
        for layer in experiment.model.hidden_layers
    )
    model = msgspec.structs.replace(experiment.model, hidden_layers=layers)
    return msgspec.structs.replace(experiment, model=model)
