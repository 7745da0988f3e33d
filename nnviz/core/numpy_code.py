"""NumPy code of one training step, in the style of the lecture, made from a trace.

``sum1 = x @ W1 + b1``, ``out1 = np.tanh(sum1)``, ..., ``dloss_W1 = x.T @ dloss_sum1``,
``W1 = W1 - learning_rate * dloss_W1``: a row or a few for each line of the trace, in
its order. With the numbers in front (:mod:`nnviz.core.code_script`) it runs.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nnviz.core import code_tables, code_update
from nnviz.core.code_names import variable_name, words_of
from nnviz.core.equation import (
    EVALUATE,
    FINAL_GRADIENT,
    FINAL_LOSS,
    LOCAL,
    MULTIPLY,
    PROPAGATE,
    SAVE,
    UPDATE,
)
from nnviz.core.program import LineKind, Phase
from nnviz.core.schedules import SCHEDULES
from nnviz.core.trace import Trace, TraceLine

_ASSIGNED = re.compile(r"(\w+) = ")

_PARTS: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.FORWARD: "forward pass",
        Phase.LOSS: "forward pass",
        Phase.BACKWARD: "backward pass",
        Phase.UPDATE: "optimise",
    }
)
_BACKWARD = f"{PROPAGATE}, {MULTIPLY}"
_HEADINGS: Mapping[LineKind, str] = MappingProxyType(
    {
        LineKind.LOCAL_GRADIENT: f"{LOCAL}, {SAVE}",
        LineKind.LOSS: FINAL_LOSS,
        LineKind.PENALTY: FINAL_LOSS,
        LineKind.LOSS_GRADIENT: FINAL_GRADIENT,
        LineKind.THROUGH_ACTIVATION: _BACKWARD,
        LineKind.WEIGHT_GRADIENT: _BACKWARD,
        LineKind.TO_LAYER_BELOW: _BACKWARD,
        LineKind.THROUGH_DROPOUT: _BACKWARD,
        LineKind.PENALTY_GRADIENT: _BACKWARD,
        LineKind.UPDATE: UPDATE,
    }
)


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One row of code.

    Attributes
    ----------
    line_number
        The line of the trace that it belongs to, from 1; 0 for comments and for
        what comes before the step.
    text
        The row.
    variables
        The variable that it assigns, if any.
    """

    line_number: int
    text: str
    variables: tuple[str, ...] = ()


def code_for(trace: Trace) -> tuple[CodeLine, ...]:
    """Return the code of a step, row by row, under the lecture's headings."""
    rows: list[CodeLine] = []
    part = heading = ""
    for line in trace.lines:
        if _PARTS[line.phase] != part:
            part = _PARTS[line.phase]
            rows += [CodeLine(0, ""), CodeLine(0, f"# --- {part} ---")]
        if _HEADINGS.get(line.line.kind, EVALUATE) != heading:
            heading = _HEADINGS.get(line.line.kind, EVALUATE)
            rows.append(CodeLine(0, f"# {heading}"))
        rows += [code_line(line.number, text) for text in code_of(trace, line.number)]
    return tuple(rows)


def code_of(trace: Trace, line_number: int) -> tuple[str, ...]:
    """Return the rows of code of one line of the trace.

    Raises
    ------
    IndexError
        If the trace has no such line.
    """
    if line_number < 1:
        raise IndexError(f"lines are numbered from 1, not {line_number}")
    line = trace.lines[line_number - 1]
    return _WRITERS[line.line.kind](trace, line)


def code_line(line_number: int, text: str) -> CodeLine:
    """Return a row with the variable that it assigns."""
    return CodeLine(line_number, text, tuple(_ASSIGNED.findall(text)[:1]))


def head_of(trace: Trace) -> tuple[CodeLine, ...]:
    """Return what comes before the step: imports, helpers and what a person set."""
    code = "\n".join(text for line in trace.lines for text in code_of(trace, line.number))
    helpers = _helpers(trace)
    rows = ["import numpy as np"]
    if "math" in words_of("\n".join((code, *helpers))):
        rows.insert(0, "import math")
        rows.insert(1, "")
    for helper in helpers:
        rows += ["", "", *helper.splitlines()]
    rows += ["", ""] if helpers else [""]
    rows += [
        f"{name} = {value!r}" for name, value in _settings(trace).items() if name in words_of(code)
    ]
    return tuple(code_line(0, row) for row in rows)


def _settings(trace: Trace) -> Mapping[str, float | int | None]:
    settings: dict[str, float | int | None] = {"l1": trace.spec.l1, "l2": trace.spec.l2}
    if trace.optimizer is None:
        return settings
    settings |= code_update.settings_of(trace.optimizer)
    schedule = trace.optimizer.schedule
    count = int(trace.state_before.get("schedule_count", 0))
    settings["schedule_step"] = count
    settings["step"] = int(trace.state_before.get("count", 0))
    factor = SCHEDULES[schedule.name].factor(schedule, count)
    # A rate that was changed on the way is known by what came of it alone.
    for name in ("learning_rate", "base_rate"):
        base = settings.get(name)
        if base is not None and base * factor != trace.learning_rate and factor:
            settings[name] = trace.learning_rate / factor
    return settings


def _helpers(trace: Trace) -> tuple[str, ...]:
    activations = dict.fromkeys(layer.activation for layer in trace.spec.layers)
    helpers = (code_tables.ACTIVATION_CODE[name].helper for name in activations)
    return tuple(helper.replace("{float}", number_type(trace)) for helper in helpers if helper)


