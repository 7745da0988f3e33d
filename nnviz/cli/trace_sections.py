"""A recorded step as sections of a page: what text, TeX and HTML have in common.

Arrays larger than a few rows and columns are abbreviated here, with their sizes
stated; in JSON they never are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nnviz.cli.trace_source import TracedStep
from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.code_names import variable_name
from nnviz.core.code_script import carried_before
from nnviz.core.equation import explain
from nnviz.core.looking_glass import Focus
from nnviz.core.losses import LOSSES
from nnviz.core.notation import Equation, six_digits, symbol
from nnviz.core.numpy_code import code_of
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.program import Phase
from nnviz.core.trace import Trace, TraceLine

MOST_ROWS, MOST_COLUMNS = 8, 8
GAP = None
PHASE_TITLES = {
    Phase.FORWARD: "Forward pass",
    Phase.LOSS: "Loss",
    Phase.BACKWARD: "Backward pass",
    Phase.UPDATE: "Update",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One array, or one piece of a maxout layer's.

    Attributes
    ----------
    name, variable, tex
        The trace's name, the code's, and the symbol in TeX.
    note
        Its size, which piece it is, and how much is shown.
    rows
        Numbers, ``GAP`` where rows or entries are left out.
    """

    name: str
    variable: str
    tex: str
    note: str
    rows: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One operation.

    Attributes
    ----------
    number, phase, title, substeps
        Which one, and what it is in words.
    matrix, shapes
        The equation of all of the layer, and the shapes in it.
    scalar
        The same for the first unit and sample, with its numbers.
    code
        Rows of NumPy.
    factors
        Of a gradient, its two factors in words; or "".
    tables
        What it wrote.
    """

    number: int
    phase: Phase
    title: str
    substeps: tuple[str, ...]
    matrix: Equation
    shapes: str
    scalar: tuple[Equation, ...]
    code: tuple[str, ...]
    factors: str
    tables: tuple[Table, ...]


def facts_of(step: TracedStep) -> tuple[tuple[str, str], ...]:
    """Return what is known about the step, in words: (head, text) pairs."""
    trace = step.trace
    layers = ", ".join(
        f"{layer.size} {ACTIVATIONS[layer.activation].label}" for layer in trace.spec.layers
    )
    facts = [
        ("Network", f"{trace.spec.input_size} inputs, then {layers}"),
        ("Loss", LOSSES[trace.spec.loss].label),
        ("Data", f"{step.data}; {_batch(trace)}"),
        ("Step", f"{trace.step:,}"),
    ]
    if trace.optimizer is not None:
        label = OPTIMIZERS[trace.optimizer.name].label
        held = "" if trace.optimizer.trains_biases else ", biases held"
        rate = six_digits(trace.learning_rate)
        facts.append(("Optimiser", f"{label}, learning rate {rate}{held}"))
    facts.append(("Loss before the step", six_digits(trace.loss)))
    if step.loss_after is not None:
        facts.append(("Loss after it", six_digits(step.loss_after)))
    return tuple(facts)


def _batch(trace: Trace) -> str:
    if trace.batch_size == 1 and trace.rows is not None:
        return f"row {trace.rows[0]} alone"
    return "1 row" if trace.batch_size == 1 else f"a batch of {trace.batch_size:,} rows"


def given_of(trace: Trace) -> tuple[Table, ...]:
    """Return what the step begins with: the batch, the parameters, what the optimiser carries."""
    has_history = any(state.any() for state in trace.state_before.values())
    state = carried_before(trace) if has_history else {}
    names = ["x", "t"]
    for number in range(1, len(trace.spec.layers) + 1):
        names += [f"W{number}", f"b{number}"]
    given = {name: trace.value(name, 0) for name in names} | state
    return tuple(table for name, array in given.items() for table in tables_of(name, array))


def sections_of(trace: Trace) -> Iterator[Section]:
    """Yield one section for each operation."""
    for line in trace.lines:
        explanation = explain(trace, line.number, Focus())
        yield Section(
            line.number,
            line.phase,
            explanation.title,
            explanation.substeps,
            explanation.matrix,
            explanation.shapes,
            explanation.scalar,
            code_of(trace, line.number),
            _factors(line),
            tuple(table for name, array in line.arrays.items() for table in tables_of(name, array)),
        )


def _factors(traced: TraceLine) -> str:
    line = traced.line
    if line.local is None or line.downstream is None or line.downstream == "1":
        return ""
    local, downstream = variable_name(line.local), variable_name(line.downstream)
    return f"local gradient {local}, downstream gradient {downstream}"


def tables_of(name: str, array: FloatArray) -> tuple[Table, ...]:
    """Return an array as tables, one for each piece of a maxout layer."""
    is_carried = "_" in name
    letter = name.rpartition("_")[2].lstrip("d")[:1]
    per_piece = array.ndim == (2 if letter == "b" else 3)
    pieces = list(array) if per_piece else [array]
    variable = name if is_carried else variable_name(name)
    tex = rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}" if is_carried else symbol(name).tex
    tables = []
    for number, piece in enumerate(pieces, start=1):
        matrix = piece.reshape(1, -1) if piece.ndim < 2 else piece
        words = f"piece {number} of {len(pieces)}" if per_piece else ""
        note = ", ".join(part for part in (words, _size_note(piece)) if part)
        tables.append(Table(name, variable, tex, note, _abbreviated(matrix)))
    return tuple(tables)


def _size_note(array: FloatArray) -> str:
    if array.ndim == 0:
        return ""
    size = " × ".join(str(length) for length in array.shape)
    most = (MOST_ROWS, MOST_COLUMNS)[-array.ndim :]
    if all(length <= limit for length, limit in zip(array.shape, most, strict=True)):
        return size
    shown = (min(length, limit) for length, limit in zip(array.shape, most, strict=True))
    return f"{size}, of which {' × '.join(map(str, shown))} are shown"


def _abbreviated(matrix: FloatArray) -> tuple[tuple[float | None, ...], ...]:
    rows = shown_indices(len(matrix), MOST_ROWS)
    columns = shown_indices(matrix.shape[1], MOST_COLUMNS)
    return tuple(
        tuple(
            GAP if row is None or column is None else float(matrix[row, column])
            for column in columns
        )
        for row in rows
    )


def shown_indices(count: int, most: int) -> Sequence[int | None]:
    """Return which indices are shown: all, or the first ones, a gap and the last one."""
    if count <= most:
        return list(range(count))
    return [*range(most - 1), None, count - 1]
