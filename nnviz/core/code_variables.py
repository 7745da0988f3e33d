"""The variables of the code at a position of the trace, with their values."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.code_names import variable_name
from nnviz.core.code_script import carried
from nnviz.core.program import Phase
from nnviz.core.trace import Trace


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that has a value.

    Attributes
    ----------
    name
        As the code calls it.
    value
        Its array at the position; numbers are 0-d.
    made_at
        Number of the line that gave it this value; 0 if it was there at the start.
    buffer
        The trace's name of it, or "" where it is not a buffer of the Program.
    """

    name: str
    value: FloatArray
    made_at: int
    buffer: str = ""


def variables_at(trace: Trace, position: int) -> tuple[Variable, ...]:
    """Return all variables that have a value after so many lines.

    First what the step began with, then the others in the order of the code.
    """
    return (*_buffers(trace, position), *_carried(trace, position))


def _buffers(trace: Trace, position: int) -> Iterator[Variable]:
    for name in trace.names:
        value = trace.read(name, position)
        if value is not None:
            yield Variable(variable_name(name), value, trace.made_at(name, position), name)
            if name == "R":
                total = np.array(trace.loss)
                yield Variable("total_loss", total, trace.made_at(name, position))


def _carried(trace: Trace, position: int) -> Iterator[Variable]:
    """Yield what the optimiser carries; a layer's part changes with its update."""
    for line in trace.lines_of(Phase.UPDATE):
        made_at = line.number if line.number <= position else 0
        for name, value in carried(trace, line.line.layer, bool(made_at)).items():
            yield Variable(name, value, made_at)