def number_type(trace: Trace) -> str:
    """Return what the code calls the type of the trace's numbers."""
    kind = str(trace.value("W1", 0).dtype)
    return "float" if kind == "float64" else f"np.{kind}"


# How each kind of line is written.


def _affine(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    below, weights, biases = map(variable_name, line.line.reads)
    # The biases of a maxout layer have an axis of pieces before the samples.
    bias = f"{biases}[:, np.newaxis]" if _has_pieces(trace, line) else biases
    return (f"{variable_name(line.line.writes[0])} = {below} @ {weights} + {bias}",)


def _activation(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    code = code_tables.ACTIVATION_CODE[_activation_name(trace, line)]
    return _filled(code.function, trace, line)


def _local_gradient(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    code = code_tables.ACTIVATION_CODE[_activation_name(trace, line)]
    return _filled(code.derivative, trace, line)


def _activation_name(trace: Trace, line: TraceLine) -> str:
    return trace.spec.layers[line.line.layer - 1].activation


def _filled(rows: tuple[str, ...], trace: Trace, line: TraceLine) -> tuple[str, ...]:
    number = line.line.layer
    fields = {
        "z": f"sum{number}",
        "a": f"out{number}",
        "g": f"local{number}",
        "l": number,
        "alpha": repr(trace.spec.layers[number - 1].resolved_alpha),
        "float": number_type(trace),
    }
    return tuple(row.format(**fields) for row in rows)


def _dropout(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    number = line.line.layer
    kept = 1 - trace.spec.layers[number - 1].dropout
    return (
        f"# mask{number} was drawn at random: 0 leaves a unit out, the others are 1 / {kept:g}",
        f"kept{number} = out{number} * mask{number}",
    )


def _loss(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    return _filled_loss(code_tables.LOSS_CODE[trace.spec.loss].value, trace, line)


def _loss_gradient(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    return _filled_loss(code_tables.LOSS_CODE[trace.spec.loss].gradient, trace, line)


def _filled_loss(rows: tuple[str, ...], trace: Trace, line: TraceLine) -> tuple[str, ...]:
    fields = {
        "out": f"out{len(trace.spec.layers)}",
        "grad": variable_name(line.line.writes[0]),
        "float": number_type(trace),
    }
    return tuple(row.format(**fields) for row in rows)


def _penalty(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    weights = ", ".join(line.line.reads)
    listed = f"({weights})" if len(line.line.reads) > 1 else f"({weights},)"
    terms = [value.format(weights=listed) for value, _ in _penalties(trace)]
    more = [f"penalty = penalty + {term}" for term in terms[1:]]
    return (f"penalty = {terms[0]}", *more, "total_loss = loss + penalty")


def _penalty_gradient(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    weights, grads = map(variable_name, line.line.reads)
    terms = [gradient.format(W=weights) for _, gradient in _penalties(trace)]
    return (" + ".join((f"{grads} = {grads}", *terms)),)


def _penalties(trace: Trace) -> Iterator[tuple[str, str]]:
    return (code for name, code in code_tables.PENALTY_CODE.items() if getattr(trace.spec, name))


def _product(_: Trace, line: TraceLine) -> tuple[str, ...]:
    left, right = map(variable_name, line.line.reads)
    return (f"{variable_name(line.line.writes[0])} = {left} * {right}",)


def _weight_gradient(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    below, delta = map(variable_name, line.line.reads)
    weights, biases = map(variable_name, line.line.writes)
    samples = 1 if _has_pieces(trace, line) else 0
    return (f"{weights} = {below}.T @ {delta}", f"{biases} = {delta}.sum(axis={samples})")


def _to_layer_below(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    delta, weights = map(variable_name, line.line.reads)
    target = variable_name(line.line.writes[0])
    if _has_pieces(trace, line):
        return (f"{target} = ({delta} @ {weights}.swapaxes(1, 2)).sum(axis=0)",)
    return (f"{target} = {delta} @ {weights}.T",)


def _update(trace: Trace, line: TraceLine) -> tuple[str, ...]:
    if trace.optimizer is None:
        return ()
    updates = [each for each in trace.lines if each.line.kind is LineKind.UPDATE]
    rows: tuple[str, ...] = ()
    if line is updates[0]:
        parameters = tuple(name for each in updates for name in each.line.writes)
        rows = code_update.common_rows(trace.optimizer, parameters)
    for parameter in line.line.writes:
        rows += code_update.update_rows(trace.optimizer, parameter)
    return rows


def _has_pieces(trace: Trace, line: TraceLine) -> bool:
    return _activation_name(trace, line) == "maxout"


_WRITERS: Mapping[LineKind, Callable[[Trace, TraceLine], tuple[str, ...]]] = MappingProxyType(
    {
        LineKind.AFFINE: _affine,
        LineKind.ACTIVATION: _activation,
        LineKind.LOCAL_GRADIENT: _local_gradient,
        LineKind.DROPOUT: _dropout,
        LineKind.LOSS: _loss,
        LineKind.LOSS_GRADIENT: _loss_gradient,
        LineKind.PENALTY: _penalty,
        LineKind.THROUGH_ACTIVATION: _product,
        LineKind.WEIGHT_GRADIENT: _weight_gradient,
        LineKind.TO_LAYER_BELOW: _to_layer_below,
        LineKind.THROUGH_DROPOUT: _product,
        LineKind.PENALTY_GRADIENT: _penalty_gradient,
        LineKind.UPDATE: _update,
    }
)
