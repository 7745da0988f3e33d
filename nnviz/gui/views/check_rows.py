"""What the Check pane says about a step, worked out without Qt."""

from dataclasses import dataclass

from nnviz.core.layout import ParameterLayout
from nnviz.core.notation import MINUS, symbol
from nnviz.core.probe import Entry
from nnviz.core.step_check import Findings
from nnviz.core.trace import Trace
from nnviz.core.update_check import UpdateCheck
from nnviz.core.verdicts import Comparison, Verdict
from nnviz.gui.selection import EdgeRef, UnitRef

MOST_WORST = 12
WORDS = {
    Verdict.PASS: "✓ passes",
    Verdict.FAIL: "✗ fails",
    Verdict.KINK: "∧ kink",
    Verdict.UNSURE: "? unsure",
    Verdict.LIMITED: "≈ limited",
}
_MEANINGS = {
    Verdict.PASS: "Both are the same, as far as it can be measured.",
    Verdict.FAIL: "The two are not the same. Neither rounding nor the step size explains it.",
    Verdict.KINK: "The step goes across a kink, where there is no slope to compare with.",
    Verdict.UNSURE: "This step size cannot tell: too large, or so small that rounding decides.",
    Verdict.LIMITED: "An output is so near 0 or 1 that the loss limits its gradient on purpose.",
}


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row of the list.

    Attributes
    ----------
    name
        A layer, the update, or a parameter.
    found
        The comparison that the row is about.
    note
        What else there is to say, such as a count.
    target
        The edge or unit that a click selects.
    is_head
        Whether rows of parameters follow it.
    """

    name: str
    found: Comparison
    note: str = ""
    target: EdgeRef | UnitRef | None = None
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class ParameterPlace:
    """Where a place of the flat vector is: layer, unit, and source (``None``: the bias)."""

    layer: int
    source: int | None
    unit: int
    piece: int

    @property
    def target(self) -> EdgeRef | UnitRef:
        """What to select to look at it."""
        if self.source is None:
            return UnitRef(self.layer, self.unit)
        return EdgeRef(self.layer, self.source, self.unit)


def place_of(layout: ParameterLayout, index: int) -> ParameterPlace:
    """Return where a place of the flat vector is."""
    number = next(n for n, block in enumerate(layout.blocks, 1) if index < block.stop)
    block = layout.blocks[number - 1]
    row, column = divmod(index - block.start, block.pieces * block.fan_out)
    piece, unit = divmod(column, block.fan_out)
    return ParameterPlace(number, None if row == block.fan_in else row, unit, piece)


def parameter_name(layout: ParameterLayout, index: int, prefix: str = "d") -> str:
    """Return the symbol of a parameter, or of its gradient."""
    place = place_of(layout, index)
    letter = "b" if place.source is None else "W"
    units = (place.unit,) if place.source is None else (place.source, place.unit)
    name = symbol(f"{prefix}{letter}{place.layer}", units).text
    pieces = layout.blocks[place.layer - 1].pieces
    return f"{name}, piece {place.piece + 1}" if pieces > 1 else name


def entry_name(trace: Trace, entry: Entry) -> str:
    """Return the symbol of a gradient, and which sample or piece it is of."""
    index, name = entry.index, entry.gradient
    has_piece = len(index) > (1 if name.startswith("db") else 2)
    piece = f", piece {index[0] + 1}" if has_piece else ""
    if name.startswith("g"):
        layer = name[1:]
        unit = symbol(f"z{layer}", (index[-1],)).text
        return f"f′({unit}){piece}, sample {index[-2] + 1}"
    if name[:2] in ("dW", "db"):
        units = index[-2:] if name.startswith("dW") else index[-1:]
        return f"{symbol(name, units).text}{piece}"
    return f"{symbol(name, (index[-1],)).text}{piece}, sample {index[-2] + 1}"


def meaning_of(found: Comparison) -> str:
    """Return what a verdict means, in a sentence."""
    return _MEANINGS[found.verdict]


def check_rows(findings: Findings, update: UpdateCheck | None) -> tuple[CheckRow, ...]:
    """Return the layers and the update with their worst errors, then the worst parameters."""
    layout = findings.layout
    rows = [_layer_row(findings, number) for number in range(1, len(layout.blocks) + 1)]
    if update is not None:
        rows.append(_update_row(layout, update))
    if update is not None:
        rows += [
            CheckRow(
                f"{parameter_name(layout, index, '')} after the step",
                update.at(index),
                "",
                place_of(layout, index).target,
            )
            for index in map(int, update.failures[:MOST_WORST])
        ]
    rows += [
        CheckRow(
            parameter_name(layout, index), findings.at(index), "", place_of(layout, index).target
        )
        for index in findings.worst(MOST_WORST)
    ]
    return tuple(rows)


def _layer_row(findings: Findings, number: int) -> CheckRow:
    block = findings.layout.blocks[number - 1]
    index, kinks = findings.worst_of_layer(number), findings.kinks_of_layer(number)
    note = f"{block.stop - block.start:,} gradients"
    if kinks:
        note += f", {kinks:,} at a kink"
    target = place_of(findings.layout, index).target
    return CheckRow(f"Layer {number}", findings.at(index), note, target, is_head=True)


def _update_row(layout: ParameterLayout, update: UpdateCheck) -> CheckRow:
    wrong = update.failures
    index = int(wrong[0]) if wrong.size else int(update.errors.argmax())
    note = f"{layout.size:,} parameters"
    if wrong.size:
        note = f"{wrong.size:,} of {note} wrong"
    return CheckRow("Update", update.at(index), note, place_of(layout, index).target, is_head=True)


def verdict_of_all(rows: tuple[CheckRow, ...]) -> Verdict:
    """Return what all rows come to."""
    is_wrong = any(row.found.verdict is Verdict.FAIL for row in rows if row.is_head)
    return Verdict.FAIL if is_wrong else Verdict.PASS


def many_digits(value: float) -> str:
    """Write a number with ten significant digits, so that small differences are seen."""
    return _short(f"{value:.10g}")


def error_text(error: float) -> str:
    """Write a relative error with two digits."""
    return _short(f"{error:.2g}")


def _short(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", MINUS)
