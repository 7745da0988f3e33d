"""A recorded step as JSON types: ``nnviz trace --format json``."""

import json
from typing import Any

import msgspec
import numpy as np

from nnviz import __version__
from nnviz.cli.report import finite
from nnviz.cli.trace_source import TracedStep
from nnviz.core.calls import FloatArray
from nnviz.core.code_names import variable_name
from nnviz.core.code_script import data_of
from nnviz.core.equation import explain
from nnviz.core.looking_glass import Focus
from nnviz.core.numpy_code import code_of, head_of
from nnviz.core.trace import Trace, TraceLine


def document_of(step: TracedStep) -> dict[str, Any]:
    """Return everything about a step; a number that is not finite becomes null."""
    trace = step.trace
    rule = trace.optimizer
    return {
        "nnviz": __version__,
        "data": {
            "name": step.data,
            "features": list(step.feature_names),
            "classes": list(step.class_names),
            "rows": None if trace.rows is None else trace.rows.tolist(),
        },
        "network": msgspec.to_builtins(trace.spec),
        "optimizer": None if rule is None else msgspec.to_builtins(rule),
        "dtype": str(trace.value("W1", 0).dtype),
        "step": trace.step,
        "batch_size": trace.batch_size,
        "learning_rate": trace.learning_rate,
        "loss": finite(trace.loss),
        "loss_after": finite(step.loss_after),
        "setup": "\n".join(row.text for row in head_of(trace)),
        "variables": {name: variable_name(name) for name in trace.names},
        "start": {name: numbers(array) for name, array in data_of(trace).items()},
        "operations": [_operation(trace, line) for line in trace.lines],
    }


def _operation(trace: Trace, traced: TraceLine) -> dict[str, Any]:
    line = traced.line
    explanation = explain(trace, traced.number, Focus())
    return {
        "number": traced.number,
        "phase": traced.phase.value,
        "layer": line.layer,
        "kind": line.kind.value,
        "title": explanation.title,
        "substeps": list(explanation.substeps),
        "formula": line.formula,
        "tex": " \\\\ ".join(explanation.matrix.tex().splitlines()),
        "shapes": explanation.shapes,
        "code": "\n".join(code_of(trace, traced.number)),
        "reads": list(line.reads),
        "writes": list(line.writes),
        "local": line.local,
        "downstream": line.downstream,
        "arrays": {name: numbers(array) for name, array in traced.arrays.items()},
    }


def numbers(array: FloatArray) -> Any:
    """Return nested lists of numbers; of a 0-d array the number."""
    if np.isfinite(array).all():
        return array.tolist()
    return None if array.ndim == 0 else [numbers(part) for part in array]


def json_of(step: TracedStep) -> str:
    """Return the document as JSON, one line for each entry and each operation."""
    rows = []
    for key, value in document_of(step).items():
        text = json.dumps(value, allow_nan=False)
        if key == "operations":
            operations = (json.dumps(operation, allow_nan=False) for operation in value)
            text = "[\n  " + ",\n  ".join(operations) + "\n]"
        rows.append(f"{json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(rows) + "\n}\n"
