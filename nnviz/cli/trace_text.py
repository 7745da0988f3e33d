"""A recorded step as plain text, its matrices aligned: ``nnviz trace --format text``."""

from collections.abc import Iterator, Sequence

from nnviz.cli.trace_sections import (
    PHASE_TITLES,
    Section,
    Table,
    facts_of,
    given_of,
    sections_of,
)
from nnviz.cli.trace_source import TracedStep
from nnviz.core.notation import six_digits

_WIDTH = 78


def text_of(step: TracedStep) -> str:
    """Return the whole step, operation by operation."""
    return "\n".join(_lines(step)) + "\n"


def _lines(step: TracedStep) -> Iterator[str]:
    facts = facts_of(step)
    width = max(len(head) for head, _ in facts)
    for head, text in facts:
        yield f"{head.ljust(width)}  {text}"
    yield from ("", "Given ".ljust(_WIDTH, "-"))
    for table in given_of(step.trace):
        yield ""
        yield from _table(table)
    phase = None
    for section in sections_of(step.trace):
        if section.phase is not phase:
            phase = section.phase
            yield from ("", f"{PHASE_TITLES[phase]} ".ljust(_WIDTH, "-"))
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"{section.number}. {section.title} ({'; '.join(section.substeps)})")
    yield from _indented(section.matrix.text().splitlines())
    if section.shapes:
        yield f"    {section.shapes}"
    for equation in section.scalar:
        yield from _indented(equation.text().splitlines())
    if section.factors:
        yield f"    {section.factors}"
    yield ""
    yield from (f"    >>> {row}" for row in section.code)
    for table in section.tables:
        yield from _indented(_table(table))


def _indented(lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _table(table: Table) -> Iterator[str]:
    texts = [["…" if value is None else six_digits(value) for value in row] for row in table.rows]
    if len(texts) == len(texts[0]) == 1 and not table.note.startswith("piece"):
        yield f"{table.variable} = {texts[0][0]}"
        return
    yield f"{table.variable}  ({table.note})"
    columns = [_aligned(column) for column in zip(*texts, strict=True)]
    for row in zip(*columns, strict=True):
        yield ("    " + "  ".join(row)).rstrip()


def _aligned(column: Sequence[str]) -> list[str]:
    """Return numbers below one another, their points in one line."""
    parts = [text.partition(".") for text in column]
    before = max(len(whole) for whole, _, _ in parts)
    after = max(len(point + rest) for _, point, rest in parts)
    return [whole.rjust(before) + (point + rest).ljust(after) for whole, point, rest in parts]
