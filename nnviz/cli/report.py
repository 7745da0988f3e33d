"""A training run's report: as words of a line, as tables for a person, as JSON types."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from nnviz.core.health import first_to_last_ratio
from nnviz.core.spec import NetworkSpec
from nnviz.training.report import ClassMetrics, Report, SetMetrics, ValueMetrics

# What there is no number for.
_NONE = "\N{EN DASH}"
_LONGEST_NAME = 18


def line_end(metrics: SetMetrics | None) -> str:
    """Return what a set's line of the summary says beside loss and accuracy."""
    if not isinstance(metrics, ValueMetrics):
        return ""
    r_squared, error = metrics.r_squared, metrics.root_mean_squared_error
    return f"  R2 {_number(r_squared, '.6g')}  RMSE {_number(error, '.6g')}"


def report_lines(report: Report, network: NetworkSpec, class_names: Sequence[str]) -> Iterator[str]:
    """Yield the tables of ``nnviz train --report``, an empty line before each."""
    for name, metrics in (("train", report.train), ("validation", report.validation)):
        if isinstance(metrics, ClassMetrics):
            yield from ("", f"{name}: rows are true classes, columns predicted ones")
            yield from _aligned(_class_rows(metrics, [_short(each) for each in class_names]))
    yield from ("", "layers: norms, and shares of dead units and saturated activations")
    yield from _aligned(_layer_rows(report, network))
    norms = tuple(layer.gradient_norm for layer in report.layers)
    ratio = _number(first_to_last_ratio(norms), ".3g")
    yield f"gradient of the first layer by that of the last: {ratio}"
    yield ""
    for finding in report.findings:
        yield f"{finding.severity.name.lower()}: {finding.sentence}"
    if not report.findings:
        yield "nothing is wrong with the layers"


def report_document(report: Report) -> dict[str, Any]:
    """Return the report as JSON types; a number that is not finite becomes null."""
    norms = tuple(layer.gradient_norm for layer in report.layers)
    return {
        "train_metrics": _metrics_document(report.train),
        "validation_metrics": _metrics_document(report.validation),
        "layers": [
            {key: finite(value) for key, value in msgspec.to_builtins(layer).items()}
            for layer in report.layers
        ],
        "first_to_last_gradient": finite(first_to_last_ratio(norms)),
        "findings": [
            {
                "kind": finding.kind,
                "severity": finding.severity.name.lower(),
                "number": finite(finding.number),
                "layer": finding.layer,
                "units": list(finding.units),
                "sentence": finding.sentence,
            }
            for finding in report.findings
        ],
    }


def finite(value: float | None) -> float | None:
    """Return a number that JSON can hold, else ``None``."""
    return value if value is not None and math.isfinite(value) else None


def _metrics_document(metrics: SetMetrics | None) -> dict[str, Any] | None:
    if metrics is None:
        return None
    if isinstance(metrics, ClassMetrics):
        return {
            "confusion_matrix": metrics.confusion.tolist(),
            "precision": [finite(value) for value in metrics.precision.tolist()],
            "recall": [finite(value) for value in metrics.recall.tolist()],
        }
    errors = metrics.root_mean_squared_error_of_outputs.tolist()
    return {
        "r2": finite(metrics.r_squared),
        "rmse": finite(metrics.root_mean_squared_error),
        "r2_of_outputs": [finite(value) for value in metrics.r_squared_of_outputs.tolist()],
        "rmse_of_outputs": [finite(value) for value in errors],
    }


def _class_rows(metrics: ClassMetrics, names: list[str]) -> list[list[str]]:
    rows = [["", *names, "recall"]]
    for name, counts, share in zip(names, metrics.confusion, metrics.recall, strict=True):
        rows.append([name, *(f"{count:,}" for count in counts), _number(share, ".2%")])
    rows.append(["precision", *(_number(share, ".2%") for share in metrics.precision), ""])
    return rows


def _layer_rows(report: Report, network: NetworkSpec) -> list[list[str]]:
    heads = ["", "units", "activation", "gradient", "weights", "update/weights"]
    rows = [[*heads, "dead", "saturated"]]
    for number, (layer, spec) in enumerate(zip(report.layers, network.layers, strict=True), 1):
        rows.append(
            [
                "output" if number == len(network.layers) else f"hidden {number}",
                str(spec.size),
                spec.activation,
                _number(layer.gradient_norm, ".3g"),
                _number(layer.weight_norm, ".3g"),
                _number(layer.update_ratio, ".3g"),
                _number(layer.dead_fraction, ".1%"),
                _number(layer.saturated_fraction, ".1%"),
            ]
        )
    return rows


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the rows in columns: the first to the left, all others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (
            text.rjust(width) if place else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((first, *others)).rstrip()


def _short(name: str) -> str:
    return (
        name
        if len(name) <= _LONGEST_NAME
        else f"{name[: _LONGEST_NAME - 1]}\N{HORIZONTAL ELLIPSIS}"
    )


def _number(value: float | None, form: str) -> str:
    return _NONE if value is None or not math.isfinite(value) else f"{value:{form}}"
